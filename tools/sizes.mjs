// Prints what a first visit loads, file by file.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kept, root } from "./parts.mjs";

const files = JSON.parse(readFileSync(join(root, "dist", "files.json"), "utf8"));
const names = ["cioanalytics.js", kept("border.json").border, kept("runtime.json").glue, kept("module.json").wasm, kept("snapshot.json").snapshot];
const kilo = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(0).padStart(8);
console.log(`${"KiB".padEnd(32)}     raw      gz      br`);
const sum = { bytes: 0, gz: 0, br: 0 };
for (const name of names) {
  const { bytes, gz, br } = files[name];
  console.log(`${name.padEnd(32)}${kilo(bytes)}${kilo(gz)}${kilo(br)}`);
  sum.bytes += bytes;
  sum.gz += gz;
  sum.br += br;
}
console.log(`${"together".padEnd(32)}${kilo(sum.bytes)}${kilo(sum.gz)}${kilo(sum.br)}`);
