// Names the data that only functions of the second part read, to be moved there with them.
//
// Takes: the settled module, npm's module, the functions that are hot, and the difference that tools/snapshot.mjs wrote. Gives: ranges of
// addresses. Law: a range is moved only where nothing that is loaded at start can come to it. Two kinds are known:
//
// - modules of Python that are frozen in the interpreter: all but their first bytes are read by PyMarshal_ReadObjectFromString alone, which must be
//   cold, and the table of them tells where each begins and ends;
// - tables without addresses in them, of `LEAST` bytes and more, that no hot function, no other data and no word of the snapshot
//   names, where all functions that do stand `APART` from hot ones: so they are of files of which nothing is hot, and a table of
//   such a file is its own.
//
// Where a constant could be an address as well as a distance from the base, both count. Leave it out, and all data are in the first.
import { MEMORY_BASE, bodyOf, globalsAfterStart, run } from "./wasm/addresses.mjs";
import { Reader } from "./wasm/bytes.mjs";
import { I32_CONST, walk } from "./wasm/instructions.mjs";
import { FUNCTION, GLOBAL, decode, imported } from "./wasm/module.mjs";

/** @typedef {[from: number, to: number]} Range addresses */
/** @typedef {import("./wasm/module.mjs").Module} Module */

const LEAST = 4096;
const APART = 16;
const WRITER = "__wasm_apply_data_relocs";
const UNMARSHAL = "PyMarshal_ReadObjectFromString";
/** How a frozen module begins: a code object, to be remembered. */
const FROZEN = 0xe3;

/** Give where addresses stand in the data, and which. @param {Module} stock @returns {Map<number, number>} */
function addressesOf(stock) {
  /** @type {Map<number, number>} */
  const found = new Map();
  const writer = stock.exports.find(({ name }) => name === WRITER);
  if (!writer) throw new Error(`the module has no ${WRITER}`);
  run(bodyOf(stock, writer.index), globalsAfterStart(stock), { store: (address, value) => void found.set(address, value) });
  return found;
}

/** Visit all that a body may take for an address. @param {Uint8Array} body @param {(address: number) => void} visit */
function namedIn(body, visit) {
  walk(body, (code, _, from) => {
    const constant = code === I32_CONST;
    if (!constant && (code < 0x28 || code > 0x3e)) return;
    const reader = new Reader(body, from);
    const value = constant ? reader.signed() : reader.number();
    visit(value);
    visit(value + MEMORY_BASE);
  });
}

/** Visit each word of a snapshot's difference. @param {Uint8Array} difference @param {(word: number) => void} visit */
function wordsOf(difference, visit) {
  const view = new DataView(difference.buffer, difference.byteOffset, difference.byteLength);
  const count = view.getUint32(4, true);
  let from = 8 + 8 * count;
  for (let at = 0; at < count; at += 1) {
    const length = view.getUint32(12 + 8 * at, true);
    // The first run is a head, no memory; all begin at a multiple of four.
    for (let word = from; at > 0 && word + 4 <= from + length; word += 4) visit(view.getUint32(word, true));
    from += length;
  }
}

/**
 * Name the ranges of data that may go.
 *
 * @param {{ settled: Uint8Array, stock: Uint8Array, hot: Set<number>, difference: Uint8Array }} given
 * @returns {Range[]}
 */
export function coldData({ settled, stock: stockBytes, hot, difference }) {
  const [module, stock] = [decode(settled), decode(stockBytes)];
  const outside = imported(module, FUNCTION);
  const { bytes } = module.data[0];
  const addresses = addressesOf(stock);
  // What is before the first address in the data is read only.
  const end = Math.min(...addresses.keys());
  const within = (/** @type {number} */ address) => address >= MEMORY_BASE && address < end;

  const unmarshal = stock.exports.find(({ name }) => name === UNMARSHAL)?.index;
  if (unmarshal === undefined || hot.has(unmarshal)) throw new Error(`${UNMARSHAL} is hot: frozen modules cannot be moved`);
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Range[]} */
  const frozen = [];
  for (const [at, address] of addresses) {
    if (!within(address) || bytes[address - MEMORY_BASE] !== FROZEN) continue;
    const size = words.getInt32(at + 4 - MEMORY_BASE, true);
    // Whoever looks for a module looks at its first byte too.
    if (size >= 64 && address + size <= end) frozen.push([address + 16, address + size]);
  }

  // Where something begins, by what names it: functions, and -1 for what counts as hot.
  /** @type {Map<number, Set<number>>} */
  const named = new Map();
  const name = (/** @type {number} */ address, /** @type {number} */ by) => {
    if (!within(address)) return;
    const known = named.get(address);
    if (known) known.add(by);
    else named.set(address, new Set([by]));
  };
  module.codes.forEach((body, at) => namedIn(body, (address) => name(address, hot.has(outside + at) ? -1 : outside + at)));
  for (const address of addresses.values()) name(address, -1);
  for (const { kind, index } of module.exports)
    if (kind === GLOBAL) name(new Reader(module.globals[index - imported(module, GLOBAL)].value, 1).signed() + MEMORY_BASE, -1);

  // A word of the heap may be any number: it counts where it is the beginning of something.
  wordsOf(difference, (word) => named.get(word)?.add(-1));

  const begins = [...named.keys(), end].sort((a, b) => a - b);
  const apart = (/** @type {Set<number>} */ functions) => {
    const [low, high] = [Math.min(...functions) - APART, Math.max(...functions) + APART];
    for (let index = low; index <= high; index += 1) if (hot.has(index)) return false;
    return low >= 0;
  };
  /** @type {Range[]} */
  const tables = [];
  begins.slice(0, -1).forEach((from, at) => {
    const by = named.get(from);
    if (begins[at + 1] - from >= LEAST && by && !by.has(-1) && apart(by)) tables.push([from, begins[at + 1]]);
  });
  return [...frozen, ...tables].sort(([a], [b]) => a - b);
}
