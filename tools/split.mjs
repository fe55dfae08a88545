// Splits the module: what a page's client runs stays in the first, all other functions go into a second one, which is loaded
// when it is needed, or before that when the page is idle.
//
// Takes: the bytes of the settled module, the functions that are hot (tools/profiling) and the ranges of data that go with the others
// (tools/data.mjs). Gives: both modules. Wherever the
// first names a function of the second (in a call, in its table, in its exports) a stub stands in its place: that has the
// second module loaded where it is not there yet, and goes on in it, so a function that was wrongly left out costs a load, never
// a wrong answer. The call stays within WebAssembly. Assumes: the second module is instantiated with the page's own imports and
// the exports of the first under `FIRST`, then `LOADED` is set. Table and exports keep their order, so that a snapshot of the
// settled module fits. Leave it out, and the whole module is loaded at start.
import { Reader, joined, leb } from "./wasm/bytes.mjs";
import { CALL, GLOBAL_GET, GLOBAL_SET, I32_CONST } from "./wasm/instructions.mjs";
import { FUNCTION, GLOBAL, TABLE, decode, encode, imported } from "./wasm/module.mjs";
import { functionsOf, rewritten } from "./wasm/rewrite.mjs";
import { END, I32, IF, get, number } from "./wasm/write.mjs";

/** @typedef {import("./wasm/module.mjs").Module} Module */
/** @typedef {import("./wasm/module.mjs").Import} Import */
/** @typedef {import("./wasm/module.mjs").Export} Export */

/** What the first imports to have the second loaded; web/start/second.js gives it. */
const LOADER = { module: "second", name: "load" };
/** The module name under which the second imports what is the first's. */
const FIRST = "first";
/** Exports of the first begin so where they are for the second: the glue must not see them. */
const TABLE_OF_SECOND = "$second";
const LOADED = "$loaded";
const FUNCREF = 0x70;

/**
 * @typedef {{
 *   module: Module, outside: number, typeOf: (index: number) => number, stays: number[], leaves: number[], stubs: number[],
 *   shared: number[], globals: number[],
 * }} Plan all functions by their numbers in the settled module. `outside`: how many are imported; `stubs`: those of the second that the
 *   first names; `shared`: those of the first that the second names; `globals`: those of the module's own that the second uses
 */

/**
 * Say which function goes where.
 *
 * @param {Module} module @param {Set<number>} hot
 * @returns {Plan}
 */
function plan(module, hot) {
  const outside = imported(module, FUNCTION);
  const types = [...module.imports.filter(({ kind }) => kind === FUNCTION).map(({ type }) => type), ...module.functions];
  const typeOf = (/** @type {number} */ index) => types[index];
  const own = module.codes.map((_, at) => outside + at);
  const [stays, leaves] = [own.filter((index) => hot.has(index)), own.filter((index) => !hot.has(index))];
  const cold = new Set(leaves);
  const bodyOf = (/** @type {number} */ index) => module.codes[index - outside];
  const named = [
    ...stays.flatMap((index) => functionsOf(bodyOf(index))),
    ...module.elements.flatMap(({ functions }) => functions),
    ...module.exports.filter(({ kind }) => kind === FUNCTION).map(({ index }) => index),
  ];
  const stubs = [...new Set(named.filter((index) => cold.has(index)))].sort((a, b) => typeOf(a) - typeOf(b) || a - b);
  const shared = [...new Set(leaves.flatMap((index) => functionsOf(bodyOf(index))).filter((index) => hot.has(index)))].sort((a, b) => a - b);
  /** @type {Set<number>} */
  const globals = new Set();
  const first = imported(module, GLOBAL);
  for (const index of leaves) {
    rewritten(bodyOf(index), (code, from) => {
      const global = code === GLOBAL_GET || code === GLOBAL_SET ? new Reader(bodyOf(index), from).number() : -1;
      if (global >= first) globals.add(global);
      return null;
    });
  }
  return { module, outside, typeOf, stays, leaves, stubs, shared, globals: [...globals].sort((a, b) => a - b) };
}

/** Number a list anew. @param {number[]} list @param {number} from */
const numbered = (list, from) => list.map((index, at) => /** @type {[number, number]} */ ([index, from + at]));

/** Give the new number of a function or a global. @param {Map<number, number>} places @param {number} index */
function placed(places, index) {
  const place = places.get(index);
  if (place === undefined) throw new Error(`${index} has no place in this module`);
  return place;
}

/**
 * Give a body with all that it names under new numbers.
 *
 * @param {Uint8Array} body @param {Map<number, number>} functions @param {Map<number, number>} globals
 */
const moved = (body, functions, globals) =>
  rewritten(body, (code, from) => {
    const places = code === GLOBAL_GET || code === GLOBAL_SET ? globals : functions;
    return joined(code, leb(placed(places, new Reader(body, from).number())));
  });

/** Give the type of a function without parameters and results. @param {Module} module */
function plain({ types }) {
  const found = types.findIndex(({ parameters, results }) => !parameters.length && !results.length);
  if (found < 0) throw new Error("the module has no function that takes and gives nothing");
  return found;
}

/**
 * Give the data without some ranges, and these.
 *
 * @param {Module} module @param {import("./data.mjs").Range[]} ranges
 */
