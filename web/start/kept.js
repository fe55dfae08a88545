// @ts-check
/**
 * Calls of a page that may be left before its client runs (D2): each stands in localStorage from the moment it is made.
 *
 * One key a call, `cioanalytics:kept:WRITEKEY:PAGE:NUMBER`. Who makes a call takes its key away first, and makes no call whose
 * key another tab took: so each is made once. A page's calls are up for others when it has gone (its key ends in `:end`), or
 * when its last call is two minutes old. All pages together keep 1,000 calls and 1 MB; the oldest give way.
 */
import { stringify } from "../border/json.js";

/** @typedef {import("./stub.js").Call} Call */
/** @typedef {{ method: string, args: any[], refs: any[], time: number, id: string, page: any, stores: Stores }} KeptCall */
/** @typedef {{ cookie: string | null, local: Record<string, string | null> | null }} Stores raw texts, null where the store throws */

const CALLS = ["track", "page", "screen", "identify", "group", "alias", "reset", "setAnonymousId"];
const MOST = 1_000;
const MOST_BYTES = 1_000_000;
const SILENT_MS = 120_000;

/** The id that the call's event will have, whoever makes it: should two tabs do so at once, the collector sees one. */
const hex = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Kept {
  #prefix;
  #page = Math.random().toString(36).slice(2, 10);
  #number = 0;
  #count = 0;
  #bytes = 0;
  /** @type {Map<Call, string>} */
  #keys = new Map();
  /** Keys of this page that no bound has taken away. @type {Set<string>} */
  #mine = new Set();
  #names;
  #full = false;
  /** Whether the page was left once, so that others may have taken its calls. */
  #left = false;

  /** @param {Window & typeof globalThis} w @param {string} writeKey @param {any} options */
  constructor(w, writeKey, options) {
    this.w = w;
    this.#prefix = `cioanalytics:kept:${writeKey}:`;
    const { user, group } = options;
    this.#names = {
      cookie: ["ajs_anonymous_id", user?.cookie?.key ?? "ajs_user_id", group?.cookie?.key ?? "ajs_group_id", "ajs_user", "_sio"],
      local: [user?.localStorage?.key ?? "ajs_user_traits", group?.localStorage?.key ?? "ajs_group_properties"],
    };
    w.addEventListener("pagehide", () => this.#mark());
    // Back from the back/forward cache: what nobody took is this page's again.
    w.addEventListener("pageshow", (event) => event.persisted && this.#quiet(() => w.localStorage.removeItem(this.#end)));
    this.#quiet(() => this.#trim());
  }

  /** @template T @param {() => T} action @returns {T | undefined} */
  #quiet(action) {
    try {
      return action();
    } catch {
      return undefined;
    }
  }

  /** Keep what waits already, as far as there is room. @param {readonly Call[]} calls */
  keepAll(calls) {
    const wanted = calls.filter(({ method }) => CALLS.includes(method));
    if (wanted.length > MOST) this.#complain();
    // One moment, one look at the stores; the oldest would only give way again.
    const stores = stringify(this.#stores());
    for (const call of wanted.slice(-MOST)) this.keep(call, stores);
  }

  /** Keep one call. @param {Call} call @param {string} [stores] what they hold, where that is known */
  keep(call, stores) {
    if (!CALLS.includes(call.method) || /** @type {any} */ (this.w.document).prerendering) return;
    const refs = stringify(call.refs.map(([path]) => [path, 0, "undefined"]));
    const text = `{"method":"${call.method}","args":${call.args},"refs":${refs},"time":${call.time},"id":"${hex()}","page":${call.page},"stores":${stores ?? stringify(this.#stores())}}`;
    const key = `${this.#prefix}${this.#page}:${String((this.#number += 1)).padStart(6, "0")}`;
    this.#quiet(() => {
      this.w.localStorage.setItem(key, text);
      this.#keys.set(call, key);
      this.#mine.add(key);
      this.#count += 1;
      this.#bytes += text.length;
    });
    if (this.#count > MOST || this.#bytes > MOST_BYTES) this.#quiet(() => this.#trim());
  }

  /** The five entries as they stand in their stores now. @returns {Stores} */
  #stores() {
    const { cookie, local } = this.#names;
    return {
      cookie: this.#quiet(() => this.w.document.cookie.split("; ").filter((pair) => cookie.includes(pair.split("=")[0])).join("; ")) ?? null,
      local: this.#quiet(() => Object.fromEntries([...cookie.slice(0, 3), ...local].map((key) => [key, this.w.localStorage.getItem(key)]))) ?? null,
    };
  }

  /**
   * Say whether a call is still this page's to make, and take it out of the storage. One that is not there any more was taken by
   * another tab only if any could have taken it; else the page has cleared its storage, or it forgets in silence.
   *
   * @param {Call} call
   */
  claim(call) {
    const key = this.#keys.get(call);
    if (key === undefined) return true;
    this.#keys.delete(call);
    // One that gave way to the bound is still this page's to make.
    if (!this.#mine.delete(key)) return true;
    return this.#quiet(() => {
      const present = this.w.localStorage.getItem(key) !== null;
      this.w.localStorage.removeItem(key);
      return present || !(this.#left || Date.now() > call.time + SILENT_MS);
    }) ?? true;
  }

  get #end() {
    return `${this.#prefix}${this.#page}:end`;
  }

  /** Take what earlier pages left, oldest first. @returns {KeptCall[]} */
  takeOthers() {
    return this.#quiet(() => {
      const storage = this.w.localStorage;
      const pages = this.#byPage();
      const now = Date.now();
      const taken = [];
      for (const [page, keys] of pages) {
        if (page === this.#page) continue;
        const calls = keys.map((key) => /** @type {[string, any]} */ ([key, this.#quiet(() => JSON.parse(storage.getItem(key) ?? ""))]));
        const gone = keys.some((key) => key.endsWith(":end"));
        if (!gone && calls.some(([, call]) => call?.time > now - SILENT_MS)) continue;
        for (const [key, call] of calls) {
          storage.removeItem(key);
          if (call?.method) taken.push(call);
        }
      }
      return taken.sort((one, other) => one.time - other.time);
    }) ?? [];
  }

  /** @returns {Map<string, string[]>} keys in their order, by page */
  #byPage() {
    const storage = this.w.localStorage;
    /** @type {Map<string, string[]>} */
    const pages = new Map();
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    for (const key of keys.filter((candidate) => candidate.startsWith(this.#prefix)).sort()) {
      const page = key.slice(this.#prefix.length).split(":")[0];
      pages.set(page, [...(pages.get(page) ?? []), key]);
    }
    return pages;
  }

  /** Drop the oldest above the bound, and count what is there. Calls of pages that are at work are theirs, and not counted. */
  #trim() {
    const storage = this.w.localStorage;
    const now = Date.now();
    const calls = [];
    for (const [page, keys] of this.#byPage()) {
      const held = keys.map((key) => {
        const text = storage.getItem(key) ?? "";
        return { key, size: text.length, time: Number(/"time":(\d+)/.exec(text)?.[1] ?? 0) };
      });
      const gone = keys.some((key) => key.endsWith(":end")) || held.every(({ time }) => time <= now - SILENT_MS);
      if (gone || page === this.#page) calls.push(...held);
    }
    calls.sort((one, other) => one.time - other.time || (one.key < other.key ? -1 : 1));
    this.#count = calls.length;
    this.#bytes = calls.reduce((sum, { size }) => sum + size, 0);
    if (this.#count <= MOST && this.#bytes <= MOST_BYTES) return;
    // A tenth more goes, so that a full store is not sorted at every call.
    while (this.#count > MOST * 0.9 || this.#bytes > MOST_BYTES * 0.9) {
      const oldest = calls.shift();
      if (!oldest) break;
      storage.removeItem(oldest.key);
      this.#mine.delete(oldest.key);
      this.#count -= 1;
      this.#bytes -= oldest.size;
    }
    this.#complain();
  }

  #complain() {
    if (this.#full) return;
    this.#full = true;
    this.w.console.warn("cioanalytics: more calls wait than are kept for the next visit; if the page is left now, the oldest are lost");
  }

  /** The page goes: what is left of its calls is the next visit's. */
  #mark() {
    if (!this.#keys.size) return;
    this.#left = true;
    this.#quiet(() => this.w.localStorage.setItem(this.#end, String(Date.now())));
  }
}
