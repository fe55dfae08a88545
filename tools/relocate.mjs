// Does at build what the module would do first of all in every page: to put addresses into its data.
//
// Takes: the bytes of the (slim) module. Gives: the module with the addresses in its data segment, and an empty function in the
// place of the half megabyte of code that writes them. Assumes: what tools/wasm/addresses.mjs does. The snapshot is made with the
// same module. Leave it out, and the page does it itself.
import { MEMORY_BASE, bodyOf, globalsAfterStart, run } from "./wasm/addresses.mjs";
import { GLOBAL_GET } from "./wasm/instructions.mjs";
import { FUNCTION, GLOBAL, decode, encode, imported } from "./wasm/module.mjs";
import { END } from "./wasm/write.mjs";

const WRITER = "__wasm_apply_data_relocs";

/** Give the module relocated. @param {Uint8Array} wasm */
export function relocate(wasm) {
  const module = decode(wasm);
  const writer = module.exports.find(({ name }) => name === WRITER)?.index;
  if (writer === undefined) throw new Error(`the module has no ${WRITER}`);
  const [data, ...others] = module.data;
  const base = module.imports.filter(({ kind }) => kind === GLOBAL).findIndex(({ name }) => name === "__memory_base");
  if (others.length || !data?.offset || Buffer.compare(data.offset, Buffer.from([GLOBAL_GET, base, END])))
    throw new Error("the module's data are not one segment at its base");
  const memory = Buffer.from(data.bytes);
  let stores = 0;
  run(bodyOf(module, writer), globalsAfterStart(module), {
    store: (address, value) => {
      const at = address - MEMORY_BASE;
      if (at < 0 || at + 4 > memory.length) throw new Error(`an address goes to ${address}, outside of the data`);
      memory.writeInt32LE(value, at);
      stores += 1;
    },
  });
  const codes = [...module.codes];
  codes[writer - imported(module, FUNCTION)] = Buffer.from([0, END]);
  return { wasm: encode({ ...module, codes, data: [{ ...data, bytes: memory }] }), stores };
}
