import { mount } from "./stlite/stlite.js";

const show = () => {
  const { user } = cioanalytics;
  document.getElementById("javascript").value = JSON.stringify([user().anonymousId(), user().id() ?? null]);
};
document.getElementById("reset").onclick = () => (cioanalytics.reset(), show());
cioanalytics.load("example", { cdnURL: location.origin });
cioanalytics.ready(show);
cioanalytics.on("identity", show); // Python, or another tab, has changed it

// Full addresses: the worker is a blob, beside which nothing lies.
const wheel = new URL("../dist/cioanalytics-0.1.0-py3-none-any.whl", location.href).href;
const app = new URL("app.py", location.href).href;
mount({ requirements: [wheel], entrypoint: "app.py", files: { "app.py": { url: app } } }, document.getElementById("app"));
