import { loadPyodide } from "{{pyodide}}/pyodide.mjs";

const ready = loadPyodide({ indexURL: "{{pyodide}}/", packages: [location.origin + "{{wheel}}"] });
onmessage = async ({ data: { number, code, port } }) => {
  if (port) {
    self.port = port;
    return;
  }
  const pyodide = await ready;
  try {
    const answer = await pyodide.runPythonAsync(code);
    postMessage({ number, value: JSON.stringify(answer?.toJs ? answer.toJs({ dict_converter: Object.fromEntries }) : (answer ?? null)) });
  } catch (error) {
    postMessage({ number, error: String(error) });
  }
};
