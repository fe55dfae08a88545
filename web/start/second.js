// @ts-check
/**
 * The module of the lean start in its two parts (tools/split.mjs): the first is instantiated, the second is loaded when a function
 * of it is called.
 */

/** Exports of the first for the second; the glue makes symbols of all it sees. */
const OWN = "$";

/**
 * Instantiate the first part.
 *
 * @param {WebAssembly.Module} module @param {WebAssembly.Imports} imports
 * @param {string} url where the second part is
 * @param {() => void} needed called when it is needed at once
 * @param {(error: unknown) => void} ended called when it cannot be had: then Python is at its end
 */
export async function instantiate(module, imports, url, needed, ended) {
  /** @type {any} */
  let exports;
  /** @type {Error | undefined} */
  let over;
  /** Called out of WebAssembly: what it throws leaves Python in the middle of what it did. */
  const load = () => {
    if (over) throw over;
    needed();
    try {
      // Its elements fill the table in which the stubs of the first look.
      new WebAssembly.Instance(new WebAssembly.Module(fetchNow(url)), { ...imports, first: exports });
      exports.$loaded.value = 1;
    } catch (error) {
      // Pyodide is quiet about an error with this mark, and gives undefined.
      over = Object.assign(new Error("the second part of the module cannot be had"), { pyodide_fatal_error: true });
      ended(error);
      throw over;
    }
  };
  const instance = await WebAssembly.instantiate(module, { ...imports, second: { load } });
  exports = instance.exports;
  // Exports inherit nothing, and the glue goes over all that it sees.
  const shown = Object.assign(Object.create(null), exports);
  for (const name in exports) if (name.startsWith(OWN)) delete shown[name];
  return { exports: shown, undo: exports.$undo };
}

/** Fetch bytes within this task. @param {string} url */
function fetchNow(url) {
  const request = new XMLHttpRequest();
  request.open("GET", `${url}?needed`, false);
  // A page's synchronous request gives text only: this one has a byte in each character.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`${url} answered ${request.status}`);
  const text = request.responseText;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
