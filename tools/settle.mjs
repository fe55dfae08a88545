// Settles the module: what is the same in every page is a constant in it.
//
// Takes: the bytes of the relocated module. Gives: the module in which a global that nobody ever sets is a number where it was
// asked for, and without those globals, the imports of them, and the start function that made them. Functions and table keep
// their places. Assumes: what tools/wasm/addresses.mjs does. The snapshot is made with the same module. Leave it out, and the
// page finds all that out itself; tools/split.mjs needs it.
import { globalsAfterStart, globalsThatChange } from "./wasm/addresses.mjs";
import { Reader, joined, leb } from "./wasm/bytes.mjs";
import { GLOBAL_GET, GLOBAL_SET } from "./wasm/instructions.mjs";
import { FUNCTION, GLOBAL, decode, encode, imported } from "./wasm/module.mjs";
import { rewritten } from "./wasm/rewrite.mjs";
import { END, I32, number } from "./wasm/write.mjs";

const EMPTY = Buffer.from([0, END]);

/** Give the module settled. @param {Uint8Array} wasm */
export function settle(wasm) {
  const module = decode(wasm);
  const valueOf = globalsAfterStart(module);
  const changing = globalsThatChange(module);
  const outside = imported(module, GLOBAL);

  // Those that stay, under new numbers: what functions set, and what the glue asks for by name.
  const named = new Set(module.exports.filter(({ kind }) => kind === GLOBAL).map(({ index }) => index));
  let last = -1;
  const imports = module.imports.filter(({ kind }) => kind !== GLOBAL || changing.has((last += 1)) || named.has(last));
  /** @type {Map<number, number>} */
  const places = new Map();
  for (let index = 0; index < outside; index += 1) if (changing.has(index) || named.has(index)) places.set(index, places.size);
  /** @type {import("./wasm/module.mjs").Global[]} */
  const globals = [];
  module.globals.forEach((global, at) => {
    const index = outside + at;
    if (!changing.has(index) && !named.has(index)) return;
    places.set(index, places.size);
    const settled = global.type === I32 ? joined(number(valueOf(index)), END) : global.value;
    globals.push({ ...global, mutable: changing.has(index), value: settled });
  });
  const place = (/** @type {number} */ index) => {
    const found = places.get(index);
    if (found === undefined) throw new Error(`the global ${index} is asked for, and was left out`);
    return found;
  };

  const start = module.start === null ? -1 : module.start - imported(module, FUNCTION);
  const codes = module.codes.map((body, at) =>
    at === start
      ? EMPTY
      : rewritten(body, (code, from) => {
          if (code !== GLOBAL_GET && code !== GLOBAL_SET) return null;
          const index = new Reader(body, from).number();
          return code === GLOBAL_GET && !changing.has(index) ? Buffer.from(number(valueOf(index))) : joined(code, leb(place(index)));
        }),
  );
  const settled = (/** @type {Uint8Array} */ offset) =>
    offset[0] === GLOBAL_GET ? joined(number(valueOf(new Reader(offset, 1).number())), END) : offset;
  return {
    wasm: encode({
      ...module,
      imports,
      globals,
      codes,
      start: null,
      exports: module.exports.map((each) => (each.kind === GLOBAL ? { ...each, index: place(each.index) } : each)),
      elements: module.elements.map((element) => ({ ...element, offset: settled(element.offset) })),
      data: module.data.map((each) => ({ ...each, offset: each.offset && settled(each.offset) })),
    }),
    gone: module.globals.length + outside - places.size,
  };
}
