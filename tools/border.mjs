// Bundles web/border/border.js thrice: as a module that the loader imports, as one expression for the wheel, and as a script for pages
// whose policy forbids Python to run that.
//
// The wheel's form is a text which, run once with Pyodide's run_js, gives the module's exports and adds no name to the
// window (src/cioanalytics/browser reads it from beside itself). The script leaves `connect` where Python looks first.
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
const plain = await text({ format: "iife", globalName: "border" });
const expression = `(() => {${plain}return border})()`;
const script = `(() => {${plain}globalThis[Symbol.for("cioanalytics.connect")] = border.connect})();\n`;
const put = part("border");
const name = put(`border-${digest(module)}.js`, module);
put("cioanalytics-border.js", script);
keep("border.js", expression);
keep("border.json", JSON.stringify({ border: name }));
console.log(`${name}, ${module.length} bytes`);
