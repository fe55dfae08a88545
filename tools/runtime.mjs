// Lays out Pyodide: the stock files for the full start, and what the lean start needs under hashed names.
//
// Takes: npm's package. Gives: build/parts/runtime, and in build/made/lean/pyodide the slim pair as Node loads it, which makes
// the snapshot. Assumes: the places of the glue that are changed are there once, else it refuses.
//
// The two glue files are joined into one module, so that no `_createPyodideModule` appears on the window (where a page may
// have a Pyodide of its own), and three places are opened: the loader compiles the module while everything else is still on
// its way, and hands it over. One is closed: proxies of Python objects get no finalizers. What those clean up after is 31
// proxies of the start and none of any call (measured), and a finalizer that runs in a frozen page throws it out of the
// back/forward cache (JavaScriptExecution). For the lean start both are slimmed (tools/slim.mjs), the glue is pruned (tools/prune.mjs), and the module is
// relocated (tools/relocate.mjs) and settled (tools/settle.mjs); tools/module.mjs makes of that what a page loads.
import { build, transform } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { undoing } from "./derive.mjs";
import { withoutDocs } from "./docs.mjs";
import { digest, keep, part, root, work } from "./parts.mjs";
import { prune } from "./prune.mjs";
import { relocate } from "./relocate.mjs";
import { settle } from "./settle.mjs";
import { functionsAsked, slimGlue, slimModule } from "./slim.mjs";

const KNOWN = "0.29.5";
const stock = join(root, "node_modules", "pyodide");
const read = (/** @type {string} */ name) => readFileSync(join(stock, name));

/** Replace what occurs exactly once; another Pyodide where it does not needs a look by a person. */
function once(/** @type {string} */ text, /** @type {RegExp} */ pattern, /** @type {string} */ replacement) {
  const count = [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].length;
  if (count !== 1) throw new Error(`the glue has ${count} places like ${pattern}, one was expected`);
  return text.replace(pattern, replacement);
}

/** A snapshot has `_pyodide_core` in it: importing it again would need the parser. And the page puts it into the memory itself. */
const knowing = (/** @type {string} */ factory) =>
  once(
    once(factory, /return Module\.HEAP8\.set\((\w+)\),(\w+)\}/, "return API.config._restore?API.config._restore():Module.HEAP8.set($1),$2}"),
    /let\[(\w+),(\w+)\]=API\.rawRun\("import _pyodide_core"\)/, 'let[$1,$2]=t?[0,""]:API.rawRun("import _pyodide_core")');

/** The size of the memory may be another than that of what is given of a snapshot. */
const opened = (/** @type {string} */ loader) =>
  once(
    loader,
    /if\(!(\w+)\._loadSnapshot\)return;(.{1,120}\.INITIAL_MEMORY=)(\w+)\.length/,
    "if(!$1._loadSnapshot)return;$2$1._memory??$3.length",
  );

