// Makes the memory snapshot: Pyodide with the lean library and the lowered client imported, as what differs from a freshly
// instantiated module.
//
// Takes: build/made/lean/library.zip (tools/lean/stand_ins.py; tools/lean/tidy.py is in it). Gives: build/parts/snapshot. Assumes: only memory is kept,
// not files, so what the client needs later must have been imported here; nothing of `js` is touched before the snapshot
// is taken.
//
// The form of the file (little-endian u32): lengths of the snapshot's head and of the memory, where the garbage collector's list
// begins, the first word that stands for another, number of runs; then address and length of each run; then the head; then the
// runs' bytes, less what tools/derive.mjs leaves out. web/start/memory.js puts it together again.
import nodeCrypto from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hold } from "../web/start/memory.js";
import { UNDO, derivable, inOrder } from "./derive.mjs";
import { forget } from "./forget.mjs";
import { digest, keep, kept, part, root, work } from "./parts.mjs";
import { HEAP_BASE, STACK_LOW, placeOf } from "./wasm/addresses.mjs";
import { decode } from "./wasm/module.mjs";
import { emptying, occupy, wipe } from "./wipe.mjs";

// The pair that the page gets: exports and table decide places in memory.
const home = join(work, "lean", "pyodide");
/** @type {typeof import("pyodide")} */
const { loadPyodide } = await import(join(home, "pyodide.mjs"));
const block = 64; // compared at once
const near = 256; // runs nearer than this are one
const entry = "cioanalytics_page"; // tools/lower makes it
const stack = [STACK_LOW, HEAP_BASE];
const library = join(work, "lean", "library.zip");

// The same sources give the same bytes: no time and no chance of this machine gets in. What a page needs of either comes
// from the page.
nodeCrypto.randomFillSync = (/** @type {any} */ array) => array.fill(0);
process.argv[1] = "/usr/bin/python";
Date.now = () => 1577836800000;
performance.now = () => 0;

const start = (/** @type {object} */ options) =>
  loadPyodide({ indexURL: home, lockFileContents: kept("runtime.json").lock, env: { PYTHONHASHSEED: "0" }, ...options });

/** Pyodide compiles on its own; take a copy of the memory between the data segments and the first instruction. */
let fresh = new Uint8Array();
/** @type {WebAssembly.Memory | undefined} */
let held;
const instantiate = WebAssembly.instantiate;
// @ts-expect-error the two overloads are one here
WebAssembly.instantiate = async (module, imports) => {
  const memory = imports?.env?.memory;
  // Only what makes the snapshot empties what it allocates; what starts with it is what the page has.
  if (memory instanceof WebAssembly.Memory && !fresh.length) module = emptying(new Uint8Array(module));
  const result = await instantiate(module, imports);
  if (memory instanceof WebAssembly.Memory && !fresh.length) fresh = new Uint8Array(memory.buffer).slice();
  else if (memory instanceof WebAssembly.Memory) restore = hold(headOnly, (held = memory), file.buffer, stack, /** @type {any} */ (result.instance.exports[UNDO]));
  return result;
};
let restore = () => {};
const pyodide = await start({ _makeSnapshot: true, stdLibURL: library });
// Nothing is compiled: that alone would make a hundred types of syntax trees, which stay.
try {
  for (const name of [entry, "tidy"]) {
    const module = pyodide.pyimport(name);
    module.tidy?.();
    module.destroy();
  }
} catch (error) {
  // Python's words are enough: the stack would quote a megabyte of glue.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
const { HEAPU8, _emscripten_builtin_malloc } = /** @type {any} */ (pyodide)._module;
occupy(new Uint32Array(HEAPU8.buffer), _emscripten_builtin_malloc);
const snapshot = pyodide.makeMemorySnapshot();

const head = new Uint32Array(snapshot.buffer, snapshot.byteOffset, 2)[1];
/** How far down the stack is in use. */
const used = /** @type {any} */ (pyodide)._module.stackSave();
const wiped = wipe(snapshot.subarray(head), used);
const memory = new Uint32Array(snapshot.buffer, snapshot.byteOffset + head, (snapshot.length - head) / 4);
const module = decode(readFileSync(join(root, "node_modules", "pyodide", "pyodide.asm.wasm")));
const typeOf = (/** @type {string} */ name) => placeOf(module, `Py${name}_Type`);
const list = inOrder(memory);
const forgotten = forget(memory, list, { function: typeOf("Function"), dict: typeOf("Dict") });
/** @type {[number, number][]} */
const runs = [];
for (let at = 0; at < 4 * memory.length; at += block) {
  let same = true; // the snapshot may be longer than the fresh memory, which then grows by zeros
  for (let i = at; i < at + block && same; i++) same = snapshot[head + i] === (fresh[i] ?? 0);
  if (same) continue;
  const last = runs.at(-1);
  if (last && at - (last[0] + last[1]) < near) last[1] = at + block - last[0];
  else runs.push([at, block]);
}
/** @param {Uint32Array} words */
const inRuns = (words) => runs.map(([at, length]) => new Uint8Array(words.buffer, words.byteOffset + at, length));
keep("changed.bin", Buffer.concat(inRuns(memory)));
const { given, first } = derivable(memory, list, typeOf("Unicode"), new Uint32Array(fresh.buffer));
const header = new Uint32Array([head, 4 * memory.length, list, first, runs.length, ...runs.flat()]);
const file = new Uint8Array(Buffer.concat([new Uint8Array(header.buffer), snapshot.subarray(0, head), ...inRuns(given)]));

// A page would fall back to the full start with a word on debug() only; so see here that it restores, as a page does it.
const headOnly = new Uint8Array(head);
const empty = new Uint8Array(22);
empty.set([0x50, 0x4b, 5, 6]);
keep("empty.zip", empty);
const _restore = () => {
  restore();
  const now = new Uint8Array(/** @type {WebAssembly.Memory} */ (held).buffer);
  const wrong = now.findIndex((byte, at) => byte !== snapshot[head + at] && (at < stack[0] || at >= used));
  if (wrong >= 0) throw new Error(`the memory is not that of the snapshot at ${wrong}`);
};
const restored = await start({ _loadSnapshot: headOnly, _memory: snapshot.length - head, _restore, stdLibURL: join(work, "empty.zip") });
restored.pyimport(entry);

const put = part("snapshot");
const name = put(`snapshot-${digest(file)}.bin`, file);
keep("snapshot.json", JSON.stringify({ snapshot: name, snapshotHead: head, memory: snapshot.length - head, stack, python: entry }));
console.log(`${name}: ${file.length} of ${snapshot.length} bytes in ${runs.length} runs, ${wiped} wiped, ${forgotten} words forgotten`);
process.exit(0); // Pyodide keeps Node alive
