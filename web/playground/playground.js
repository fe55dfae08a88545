/*
 * The playground: shows an identity at a glance, foretells each button, tells what it did.
 * Law: the page uses the client as any page would, through the one global and its public calls. It only asks the client
 * after a call; after a loss it leaves the client alone, because asking heals the stores.
 */

import { DEEDS, isLoss } from "./deeds.js";
import { listen } from "./feed.js";
import { differences, foretell, tell, weightiest } from "./foretell.js";
import { showArrival, showDid, showKept, showPerson, showWill } from "./show.js";
import { present, readStores } from "./stores.js";

const at = (id) => document.getElementById(id);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const ANSWER_IN = 1500;

let state = { ...readStores(window.atArrival), client: null, memory: null };
let loaded = false;
let pointed = null;
let sent = null;

function askClient() {
  const { cioanalytics } = window;
  const user = cioanalytics.user();
  const group = cioanalytics.group();
  return {
    anonymousId: present(user.anonymousId()),
    userId: present(user.id()),
    traits: present(user.traits()),
    groupId: present(group.id()),
    groupTraits: present(group.traits()),
  };
}

function look({ ask }) {
  const client = ask ? askClient() : null;
  state = { ...readStores(), client, memory: client ?? state.memory };
  show();
}

function show() {
  showKept(state);
  // The person as the page last heard of them; before the client is up, as the stores have them.
  showPerson(state.client ?? (loaded && anyId(state) ? state.memory : foretoldPerson()));
  for (const deed of DEEDS) at(`${deed.name}-hint`).textContent = weightiest(tellAhead(deed), isLoss(deed));
  if (pointed) showWill(pointed, tellAhead(pointed));
}

function tellAhead(deed) {
  // The page that a reload opens knows the stores only, so what it will do is told from them.
  const before = deed.kind === "reload" ? { ...state, client: null, memory: null } : state;
  return tell(before, foretell(deed, before));
}

function anyId({ cookie, storage }) {
  return [cookie, storage].some((store) => store.anonymousId || store.userId || store.groupId);
}

function foretoldPerson() {
  const ids = {};
  for (const name of Object.keys(state.storage)) ids[name] = state.storage[name] ?? state.cookie[name] ?? null;
  return ids;
}

async function act(deed, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  look({ ask: loaded && state.client !== null });
  const before = state;
  const foretold = foretell(deed, before);
  sent = null;
  button.setAttribute("aria-busy", "true");
  const began = performance.now();
  let failure = null;
  try {
    const answer = deed.run();
    if (deed.kind === "reload") return;
    if (!isLoss(deed)) {
      const context = await Promise.race([answer, wait(ANSWER_IN)]);
      sent = { id: context?.event?.messageId ?? null, began };
    }
  } catch (error) {
    failure = error;
  } finally {
    button.removeAttribute("aria-busy");
  }
  look({ ask: !isLoss(deed) });
  const told = tell(before, state);
  if (failure) told.unshift({ kind: "gone", text: `the call failed: ${failure.message ?? failure}` });
  showDid(deed.label, told, differences(foretold, state, before));
  noteArrival();
}

const arrivals = new Map();

function arrived(row) {
  if (row.message_id) arrivals.set(row.message_id, performance.now());
  if (arrivals.size > 200) arrivals.delete(arrivals.keys().next().value);
  noteArrival();
}

function noteArrival() {
  if (!sent?.id || !arrivals.has(sent.id)) return;
  showArrival(`Its event arrived after ${Math.max(1, Math.round(arrivals.get(sent.id) - sent.began))} ms.`);
  sent = null;
}

function makeButtons() {
  for (const deed of DEEDS) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.deed = deed.name;
    button.innerHTML = `<span class="label" id="${deed.name}-label"></span><span class="hint" id="${deed.name}-hint"></span>`;
    button.setAttribute("aria-labelledby", `${deed.name}-label`);
    button.setAttribute("aria-describedby", `${deed.name}-hint`);
    if (deed.place === "calls") button.setAttribute("aria-disabled", "true");
    const point = () => {
      pointed = deed;
      showWill(deed, tellAhead(deed));
    };
    button.addEventListener("pointerenter", point);
    button.addEventListener("focus", point);
    button.addEventListener("click", () => void act(deed, button));
    at(deed.place).append(button);
    at(`${deed.name}-label`).textContent = deed.label;
  }
}

function status(name, words, progress = "") {
  at("status").dataset.state = name;
  if (at("status-text").textContent !== words) at("status-text").textContent = words;
  at("status-progress").textContent = progress;
}

function bytesSoFar() {
  const parts = performance.getEntriesByType("resource").filter((part) => part.name.includes("/dist/"));
  const bytes = parts.reduce((sum, part) => sum + part.transferSize, 0);
  return bytes > 5e4 ? `${(bytes / 1e6).toFixed(1)} MB, ` : "";
}

const isUp = () => typeof window.cioanalytics?.user === "function";

async function started() {
  const missing = () => "missing" in at("client").dataset;
  while (!isUp() && !missing()) {
    const now = performance.now();
    status("loading", now > 20000 ? "Python is slow to start; the console may say why" : "Python is starting", `${bytesSoFar()}${(now / 1000).toFixed(1)} s`);
    await wait(20);
  }
  return isUp();
}

async function begin() {
  makeButtons();
  show();
  listen(at("events"), at("no-events"), at("feed-state"), arrived);
  const before = state;
  const foretold = foretell({ kind: "reload" }, before);
  if (!(await started())) {
    status("failed", "There is no client: run ./build.sh, then reload");
    return;
  }
  status("up", `Python is up, ${Math.round(performance.now()).toLocaleString("en")} ms`);
  loaded = true;
  for (const button of document.querySelectorAll("button[data-deed]")) button.removeAttribute("aria-disabled");
  look({ ask: true });
  const reloaded = performance.getEntriesByType("navigation")[0]?.type === "reload";
  showDid(reloaded ? "reload" : "arrival", tell(before, state), differences(foretold, state, before));
  // Calls from the console, and changes that came from elsewhere.
  for (const news of ["identity", "identify", "group", "reset"]) window.cioanalytics.on?.(news, () => look({ ask: true }));
  setInterval(() => {
    const seen = readStores();
    const differs = ["cookie", "storage"].some((store) => JSON.stringify(seen[store]) !== JSON.stringify(state[store]));
    if (differs && !document.hidden) look({ ask: false });
  }, 700);
}

void begin();
