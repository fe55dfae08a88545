// Makes of the settled module what a page loads: the part that it runs, and the rest.
//
// Takes: build/made/lean/pyodide/pyodide.asm.wasm (tools/runtime.mjs), what imports change in memory (tools/snapshot.mjs) and the profile
// (tools/profiling). Gives: build/parts/module. With `--whole` the module is one, for making the profile anew.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { coldData } from "./data.mjs";
import { digest, keep, kept, part, parts, root, work } from "./parts.mjs";
import { hotFunctions } from "./profiling/functions.mjs";
import { split } from "./split.mjs";

const settled = readFileSync(join(work, "lean", "pyodide", "pyodide.asm.wasm"));
const put = part("module");
const named = (/** @type {string} */ name, /** @type {Uint8Array} */ wasm) => put(`${name}-${digest(wasm)}.wasm`, wasm);
if (process.argv.includes("--whole")) {
  keep("module.json", JSON.stringify({ wasm: named("pyodide", settled), second: "" }));
  console.log(`${settled.length} bytes, whole`);
} else {
  const stock = readFileSync(join(root, "node_modules", "pyodide", "pyodide.asm.wasm"));
  const changed = new Uint32Array(Uint8Array.from(readFileSync(join(work, "changed.bin"))).buffer);
  const hot = hotFunctions(settled);
  const ranges = coldData({ settled, stock, hot, changed });
  const { first, second, stubs } = split(settled, hot, ranges);
  keep("module.json", JSON.stringify({ wasm: named("pyodide", first), second: named("second", second), ranges }));
  const moved = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  console.log(`${first.length} and ${second.length} bytes, ${hot.size} functions and ${stubs} stubs, ${moved} bytes of data moved`);
}
