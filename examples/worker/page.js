const worker = new Worker("worker.js", { type: "module" });
const show = (where, ids) => (document.getElementById(where).value = JSON.stringify(ids));
const ask = () => worker.postMessage("who");

worker.onmessage = ({ data }) => show("python", JSON.parse(data));
document.getElementById("identify").onclick = () => worker.postMessage("identify");
document.getElementById("reset").onclick = () => (cioanalytics.reset(), seen());

function seen() {
  show("javascript", [cioanalytics.user().anonymousId(), cioanalytics.user().id() ?? null]);
  ask();
}
const { origin } = location;
cioanalytics.load("example", { cdnURL: origin });
cioanalytics.ready(seen);
cioanalytics.on("identity", seen); // the worker, or another tab, has changed it
