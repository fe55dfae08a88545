// @ts-check
/** Turns between the tabs of one origin: Web Locks. Where a page has none (insecure origins), each gets its turn at once, and Python's lease decides. */
import { quiet } from "./quiet.js";

const PREFIX = "cioanalytics:";

/**
 * Tell whether the browser knows of a lock that this page was given. The answer may come to a frozen page.
 *
 * @param {LockManager} locks
 * @param {string} name
 */
async function isHeld(locks, name) {
  try {
    return (await locks.query()).held?.some((each) => each.name === PREFIX + name);
  } catch {
    return false;
  }
}

/** @param {import("./border-state.js").Border} border */
export function makeLocks(border) {
  const { window: w } = border;
  /** @type {Map<string, () => void>} */
  const held = new Map();
  // A lock that is given up before it came is let go at once: a frozen page that held one would leave the back/forward cache.
  // So does one whose lock comes while it is frozen (Chromium 156): what can be asked without one is asked without.
  /** @type {Set<{ name: string, wanted: boolean }>} */
  const asked = new Set();

  /** @param {string} name */
  const unlock = (name) => {
    const release = held.get(name);
    held.delete(name);
    release?.();
    for (const ask of asked) if (ask.name === name) ask.wanted = false;
  };

  return {
    /** @param {number} number @param {string} name */
    lock: (number, name) => {
      const locks = quiet(() => w.navigator.locks, undefined)();
      if (!locks) {
        border.tell("lock", number, "1");
        return;
      }
      if (held.has(name)) {
        isHeld(locks, name).then((really) => border.tell("lock", number, really ? "" : "1"));
        return;
      }
      const ask = { name, wanted: true };
      asked.add(ask);
      // An async function: what stands for Web Locks on this page may throw at once.
      const request = async () =>
        locks.request(PREFIX + name, { ifAvailable: true }, (lock) => {
          asked.delete(ask);
          if (!lock || !ask.wanted) {
            border.tell("lock", number, "");
            return undefined;
          }
          return new Promise((resolve) => {
            held.set(name, () => resolve(undefined));
            border.tell("lock", number, "1");
          });
        });
      // An opaque origin has locks that refuse.
      request().catch(() => {
        asked.delete(ask);
        border.tell("lock", number, "1");
      });
    },
    unlock,
    /** Let all go: who held them is no more. */
    unlockAll: () => {
      for (const name of [...held.keys(), ...[...asked].map((ask) => ask.name)]) unlock(name);
    },
  };
}
