/*
 * The page's drawings of one state: the person, the table of entries, the telling of a deed.
 * Law: a drawing is made from a state alone, and only what differs from the drawing before is marked as changed.
 */

import { drawSeal, hueOf } from "./seal.js";
import { ENTRIES, rawStores } from "./stores.js";

const at = (id) => document.getElementById(id);

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Show who is here: a name where one is known, the ids, and the page's own colour from the id. */
export function showPerson(who) {
  const traits = who?.traits ?? {};
  const known = who?.userId ?? null;
  at("who").textContent = known === null ? (who?.anonymousId ? "An anonymous visitor" : "Nobody yet") : String(traits.name ?? known);
  const ids = [["anonymous id", who?.anonymousId ?? "none"]];
  if (known !== null) ids.push(["user id", known]);
  if (who?.groupId) ids.push(["group id", who.groupId]);
  at("who-ids").replaceChildren(...ids.map(([label, id]) => make("span", "", `${label} `, make("code", "", String(id)))));
  drawSeal(who?.anonymousId ?? null, at("seal"));
  if (who?.anonymousId) document.documentElement.style.setProperty("--hue", hueOf(who.anonymousId));
}

function wordsOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fill(cell, entry, store, state) {
  const value = state[store]?.[entry.name] ?? null;
  cell.dataset.value = value === null ? "" : wordsOf(value);
  if (store === "cookie" && entry.cookie === null) {
    cell.replaceChildren(make("span", "never", "in no cookie"));
  } else if (store === "client" && state.client === null) {
    cell.replaceChildren(make("span", "never", "not asked yet"));
  } else if (value === null) {
    cell.replaceChildren(make("span", "nothing", "nothing"));
  } else if (typeof value === "object") {
    const facts = Object.entries(value).map(([key, held]) => make("span", "fact", make("b", "", key), ` ${wordsOf(held)}`));
    cell.replaceChildren(make("span", "facts", ...facts));
  } else {
    const code = make("code", "", String(value));
    cell.replaceChildren(...(entry.name === "anonymousId" ? [drawSeal(String(value)), code] : [code]));
  }
}

const STORES = [["cookie", "Cookie"], ["storage", "localStorage"], ["client", "The client says"]];

/** Show the table by entry and store; a cell whose text changed since the last time lights up once. */
export function showKept(state) {
  const body = at("kept").tBodies[0];
  if (!body.rows.length) {
    for (const entry of ENTRIES) {
      const head = make("th", "", entry.label, make("code", "", entry.storage));
      head.scope = "row";
      const row = make("tr", "", head);
      row.dataset.entry = entry.name;
      for (const [store, label] of STORES) {
        const cell = make("td");
        cell.dataset.store = store;
        cell.dataset.label = label;
        row.append(cell);
      }
      body.append(row);
    }
  }
  for (const entry of ENTRIES) {
    const row = body.querySelector(`[data-entry="${entry.name}"]`);
    for (const [store] of STORES) {
      const cell = row.querySelector(`[data-store="${store}"]`);
      const before = cell.textContent;
      fill(cell, entry, store, state);
      cell.classList.remove("changed");
      if (before !== "" && before !== cell.textContent) {
        void cell.offsetWidth;
        cell.classList.add("changed");
      }
    }
  }
  at("raw").textContent = rawStores();
}

const SIGNS = { new: "✦", gone: "−", back: "↺", changed: "→", set: "+", kept: "=" };

function fragments(told) {
  return make(
    "ul",
    "told",
    ...told.map(({ kind, text }) => {
      const sign = make("span", "sign", SIGNS[kind]);
      sign.setAttribute("aria-hidden", "true");
      const item = make("li", "", sign, make("span", "", text));
      item.dataset.kind = kind;
      return item;
    }),
  );
}

/** Show what a deed will do. */
export function showWill(deed, told) {
  at("will").replaceChildren(make("p", "deed", deed.label), make("code", "code", deed.code), fragments(told));
}

/** Show what a deed did; `verdict` is the list of what came otherwise than foretold, null where nothing was. */
export function showDid(label, told, verdict) {
  const did = at("did");
  if (did.querySelector(".told")) {
    const words = [...did.querySelectorAll(".told li > span:last-child")].map((item) => item.textContent).join("; ");
    at("earlier-list").prepend(make("li", "", make("b", "", did.querySelector(".deed").textContent), ` ${words}`));
    while (at("earlier-list").children.length > 12) at("earlier-list").lastElementChild.remove();
    at("earlier").hidden = false;
  }
  const parts = [make("p", "deed", label), fragments(told)];
  if (verdict !== null) {
    const words = verdict.length ? `Not as foretold: ${verdict.join("; ")}.` : "As foretold.";
    const line = make("p", "verdict", words);
    line.dataset.right = String(!verdict.length);
    parts.push(line);
  }
  did.replaceChildren(...parts);
}

/** Add to what the last deed did that its event arrived. */
export function showArrival(words) {
  at("did").append(make("p", "arrival", words));
}
