// Leaves out of a snapshot what a page can work out, and gives the module a function that does: less to download, and what is left is
// more alike.
//
// Takes: a memory as it is after the imports. Gives: the same, with the list of the garbage collector in the order of addresses (to
// Python any order is the same); then a copy for the file, in which pointers to near places are distances, the list has one direction,
// texts have no hash, and the module's data are what is to be added to them. Assumes: objects as CPython 3.13 has them in 32 bits; the list begins among the module's data.
// tools/snapshot.mjs looks whether the function undoes it all. Leave it out, and the snapshot is an eighth larger.
import { blocks } from "./wipe.mjs";
import { HEAP_BASE, MEMORY_BASE, STACK_LOW } from "./wasm/addresses.mjs";
import { leb } from "./wasm/bytes.mjs";
import { CALL, I32_ADD } from "./wasm/instructions.mjs";
import { FUNCTION, decode, encode, imported } from "./wasm/module.mjs";
import { DROP, ELSE, END, EQUAL, I32, IF, LESS, LOAD, LOOP, STORE, SUBTRACT, AGAIN, bodyOf, get, keep, number } from "./wasm/write.mjs";

/** The module exports it so; the glue does not see what begins with this sign (web/start/second.js). */
export const UNDO = "$undo";
/** Words that stand for others, from the first on: for pointers to places at most so near, before and behind; and one for a text's hash. */
const NEAR = 1024;
const HASH = 2 * NEAR + 1;
/** The first is here, or in the next step at which all of them mean nothing yet. */
const FIRST = 0x7f200000;
const STEP = 0x100000;
const LEAST = 1000; // containers that even an empty Python has
const IN_BLOCK = 8; // where in a block that is in use its content begins
// From an object's beginning: its type, the hash of a text, and what kind of text it is. Compact texts of ASCII have both bits.
const TYPE_AT = 4;
const HASH_AT = 12;
const KIND_AT = 16;
const ASCII = 0x60;
/** The module's own texts have this one too. */
const FIXED = 0x80;
/** A hash that nobody has asked for. */
const UNKNOWN = 0xffffffff;

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
 * @param {number} type where the type of texts is @param {Uint32Array} fresh what the module's own data are before anything runs
 * @returns {{ given: Uint32Array, first: number }} and the first of the words that stand for others
 */
export function derivable(words, list, type, fresh) {
  const given = words.slice();
  let first = FIRST;
  while (words.some((word) => word >= first && word <= first + HASH)) first += STEP;
  for (let at = words[list / 4]; at !== list; at = words[at / 4]) given[at / 4 + 1] = 0;
  given[list / 4 + 1] = 0;
  const unhashed = (/** @type {number} */ object, /** @type {number} */ kind) => {
    const is = (/** @type {number} */ place) => words[(object + place) / 4];
    const text = is(TYPE_AT) === type && (is(KIND_AT) & kind) === kind;
    if (text && is(HASH_AT) !== UNKNOWN) given[(object + HASH_AT) / 4] = first + HASH;
    return text;
  };
  for (let object = MEMORY_BASE; object < STACK_LOW; object += 4) unhashed(object, ASCII | FIXED);
  for (const { at, next } of blocks(words)) {
    // A text is read before what comes behind its hash has been gone over, so nothing there stands for another.
    if (unhashed(at + IN_BLOCK, ASCII)) continue;
    for (let place = at; place < next; place += 4) {
      const to = given[place / 4];
      if (to >= HEAP_BASE && to % 4 === 0 && Math.abs(to - place) <= NEAR) given[place / 4] = first + NEAR + to - place;
    }
  }
  for (let at = 0; at < STACK_LOW / 4; at += 1) given[at] -= fresh[at];
  return { given, first };
}

/**
 * Give the module the function that undoes it, but for the list: `$undo(from, to, first)` goes over words that were in the file.
 *
 * @param {Uint8Array} wasm @param {Uint8Array} stock npm's module, whose functions have the same numbers and more names
 */
export function undoing(wasm, stock) {
  const module = decode(wasm);
  const hash = decode(stock).exports.find(({ name }) => name === "PyObject_Hash")?.index;
  if (hash === undefined) throw new Error("the module exports no PyObject_Hash");
  const [at, end, first, word] = [0, 1, 2, 3];
  // prettier-ignore
  const body = bodyOf(
    LOOP,
      get(at), LOAD, get(first), SUBTRACT, keep(word), number(HASH + 1), LESS,
      IF,
        get(word), number(HASH), EQUAL,
        IF,
          get(at), number(UNKNOWN), STORE,
          get(at), number(-HASH_AT), I32_ADD, CALL, leb(hash), DROP,
        ELSE,
          get(at), get(at), get(word), I32_ADD, number(-NEAR), I32_ADD, STORE,
        END,
      END,
      get(at), number(4), I32_ADD, keep(at), get(end), LESS, AGAIN,
    END,
  );
  const index = imported(module, FUNCTION) + module.codes.length;
  return encode({
    ...module,
    types: [...module.types, { parameters: [I32, I32, I32], results: [] }],
    functions: [...module.functions, module.types.length],
    codes: [...module.codes, body],
    exports: [...module.exports, { name: UNDO, kind: FUNCTION, index }],
  });
}
