// @ts-check
/**
 * The script that pages load: it finds the stub or makes one, starts Python, and hands the stub's calls over.
 *
 * Nothing of the page is changed but the one global. When Python cannot start, one line says so, and the page goes on.
 */
import { manifest } from "manifest";
import { References } from "../border/encode.js";
import { Kept } from "./kept.js";
import { early, isOff } from "./off.js";
import { start as startPyodide } from "./runtime.js";
import { Keeper, makeStub } from "./stub.js";

const w = /** @type {any} */ (window);
const d = /** @type {any} */ (document);
// A module has no current script.
const script = /** @type {HTMLScriptElement | null} */ (document.currentScript ?? document.querySelector("script[data-write-key]"));
const entry = script?.src || new URL("cioanalytics.js", document.baseURI).href;
// One mark on the window says that a page has its copy; not a name, so no page meets it.
const MARK = Symbol.for("cioanalytics");
const COMPLAINT = "cioanalytics:";

/** The vendor's address of a script; its origin is where the settings are (reference). */
const VENDOR_ADDRESS = /(https?:\/\/[\w.\-:]+)\/(?:analytics\.js\/v1|v1\/analytics-js\/snippet)\/[\w\-:]+\/(analytics\.(?:min)\.js)/;

function globalName() {
  /** @type {HTMLElement | null} */
  const other = document.querySelector("script[data-global-customerio-analytics-key]");
  const own = script?.dataset;
  // The script's own word counts before another's: both clients may be on the page.
  return own?.globalCustomerioAnalyticsKey || own?.globalKey || other?.dataset.globalCustomerioAnalyticsKey || "cioanalytics";
}

/** @returns {string | undefined} */
function cdnOfScripts() {
  let found;
  for (const { src, dataset } of document.scripts) {
    found = VENDOR_ADDRESS.exec(src)?.[1] ?? found;
    if (dataset.globalCustomerioAnalyticsKey !== undefined) break;
  }
  return found;
}

/** Read `data-options`. @returns {object} */
function optionsOfTag() {
  const text = script?.dataset.options;
  if (!text) return {};
  try {
    const options = JSON.parse(text);
    if (options && typeof options === "object" && !Array.isArray(options)) return options;
    console.error(COMPLAINT, `data-options must be a JSON object, not ${text}`);
  } catch (error) {
    console.error(COMPLAINT, `data-options is not JSON (${/** @type {Error} */ (error).message}): ${text}`);
  }
  return {};
}

/** @param {string} name @param {any} stub @param {References} references @param {Keeper} keeper */
async function start(name, stub, references, keeper) {
  const earlier = w.analytics === stub ? undefined : w.analytics;
  const { runtime = script?.dataset.runtime, ...options } = { ...optionsOfTag(), ...stub._loadOptions };
  if (options.disable === true) {
    keeper.strand();
    return;
  }
  const writeKey = stub._writeKey;
  const cdn = options.cdnURL ?? script?.dataset.cdnUrl ?? stub._cdn ?? cdnOfScripts() ?? null;
  const asking = typeof options.disable === "function";
  // A page that is being prerendered is nobody's visit yet.
  if (asking && d.prerendering) await new Promise((shown) => d.addEventListener("prerenderingchange", shown, { once: true }));
  const origin = String(cdn ?? "https://cdp.customer.io").replace(/\/+$/, "");
  const settings = d.prerendering || options.cdnSettings ? null : early(`${origin}/v1/projects/${writeKey}/settings`);
  if (asking && (await isOff(options.disable, options.cdnSettings, settings))) {
    keeper.strand();
    return;
  }
  if (!options.disableClientPersistence) keeper.keepIn(new Kept(w, writeKey, options));
  /** @type {import("../border/border-state.js").Boot} */
  const boot = { writeKey, options, globalName: name, cdn, stub: keeper, references, early: settings, earlier, version: manifest.version };
  startPyodide(manifest, entry, { border: true, full: runtime === "full" })
    .then(({ pyodide, border, python, report, again }) => {
      Object.assign(boot, { report, again });
      const installed = pyodide.pyimport(python).install(border.connect(window, boot));
      if (installed === false) keeper.strand();
    })
    .catch((error) => {
      keeper.strand();
      console.error(COMPLAINT, "could not start; calls are kept for the next visit as far as there is room.", error, ...(error.cause ?? []));
    });
}

function main() {
  const name = globalName();
  if (w[MARK] || w[name]?.initialize) {
    console.error(COMPLAINT, "the script is on this page twice; this copy does nothing.");
    return;
  }
  const present = w[name];
  // A page's element or frame of that name shows up there too; the vendor's snippet then writes on it.
  const free = present == null || present instanceof Element || present.window === present;
  if (!free && !Array.isArray(present)) {
    console.error(COMPLAINT, `window.${name} is in use by something else; set data-global-key.`);
    return;
  }
  Object.defineProperty(window, MARK, { value: true });
  const stub = free ? (w[name] = makeStub(present)) : present;
  const references = new References();
  const keeper = new Keeper(w, stub, references);
  stub._writeKey ||= script?.dataset.writeKey ?? stub._writeKey;
  const go = () => {
    if (stub._writeKey && typeof stub._writeKey === "string") {
      keeper.onLoad = null;
      // A page's own options may throw when they are read.
      start(name, stub, references, keeper).catch((error) => console.error(COMPLAINT, "could not start.", error));
      return true;
    }
    console.error(COMPLAINT, `the write key is missing: load got ${JSON.stringify(stub._writeKey)}, nothing is sent.`);
    return false;
  };
  if (stub._writeKey === undefined) {
    // A page may call `load` later, when its visitor has consented.
    console.info(COMPLAINT, `no write key yet, waiting for ${name}.load("KEY").`);
    keeper.onLoad = go;
  } else if (!go()) keeper.onLoad = go;
}

try {
  main();
} catch (error) {
  // So may its stub.
  console.error(COMPLAINT, "could not start.", error);
}
