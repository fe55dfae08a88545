// @ts-check
/**
 * All on one page that write identity: clients, and the bridge of a worker (web/bridge.js). Each tells the others, since a
 * page gets no event for what it has written itself.
 */
import { quiet } from "./quiet.js";

/** @param {any} w the window @param {() => void} hear what this writer does when another has written */
export function makeWriters(w, hear) {
  // A window that is reached over PyScript's proxy is another thread's.
  /** @type {Set<() => void>} */
  const all = quiet(() => (w === globalThis ? (w[Symbol.for("cioanalytics.writers")] ??= new Set()) : new Set()), new Set())();
  let due = false;

  return {
    join: () => all.add(hear),
    /** Tell the others, once for all that one task writes. */
    tell: () => {
      if (due || all.size < 2) return;
      due = true;
      queueMicrotask(() => {
        due = false;
        for (const each of all) if (each !== hear) quiet(each, undefined)();
      });
    },
  };
}
