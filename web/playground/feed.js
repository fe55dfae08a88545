/*
 * The events that the collector received, live, newest first.
 * Law: what an event says is shown as text only; its JSON is drawn when it is opened for the first time.
 */

import { drawSeal } from "./seal.js";

const SHOWN = 100;
const HISTORY = 30;

function titleOf(event) {
  const properties = event.properties ?? {};
  if (event.type === "track") return event.event;
  if (event.type === "identify") return event.userId ?? "no user id";
  if (event.type === "group") return event.groupId ?? "no group id";
  if (event.type === "alias") return `${event.previousId} → ${event.userId}`;
  return event.name ?? properties.title ?? properties.path ?? "";
}

function part(className, text, tag = "span") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function jsonOf(value) {
  const text = JSON.stringify(value, null, 2);
  const block = part("json", "", "pre");
  block.tabIndex = 0;
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    block.append(text.slice(end, match.index));
    const kind = match[2] ? "key" : match[1] ? "text" : "other";
    block.append(part(`json-${kind}`, match[1] ?? match[0]), match[2] ?? "");
    end = match.index + match[0].length;
  }
  block.append(text.slice(end));
  return block;
}

function itemOf(row) {
  const event = row.body;
  const item = document.createElement("li");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const type = event.type ?? row.path.split("/").pop();
  item.dataset.type = type;
  item.dataset.message = row.message_id ?? "";
  const time = part("time", new Date(row.received_at).toLocaleTimeString([], { hour12: false }), "time");
  time.dateTime = row.received_at;
  summary.append(part("type", type), part("title", titleOf(event)), time);
  const by = part("by", "", "span");
  if (event.anonymousId) by.append(drawSeal(event.anonymousId));
  by.append(part("by-name", event.userId ? `as ${event.userId}` : "anonymous"));
  if (row.write_key && row.write_key !== "playground") by.append(part("key", row.write_key));
  summary.append(by);
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.open && !details.querySelector("pre")) details.append(jsonOf(event));
  });
  item.append(details);
  return item;
}

/** Show events in `list` as they arrive and tell each one to `arrived(row)`; `state` says whether the line stands. */
export function listen(list, empty, state, arrived) {
  const began = Date.now();
  const source = new EventSource(`/events/live?last=${HISTORY}`);
  const show = (name, words) => {
    state.dataset.state = name;
    state.textContent = words;
  };
  source.addEventListener("open", () => show("live", "live"));
  source.addEventListener("error", () => show("lost", "no connection, trying again"));
  source.addEventListener("message", (message) => {
    const row = JSON.parse(message.data);
    if (row.path.endsWith("/m") || row.body === null || typeof row.body !== "object") return;
    const item = itemOf(row);
    if (Date.parse(row.received_at) > began - 1000) item.classList.add("fresh");
    list.prepend(item);
    empty.hidden = true;
    while (list.children.length > SHOWN) list.lastElementChild.remove();
    arrived(row);
  });
}
