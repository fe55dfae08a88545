// Writes the manifest and bundles what pages load: cioanalytics.js (classic script) and cioanalytics.mjs (module).
//
// web/*.js import it with `import { manifest } from "manifest"`; esbuild resolves that name to build/work/manifest.js, tsc
// to web/manifest.d.ts. Its fields (all names are relative to the loader's own address):
//   version          of the project
//   pyodideVersion   of the runtime
//   border           the bundle of web/border.js: an ES module
//   python           the module to take from the runtime once it runs: pyodide.pyimport(manifest.python)
//   snapshot start   glue, wasm, snapshot (names), snapshotLength (bytes of memory), lock (an object)
//   plain start      indexURL (the folder of the stock runtime), wheel (the address of our wheel)
// web/runtime.js alone reads the last two rows.
import { build } from "esbuild";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { digest, keep, kept, part, parts, projectVersion, root, work } from "./parts.mjs";

const version = projectVersion();
const wheel = readdirSync(join(parts, "wheel")).filter((name) => name.endsWith(".whl"))[0];
const wheelDigest = digest(readFileSync(join(parts, "wheel", wheel)));
const manifest = {
  version,
  ...kept("border.json"),
  ...kept("runtime.json"),
  ...kept("snapshot.json"),
  indexURL: "pyodide/",
  wheel: `${wheel}?${wheelDigest}`,
};
keep("manifest.js", `export const manifest = ${JSON.stringify(manifest, null, 2)};\n`);

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
  return outputFiles[0].text;
};

const loader = await bundle("loader.js", "iife");
put("cioanalytics.js", loader);
if (existsSync(join(root, "web", "module.js"))) put("cioanalytics.mjs", await bundle("module.js", "esm"));
if (existsSync(join(root, "web", "cioanalytics.d.ts"))) put("cioanalytics.d.ts", readFileSync(join(root, "web", "cioanalytics.d.ts")));
console.log(`cioanalytics.js ${version}, ${loader.length} bytes`);
