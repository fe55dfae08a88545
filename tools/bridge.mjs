// Bundles web/bridge.js, the page's half of the bridge: for a script tag, and as text inside the wheel.
import { build } from "esbuild";
import { join } from "node:path";
import { keep, part, root } from "./parts.mjs";

/** The bytes that a page has to load for the bridge, at most. */
const LARGEST = 3000;

const { outputFiles } = await build({
  entryPoints: [join(root, "web", "bridge.js")],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  charset: "utf8",
  target: "es2021",
  mangleProps: /[^_]_$/,
  legalComments: "none",
  absWorkingDir: root,
  // Without the strictness of the types, which would be written into the text.
  tsconfigRaw: {},
});
const { text } = outputFiles[0];
if (text.length > LARGEST) throw new Error(`cioanalytics-bridge.js has ${text.length} bytes, more than ${LARGEST}`);
part("bridge")("cioanalytics-bridge.js", text);
keep("bridge.js", text);
console.log(`cioanalytics-bridge.js, ${text.length} bytes`);
