// Starts Pyodide with our package in it: from a memory snapshot, or, if that fails in any way, as it comes.
//
// Law: nothing is evaluated from text, no data: or blob: address is used, no name is left on the window (a page may have
// a Pyodide of its own). Everything that the snapshot start needs is asked for at once. The manifest is made by tools/loader.mjs.

/** @typedef {typeof import("manifest").manifest} Manifest */
/** @typedef {import("pyodide").PyodideAPI} Pyodide */
/** @typedef {(options: object) => Promise<Pyodide>} LoadPyodide */

/** An archive without files: 22 bytes that end every zip. The snapshot holds in memory whatever it has imported. */
const emptyZip = new Uint8Array(22);
emptyZip.set([0x50, 0x4b, 5, 6]);

/** Python looks for no keyboard in a page. */
const stdin = () => undefined;

/**
 * Give a Pyodide in which `pyimport(manifest.python)` works.
 *
 * @param {Manifest} manifest
 * @param {string} base address of the folder of the loader, absolute, with a slash at its end
 * @param {{ snapshot?: boolean, note?: (text: string, error?: unknown) => void }} [options] `snapshot: false` leaves the
 *   first try out; `note` hears why it failed.
 * @returns {Promise<Pyodide>}
 */
export async function startPyodide(manifest, base, { snapshot = true, note = () => {} } = {}) {
  if (snapshot) {
    try {
      return await startFromSnapshot(manifest, base);
    } catch (error) {
      note("the memory snapshot could not be used, Pyodide starts as it comes", error);
    }
  }
  return startPlain(manifest, base);
}

/** @param {Manifest} manifest @param {string} base */
async function startFromSnapshot(manifest, base) {
  const difference = get(base + manifest.snapshot).then((response) => response.arrayBuffer());
  const compiled = compile(base + manifest.wasm);
  /** @type {{ loadPyodide: LoadPyodide }} */
  const glue = await Promise.race([import(base + manifest.glue), failure(difference), failure(compiled)]);
  const memory = new Uint8Array(manifest.snapshotLength);
  return new Promise((resolve, reject) => {
    /** @param {WebAssembly.Imports & { env: { memory: WebAssembly.Memory } }} imports */
    const instantiate = async (imports) => {
      try {
        const [module, bytes] = await Promise.all([compiled, difference]);
        const instance = await WebAssembly.instantiate(module, imports);
        restore(memory, new Uint8Array(imports.env.memory.buffer), bytes);
        return { instance, module };
      } catch (error) {
        reject(error);
        return new Promise(() => {}); // Pyodide would say it on the console and wait for ever: it may as well wait in silence
      }
    };
    const options = { indexURL: base, lockFileContents: manifest.lock, stdLibURL: emptyZip, stdin };
    glue.loadPyodide({ ...options, _loadSnapshot: memory, _instantiate: instantiate }).then(resolve, reject);
  });
}

/** @param {Manifest} manifest @param {string} base */
async function startPlain(manifest, base) {
  const index = base + manifest.indexURL;
  const wheel = get(base + manifest.wheel).then((response) => response.arrayBuffer());
  const page = /** @type {{ _createPyodideModule?: unknown }} */ (/** @type {unknown} */ (globalThis));
  const theirs = page._createPyodideModule;
  try {
    // Pyodide takes a factory that is already there for its own, of whatever version it is.
    page._createPyodideModule = undefined;
    /** @type {{ loadPyodide: LoadPyodide }} */
    const { loadPyodide } = await Promise.race([import(`${index}pyodide.mjs`), failure(wheel)]);
    const pyodide = await loadPyodide({ indexURL: index, lockFileContents: manifest.lock, stdin });
    pyodide.unpackArchive(await wheel, "wheel");
    return pyodide;
  } finally {
    if (theirs === undefined) delete page._createPyodideModule;
    else page._createPyodideModule = theirs;
  }
}

/** Ask for a file; an answer that is none is an error with the address in it. @param {string} url */
async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

/** Compile while it comes; a host that serves another content type costs the streaming only. @param {string} url */
async function compile(url) {
  const response = await get(url);
  const type = response.headers.get("content-type") ?? "";
  return type.startsWith("application/wasm") ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** Give a promise that only ever rejects, with the error of another. @param {Promise<unknown>} other @returns {Promise<never>} */
const failure = (other) => new Promise((_, reject) => void other.catch(reject));

/**
 * Put the snapshot together: what the module's own data made of the memory, and the runs that differ from it.
 *
 * @param {Uint8Array} memory filled here; the header of the snapshot and then the whole memory
 * @param {Uint8Array} fresh the memory of the instance which nothing has run in yet
 * @param {ArrayBuffer} difference as tools/snapshot.mjs describes it
 */
export function restore(memory, fresh, difference) {
  const count = new Uint32Array(difference, 0, 2)[1];
  const runs = new Uint32Array(difference, 8, 2 * count);
  if (new Uint32Array(difference, 0, 1)[0] !== memory.length) throw new Error("the snapshot is not the one of this loader");
  memory.set(fresh.subarray(0, memory.length - runs[1]), runs[1]);
  let from = 8 + 8 * count;
  for (let i = 0; i < 2 * count; i += 2) {
    memory.set(new Uint8Array(difference, from, runs[i + 1]), runs[i]);
    from += runs[i + 1];
  }
}
