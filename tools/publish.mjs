// Merges build/parts into dist/ and lays a .br and a .gz beside each file that shrinks.
//
// A file is replaced by renaming, the loader last, so that a page which loads meanwhile finds all that its loader names.
// Compressed forms are kept in build/compressed under the hash of their content. What every visitor loads (dist/preload.html names it)
// is compressed as well as can be, which takes half a minute where it is new; with `--best` all is.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { filesBelow, parts, root } from "./parts.mjs";

const dist = join(root, "dist");
const cache = join(root, "build", "compressed");
const everything = process.argv.includes("--best");
const BEST = 11;
const QUICK = 9;
const shrinks = /\.(js|mjs|json|wasm|bin|ts)$/;
const entry = "cioanalytics.js"; // replaced last: it names the others

const forms = {
  br: (/** @type {Buffer} */ bytes, /** @type {number} */ quality) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: quality,
        [constants.BROTLI_PARAM_LGWIN]: 24,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gz: (/** @type {Buffer} */ bytes) => promisify(gzip)(bytes, { level: 9 }),
};

/** Compress a content, or find that this was done before. */
async function compressed(/** @type {Buffer} */ bytes, /** @type {"br" | "gz"} */ form, /** @type {number} */ quality) {
  const hash = createHash("sha256").update(bytes).digest("hex");
  const best = join(cache, `${hash}.${BEST}.${form}`);
  const kept = existsSync(best) ? best : join(cache, `${hash}.${quality}.${form}`);
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${kept}.new`, await forms[form](bytes, quality));
    renameSync(`${kept}.new`, kept);
  }
  return readFileSync(kept);
}

/** Put a file into dist/, unless the same is there. */
function place(/** @type {string} */ name, /** @type {Buffer} */ bytes) {
  const path = join(dist, name);
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}

/** @type {Map<string, string>} */
const sources = new Map();
for (const step of readdirSync(parts).sort())
  for (const name of filesBelow(join(parts, step))) sources.set(name, join(parts, step, name));

const names = [...sources.keys()].sort((a, b) => Number(a === entry) - Number(b === entry) || (a < b ? -1 : 1));
const wanted = new Set(names);
/** @type {Record<string, { bytes: number, br?: number, gz?: number, integrity: string }>} */
const listing = {};
const contents = names.map((name) => readFileSync(/** @type {string} */ (sources.get(name))));
const first = readFileSync(/** @type {string} */ (sources.get("preload.html")), "utf8");
const small = await Promise.all(
  contents.map((bytes, i) => {
    if (!shrinks.test(names[i])) return [];
    const quality = everything || names[i] === entry || first.includes(`href="${names[i]}"`) ? BEST : QUICK;
    return Promise.all([compressed(bytes, "br", quality), compressed(bytes, "gz", quality)]);
  }),
);
names.forEach((name, i) => {
  const bytes = contents[i];
  listing[name] = { bytes: bytes.length, integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}` };
  small[i].forEach((packed, j) => {
    const form = /** @type {const} */ (["br", "gz"])[j];
    listing[name][form] = packed.length;
    place(`${name}.${form}`, packed);
    wanted.add(`${name}.${form}`);
  });
  place(name, bytes);
});
place("files.json", Buffer.from(`${JSON.stringify(listing, null, 1)}\n`));
wanted.add("files.json");
for (const name of filesBelow(dist)) if (!wanted.has(name)) rmSync(join(dist, name));
const total = Object.values(listing).reduce((sum, file) => sum + file.bytes, 0);
console.log(`${names.length} files, ${(total / 1e6).toFixed(1)} MB`);
