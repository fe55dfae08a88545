// @ts-check
/** The lean start, beside Pyodide's glue in one file: the loader, which every page asks for again, stays small. */
import { loadPyodide } from "glue";
import { hold } from "./memory.js";
import { instantiate } from "./second.js";

/** An archive without files: 22 bytes that end every zip. The snapshot holds in memory whatever it has imported. */
const emptyZip = new Uint8Array(22);
emptyZip.set([0x50, 0x4b, 5, 6]);

/**
 * Start Pyodide from the snapshot.
 *
 * @param {{
 *   manifest: import("./runtime.js").Manifest, base: string, compiled: Promise<WebAssembly.Module>, difference: Promise<ArrayBuffer>,
 *   genuine: Promise<void>, mark: (name: string) => () => void, end: (error: unknown) => void, breath: () => Promise<unknown>,
 *   stdin: () => undefined,
 * }} given `genuine` rejects where the difference is another file's; `end` hears that Python has ended
 * @returns {Promise<import("./runtime.js").Pyodide>}
 */
export function begin({ manifest, base, compiled, difference, genuine, mark, end, breath, stdin }) {
  const head = new Uint8Array(manifest.snapshotHead);
  let restore = () => {};
  return new Promise((resolve, reject) => {
    /** @param {WebAssembly.Imports & { env: { memory: WebAssembly.Memory } }} imports */
    const _instantiate = async (imports) => {
      try {
        const [module, bytes] = await Promise.all([compiled, difference]);
        const instance = await instantiate(module, imports, base + manifest.second, mark("second"), end);
        mark("instantiated")();
        try {
          restore = hold(head, imports.env.memory, bytes, manifest.stack, instance.undo);
        } finally {
          await breath();
          await genuine; // where it is another file, that says more than what came of it
        }
        return { instance, module };
      } catch (error) {
        reject(error);
        return new Promise(() => {}); // Pyodide would say it on the console and wait for ever: it may as well wait in silence
      }
    };
    const _restore = () => {
      restore();
      mark("restored")();
    };
    const options = { indexURL: base, lockFileContents: manifest.lock, stdLibURL: emptyZip, stdin };
    loadPyodide({ ...options, _loadSnapshot: head, _memory: manifest.memory, _restore, _instantiate }).then((pyodide) => {
      // What WebAssembly itself throws, memory that cannot be had for example, ends Python too.
      /** @type {any} */ (pyodide)._api.on_fatal = end;
      resolve(pyodide);
    }, reject);
  });
}