function dataOf(module, ranges) {
  const [{ offset, bytes }] = module.data;
  if (module.data.length !== 1 || offset?.[0] !== I32_CONST) throw new Error("the module's data are not one segment at its place");
  const base = new Reader(offset, 1).signed();
  /** @type {(from: number, to: number) => import("./wasm/module.mjs").Data} */
  const piece = (from, to) => ({ offset: joined(number(from), END), bytes: bytes.subarray(from - base, to - base) });
  const ends = [base, ...ranges.map(([, to]) => to)];
  const begins = [...ranges.map(([from]) => from), base + bytes.length];
  return { staying: begins.map((to, at) => piece(ends[at], to)).filter((each) => each.bytes.length), leaving: ranges.map(([from, to]) => piece(from, to)) };
}

/** @param {Plan} given @returns {Module} */
function firstOf({ module, outside, typeOf, stays, stubs, shared, globals }) {
  const nothing = plain(module);
  const [loader, ensure] = [outside, outside + 1];
  const own = ensure + 1;
  const places = new Map([
    ...numbered([...Array(outside).keys()], 0),
    ...numbered(stays, own),
    ...numbered(stubs, own + stays.length),
  ]);
  const loaded = imported(module, GLOBAL) + module.globals.length;
  const second = imported(module, TABLE) + module.tables.length;
  const same = new Map(numbered([...Array(loaded).keys()], 0));
  const stub = (/** @type {number} */ index, /** @type {number} */ slot) => {
    const type = typeOf(index);
    const given = module.types[type].parameters.map((_, at) => get(at));
    return joined(0, CALL, leb(ensure), ...given, number(slot), 0x11, leb(type), leb(second), END);
  };
  const ensured = joined(0, GLOBAL_GET, leb(loaded), 0x45, IF, CALL, leb(loader), END, END);
  /** @type {Export[]} */
  const more = [
    ...shared.map((index) => ({ name: `$f${index}`, kind: FUNCTION, index: placed(places, index) })),
    ...globals.map((index) => ({ name: `$g${index}`, kind: GLOBAL, index })),
    ...module.tables.map((_, at) => ({ name: `$t${at}`, kind: TABLE, index: imported(module, TABLE) + at })),
    { name: TABLE_OF_SECOND, kind: TABLE, index: second },
    { name: LOADED, kind: GLOBAL, index: loaded },
  ];
  return {
    ...module,
    imports: [...module.imports, { ...LOADER, kind: FUNCTION, about: Buffer.from(leb(nothing)), type: nothing }],
    functions: [nothing, ...stays.map(typeOf), ...stubs.map(typeOf)],
    tables: [...module.tables, joined(FUNCREF, 0, leb(stubs.length))],
    globals: [...module.globals, { type: I32, mutable: true, value: joined(number(0), END) }],
    exports: [...module.exports.map((each) => (each.kind === FUNCTION ? { ...each, index: placed(places, each.index) } : each)), ...more],
    elements: module.elements.map((each) => ({ ...each, functions: each.functions.map((index) => placed(places, index)) })),
    codes: [ensured, ...stays.map((index) => moved(module.codes[index - outside], places, same)), ...stubs.map(stub)],
  };
}

/** @param {Plan} given @returns {Module} */
function secondOf({ module, outside, typeOf, leaves, stubs, shared, globals }) {
  const bodies = leaves.map((index) => module.codes[index - outside]);
  const asked = new Set(bodies.flatMap(functionsOf).filter((index) => index < outside));
  let last = -1;
  const imports = module.imports.filter(({ kind }) => kind !== FUNCTION || asked.has((last += 1)));
  /** @type {(name: string, kind: number, about: Uint8Array, type?: number) => Import} */
  const ofFirst = (name, kind, about, type = -1) => ({ module: FIRST, name, kind, about, type });
  const taken = [...asked].sort((a, b) => a - b);
  const places = new Map([...numbered(taken, 0), ...numbered(shared, taken.length), ...numbered(leaves, taken.length + shared.length)]);
  const outer = imported(module, GLOBAL);
  const globalPlaces = new Map([...numbered([...Array(outer).keys()], 0), ...numbered(globals, outer)]);
  const globalOf = (/** @type {number} */ index) => module.globals[index - outer];
  return {
    ...module,
    customs: new Map(),
    imports: [
      ...imports,
      ...shared.map((index) => ofFirst(`$f${index}`, FUNCTION, Buffer.from(leb(typeOf(index))), typeOf(index))),
      ...globals.map((index) => ofFirst(`$g${index}`, GLOBAL, Buffer.from([globalOf(index).type, Number(globalOf(index).mutable)]))),
      ...module.tables.map((about, at) => ofFirst(`$t${at}`, TABLE, about)),
      ofFirst(TABLE_OF_SECOND, TABLE, joined(FUNCREF, 0, leb(stubs.length))),
    ],
    functions: leaves.map(typeOf),
    tables: [],
    globals: [],
    exports: [],
    start: null,
    elements: [
      {
        table: imported(module, TABLE) + module.tables.length,
        offset: joined(number(0), END),
        functions: stubs.map((index) => placed(places, index)),
      },
    ],
    codes: bodies.map((body) => moved(body, places, globalPlaces)),
  };
}

/**
 * Split a module in two.
 *
 * @param {Uint8Array} wasm @param {Set<number>} hot numbers of functions
 * @param {import("./data.mjs").Range[]} [ranges] of addresses, in their order
 */
export function split(wasm, hot, ranges = []) {
  const given = plan(decode(wasm), hot);
  const { staying, leaving } = dataOf(given.module, ranges);
  return {
    first: encode({ ...firstOf(given), data: staying }),
    second: encode({ ...secondOf(given), data: leaving }),
    stubs: given.stubs.length,
  };
}
