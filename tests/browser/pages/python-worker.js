import { loadPyodide } from "{{pyodide}}/pyodide.mjs";

const ready = loadPyodide({ indexURL: "{{pyodide}}/", packages: [location.origin + "{{wheel}}"] });
const hearer = (to) => async ({ data: { number, code, port } }) => {
  if (port) {
    self.port = port;
    return;
  }
  const pyodide = await ready;
  try {
    const answer = await pyodide.runPythonAsync(code);
    to.postMessage({ number, value: JSON.stringify(answer?.toJs ? answer.toJs({ dict_converter: Object.fromEntries }) : (answer ?? null)) });
  } catch (error) {
    to.postMessage({ number, error: String(error) });
  }
};
// A shared worker has a port to each of its pages.
self.onconnect = ({ ports: [port] }) => (port.onmessage = hearer(port));
self.onmessage = hearer(self);
