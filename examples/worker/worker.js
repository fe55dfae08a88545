import { loadPyodide } from "../../dist/pyodide/pyodide.mjs";

// Pyodide's own lock file, with this package in it, compiled for that Pyodide.
const lockFileURL = new URL("../../dist/pyodide-lock.json", location.href).href;
const pyodide = await loadPyodide({ lockFileURL, packages: ["cioanalytics"] });
const code = await (await fetch("app.py")).text();
await pyodide.runPythonAsync(code);
