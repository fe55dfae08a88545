// Slims the glue and the module for the lean start: what a page's client can never reach through them is left out.
//
// Takes: the texts of pyodide.asm.js and pyodide.mjs, and the bytes of pyodide.asm.wasm. Gives: both without the exports that the glue
// mentions nowhere but in its list of them, the glue without the functions that the module does not import (both are for extension
// modules, which the lean runtime does not load), and without the WebGL functions, which stand in the module's table only
// (nothing of Pyodide's own calls them: they are for SDL). Assumes: a name that the glue uses stands in it as a word. No code of the module is touched; export list and table
// fix places in memory, so the snapshot is made with the same pair. Leave it out, and all is stock.
import { decode, encode } from "./wasm/module.mjs";

/** Exports that the glue reaches by words that are not their names. */
const ALWAYS = new Set(["memory", "__indirect_function_table", "__wasm_call_ctors", "__wasm_apply_data_relocs", "__cpp_exception", "__c_longjmp"]);

const LISTED = /var (_\w+)=(?:Module\["(_\w+)"\]=)?wasmExports\["(\w+)"\];/g;
const PLACES = /var (_\w+)=Module\["\1"\]=[\de]+;/g;
const WEBGL = /^emscripten_(gl[A-Z]|console_)/;
const ENTRY = /^"?(\w+)"?(?::(\w+))?$/;

/**
 * Give the glue's text without what is not kept, and the names of the exports that are.
 *
 * @param {string} glue @param {string} loader the text of pyodide.mjs, which reaches into the glue
 * @param {Set<string>} asked names that the module imports as functions
 */
export function slimGlue(glue, loader, asked) {
  const rest = glue.replace(LISTED, "").replace(PLACES, "") + loader;
  const words = new Set(rest.match(/[A-Za-z_$][\w$]*/g));
  /** @type {Set<string>} */
  const kept = new Set(ALWAYS);
  let text = glue.replace(LISTED, (all, variable, property, name) => {
    if (!words.has(variable) && !words.has(name) && !words.has(property)) return "";
    kept.add(name);
    return all;
  });
  text = text.replace(PLACES, (all, variable) => {
    if (!words.has(variable)) return "";
    kept.add(variable.slice(1));
    return all;
  });
  for (const word of words) kept.add(word).add(word.replace(/^_/, ""));
  const head = "var wasmImports={";
  const from = text.indexOf(head) + head.length;
  const to = text.indexOf("}", from);
  if (from < head.length || text.slice(from, to).includes("{")) throw new Error("the glue has no list of imports as it is known");
  const entries = text.slice(from, to).split(",");
  const gone = new Set();
  const staying = entries.filter((entry) => {
    const found = ENTRY.exec(entry.trim());
    if (!found) throw new Error(`an import that is not known: ${entry.slice(0, 60)}`);
    const [, name, variable = name] = found;
    const stays = asked.has(name);
    if (!stays) gone.add(variable);
    return stays;
  });
  text = text.slice(0, from) + staying.join(",") + text.slice(to);
  text = text.replace(/\b(_\w+)\.sig="\w+";/g, (all, name) => (gone.has(name) ? "" : all));
  text = text.replace(/\bModule\["(_\w+)"\]=\1;/g, (all, name) => (gone.has(name) ? "" : all));
  return { text: withoutMissing(text), kept, gone };
}

/** A function that is not there has no place in the table; nothing calls it. @param {string} text */
function withoutMissing(text) {
  const strict = "if(!value&&!entry.required){continue}";
  if (text.split(strict).length !== 2) throw new Error("the glue resolves symbols otherwise than it is known");
  return text.replace(strict, "if(!value){continue}");
}

/** Give the module without the exports that are not kept. @param {Uint8Array} wasm @param {Set<string>} kept */
export function slimModule(wasm, kept) {
  const module = decode(wasm);
  const exports = module.exports.filter(({ name }) => kept.has(name));
  return { wasm: encode({ ...module, exports }), dropped: module.exports.length - exports.length };
}

/** Name what a module imports as functions, or has in its table, but for WebGL. @param {Uint8Array<ArrayBuffer>} wasm */
export const functionsAsked = (wasm) =>
  new Set(
    WebAssembly.Module.imports(new WebAssembly.Module(wasm))
      .filter(({ module, name }) => module !== "GOT.func" || !WEBGL.test(name))
      .map(({ name }) => name),
  );
