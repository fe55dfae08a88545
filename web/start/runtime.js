// Starts Pyodide with our client in it: lean, from a memory snapshot, or, if that fails in any way, stock Pyodide in full.
//
// Law: nothing is evaluated from text, no data: or blob: address is used, no name is left on the window (a page may have
// a Pyodide of its own). Everything that the lean start needs is asked for at once. What is loaded has the hash that
// the build fixed, but for the module of the lean start: it is compiled while it comes, and its name has the hash.
// The manifest is made by tools/loader.mjs.

/** @typedef {typeof import("manifest").manifest} Manifest */
/** @typedef {import("pyodide").PyodideAPI} Pyodide */
/** @typedef {(options: object) => Promise<Pyodide>} LoadPyodide */
/**
 * @typedef {{ way: "lean" | "full", failures: string[], marks: Record<string, number>, ended: (() => void)[] }} Report which way
 *   the start went, why it did not go another, when what was there (ms since navigation), and what to do where this Python ends
 * @typedef {{ pyodide: Pyodide, border: any, python: string, report: Report, again: () => Promise<Started> }} Started `border`: the
 *   exports of its module, where they were asked for; `python`: what to import; `again`: start another Python, once, in full
 */

/** Milliseconds; what takes longer never comes. A page's whole lean start takes a twentieth of it over a slow telephone. */
const PATIENCE = 120_000;
const patience = () => AbortSignal.timeout?.(PATIENCE);

/** Python looks for no keyboard in a page. */
const stdin = () => undefined;

/**
 * Give a Pyodide with our client in it. A file that is missing, or another than it was, may be one of an earlier deployment:
 * the entry is looked at once more, and what it names now is tried before the full start.
 *
 * @param {Manifest} manifest
 * @param {string} entry address of the script that names all others, absolute
 * @param {{ border: boolean, full?: boolean }} options `border`: its module is wanted too; `full`: stock Pyodide is
 * @returns {Promise<Started>} rejects with an error whose `cause` lists why the earlier attempts failed
 */
export async function start(manifest, entry, { border, full = false }) {
  // Pyodide's own modules would leave rejected promises to the page.
  if (!globalThis.WebAssembly) throw new Error("there is no WebAssembly");
  const base = new URL(".", entry).href;
  /** @type {Report} */
  const report = { way: "lean", failures: [], marks: { begun: performance.now() }, ended: [] };
  const { failures, marks } = report;
  /** @type {Promise<Started> | undefined} */
  let second;
  const again = () => (second ??= start(manifest, entry, { border: false, full: true }));
  /** @param {Manifest} named @param {boolean} lean @returns {Promise<Started>} */
  const attempt = async (named, lean) => {
    const wanted = border ? load(base, named.border, named) : undefined;
    const [exports, pyodide] = await Promise.all([wanted, lean ? startLean(named, base, report) : startFull(named, base)]);
    marks.started = performance.now();
    report.way = lean ? "lean" : "full";
    await breath();
    return { pyodide, border: exports, python: lean ? named.python : named.full.python, report, again };
  };
  /** @param {unknown} error */
  const failed = (error) => void failures.push(String(error));
  try {
    try {
      return await attempt(manifest, !full);
    } catch (error) {
      failed(error);
    }
    const fresh = await lookAgain(entry);
    if (full || !fresh || JSON.stringify(fresh) === JSON.stringify(manifest)) return await attempt(fresh ?? manifest, false);
    try {
      return await attempt(fresh, true);
    } catch (error) {
      failed(error);
    }
    return await attempt(fresh, false);
  } catch (error) {
    throw Object.assign(/** @type {Error} */ (error), failures.length ? { cause: failures } : {});
  }
}

/** The manifest's form: a loader starts what an entry of the same form names. */
export const FORM = 3;

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
    return manifestIn(await (await get(entry, { cache: "reload", signal: patience() })).text());
  } catch {
    return undefined;
  }
}

