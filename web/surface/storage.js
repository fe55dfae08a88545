// @ts-check
/**
 * `storage`, the vendor's name for localStorage, cookie and memory in one: read in this order, the first value that is not empty
 * counts. Values are JSON in localStorage; in cookies texts stand raw, as js-cookie writes them.
 */
import { quiet } from "../border/quiet.js";
import { stringify } from "../border/json.js";

/** @typedef {"localStorage" | "cookie" | "memory"} Place */
/** @typedef {{ get(key: string): any, set(key: string, value: any): void, clear(key: string): void }} Store */

const DAY = 86_400_000;
/** Characters that a cookie's value may hold as they are, beside those that no encoding touches. */
const RAW_IN_VALUE = "#$&+/:<=>?@[]^`{|}";
const RAW_IN_NAME = "#$&+^`|";

/** Decode, to a text that is no key where that fails. @param {string} text */
const decoded = quiet((/** @type {string} */ text) => decodeURIComponent(text), "\0");

/** @param {string} text @param {string} raw */
const encoded = (text, raw) =>
  encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (code) => (raw.includes(decoded(code)) ? decoded(code) : code));

/** @param {string} text */
const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/**
 * @param {Window} w
 * @param {() => { persist: boolean, cookie: any, domain: string | null }} settings
 */
export function makeStorage(w, settings) {
  const d = w.document;
  /** @type {Record<string, any>} */
  const memory = {};

  /** @param {string} key @param {string} value @param {number} days */
  const writeCookie = (key, value, days) => {
    const { cookie, domain } = settings();
    const name = encoded(key, RAW_IN_NAME).replace(/[()]/g, (sign) => (sign === "(" ? "%28" : "%29"));
    const expires = new Date(Date.now() + days * DAY).toUTCString();
    const where = domain ? `; domain=${domain}` : "";
    const same = cookie.sameSite ?? "Lax";
    d.cookie = `${name}=${value}; expires=${expires}${where}; path=${cookie.path ?? "/"}; samesite=${same}${cookie.secure ? "; secure" : ""}`;
  };

  /** @type {Record<Place, Store>} */
  const stores = {
    localStorage: {
      get: (key) => {
        const text = w.localStorage.getItem(key);
        return text === null ? null : parsed(text);
      },
      set: (key, value) => w.localStorage.setItem(key, stringify(value)),
      clear: (key) => w.localStorage.removeItem(key),
    },
    cookie: {
      get: (key) => {
        for (const pair of d.cookie.split("; ")) {
          const [name, ...rest] = pair.split("=");
          if (decoded(name) !== key) continue;
          const text = decodeURIComponent(rest.join("=").replace(/^"(.*)"$/, "$1"));
          return text ? parsed(text) : null;
        }
        return null;
      },
      set: (key, value) => {
        if (value === null) writeCookie(key, "", -1);
        else {
          const text = typeof value === "string" ? value : stringify(value);
          writeCookie(key, encoded(text, RAW_IN_VALUE), settings().cookie.maxage ?? 365);
        }
      },
      clear: (key) => writeCookie(key, "", -1),
    },
    memory: {
      get: (key) => memory[key],
      set: (key, value) => void (memory[key] = value),
      clear: (key) => void delete memory[key],
    },
  };

  /** @param {Place[]} [wanted] @returns {Store[]} */
  const chosen = (wanted) => {
    /** @type {Place[]} */
    const order = settings().persist ? ["localStorage", "cookie", "memory"] : ["memory"];
    return order.filter((place) => !wanted || wanted.includes(place)).map((place) => stores[place]);
  };
  // A store that refuses is as good as an empty one.
  /** @param {string} key @param {Place[]} [wanted] */
  const get = (key, wanted) => {
    for (const store of chosen(wanted)) {
      const value = quiet(() => store.get(key), null)();
      if (value) return value;
    }
    return null;
  };
  /** @param {string} key @param {any} value @param {Place[]} [wanted] */
  const set = (key, value, wanted) => {
    for (const store of chosen(wanted)) quiet(() => store.set(key, value), undefined)();
  };

  return {
    get,
    set,
    /** Read, and write what was read to every store; a number becomes a text. @param {string} key @param {Place[]} [wanted] */
    getAndSync: (key, wanted) => {
      const found = get(key, wanted);
      const value = typeof found === "number" ? String(found) : found;
      set(key, value, wanted);
      return value;
    },
    /** @param {string} key @param {Place[]} [wanted] */
    clear: (key, wanted) => {
      for (const store of chosen(wanted)) quiet(() => store.clear(key), undefined)();
    },
  };
}
