const show = (where, ids) => (document.getElementById(where).value = JSON.stringify(ids));
const seen = () => show("javascript", [cioanalytics.user().anonymousId(), cioanalytics.user().id() ?? null]);

// What Python says reaches the page by a channel of the app's own.
new BroadcastChannel("example").onmessage = ({ data }) => show("python", JSON.parse(data));
document.getElementById("identify").onclick = () => {
  cioanalytics.identify("jane", { plan: "basic" });
  seen();
};
cioanalytics.load("example", { cdnURL: location.origin });
cioanalytics.ready(seen);
cioanalytics.on("identity", seen); // the worker, or another tab, has changed it
