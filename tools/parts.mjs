// Where the build's steps put what they make.
//
// Each step owns one folder, build/parts/STEP, laid out as dist/ will be; tools/publish.mjs merges them into dist/.
// What only other steps read lies in build/made. Names of files that may be cached for ever carry a content hash.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const parts = join(root, "build", "parts");
export const work = join(root, "build", "made");

/** Give the first 12 hex digits of a content's SHA-256: enough for names. */
export const digest = (/** @type {string | Uint8Array} */ bytes) =>
  createHash("sha256").update(bytes).digest("hex").slice(0, 12);

/** Give what `integrity` of a request takes for a content. */
export const integrityOf = (/** @type {string | Uint8Array} */ bytes) => `sha256-${createHash("sha256").update(bytes).digest("base64")}`;

/** Empty a step's folder and give a function that puts a file into it. */
export function part(/** @type {string} */ step) {
  const folder = join(parts, step);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return (/** @type {string} */ name, /** @type {string | Uint8Array} */ bytes) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
    return name;
  };
}

/** Write a file that only other steps read. */
export function keep(/** @type {string} */ name, /** @type {string | Uint8Array} */ bytes) {
  mkdirSync(dirname(join(work, name)), { recursive: true });
  writeFileSync(join(work, name), bytes);
}

/** Read what an earlier step kept as JSON. */
export const kept = (/** @type {string} */ name) => JSON.parse(readFileSync(join(work, name), "utf8"));

/** List all files below a folder, as paths relative to it, in a stable order. */
export function filesBelow(/** @type {string} */ folder, below = "") {
  /** @type {string[]} */
  const found = [];
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) found.push(...filesBelow(folder, path));
    else found.push(path);
  }
  return found.sort();
}

/** The version of the project, from pyproject.toml. */
export function projectVersion() {
  const found = /^version = "(.+)"$/m.exec(readFileSync(join(root, "pyproject.toml"), "utf8"));
  if (!found) throw new Error("pyproject.toml names no version");
  return found[1];
}
