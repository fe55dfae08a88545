// The profile: which functions of the module a page's client runs, as a text that is committed.
//
//   node tools/profiling/functions.mjs counting OUTPUT      write a module that notes which functions run
//   node tools/profiling/functions.mjs write < NUMBERS      write functions.txt from a JSON list of numbers of functions
//
// Takes: npm's module, and build/made/lean/pyodide's settled one, whose functions have the same numbers. `./build.sh profile` makes
// it anew (tools/profiling/__main__.py). A profile of another module is refused. A function is written by its name where the module
// exports it, else by its number.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UNDO } from "../derive.mjs";
import { root, work } from "../parts.mjs";
import { joined, leb } from "../wasm/bytes.mjs";
import { GLOBAL_SET, I32_CONST, walk } from "../wasm/instructions.mjs";
import { FUNCTION, GLOBAL, decode, encode, imported } from "../wasm/module.mjs";
import { functionsOf } from "../wasm/rewrite.mjs";
import { END, I32, number } from "../wasm/write.mjs";

const PROFILE = join(root, "tools", "profiling", "functions.txt");
const STOCK = join(root, "node_modules", "pyodide", "pyodide.asm.wasm");
const SAID = "# Functions of Pyodide's module that the client runs in a page; made by ./build.sh profile.\n";
/** What a function of the profile calls is hot too where it has so many bytes at most, so many calls far: ways that no run went. */
const SMALL = 1000;
const FAR = 3;
/** So are those of what a text may lead to, however odd it is. */
const FAMILIES = /^_?Py(Codec|Unicode|Err|Exception)/;
const SMALL_OF_FAMILY = 3000;
/** And the file of the exceptions, from its first name to the next file's. */
const FILE = ["PyException_GetTraceback", "Py_GenericAlias"];
/** So is what stands beside it: functions of one file do. It costs 50 kB, and the client may change without a new profile. */
const SMALL_BESIDE = 500;
const BESIDE = 3;

const hash = (/** @type {Uint8Array} */ wasm) => createHash("sha256").update(wasm).digest("hex");
/** The second line: which module it is of. @param {Uint8Array} stock @param {number} count */
const about = (stock, count) => `# sha256 ${hash(stock)}, ${count} functions of ${decode(stock).codes.length}\n`;

/** Name the functions that a module exports. @param {Uint8Array} stock */
function namesOf(stock) {
  /** @type {Map<number, string>} */
  const names = new Map();
  for (const { name, kind, index } of decode(stock).exports) if (kind === FUNCTION && !names.has(index)) names.set(index, name);
  return names;
}

/** Write a profile. @param {Uint8Array} stock @param {number[]} functions */
export function profileText(stock, functions) {
  const names = namesOf(stock);
  const { imports, codes } = decode(stock);
  const count = imports.filter(({ kind }) => kind === FUNCTION).length + codes.length;
  const lines = functions.filter((index) => index < count).sort((a, b) => a - b).map((index) => `${names.get(index) ?? `#${index}`}\n`);
  return SAID + about(stock, lines.length) + lines.join("");
}

/** Read a profile. @param {Uint8Array} stock @param {string} text @returns {number[]} numbers of functions */
export function profileOf(stock, text) {
  const lines = text.split("\n").filter((line) => line && !line.startsWith("#") || /^#\d/.test(line));
  if (!text.startsWith(SAID + about(stock, lines.length))) throw new Error("the profile is one of another module: ./build.sh profile");
  const numbers = new Map([...namesOf(stock)].map(([index, name]) => [name, index]));
  return lines.map((line) => {
    const index = line.startsWith("#") ? Number(line.slice(1)) : numbers.get(line);
    if (index === undefined) throw new Error(`the module has no function ${line}`);
    return index;
  });
}

/** Give the functions that are hot by the committed profile. @param {Uint8Array} settled */
export function hotFunctions(settled) {
  const module = decode(settled);
  const outside = imported(module, FUNCTION);
  const stock = readFileSync(STOCK);
  const seen = profileOf(stock, readFileSync(PROFILE, "utf8"));
  // The function that starts with the snapshot is no one's but ours.
  const hot = new Set([...seen, ...module.exports.filter(({ name }) => name === UNDO).map(({ index }) => index)]);
  const small = (/** @type {number} */ index, /** @type {number} */ most) => (module.codes[index - outside]?.length ?? Infinity) <= most;
  let edge = seen;
  for (let far = 0; far < FAR; far += 1) {
    const called = edge.flatMap((index) => functionsOf(module.codes[index - outside]));
    edge = [...new Set(called)].filter((index) => !hot.has(index) && small(index, SMALL));
    for (const index of edge) hot.add(index);
  }
  const names = [...namesOf(stock)];
  const [begin, end] = FILE.map((wanted) => names.find(([, name]) => name === wanted)?.[0] ?? 0);
  const family = names.filter(([, name]) => FAMILIES.test(name)).map(([index]) => index);
  for (let index = begin; index < end; index += 1) family.push(index);
  for (const index of family) if (small(index, SMALL_OF_FAMILY)) hot.add(index);
  for (const index of [...seen, ...family])
    for (let at = index - BESIDE; at <= index + BESIDE; at += 1) if (small(at, SMALL_BESIDE)) hot.add(at);
  return hot;
}

/** Give the module with a global `$pN` for each function N, which is 1 once that has run. @param {Uint8Array} wasm */
export function counting(wasm) {
  const module = decode(wasm);
  const outside = imported(module, FUNCTION);
  const first = imported(module, GLOBAL) + module.globals.length;
  const codes = module.codes.map((body, at) => {
    const begin = walk(body, () => {});
    return joined(body.subarray(0, begin), I32_CONST, 1, GLOBAL_SET, leb(first + at), body.subarray(begin));
  });
  const marks = module.codes.map((_, at) => ({ name: `$p${outside + at}`, kind: GLOBAL, index: first + at }));
  const globals = module.codes.map(() => ({ type: I32, mutable: true, value: joined(number(0), END) }));
  return encode({ ...module, codes, globals: [...module.globals, ...globals], exports: [...module.exports, ...marks] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, output] = process.argv.slice(2);
  if (command === "counting") writeFileSync(output, counting(readFileSync(join(work, "lean", "pyodide", "pyodide.asm.wasm"))));
  else {
    const stock = readFileSync(STOCK);
    // No run sees all: what an earlier one of the same module saw stays.
    let earlier = /** @type {number[]} */ ([]);
    try {
      earlier = profileOf(stock, readFileSync(PROFILE, "utf8"));
    } catch (error) {
      console.log(`${error instanceof Error ? error.message : error}: begun anew`);
    }
    writeFileSync(PROFILE, profileText(stock, [...new Set([...earlier, ...JSON.parse(readFileSync(0, "utf8"))])]));
  }
}
