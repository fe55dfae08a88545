// Names the data that only functions of the second part read, to be moved there with them.
//
// Takes: the settled module, npm's module, the functions that are hot, and the words that tools/snapshot.mjs found changed. Gives: ranges of
// addresses. Law: a range is moved only where nothing that is loaded at start can come to it. Two kinds are known:
//
// - modules of Python that are frozen in the interpreter: all but their first bytes are read by PyMarshal_ReadObjectFromString alone, which must be
//   cold, and the table of them tells where each begins and ends;
// - tables without addresses in them, of `LEAST` bytes and more, to which no hot function and no word of the snapshot leads, be it by
//   other data (a list of tables), where all functions that do lead there stand `APART` from hot ones: so they are of files of
//   which nothing is hot, and a table of such a file is its own.
//
// Where a constant could be an address as well as a distance from the base, both count. Leave it out, and all data are in the first.
import { MEMORY_BASE, STACK_LOW, TABLE_BASE } from "./wasm/addresses.mjs";
import { Reader } from "./wasm/bytes.mjs";
import { FUNCTION, GLOBAL, decode, imported } from "./wasm/module.mjs";
import { addressesOf, namedIn } from "./wasm/named.mjs";

/** @typedef {[from: number, to: number]} Range addresses */
/** @typedef {import("./wasm/module.mjs").Module} Module */

const LEAST = 4096;
const APART = 16;
const UNMARSHAL = "PyMarshal_ReadObjectFromString";
/** How a frozen module begins: a code object, to be remembered. */
const FROZEN = 0xe3;
/** What stands for all functions that are loaded at start, and for the snapshot. */
const HOT = -1;

/**
 * Name the ranges of data that may go.
 *
 * @param {{ settled: Uint8Array, stock: Uint8Array, hot: Set<number>, changed: Uint32Array }} given
 * @returns {Range[]}
 */
export function coldData({ settled, stock: stockBytes, hot, changed }) {
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

  // Where something begins, by what names it: functions, and HOT for what is loaded at start.
  /** @type {Map<number, Set<number>>} */
  const named = new Map();
  /** @param {number} address @param {number} [by] */
  const name = (address, by) => {
    if (address < MEMORY_BASE || address >= STACK_LOW) return;
    const known = named.get(address) ?? new Set();
    if (by !== undefined) known.add(by);
    named.set(address, known);
  };
  module.codes.forEach((body, at) => namedIn(body, (address) => name(address, hot.has(outside + at) ? HOT : outside + at)));
  // A small number may be a place in the table of functions.
  const places = TABLE_BASE + module.elements.reduce((sum, { functions }) => sum + functions.length, 0);
  for (const address of addresses.values()) name(address, address < places ? HOT : undefined);
  for (const { kind, index } of module.exports)
    if (kind === GLOBAL) name(new Reader(module.globals[index - imported(module, GLOBAL)].value, 1).signed() + MEMORY_BASE, HOT);
  // A word of the heap may be any number: it counts where it is the beginning of something.
  for (const word of changed) named.get(word)?.add(HOT);

  const begins = [...named.keys()].sort((a, b) => a - b);
  const leading = leadingTo(named, begins, addresses);
  const apart = (/** @type {Set<number>} */ functions) => {
    const [low, high] = [Math.min(...functions) - APART, Math.max(...functions) + APART];
    for (let index = low; index <= high; index += 1) if (hot.has(index)) return false;
    return low >= 0;
  };
  // A number in a function may look like an address and be none; what the module writes into its data is one.
  const certain = new Set(addresses.values());
  /** @type {Range[]} */
  const tables = [];
  begins.forEach((from, at) => {
    const to = begins[at + 1] ?? end;
    if (to > end) return;
    const by = leading(from);
    if (!by.size || by.has(HOT) || !apart(by)) return;
    const last = tables.at(-1);
    if (last?.[1] === from) last[1] = to;
    else if (certain.has(from) || to - from >= LEAST) tables.push([from, to]);
  });
  return [...frozen, ...tables.filter(([from, to]) => to - from >= LEAST)].sort(([a], [b]) => a - b);
}

/**
 * Give who leads to what begins at an address: functions that name it, and those that lead to other data which name it.
 *
 * @param {Map<number, Set<number>>} named @param {number[]} begins sorted @param {Map<number, number>} addresses
 * @returns {(address: number) => Set<number>}
 */
function leadingTo(named, begins, addresses) {
  /** @param {number} at a place in the data @returns {number} where that begins of which it is a part */
  const begin = (at) => {
    let [low, high] = [0, begins.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (begins[middle] <= at) low = middle;
      else high = middle;
    }
    return begins[low];
  };
  /** @type {Map<number, Set<number>>} */
  const owners = new Map();
  for (const [at, address] of addresses) {
    const known = owners.get(address) ?? new Set();
    known.add(begin(at));
    owners.set(address, known);
  }
  return (address) => {
    /** @type {Set<number>} */
    const functions = new Set();
    const seen = new Set([address]);
    const open = [address];
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      const by = named.get(each) ?? new Set([HOT]);
      const above = owners.get(each) ?? new Set();
      // What nobody names may be reached in ways that are not seen here.
      if (!by.size && !above.size) functions.add(HOT);
      by.forEach((index) => functions.add(index));
      for (const owner of above)
        if (!seen.has(owner)) {
          seen.add(owner);
          open.push(owner);
        }
    }
    return functions;
  };
}
