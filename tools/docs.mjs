// Leaves out what the interpreter says to people of its functions and types: nobody reads `__doc__` in a page.
//
// Takes: the settled module and npm's. Gives: the settled module with zeros in the place of those texts, which are empty then. Assumes: a
// text with the mark that ends a signature, or of several lines and with nothing to be filled in, is a documentation (what else there is
// of that kind are usage and reports of faults of the interpreter). A text is left where something names a place within it. Leave
// it out, and the module is a tenth larger.
import { MEMORY_BASE } from "./wasm/addresses.mjs";
import { decode, encode } from "./wasm/module.mjs";
import { addressesOf, namedIn } from "./wasm/named.mjs";

const SIGNATURE = "\n--\n\n";
const SHORTEST = 20;
const SHORTEST_OF_LINES = 80;
const SOURCE = /\bimport \w/;

/** Tell whether a text is there for people who ask what something is. @param {string} text */
function isDocumentation(text) {
  if (text.includes(SIGNATURE)) return true;
  return text.length >= SHORTEST_OF_LINES && /^[\t\n -~]+$/.test(text) && text.trim().includes("\n") && !text.includes("%") && !SOURCE.test(text);
}

/**
 * Give the module without its documentation.
 *
 * @param {Uint8Array} settled @param {Uint8Array} stockBytes npm's module, which knows what is an address
 */
export function withoutDocs(settled, stockBytes) {
  const module = decode(settled);
  const [data, ...others] = module.data;
  if (others.length) throw new Error("the module's data are not one segment");
  const addresses = addressesOf(decode(stockBytes));
  /** @type {Set<number>} */
  const named = new Set(addresses.values());
  for (const body of module.codes) namedIn(body, (address) => void named.add(address));
  const end = Math.min(...addresses.keys()) - MEMORY_BASE;
  const bytes = Buffer.from(data.bytes);
  let [texts, size] = [0, 0];
  for (let from = 0, to = bytes.indexOf(0); to >= 0 && to < end; from = to + 1, to = bytes.indexOf(0, from)) {
    if (to - from < SHORTEST || !isDocumentation(bytes.toString("latin1", from, to))) continue;
    let whole = named.has(from + MEMORY_BASE);
    for (let at = from + 1; at <= to && whole; at += 1) whole = !named.has(at + MEMORY_BASE);
    if (!whole) continue;
    bytes.fill(0, from, to);
    texts += 1;
    size += to - from;
  }
  return { wasm: encode({ ...module, data: [{ ...data, bytes }] }), texts, size };
}
