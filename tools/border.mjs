// Bundles web/border/border.js twice: as a module that the loader imports, and as one expression for the wheel.
//
// The wheel's form is a text which, run once with Pyodide's run_js, gives the module's exports and adds no name to the
// window (src/cioanalytics/browser reads it from beside itself).
import { build } from "esbuild";
import { join } from "node:path";
import { digest, keep, part, root } from "./parts.mjs";

const common = {
  entryPoints: [join(root, "web", "border", "border.js")],
  bundle: true,
  minify: true,
  write: false,
  charset: /** @type {const} */ ("utf8"),
  target: "es2020",
  legalComments: /** @type {const} */ ("none"),
  absWorkingDir: root,
};
const text = async (/** @type {import("esbuild").BuildOptions} */ more) => {
  const { outputFiles } = await build({ ...common, ...more, write: false });
  return outputFiles[0].text;
};

const module = await text({ format: "esm" });
const expression = `(() => {${await text({ format: "iife", globalName: "border" })}return border})()`;
const put = part("border");
const name = put(`border-${digest(module)}.js`, module);
keep("border.js", expression);
keep("border.json", JSON.stringify({ border: name }));
console.log(`${name}, ${module.length} bytes`);
