// What the module's globals are in a page, found out at build: where the glue places memory and table, and what the start function
// makes of it.
//
// Assumes: the glue places them where it does in npm's package (`BASES`), and functions that the page does not have (WebGL) are at
// no address. An instruction that is not known is refused.
import { Reader } from "./bytes.mjs";
import { GLOBAL_GET, GLOBAL_SET, I32_ADD, I32_CONST, walk } from "./instructions.mjs";
import { FUNCTION, GLOBAL, imported } from "./module.mjs";

/** @typedef {import("./module.mjs").Module} Module */

export const MEMORY_BASE = 1024;
export const TABLE_BASE = 1;
export const STACK_LOW = 3567648;
/** The stack grows down from where the heap begins. */
export const HEAP_BASE = 8810528;

/** Where the glue places the module; the imports' names. */
const BASES = new Map([
  ["env.__memory_base", MEMORY_BASE],
  ["env.__table_base", TABLE_BASE],
  ["GOT.mem.__heap_base", HEAP_BASE],
  ["GOT.mem.__stack_low", STACK_LOW],
  ["GOT.mem.__stack_high", HEAP_BASE],
]);

/**
 * Run a function that only moves addresses.
 *
 * @param {Uint8Array} body @param {(index: number) => number} get
 * @param {{ set?: (index: number, value: number) => void, store?: (address: number, value: number) => void }} to
 */
export function run(body, get, { set, store }) {
  const reader = new Reader(body, 0);
  for (let groups = reader.number(); groups > 0; groups -= 1) {
    reader.number();
    reader.at += 1;
  }
  /** @type {number[]} */
  const stack = [];
  const pop = () => {
    const value = stack.pop();
    if (value === undefined) throw new Error("the relocations are not as they are known");
    return value;
  };
  while (reader.at < body.length) {
    const code = reader.byte();
    if (code === GLOBAL_GET) stack.push(get(reader.number()));
    else if (code === GLOBAL_SET && set) set(reader.number(), pop());
    else if (code === I32_CONST) stack.push(reader.signed());
    else if (code === I32_ADD) stack.push((pop() + pop()) | 0);
    else if (code === 0x6b) {
      const less = pop();
      stack.push((pop() - less) | 0);
    } else if (code === 0x36 && store) {
      reader.number();
      const offset = reader.number();
      const value = pop();
      store(pop() + offset, value);
    } else if (code === 0xfc && set && reader.number() === 0x0b) {
      reader.at += 1; // the rest of the memory is filled, with zeros
      const [, value] = [pop(), pop(), pop()];
      if (value !== 0) throw new Error("the module fills memory with more than zeros");
    } else if (code === 0x0b && reader.at === body.length) return;
    else throw new Error(`the relocations have an instruction that is not known: ${code.toString(16)}`);
  }
}

/** Give the body of one of the module's own functions. @param {Module} module @param {number} index */
export const bodyOf = (module, index) => module.codes[index - imported(module, FUNCTION)];

/**
 * Give what is known of the globals once the start function has run.
 *
 * @param {Module} module
 * @returns {(index: number) => number} refuses one that is not known
 */
export function globalsAfterStart(module) {
  const names = module.imports.filter(({ kind }) => kind === GLOBAL).map(({ module: from, name }) => `${from}.${name}`);
  /** @type {Map<number, number>} */
  const known = new Map();
  names.forEach((name, index) => {
    const value = BASES.get(name) ?? (name.startsWith("GOT.func.") ? 0 : undefined);
    if (value !== undefined) known.set(index, value);
  });
  module.globals.forEach(({ value }, index) => {
    if (value[0] === I32_CONST) known.set(names.length + index, new Reader(value, 1).signed());
  });
  const get = (/** @type {number} */ index) => {
    const value = known.get(index);
    if (value === undefined) throw new Error(`the global ${names[index] ?? index} is asked for, which is not known`);
    return value;
  };
  if (module.start !== null) run(bodyOf(module, module.start), get, { set: (index, value) => void known.set(index, value) });
  return get;
}

/**
 * Give where something stands in memory that a module exports by its name.
 *
 * @param {Module} module @param {string} name
 */
export function placeOf(module, name) {
  const found = module.exports.find((each) => each.kind === GLOBAL && each.name === name);
  if (!found) throw new Error(`the module exports no place ${name}`);
  return MEMORY_BASE + new Reader(module.globals[found.index - imported(module, GLOBAL)].value, 1).signed();
}

/** Name the globals that functions set, but for the start function: all others stay as they are. @param {Module} module */
export function globalsThatChange(module) {
  /** @type {Set<number>} */
  const changing = new Set();
  const start = module.start === null ? -1 : module.start - imported(module, FUNCTION);
  module.codes.forEach((body, index) => {
    if (index === start) return;
    walk(body, (code, at, from) => {
      if (code === GLOBAL_SET) changing.add(new Reader(body, from).number());
    });
  });
  return changing;
}
