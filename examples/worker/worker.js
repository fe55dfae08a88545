import { loadPyodide } from "../../dist/pyodide/pyodide.mjs";

const wheel = new URL("../../dist/cioanalytics-0.1.0-py3-none-any.whl", location.href).href;
const pyodide = await loadPyodide({ packages: [wheel] });
const code = await (await fetch("app.py")).text();
await pyodide.runPythonAsync(code);
