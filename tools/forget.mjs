// Empties in a snapshot what Python makes anew where it wants it: the cache of functions by number, and the numbers of changes to dicts.
//
// Takes: a memory as it is after the imports. Gives: the same without those. Assumes: objects as CPython 3.13 has them in 32 bits. Functions
// keep their numbers: one that has none is never called the fast way. Leave it out, and the snapshot is some kilobytes larger.
import { STACK_LOW } from "./wasm/addresses.mjs";

const IN_LIST = 8; // where behind a link of the garbage collector's list its object begins
const TYPE_AT = 4;
const CODE_AT = 24; // of a function
const CHANGES_AT = 16; // to a dict, in two words; the lowest bits say who watches it
const WATCHERS = 0xfff;

/**
 * Empty them.
 *
 * @param {Uint32Array} words a memory from its address 0 on, changed in place
 * @param {number} list where the list of what the garbage collector looks after begins
 * @param {{ function: number, dict: number }} types where these types are
 * @returns {number} how many words held something
 */
export function forget(words, list, types) {
  let forgotten = 0;
  const keep = (/** @type {number} */ at, mask = 0) => {
    if (words[at / 4] & ~mask) forgotten += 1;
    words[at / 4] &= mask;
  };
  /** @type {Map<number, number>} */
  const codes = new Map();
  for (let link = words[list / 4]; link !== list; link = words[link / 4]) {
    const object = link + IN_LIST;
    const type = words[(object + TYPE_AT) / 4];
    if (type === types.function) codes.set(object, words[(object + CODE_AT) / 4]);
    if (type !== types.dict) continue;
    keep(object + CHANGES_AT, WATCHERS);
    keep(object + CHANGES_AT + 4);
  }
  // The cache is the only place among the interpreter's own data where a function stands before its code.
  for (let at = 0; at < STACK_LOW; at += 4) {
    const code = codes.get(words[at / 4]);
    if (code === undefined || code !== words[at / 4 + 1]) continue;
    keep(at);
    keep(at + 4);
  }
  return forgotten;
}
