// Pyodide's glue, which tools/runtime.mjs bundles with web/start/lean.js.
declare module "glue" {
  export const loadPyodide: (options: object) => Promise<import("pyodide").PyodideAPI>;
}

// What tools/loader.mjs writes and esbuild puts in for `import { manifest } from "manifest"`.
declare module "manifest" {
  export const manifest: {
    /** `FORM` of web/start/runtime.js. */
    form: number;
    version: string;
    /** The bundle of web/border/border.js. */
    border: string;
    /** The Python module to take from the lean runtime. */
    python: string;
    glue: string;
    /** The module, or the first part of it; the second is "" where it is not split. */
    wasm: string;
    second: string;
    snapshot: string;
    /** Bytes of the snapshot's head, of the memory, and where in that the stack ends and begins. */
    snapshotHead: number;
    memory: number;
    stack: number[];
    lock: { info: Record<string, string>; packages: Record<string, never> };
    indexURL: string;
    wheel: string;
    /** What the full start loads beside the wheel, and the Python module to take from it. */
    full: { glue: string; wasm: string; library: string; python: string };
    /** What `integrity` of a request takes, by the names above. */
    integrity: Record<string, string>;
  };
}
