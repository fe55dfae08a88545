// A WebAssembly module as its parts, and back.
//
// Assumes: one memory, and it is imported; what else Pyodide's module does not have is refused, not dropped.
import { Reader, joined, leb, list, sized, text } from "./bytes.mjs";
import { expression } from "./instructions.mjs";

export const FUNCTION = 0;
export const TABLE = 1;
export const MEMORY = 2;
export const GLOBAL = 3;
export const TAG = 4;
const [CUSTOM, TYPES, IMPORTS, FUNCTIONS, TABLES, GLOBALS, EXPORTS, START, ELEMENTS, DATA_COUNT, CODE, DATA] = [0, 1, 2, 3, 4, 6, 7, 8, 9, 12, 10, 11];

/**
 * @typedef {{ module: string, name: string, kind: number, about: Uint8Array, type: number }} Import `about`: what follows the
 *   kind; `type`: that of a function
 * @typedef {{ name: string, kind: number, index: number }} Export
 * @typedef {{ type: number, mutable: boolean, value: Uint8Array }} Global `value`: a constant expression
 * @typedef {{ table: number, offset: Uint8Array, functions: number[] }} Element
 * @typedef {{ offset: Uint8Array | null, bytes: Uint8Array }} Data `offset`: null where it is passive
 * @typedef {{
 *   customs: Map<string, Uint8Array>, types: { parameters: number[], results: number[] }[], imports: Import[], functions: number[],
 *   tables: Uint8Array[], globals: Global[], exports: Export[], start: number | null, elements: Element[], codes: Uint8Array[], data: Data[],
 * }} Module `functions`: the types of its own; `codes`: their bodies
 */

/** @param {Reader} reader @returns {Import} */
function oneImport(reader) {
  const [module, name, kind] = [reader.text(), reader.text(), reader.byte()];
  const from = reader.at;
  let type = -1;
  if (kind === FUNCTION) type = reader.number();
  else if (kind === GLOBAL) reader.at += 2;
  else if (kind === TAG) {
    reader.at += 1;
    reader.number();
  } else if (kind === TABLE || kind === MEMORY) limits(reader, kind === TABLE);
  else throw new Error(`an import of a kind that is not known: ${kind}`);
  return { module, name, kind, about: reader.bytes.subarray(from, reader.at), type };
}

/** Go over the type of a table or a memory. @param {Reader} reader @param {boolean} table */
function limits(reader, table) {
  reader.at += table ? 1 : 0;
  const bounded = reader.number() & 1;
  reader.number();
  if (bounded) reader.number();
}

/** @param {Reader} reader @returns {Element} */
function oneElement(reader) {
  const kind = reader.number();
  if (kind !== 0 && kind !== 2) throw new Error(`elements of a kind that is not known: ${kind}`);
  const table = kind ? reader.number() : 0;
  const offset = expression(reader);
  if (kind && reader.byte() !== 0) throw new Error("elements that are no functions");
  return { table, offset, functions: reader.list(() => reader.number()) };
}

/** @param {Reader} reader @returns {Data} */
function oneData(reader) {
  const kind = reader.number();
  if (kind > 1) throw new Error(`data of a kind that is not known: ${kind}`);
  const offset = kind === 1 ? null : expression(reader);
  return { offset, bytes: reader.take(reader.number()) };
}

/** @param {Uint8Array} wasm @returns {Module} */
export function decode(wasm) {
  /** @type {Module} */
  const module = {
    customs: new Map(),
    types: [],
    imports: [],
    functions: [],
    tables: [],
    globals: [],
    exports: [],
    start: null,
    elements: [],
    codes: [],
    data: [],
  };
  const reader = new Reader(wasm, 8);
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const end = reader.number() + reader.at;
    if (id === CUSTOM) {
      const name = reader.text();
      module.customs.set(name, wasm.subarray(reader.at, end));
      reader.at = end;
    } else if (id === TYPES)
      module.types = reader.list(() => {
        if (reader.byte() !== 0x60) throw new Error("a type that is none of a function");
        return { parameters: reader.list(() => reader.byte()), results: reader.list(() => reader.byte()) };
      });
    else if (id === IMPORTS) module.imports = reader.list(() => oneImport(reader));
    else if (id === FUNCTIONS) module.functions = reader.list(() => reader.number());
    else if (id === TABLES)
      module.tables = reader.list(() => {
        const from = reader.at;
        limits(reader, true);
        return wasm.subarray(from, reader.at);
      });
    else if (id === GLOBALS) module.globals = reader.list(() => ({ type: reader.byte(), mutable: reader.byte() === 1, value: expression(reader) }));
    else if (id === EXPORTS) module.exports = reader.list(() => ({ name: reader.text(), kind: reader.byte(), index: reader.number() }));
    else if (id === START) module.start = reader.number();
    else if (id === ELEMENTS) module.elements = reader.list(() => oneElement(reader));
    else if (id === CODE) module.codes = reader.list(() => reader.take(reader.number()));
    else if (id === DATA) module.data = reader.list(() => oneData(reader));
    else if (id === DATA_COUNT) reader.number();
    else throw new Error(`the module has a section that is not known: ${id}`);
    if (reader.at !== end) throw new Error(`the section ${id} does not end where it should`);
  }
  return module;
}

/** @param {Module} module */
export function encode(module) {
  /** @type {Uint8Array[]} */
  const parts = [Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])];
  const section = (/** @type {number} */ id, /** @type {Uint8Array} */ content) => void parts.push(joined(id, sized(content)));
  for (const [name, content] of module.customs) section(CUSTOM, joined(text(name), content));
  section(TYPES, list(module.types.map(({ parameters, results }) => joined(0x60, sized(Buffer.from(parameters)), sized(Buffer.from(results))))));
  section(IMPORTS, list(module.imports.map(({ module: from, name, kind, about }) => joined(text(from), text(name), kind, about))));
  section(FUNCTIONS, list(module.functions.map(leb)));
  if (module.tables.length) section(TABLES, list(module.tables));
  if (module.globals.length) section(GLOBALS, list(module.globals.map(({ type, mutable, value }) => joined(type, Number(mutable), value))));
  section(EXPORTS, list(module.exports.map(({ name, kind, index }) => joined(text(name), kind, leb(index)))));
  if (module.start !== null) section(START, Buffer.from(leb(module.start)));
  const elements = module.elements.map(({ table, offset, functions }) =>
    table ? joined(2, leb(table), offset, 0, list(functions.map(leb))) : joined(0, offset, list(functions.map(leb))),
  );
  if (elements.length) section(ELEMENTS, list(elements));
  if (module.data.length) section(DATA_COUNT, Buffer.from(leb(module.data.length)));
  section(CODE, list(module.codes.map(sized)));
  if (module.data.length) section(DATA, list(module.data.map(({ offset, bytes }) => joined(offset ? joined(0, offset) : 1, sized(bytes)))));
  return Buffer.concat(parts);
}

/** Count the imports of a kind: the module's own begin behind them. @param {Module} module @param {number} kind */
export const imported = (module, kind) => module.imports.filter((each) => each.kind === kind).length;
