// What names places in the module's data: the data themselves, and functions.
import { MEMORY_BASE, bodyOf, globalsAfterStart, run } from "./addresses.mjs";
import { Reader } from "./bytes.mjs";
import { I32_CONST, walk } from "./instructions.mjs";

/** @typedef {import("./module.mjs").Module} Module */

const WRITER = "__wasm_apply_data_relocs";

/** Give where addresses stand in the data, and which. @param {Module} stock @returns {Map<number, number>} */
export function addressesOf(stock) {
  /** @type {Map<number, number>} */
  const found = new Map();
  const writer = stock.exports.find(({ name }) => name === WRITER);
  if (!writer) throw new Error(`the module has no ${WRITER}`);
  run(bodyOf(stock, writer.index), globalsAfterStart(stock), { store: (address, value) => void found.set(address, value) });
  return found;
}

/** Visit all that a body may take for an address. @param {Uint8Array} body @param {(address: number) => void} visit */
export function namedIn(body, visit) {
  walk(body, (code, _, from) => {
    const constant = code === I32_CONST;
    if (!constant && (code < 0x28 || code > 0x3e)) return;
    const reader = new Reader(body, from);
    const value = constant ? reader.signed() : reader.number();
    visit(value);
    visit(value + MEMORY_BASE);
  });
}
