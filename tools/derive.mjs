// Leaves out of a snapshot what a page can work out: less to download, and what is left is more alike.
//
// Takes: a memory as it is after the imports. Gives: the same, with the list of the garbage collector in the order of addresses (to
// Python any order is the same); then a copy for the file, in which pointers to near places are the distance, the
// list has one direction, and texts have no hash. Assumes: objects as CPython 3.13 has them in 32 bits; the list's beginning is among the module's data.
// web/start/memory.js undoes it, tools/snapshot.mjs looks whether it did. Leave it out, and the snapshot is an eighth larger.
import { HASH, HASH_AT, MIDDLE, NEAR } from "../web/start/memory.js";
import { blocks } from "./wipe.mjs";
import { HEAP_BASE, STACK_LOW } from "./wasm/addresses.mjs";

const LEAST = 1000; // containers that even an empty Python has
const IN_BLOCK = 8; // where in a block that is in use its content begins
// From an object's beginning: its type, and what kind of text it is. Compact texts of ASCII have both bits.
const TYPE_AT = 4;
const KIND_AT = 16;
const ASCII = 0x60;

/**
 * Put the list of what the garbage collector looks after in the order of addresses.
 *
 * @param {Uint32Array} words a memory from its address 0 on, changed in place
 * @returns {number} where the list begins
 */
export function inOrder(words) {
  const list = longestRing(words);
  const [first, ...others] = list.filter((at) => at < STACK_LOW);
  if (!first || others.length) throw new Error("the garbage collector's list begins nowhere, or twice, among the module's data");
  const order = [first, ...list.filter((at) => at !== first).sort((a, b) => a - b)];
  order.forEach((at, i) => {
    words[at / 4] = order[(i + 1) % order.length];
    words[at / 4 + 1] = order.at(i - 1) ?? first;
  });
  return first;
}

/** Find the longest ring of pairs of words that point to the next pair and to the last. @param {Uint32Array} words */
function longestRing(words) {
  /** @param {number} at */
  const next = (at) => {
    const to = words[at / 4];
    return to % 4 === 0 && words[to / 4 + 1] === at ? to : 0;
  };
  /** @type {Set<number>} */
  const seen = new Set();
  /** @type {number[]} */
  let longest = [];
  for (let begin = 4; begin < 4 * words.length; begin += 4) {
    if (!words[begin / 4] || seen.has(begin)) continue;
    const ring = [];
    for (let at = begin; next(at) && !seen.has(at); at = next(at)) {
      seen.add(at);
      ring.push(at);
    }
    if (ring.length > longest.length && next(/** @type {number} */ (ring.at(-1))) === begin) longest = ring;
  }
  if (longest.length < LEAST) throw new Error(`the garbage collector's list is not found: the longest has ${longest.length}`);
  return longest;
}

/**
 * Give the memory as it is in the file.
 *
 * @param {Uint32Array} words as `inOrder` leaves them @param {number} list as `inOrder` gives it
 * @param {number} text where the type of texts is
 */
export function derivable(words, list, text) {
  const given = words.slice();
  const strange = words.findIndex((word) => word >= MIDDLE - NEAR && word <= HASH);
  if (strange >= 0) throw new Error(`the word at ${4 * strange} is one of those that stand for others`);
  for (let at = words[list / 4]; at !== list; at = words[at / 4]) given[at / 4 + 1] = 0;
  given[list / 4 + 1] = 0;
  for (const { at } of blocks(words)) {
    const object = at + IN_BLOCK;
    const is = (/** @type {number} */ place) => words[(object + place) / 4];
    if (is(TYPE_AT) === text && (is(KIND_AT) & ASCII) === ASCII && is(HASH_AT) !== 0xffffffff) given[(object + HASH_AT) / 4] = HASH;
  }
  for (let at = HEAP_BASE; at < 4 * given.length; at += 4) {
    const to = given[at / 4];
    if (to >= HEAP_BASE && to % 4 === 0 && Math.abs(to - at) <= NEAR) given[at / 4] = MIDDLE + to - at;
  }
  return given;
}
