// Writes the manifest and bundles what pages load: cioanalytics.js (classic script) and cioanalytics.mjs (module); and preload.html,
// tags for pages whose makers want the start sooner.
//
// web/*/*.js import it with `import { manifest } from "manifest"`; esbuild resolves that name to build/made/manifest.js, tsc
// to web/manifest.d.ts. Its fields (all names are relative to the loader's own address):
//   version          of the project
//   border           the bundle of web/border/border.js: an ES module
//   lean start       glue, wasm, second, snapshot (names), snapshotHead, memory (bytes), stack (places), lock (an object), python (the module
//                    to take from the runtime once it runs)
//   full start       indexURL (the folder of the stock runtime), full (names, and the module), wheel (its address)
//   integrity        of all that is loaded, by name
// web/start/runtime.js alone reads the last three rows. The manifest stands in the bundles as one JSON text, which begins with its
// `form`: a loader whose files are gone reads it out of a fresh look at its entry, without running that.
import { build } from "esbuild";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FORM, manifestIn } from "../web/start/runtime.js";
import { digest, integrityOf, keep, kept, part, parts, projectVersion, root, work } from "./parts.mjs";

const version = projectVersion();
const compiled = kept("compiled/wheels.json").pyodide;
const wheelBytes = readFileSync(join(parts, "compiled", compiled));
const wheel = `${compiled}?${digest(wheelBytes)}`;
const { wasm, second } = kept("module.json");
const made = { ...kept("border.json"), ...kept("runtime.json"), ...kept("snapshot.json"), wasm, second };
/** @type {[string, string][]} names and the steps that made them */
const loaded = [
  [made.border, "border"],
  [made.glue, "runtime"],
  [made.snapshot, "snapshot"],
  ...[made.full.glue, made.full.wasm, made.full.library].map((name) => /** @type {[string, string]} */ ([name, "runtime"])),
];
const manifest = {
  form: FORM,
  version,
  ...made,
  indexURL: "pyodide/",
  wheel,
  integrity: {
    ...Object.fromEntries(loaded.map(([name, step]) => [name, integrityOf(readFileSync(join(parts, step, name)))])),
    [wheel]: integrityOf(wheelBytes),
  },
};
keep("manifest.js", `export const manifest = JSON.parse(${JSON.stringify(JSON.stringify(manifest))});\n`);

const put = part("loader");
const bundle = async (/** @type {string} */ source, /** @type {"iife" | "esm"} */ format) => {
  const { outputFiles } = await build({
    entryPoints: [join(root, "web", source)],
    bundle: true,
    minify: true,
    write: false,
    format,
    charset: "utf8",
    target: "es2020",
    legalComments: "none",
    absWorkingDir: root,
    alias: { manifest: join(work, "manifest.js") },
  });
  const { text } = outputFiles[0];
  if (JSON.stringify(manifestIn(text)) !== JSON.stringify(manifest)) throw new Error(`the manifest cannot be read out of ${source}'s bundle`);
  return text;
};

const loader = await bundle("start/loader.js", "iife");
put("cioanalytics.js", loader);
if (existsSync(join(root, "web", "surface", "module.js"))) put("cioanalytics.mjs", await bundle("surface/module.js", "esm"));
// TypeScript looks for the types of a `.mjs` under this name only.
put("cioanalytics.d.mts", 'export * from "./cioanalytics.js";\n');
if (existsSync(join(root, "web", "cioanalytics.d.ts"))) put("cioanalytics.d.ts", readFileSync(join(root, "web", "cioanalytics.d.ts")));

/** What a page may ask for before the loader has come, as tags for its head; the loader itself is not among them. */
const preload = [
  ...[made.glue, made.border].map((name) => `<link rel="modulepreload" integrity="${manifest.integrity[name]}" href="${name}">`),
  ...[made.wasm, made.snapshot].map((name) => `<link rel="preload" as="fetch" crossorigin href="${name}">`),
];
put("preload.html", `${preload.join("\n")}\n`);
console.log(`cioanalytics.js ${version}, ${loader.length} bytes`);
