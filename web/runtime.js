// Starts Pyodide with our package in it: from a memory snapshot, or, if that fails in any way, without one.
//
// Law: nothing is evaluated from text, no data: or blob: address is used, no name is left on the window (a page may have
// a Pyodide of its own). Everything that the snapshot start needs is asked for at once. What is loaded has the hash that
// the build fixed, but for the module of the snapshot start: it is compiled while it comes, and its name has the hash.
// The manifest is made by tools/loader.mjs.

/** @typedef {typeof import("manifest").manifest} Manifest */
/** @typedef {import("pyodide").PyodideAPI} Pyodide */
/** @typedef {(options: object) => Promise<Pyodide>} LoadPyodide */
/** @typedef {{ pyodide: Pyodide, border: any, manifest: Manifest }} Started `border`: the exports of its module, where they were asked for */

/** An archive without files: 22 bytes that end every zip. The snapshot holds in memory whatever it has imported. */
const emptyZip = new Uint8Array(22);
emptyZip.set([0x50, 0x4b, 5, 6]);

/** Python looks for no keyboard in a page. */
const stdin = () => undefined;

/**
 * Give a Pyodide in which `pyimport(manifest.python)` works. A file that is missing, or another than it was, may be one of
 * an earlier deployment: the entry is looked at once more, and what it names now is tried before the plain start.
 *
 * @param {Manifest} manifest
 * @param {string} entry address of the script that names all others, absolute
 * @param {{ border: boolean, note?: (error: unknown) => void }} options `border`: its module is wanted too; `note` hears
 *   why a start failed that was not the last
 * @returns {Promise<Started>}
 */
export async function start(manifest, entry, { border, note = () => {} }) {
  const base = new URL(".", entry).href;
  /** @param {Manifest} named @param {typeof startPlain} begin @returns {Promise<Started>} */
  const attempt = async (named, begin) => {
    const wanted = border ? load(base, named.border, named) : undefined;
    const [exports, pyodide] = await Promise.all([wanted, begin(named, base)]);
    return { pyodide, border: exports, manifest: named };
  };
  try {
    return await attempt(manifest, startFromSnapshot);
  } catch (error) {
    note(error);
  }
  const fresh = await lookAgain(entry);
  if (!fresh || JSON.stringify(fresh) === JSON.stringify(manifest)) return attempt(manifest, startPlain);
  try {
    return await attempt(fresh, startFromSnapshot);
  } catch (error) {
    note(error);
  }
  return attempt(fresh, startPlain);
}

/** The manifest's form: a loader starts what an entry of the same form names. */
export const FORM = 1;

/**
 * Read the manifest out of the text of an entry, which is not run.
 *
 * @param {string} text
 * @returns {Manifest | undefined}
 */
export function manifestIn(text) {
  const found = /['"`](\{"form":\d+,[^'`]*\})['"`]/.exec(text);
  const manifest = found ? JSON.parse(found[1]) : undefined;
  return manifest?.form === FORM ? manifest : undefined;
}

/** @param {string} entry @returns {Promise<Manifest | undefined>} */
async function lookAgain(entry) {
  try {
    return manifestIn(await (await get(entry, { cache: "reload" })).text());
  } catch {
    return undefined;
  }
}

/** @param {Manifest} manifest @param {string} base @returns {Promise<Pyodide>} */
async function startFromSnapshot(manifest, base) {
  const [difference, genuine] = fetchBeside(base, manifest.snapshot, manifest);
  const compiled = compile(base + manifest.wasm);
  /** @type {{ loadPyodide: LoadPyodide }} */
  const glue = await Promise.race([load(base, manifest.glue, manifest), failure(difference), failure(compiled)]);
  const memory = new Uint8Array(manifest.snapshotLength);
  return new Promise((resolve, reject) => {
    /** @param {WebAssembly.Imports & { env: { memory: WebAssembly.Memory } }} imports */
    const instantiate = async (imports) => {
      try {
        const [module, bytes] = await Promise.all([compiled, difference]);
        const instance = await WebAssembly.instantiate(module, imports);
        restore(memory, new Uint8Array(imports.env.memory.buffer), bytes);
        await genuine;
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

/** @param {Manifest} manifest @param {string} base @returns {Promise<Pyodide>} */
async function startPlain(manifest, base) {
  const { glue, wasm, library } = manifest.plain;
  const bytes = [wasm, library, manifest.wheel].map((name) => fetchWhole(base, name, manifest));
  /** @type {[{ loadPyodide: LoadPyodide }, ...ArrayBuffer[]]} */
  const [{ loadPyodide }, code, stdlib, wheel] = await Promise.all([load(base, glue, manifest), ...bytes]);
  const module = await WebAssembly.compile(code);
  /** @param {WebAssembly.Imports} imports */
  const instantiate = async (imports) => ({ instance: await WebAssembly.instantiate(module, imports), module });
  const options = { indexURL: base + manifest.indexURL, lockFileContents: manifest.lock, stdLibURL: new Uint8Array(stdlib), stdin };
  const pyodide = await loadPyodide({ ...options, _instantiate: instantiate });
  pyodide.unpackArchive(wheel, "wheel");
  return pyodide;
}

/** Ask for a file; an answer that is none is an error with the address in it. @param {string} url @param {RequestInit} [options] */
async function get(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

/** Fetch a file that the browser checks. @param {string} base @param {string} name @param {Manifest} manifest */
const fetchWhole = async (base, name, { integrity }) => (await get(base + name, { integrity: integrity[name] })).arrayBuffer();

/**
 * Fetch a file and check it beside the main thread, where the page is a secure context; else the browser checks it first.
 *
 * @param {string} base @param {string} name @param {Manifest} manifest
 * @returns {[bytes: Promise<ArrayBuffer>, genuine: Promise<void>]} wait for both before the bytes count
 */
function fetchBeside(base, name, manifest) {
  const { subtle } = globalThis.crypto;
  if (!subtle) return [fetchWhole(base, name, manifest), Promise.resolve()];
  const bytes = get(base + name).then((response) => response.arrayBuffer());
  const genuine = bytes.then(async (content) => {
    const hash = String.fromCharCode(...new Uint8Array(await subtle.digest("SHA-256", content)));
    if (`sha256-${btoa(hash)}` !== manifest.integrity[name]) throw new Error(`${base}${name} is another file than the one of this loader`);
  });
  genuine.catch(() => {}); // who waits for it hears it
  return [bytes, genuine];
}

/**
 * Import a module that the browser has checked. Engines that cannot check a module before it runs know no modulepreload:
 * there its name has to do.
 *
 * @param {string} base @param {string} name @param {Manifest} manifest
 * @returns {Promise<any>} its exports
 */
async function load(base, name, { integrity }) {
  const link = globalThis.document?.createElement("link");
  if (link?.relList?.supports?.("modulepreload")) {
    await new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = () => reject(new Error(`${base}${name} cannot be had, or is another file than the one of this loader`));
      Object.assign(link, { rel: "modulepreload", integrity: integrity[name], href: base + name });
      document.head.append(link);
    }).finally(() => link.remove());
  }
  return import(base + name);
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
