// Makes the memory snapshot: Pyodide with our package imported, as what differs from a freshly instantiated module.
//
// Only memory is kept, not files: what the client needs later must have been imported here. Nothing of `js` may be touched
// before the snapshot is taken. It is taken in two goes: the first learns which modules are imported and compiles them, the
// second imports that bytecode only, which leaves a third less litter in memory.
//
// The form of the file (little-endian u32): length of the whole snapshot, number of runs; then offset and length of each
// run; then their bytes. web/runtime.js puts it together again.
import nodeCrypto from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";
import { restore } from "../web/runtime.js";
import { digest, filesBelow, keep, kept, part, work } from "./parts.mjs";

const block = 64; // compared at once
const near = 256; // runs nearer than this are one
const entry = "cioanalytics.browser.install";
const site = "/lib/python3.13/site-packages";
const tree = join(work, "wheel", "src");

/** Run Python; its own words are enough of an error, the stack would quote a megabyte of glue. */
function run(/** @type {import("pyodide").PyodideAPI} */ pyodide, /** @type {string} */ code) {
  try {
    return pyodide.runPython(code);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

// The same sources give the same bytes: no time and no chance of this machine gets in. What a page needs of either comes
// from the page.
nodeCrypto.randomFillSync = (/** @type {any} */ array) => array.fill(0);
Date.now = () => 1577836800000;
performance.now = () => 0;

const start = (/** @type {object} */ options) =>
  loadPyodide({ lockFileContents: kept("runtime.json").lock, env: { PYTHONHASHSEED: "0", HOME: "/home/pyodide" }, ...options });

/** Give an archive of the bytecode of all that is imported once the package is. */
async function library() {
  const pyodide = await start({});
  for (const name of filesBelow(tree)) {
    pyodide.FS.mkdirTree(join(site, name, ".."));
    pyodide.FS.writeFile(join(site, name), readFileSync(join(tree, name)));
  }
  run(
    pyodide,
    `
import importlib, io, marshal, sys, zipfile
importlib.invalidate_caches()
import ${entry}
PLACES = ("/lib/python313.zip/", "${site}/")
HEAD = importlib.util.MAGIC_NUMBER + b"\\1" + bytes(11)  # hash-based, unchecked
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    for name, module in sorted(sys.modules.items()):
        spec = module.__spec__
        place = spec and spec.origin and next(filter(spec.origin.startswith, PLACES), None)
        if place:
            path = spec.origin.removeprefix(place).removesuffix(".py") + ".pyc"
            archive.writestr(zipfile.ZipInfo(path), HEAD + marshal.dumps(spec.loader.get_code(name)))
open("/library.zip", "wb").write(packed.getvalue())
`,
  );
  return pyodide.FS.readFile("/library.zip");
}
keep("library.zip", await library());

/** Pyodide compiles on its own; take a copy of the memory between the data segments and the first instruction. */
let fresh = new Uint8Array();
const instantiate = WebAssembly.instantiate;
// @ts-expect-error the two overloads are one here
WebAssembly.instantiate = async (module, imports) => {
  const result = await instantiate(module, imports);
  const memory = imports?.env?.memory;
  if (memory instanceof WebAssembly.Memory && !fresh.length) fresh = new Uint8Array(memory.buffer).slice();
  return result;
};
const pyodide = await start({ _makeSnapshot: true, stdLibURL: join(work, "library.zip") });
run(
  pyodide,
  `
import gc
import ${entry}
gc.collect()
gc.collect()
del gc
`,
);
const snapshot = pyodide.makeMemorySnapshot();

const head = new Uint32Array(snapshot.buffer, snapshot.byteOffset, 2)[1];
/** @type {[number, number][]} */
const runs = [[0, head]];
for (let at = 0; at < snapshot.length - head; at += block) {
  let same = true; // the snapshot may be longer than the fresh memory, which then grows by zeros
  for (let i = at; i < at + block && same; i++) same = snapshot[head + i] === (fresh[i] ?? 0);
  if (same) continue;
  const last = runs[runs.length - 1];
  if (runs.length > 1 && head + at - (last[0] + last[1]) < near) last[1] = head + at + block - last[0];
  else runs.push([head + at, block]);
}
const size = runs.reduce((sum, [, length]) => sum + length, 0);
const file = new Uint8Array(8 + runs.length * 8 + size);
const words = new Uint32Array(file.buffer, 0, 2 + runs.length * 2);
words[0] = snapshot.length;
words[1] = runs.length;
let to = words.byteLength;
runs.forEach(([offset, length], i) => {
  words[2 + 2 * i] = offset;
  words[3 + 2 * i] = length;
  file.set(snapshot.subarray(offset, offset + length), to);
  to += length;
});

// A page would fall back to the plain start without a word; so see here that it restores, as a page does it.
const together = new Uint8Array(snapshot.length);
restore(together, fresh, file.buffer);
const empty = new Uint8Array(22);
empty.set([0x50, 0x4b, 5, 6]);
keep("empty.zip", empty);
const restored = await start({ _loadSnapshot: together, stdLibURL: join(work, "empty.zip") });
run(restored, "import sys; assert 'cioanalytics.core.analytics' in sys.modules");
restored.pyimport(entry);

const put = part("snapshot");
const name = put(`snapshot-${digest(file)}.bin`, file);
keep("snapshot.json", JSON.stringify({ snapshot: name, snapshotLength: snapshot.length, python: entry }));
console.log(`${name}: ${file.length} of ${snapshot.length} bytes in ${runs.length} runs`);
process.exit(0); // Pyodide keeps Node alive