/** Join npm's glue into one module. */
export function joinGlue(/** @type {string} */ factory, /** @type {string} */ loader) {
  factory = once(factory, /^globalThis\._createPyodideModule = _createPyodideModule;$/m, "");
  factory = once(factory, /globalThis\.FinalizationRegistry\?(Module\.finalizationRegistry=new FinalizationRegistry\()/, "false?$1");
  // A page may have put names of its own on `Object.prototype`: they are no exports of anything.
  factory = once(factory, /for\(var name in all\)(?=__defProp\()/, "for(var name of Object.keys(all))");
  factory = once(factory, /var relocated=\{\};/, "var relocated={__proto__:null};");
  // `_instantiate(imports)` of the options answers instead of a second request for the module.
  loader = once(loader, /instantiateWasm:(\w+)\((\w+)\.indexURL\)/, "instantiateWasm:$1($2.indexURL,$2._instantiate)");
  loader = once(
    loader,
    /function (\w+)\((\w+)\)(\{if\(typeof WasmOffsetConverter<"u"\)return;let\{binary:\w+,response:\w+\}=)(\w+\(\w+\+"pyodide\.asm\.wasm"\))/,
    "function $1($2,start)$3start?{}:$4",
  );
  loader = once(loader, /(\w+\?)(\w+)(=await WebAssembly\.instantiateStreaming\(\w+,)(\w+)\)/, "start?$2=await start($4):$1$2$3$4)");
  loader = opened(loader);
  // A small module of its own may fail for any reason: what an iPhone gets in its place does. Else the start would wait for ever.
  loader = once(loader, /if\(\w+ instanceof WebAssembly\.CompileError\)return;throw \w+\}/, "}");
  // The standard library may be given as bytes: the snapshot needs only an empty one.
  loader = once(loader, /let (\w+)=(\w+)\((\w+)\);(return async \w+=>\{\w+\.API\.pyVersionTuple=)/, "let $1=ArrayBuffer.isView($3)?$3:$2($3);$4");
  loader = once(loader, /^\/\/# sourceMappingURL=.*$/m, "");
  return `${factory}\n${loader}`;
}

const put = part("runtime");
for (const name of ["pyodide.mjs", "pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide.d.ts", "ffi.d.ts"])
  put(`pyodide/${name}`, read(name));
const factory = read("pyodide.asm.js").toString("utf8");
const loader = read("pyodide.mjs").toString("utf8");
const stockWasm = read("pyodide.asm.wasm");
const library = "pyodide/python_stdlib.zip";
const { version } = JSON.parse(read("package.json").toString("utf8"));
if (version !== KNOWN) throw new Error(`the tools know Pyodide ${KNOWN}, not ${version}: docs/runtime.md says how to move to another`);
const { info } = JSON.parse(read("pyodide-lock.json").toString("utf8"));

const { text, kept } = slimGlue(knowing(factory), loader, functionsAsked(stockWasm));
const slim = slimModule(stockWasm, kept);
const { wasm: relocated, stores } = relocate(slim.wasm);
const { wasm: settled, gone } = settle(relocated);
const { wasm: quiet, texts } = withoutDocs(settled, stockWasm);
const wasm = undoing(quiet, stockWasm);
const small = async (/** @type {string} */ code) =>
  (await transform(code, { minify: true, target: "es2022", charset: "utf8", legalComments: "none" })).code;
keep("glue.mjs", await prune(joinGlue(text, loader)));
const { outputFiles } = await build({
  entryPoints: [join(root, "web", "start", "lean.js")],
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  platform: "browser",
  charset: "utf8",
  target: "es2022",
  legalComments: "none",
  absWorkingDir: root,
  alias: { glue: join(work, "glue.mjs") },
  define: { process: "undefined" }, // a page may have one, of a desktop app or made up: it is no Node all the same
  external: ["child_process", "crypto", "fs", "node:*", "path", "ws"], // asked for outside of browsers only
});
const glue = outputFiles[0].text;
keep("lean/pyodide/package.json", '{"type":"commonjs"}');
keep("lean/pyodide/pyodide.mjs", opened(loader));
keep("lean/pyodide/pyodide.asm.js", await small(text));
keep("lean/pyodide/pyodide.asm.wasm", wasm);
keep(
  "runtime.json",
  JSON.stringify({
    lock: { info, packages: {} },
    // The full start has names of its own, so that it works where the files of the other one are gone.
    full: {
      glue: put("pyodide/pyodide.joined.mjs", joinGlue(factory, loader)),
      wasm: "pyodide/pyodide.asm.wasm",
      library,
      python: "cioanalytics", // the one module of the compiled wheel
    },
    glue: put(`pyodide-${digest(glue)}.mjs`, glue),
  }),
);
console.log(`Pyodide ${version}, ${wasm.length + glue.length} bytes, without ${slim.dropped} exports, ${stores} relocations, ${gone} globals and ${texts} documentations`);
