// @ts-check
/**
 * The host: small functions around one window, for Python. Text, numbers, booleans and null cross; nothing ever throws.
 * What takes time is answered through the one callback of `listen`, by the number that Python chose.
 */
import { quiet, report } from "./quiet.js";
import { makeLocks } from "./locks.js";
import { pageFacts } from "./page.js";
import { loadScript } from "../foreign/scripts.js";
import { stringify } from "./json.js";

/** @typedef {import("./border-state.js").Border} Border */

/** What a store gave: page code that stands before it may give anything. @param {unknown} value */
const textOf = (value) => (typeof value === "string" ? value : null);

/** What the keys of kept events, and of the right to send them, begin with. */
const OUTBOX = "cioanalytics:outbox:";

/** The longest wait that timers of browsers hold. */
const LONGEST = 2 ** 31 - 1;

/**
 * @param {Border} border
 * @returns the functions that need no client: storage, clock, chance, page, network, console
 */
export function makeHost(border) {
  const { window: w } = border;
  const d = w.document;
  /** @type {() => Storage} */
  const local = () => w.localStorage;
  /** @type {Map<number, number>} */
  const timers = new Map();
  const locks = makeLocks(border);
  /** @type {string | null | undefined} */
  let zone;

  return {
    cookieRead: quiet(() => textOf(d.cookie), null),
    /** @param {string} line */
    cookieWrite: quiet((line) => ((d.cookie = line), border.writers.tell(), true), false),
    /** @param {string} key */
    storageGet: quiet((key) => textOf(local().getItem(key)), null),
    /** @param {string} key @param {string} text */
    storageSet: quiet((key, text) => {
      local().setItem(key, text);
      border.writers.tell();
      if (key.startsWith(OUTBOX)) border.keeps(key, text);
      return true;
    }, false),
    /** @param {string} key */
    storageRemove: quiet((key) => (local().removeItem(key), border.writers.tell(), true), false),
    storageKeys: quiet(() => {
      const storage = local();
      return stringify(Array.from({ length: storage.length }, (_, index) => storage.key(index)));
    }, null),

    now: () => Date.now(),
    /** @param {number} ms */
    iso: quiet((ms) => new Date(ms).toISOString(), ""),
    /** @param {number} ms @param {number} number */
    after: quiet((ms, number) => {
      const timer = w.setTimeout(() => {
        timers.delete(number);
        border.tell("timer", number, "");
      }, Math.min(ms, LONGEST));
      timers.set(number, timer);
    }, undefined),
    /** @param {number} number */
    cancel: quiet((number) => {
      w.clearTimeout(timers.get(number));
      timers.delete(number);
    }, undefined),

    /** @param {number} count */
    randomHex: quiet((count) => {
      const bytes = w.crypto.getRandomValues(new Uint8Array(count));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }, ""),
    fraction: () => Math.random(),
    /** @param {string} source @param {string} flags @param {string} text */
    matches: quiet((source, flags, text) => new RegExp(source, flags).test(text), false),

    hostname: quiet(() => w.location.hostname, ""),
    zone: quiet(() => (zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone ?? null), null),
    pageFacts: () => pageFacts(w),

    /**
     * @param {number} number @param {string} method @param {string} url @param {string | null} body
     * @param {string} [optionsText] `{"keepalive": bool, "timeout": ms, "headers": {}}`
     */
    request: (number, method, url, body, optionsText) => {
      ask(border, method, url, body, optionsText).then(
        (answer) => border.tell("answer", number, stringify(answer)),
        () => border.tell("answer", number, '[0,"",""]'),
      );
    },

    /** @param {string} level @param {string} text */
    say: quiet((level, text) => {
      const { console: c } = /** @type {any} */ (w);
      if (level === "table") c.table(JSON.parse(text));
      else (c[level] ?? c.log).call(c, text);
    }, undefined),

    lock: locks.lock,
    unlock: locks.unlock,
    unlockAll: locks.unlockAll,

    /** @param {number} number @param {string} url */
    script: (number, url) => {
      loadScript(w, url).then(
        () => border.tell("script", number, "1"),
        () => border.tell("script", number, ""),
      );
    },
  };
}

/**
 * @param {Border} border @param {string} method @param {string} url @param {string | null} body @param {string} [optionsText]
 * @returns {Promise<[status: number, text: string, retryAfter: string]>} status 0 where no answer came
 */
async function ask(border, method, url, body, optionsText) {
  const w = border.window;
  const options = optionsText ? JSON.parse(optionsText) : {};
  const early = border.boot.early;
  if (method === "GET" && early && early.url === url) {
    border.boot.early = null;
    const answer = await early.answer;
    // An early look that failed is no answer yet: ask anew, as if it had not been.
    if (answer[0]) return answer;
  }
  const stop = new AbortController();
  const timer = options.timeout ? w.setTimeout(() => stop.abort(), Math.min(options.timeout, LONGEST)) : undefined;
  const over = () => w.clearTimeout(timer);
  const posts = method === "POST";
  try {
    const answer = await w.fetch(url, {
      // The vendor's own words, which code around `fetch` may read.
      method: posts ? "post" : method,
      signal: stop.signal,
      keepalive: options.keepalive || undefined,
      ...(body === null || body === undefined ? {} : { body }),
      headers: { ...(body === null || body === undefined ? {} : { "Content-Type": "text/plain" }), ...options.headers },
    });
    const text = (async () => answer.text())();
    text.then(over, over);
    // It is the status that acknowledges: a body that is long in coming, or breaks off, changes nothing. Browsers count a
    // request with keepalive until its body has come, and so does the budget of a page that goes.
    if (posts && !options.keepalive && answer.status >= 200 && answer.status < 300) return [answer.status, "", ""];
    return [answer.status, await (posts ? text.catch(() => "") : text), answer.headers?.get("Retry-After") ?? ""];
  } catch {
    over();
    return [0, "", ""];
  }
}

/**
 * Tell Python what happens to the page.
 *
 * @param {Border} border
 */
export function watchPage(border) {
  const { window: w } = border;
  const d = w.document;
  /** @param {string} event @param {object} [more] */
  const tell = (event, more) => void border.tell("page", 0, stringify({ event, ...more }));
  quiet(() => {
    w.addEventListener("pagehide", (event) => tell("hide", { persisted: event.persisted }));
    w.addEventListener("pageshow", (event) => tell("show", { persisted: event.persisted }));
    w.addEventListener("online", () => tell("online"));
    w.addEventListener("offline", () => tell("offline"));
    // Which storage it was is not asked: that would touch localStorage, and Python looks at what stands there anyway.
    w.addEventListener("storage", ({ key, newValue }) => tell("storage", { key, size: newValue === null ? null : newValue.length }));
    d.addEventListener("visibilitychange", () => tell(d.visibilityState === "hidden" ? "hidden" : "visible"));
    d.addEventListener("prerenderingchange", () => tell("prerendered"));
  }, undefined)();
}

export { report };