/** @param {Manifest} manifest @param {string} base @param {Report} report @returns {Promise<Pyodide>} */
async function startLean(manifest, base, report) {
  /** @param {string} name @returns {() => void} */
  const mark = (name) => () => void (report.marks[name] = performance.now());
  /** @param {unknown} error */
  const end = (error) => {
    report.failures.push(String(error));
    for (const each of report.ended) each();
  };
  const signal = patience();
  const [difference, genuine] = fetchBeside(base, manifest.snapshot, manifest, signal);
  const compiled = compile(base + manifest.wasm, signal);
  difference.then(mark("snapshot"), () => {});
  compiled.then(mark("compiled"), () => {});
  /** @type {typeof import("./lean.js")} */
  const glue = await Promise.race([load(base, manifest.glue, manifest), failure(difference), failure(compiled)]);
  return glue.begin({ manifest, base, compiled, difference, genuine, mark, end, breath, stdin });
}

/** @param {Manifest} manifest @param {string} base @returns {Promise<Pyodide>} */
async function startFull(manifest, base) {
  const { glue, wasm, library } = manifest.full;
  const bytes = [wasm, library, manifest.wheel].map((name) => fetchWhole(base, name, manifest));
  /** @type {[{ loadPyodide: LoadPyodide }, ...ArrayBuffer[]]} */
  const [{ loadPyodide }, code, stdlib, wheel] = await Promise.all([load(base, glue, manifest), ...bytes]);
  const module = await WebAssembly.compile(code);
  const options = { indexURL: base + manifest.indexURL, lockFileContents: manifest.lock, stdLibURL: new Uint8Array(stdlib), stdin };
  /** @type {Pyodide} */
  const pyodide = await new Promise((resolve, reject) => {
    /** @param {WebAssembly.Imports} imports */
    const _instantiate = async (imports) => {
      const instance = await WebAssembly.instantiate(module, imports).catch(reject);
      return instance ? { instance, module } : new Promise(() => {}); // Pyodide would wait for ever too, and say so
    };
    loadPyodide({ ...options, _instantiate }).then(resolve, reject);
  });
  pyodide.unpackArchive(wheel, "wheel");
  return pyodide;
}

/** Ask for a file; an answer that is none is an error with the address in it. @param {string} url @param {RequestInit} [options] */
async function get(url, options) {
  const response = await fetch(url, options).catch((error) => {
    throw new Error(`${url}: ${error.message}`);
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

/** Fetch a file that the browser checks. @param {string} base @param {string} name @param {Manifest} manifest @param {AbortSignal} [signal] */
const fetchWhole = async (base, name, { integrity }, signal) => (await get(base + name, { integrity: integrity[name], signal })).arrayBuffer();

/**
 * Fetch a file and check it beside the main thread, where the page is a secure context; else the browser checks it first.
 *
 * @param {string} base @param {string} name @param {Manifest} manifest @param {AbortSignal} [signal]
 * @returns {[bytes: Promise<ArrayBuffer>, genuine: Promise<void>]} wait for both before the bytes count
 */
function fetchBeside(base, name, manifest, signal) {
  const { subtle } = globalThis.crypto;
  if (!subtle) return [fetchWhole(base, name, manifest, signal), Promise.resolve()];
  const bytes = get(base + name, { signal }).then((response) => response.arrayBuffer());
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
      const fail = () => reject(new Error(`${base}${name} cannot be had, or is another file than the one of this loader`));
      setTimeout(fail, PATIENCE);
      link.onload = resolve;
      link.onerror = fail;
      Object.assign(link, { rel: "modulepreload", integrity: integrity[name], href: base + name });
      document.head.append(link);
    }).finally(() => link.remove());
  }
  return import(base + name);
}

/** Compile while it comes; a host that serves another content type costs the streaming only. @param {string} url @param {AbortSignal} [signal] */
async function compile(url, signal) {
  const response = await get(url, { signal });
  // Engines refuse to stream where the type has a parameter (`; charset=utf-8`) too; some old ones cannot stream at all.
  const streams = "compileStreaming" in WebAssembly && response.headers.get("content-type")?.toLowerCase() === "application/wasm";
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** Let the page have the thread for a moment: a start is several short tasks, not a long one. (A timer would wait, in a hidden page.) */
const breath = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(0);
  });

/** Give a promise that only ever rejects, with the error of another. @param {Promise<unknown>} other @returns {Promise<never>} */
const failure = (other) => new Promise((_, reject) => void other.catch(reject));
