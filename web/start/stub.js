// @ts-check
/**
 * The stub: what stands under the global's name until the client does. It is the vendor's array of calls, or one like it that
 * knows every call (D23).
 *
 * Each call is written down when it is made (or when the loader first sees it), with its time and page (D3). At most
 * `BOOTING` calls wait while the client starts, `STRANDED` when it will not; the oldest give way, and one line says so. Once the
 * client is there the stub forwards for ever (D10).
 */
import { encode } from "../border/encode.js";
import { STUB } from "../surface/names.js";
import { pageFacts } from "../border/page.js";

export const BOOTING = 20_000;
export const STRANDED = 1_000;

/**
 * @typedef {{
 *   method: string, args: string, refs: import("../border/encode.js").Ref[], time: number, page: string,
 *   done?: { resolve: (value: any) => void, reject: (error: unknown) => void },
 * }} Call `done` where somebody waits for what the call gives
 */

/**
 * Make our own stub.
 *
 * @param {any} [written] what the vendor's snippet wrote on instead of an array
 * @returns {any} an array with a method for every call
 */
export function makeStub(written) {
  const { _writeKey, _loadOptions, _cdn } = written ?? {};
  /** @type {any} */
  const stub = Object.assign([], { _writeKey, _loadOptions, _cdn });
  stub.invoked = true;
  stub.methods = STUB;
  for (const name of STUB) {
    stub[name] = (/** @type {any[]} */ ...args) => {
      stub.push([name, ...args]);
      return stub;
    };
  }
  return stub;
}

export class Keeper {
  /** @type {Call[]} */
  #calls = [];
  #limit = BOOTING;
  #dropped = false;
  #lastPage = "{}";
  /** Where calls stand until they are made, once the write key is known. @type {import("./kept.js").Kept | null} */
  kept = null;
  /** Called when page code calls `load` on the stub. @type {(() => void) | null} */
  onLoad = null;
  /** The client, once it stands: whoever keeps no stub asks it from then on. @type {any} */
  client = null;

  /** @param {Window & typeof globalThis} w @param {any} stub @param {import("../border/encode.js").References} references */
  constructor(w, stub, references) {
    this.w = w;
    this.stub = stub;
    this.references = references;
    // The calls that are there already have one page and one moment.
    const page = pageFacts(w);
    for (const call of stub) this.#note(call, page);
    stub.push = (/** @type {any[]} */ ...calls) => {
      Array.prototype.push.apply(stub, calls);
      for (const call of calls) this.#note(call);
      return stub.length;
    };
    // The vendor's `load` brings a script: this one, which is here already.
    stub.load = (/** @type {any} */ key, /** @type {any} */ options) => {
      if (stub._writeKey) return stub;
      const settings = key && typeof key === "object" ? key : { writeKey: key };
      stub._writeKey = settings.writeKey;
      stub._loadOptions = { ...settings, ...options };
      delete stub._loadOptions.writeKey;
      this.onLoad?.();
      return stub;
    };
  }

  /** @param {any} call `[method, ...arguments]` @param {string} [page] */
  #note(call, page) {
    try {
      const [method, ...args] = Array.isArray(call) || call?.length ? Array.from(call) : [];
      if (typeof method === "string") this.write(method, args, undefined, page);
    } catch (error) {
      this.w.console.error("cioanalytics:", error);
    }
  }

  /**
   * Write a call down; throws where its arguments cannot be written.
   *
   * @param {string} method @param {unknown[]} args @param {Call["done"]} [done] @param {string} [page] JSON of its facts
   */
  write(method, args, done, page = pageFacts(this.w)) {
    const encoded = encode(method, args, this.references);
    // Calls of one page share one text.
    if (page !== this.#lastPage) this.#lastPage = page;
    const call = { method, ...encoded, time: Date.now(), page: this.#lastPage, done };
    this.#calls.push(call);
    this.kept?.keep(call);
    this.#trim();
  }

  #trim() {
    const excess = this.#calls.length - this.#limit;
    if (excess <= 0) return;
    for (const { refs, done } of this.#calls.splice(0, excess)) {
      done?.reject(new Error("too many calls wait for the client, the oldest are dropped"));
      for (const [, reference] of refs) this.references.release(reference);
    }
    this.stub.splice(0, Math.max(0, this.stub.length - this.#limit));
    if (this.#dropped) return;
    this.#dropped = true;
    this.w.console.warn(`cioanalytics: more than ${this.#limit} calls wait for the client, the oldest are dropped`);
  }

  /** Keep all calls for the next visit, those that wait already too. @param {import("./kept.js").Kept} kept */
  keepIn(kept) {
    this.kept = kept;
    const keepAll = () => kept.keepAll(this.#calls);
    if (/** @type {any} */ (this.w.document).prerendering) this.w.document.addEventListener("prerenderingchange", keepAll, { once: true });
    else keepAll();
  }

  /** Put calls before those that wait. @param {Call[]} calls */
  precede(calls) {
    this.#calls.unshift(...calls);
    this.#trim();
  }

  /** Let only few calls wait from now on: the client will not come. */
  strand() {
    this.#limit = STRANDED;
    this.#trim();
  }

  /** Take all calls, in their order; the stub is empty then. @returns {Call[]} */
  take() {
    this.stub.length = 0;
    return this.#calls.splice(0);
  }

  /**
   * Make every call of the stub one of the client's.
   *
   * @param {any} client
   */
  forwardTo(client) {
    const { stub } = this;
    this.client = client;
    this.onLoad = null;
    for (const name of Object.getOwnPropertyNames(client)) {
      if (name === "length" || name === "push") continue;
      const { value } = Object.getOwnPropertyDescriptor(client, name) ?? {};
      if (typeof value === "function") stub[name] = (/** @type {any[]} */ ...args) => client[name](...args);
      else Object.defineProperty(stub, name, { get: () => client[name], configurable: true });
    }
    stub.push = (/** @type {any[]} */ ...calls) => {
      for (const call of calls) client.push(call);
      return 0;
    };
  }
}
