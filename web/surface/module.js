// @ts-check
/**
 * The ES module, with the names of the vendor's npm package: `AnalyticsBrowser.load({ writeKey })` and what belongs to it.
 *
 * Calls before the client runs are written down with their time and page, as a stub's are; their promises settle with what the
 * call gives, and reject when the client cannot start (D27). No global is made.
 */
import { manifest } from "manifest";
import { connect } from "../border/border.js";
import { makeClasses } from "./classes.js";
import { Context, ContextCancelation } from "./context.js";
import { References } from "../border/encode.js";
import { Kept } from "../start/kept.js";
import { early, isOff } from "../start/off.js";
import { start } from "../start/runtime.js";
import { makeSilent } from "../start/silent.js";
import { Keeper } from "../start/stub.js";

const DEFAULT_CDN = "https://cdp.customer.io";
/** One Python serves all clients of the module. @type {Promise<import("../start/runtime.js").Started> | undefined} */
let python;

/** The name of the global that a page's own stub has; the option `globalAnalyticsKey` says another. */
let globalKey = "cioanalytics";

/**
 * Make a client over this window.
 *
 * @param {import("../border/border-state.js").Boot} boot
 * @param {boolean} [full] stock Pyodide is wanted, where none runs yet
 * @param {() => void} [ready] called when Python is there
 */
async function install(boot, full, ready) {
  python ??= start(manifest, import.meta.url, { border: false, full });
  const started = await python.catch((error) => {
    python = undefined;
    throw error;
  });
  ready?.();
  const host = connect(window, { globalName: "", version: manifest.version, report: started.report, again: started.again, ...boot });
  if (started.pyodide.pyimport(started.python).install(host) === false) throw new Error("load: the client could not be made");
  await host.published;
  return host;
}

/** Take the calls that page code wrote into its own stub. @returns {[string, ...any[]][]} */
function callsOfWindow() {
  const stub = /** @type {any} */ (window)[globalKey];
  return Array.isArray(stub) ? stub.splice(0, stub.length).filter((call) => typeof call?.[0] === "string") : [];
}

/** Calls that give a promise of their value. */
const PROMISES = [
  "track",
  "page",
  "screen",
  "identify",
  "alias",
  "reset",
  "ready",
  "register",
  "deregister",
  "setAnonymousId",
  "addSourceMiddleware",
  "addDestinationMiddleware",
  "trackLink",
  "trackClick",
  "trackForm",
  "trackSubmit",
  "pageview",
  "queryString",
  "flush",
  "forget",
];
/** Calls that give the buffer itself. */
const CHAINED = ["on", "once", "off", "emit", "debug", "use", "timeout"];

/** The buffered client: each call may be made at once. */
export class AnalyticsBrowser {
  /** The loaded client, once there. @type {any} */
  instance = undefined;
  /** @type {Context | undefined} */
  ctx = undefined;
  VERSION = manifest.version;
  #references = new References();
  #keeper = new Keeper(window, [], this.#references);
  /** @type {(client: any) => void} */
  #published = () => {};
  /** @type {Promise<any>} */
  #client;
  /** @type {(pair: [any, Context] | PromiseLike<never>) => void} */
  #finish = () => {};
  /** @type {Promise<[any, Context]>} */
  #loaded;
  #started = false;

  constructor() {
    this.#client = new Promise((resolve) => (this.#published = resolve));
    this.#loaded = new Promise((resolve) => (this.#finish = resolve));
    // Who does not ask is not troubled by a rejection.
    this.#loaded.catch(() => {});
    this.#client.catch(() => {});
    const self = /** @type {any} */ (this);
    for (const name of PROMISES) self[name] = (/** @type {any[]} */ ...args) => this.#call(name, args);
    for (const name of CHAINED) {
      self[name] = (/** @type {any[]} */ ...args) => {
        this.#call(name, args).catch((error) => console.error(error));
        return this;
      };
    }
    self.pageView = self.pageview;
  }

  /** @param {string} name @param {any[]} args @returns {Promise<any>} */
  async #call(name, args) {
    // The client makes what waits before `instance` is there; who has awaited one of these calls goes on at once.
    const client = this.instance ?? this.#keeper.client;
    if (client) return client[name](...args);
    return new Promise((resolve, reject) => this.#keeper.write(name, args, { resolve, reject }));
  }

  /** The person, as a promise. */
  async user() {
    return (await this.#client).user();
  }

  /** Without arguments the group as a promise, else a group call. @param {any[]} args @returns {Promise<any>} */
  async group(...args) {
    return args.length ? this.#call("group", args) : (await this.#client).group();
  }

  /** @param {any[]} topics */
  inbox(...topics) {
    if (this.instance?.inbox) return this.instance.inbox(...topics);
    throw new Error("Customer.io In-App Plugin is not loaded yet. Ensure the plugin is initialized before calling inbox().");
  }

  /**
   * Start; a second call does nothing.
   *
   * @param {{ writeKey: string, cdnURL?: string, cdnSettings?: any, plugins?: any[], classicIntegrations?: any[], timeout?: number }} settings
   * @param {any} [options]
   */
  load(settings, options = {}) {
    if (this.#started) return this;
    this.#started = true;
    this.#start(settings, options).then(
      (pair) => this.#finish(pair),
      (error) => {
        const failed = Promise.reject(error);
        this.#finish(failed);
        this.#published(failed);
        this.#keeper.strand();
        for (const { done } of this.#keeper.take()) done?.reject(error);
      },
    );
    return this;
  }

  /** Write down what page code's own stub holds; its promises are nobody's. */
  #takeWindow() {
    for (const [name, ...args] of callsOfWindow()) {
      if (this.instance) this.instance.push([name, ...args]);
      else this.#keeper.write(name, args, { resolve: () => {}, reject: (error) => console.error(error) });
    }
  }

  /** @param {any} settings @param {any} options @returns {Promise<[any, Context]>} */
  async #start(settings, options) {
    const { writeKey, ...rest } = settings ?? {};
    if (!writeKey) throw new Error("load: writeKey is missing");
    const { runtime, ...all } = { ...options, ...rest };
    if (typeof all.globalAnalyticsKey === "string") globalKey = all.globalAnalyticsKey;
    const address = `${String(all.cdnURL ?? DEFAULT_CDN).replace(/\/+$/, "")}/v1/projects/${writeKey}/settings`;
    const asked = typeof all.disable === "function" && !all.cdnSettings ? early(address) : null;
    if (await isOff(all.disable, all.cdnSettings, asked)) return this.#beSilent();
    if (!all.disableClientPersistence) this.#keeper.keepIn(new Kept(window, String(writeKey), all));
    this.#takeWindow();
    const boot = { writeKey, options: all, stub: this.#keeper, references: this.#references, early: asked };
    const host = await install(boot, runtime === "full", () => this.#takeWindow());
    const client = host.client();
    this.instance = client;
    this.#published(client);
    this.#takeWindow();
    await client.whenReady();
    this.#takeWindow();
    this.ctx = Context.system();
    return [client, this.ctx];
  }

  /** @returns {[any, Context]} */
  #beSilent() {
    const silent = makeSilent(manifest.version);
    this.instance = silent;
    this.#published(silent);
    for (const { method, args, refs, done } of this.#keeper.take()) {
      const values = JSON.parse(args);
      for (const [path, reference] of refs) if (path.length === 1) values[path[0]] = this.#references.get(reference);
      Promise.resolve(silent[method](...values)).then(done?.resolve, done?.reject);
    }
    this.ctx = Context.system();
    return [silent, this.ctx];
  }

  /** @param {Parameters<AnalyticsBrowser["load"]>[0]} settings @param {any} [options] */
  static load(settings, options = {}) {
    return new AnalyticsBrowser().load(settings, options);
  }

  /** @param {string} writeKey @param {any} [options] @returns {Promise<any>} the client itself */
  static async standalone(writeKey, options) {
    const [client] = await AnalyticsBrowser.load({ writeKey }, options);
    return client;
  }

  /** @type {Promise<[any, Context]>["then"]} */
  then(...args) {
    return this.#loaded.then(...args);
  }

  /** @type {Promise<[any, Context]>["catch"]} */
  catch(...args) {
    return this.#loaded.catch(...args);
  }

  /** @type {Promise<[any, Context]>["finally"]} */
  finally(...args) {
    return this.#loaded.finally(...args);
  }
}

/** Not for browsers, as in the vendor's package. */
export class AnalyticsNode {
  /** @returns {Promise<never>} */
  static load() {
    return Promise.reject(new Error("AnalyticsNode is not available in browsers."));
  }
}

/** Give the client or the stub that stands on the window. @param {string} [key] */
export const getGlobalAnalytics = (key = globalKey) => /** @type {any} */ (window)[key];

/** Fetch the settings of a project. @param {string} writeKey @param {string} [cdnURL] @returns {Promise<any>} */
export async function loadLegacySettings(writeKey, cdnURL = DEFAULT_CDN) {
  try {
    const answer = await fetch(`${cdnURL}/v1/projects/${writeKey}/settings`);
    if (!answer.ok) throw new Error(await answer.text());
    return await answer.json();
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    throw error;
  }
}

/** Names of the events that the vendor's in-app plugin raises. */
export const InAppEvents = Object.freeze({
  MessageOpened: "in-app:message-opened",
  MessageDismissed: "in-app:message-dismissed",
  MessageError: "in-app:message-error",
  MessageAction: "in-app:message-action",
});

/** Names of the events of the in-app inbox. */
export const InboxEvents = Object.freeze({
  MessageOpened: "in-app-inbox:message-opened",
  MessageDismissed: "in-app-inbox:message-dismissed",
  MessageAction: "in-app-inbox:message-action",
});

/** In-app messages need the vendor's own plugin; this name is here for its type. @returns {never} */
export function InAppPlugin() {
  throw new Error("The in-app plugin is the vendor's own: name its script in the settings' remotePlugins, or register() it.");
}

export const { Analytics, User, Group, Cookie, LocalStorage, UniversalStorage, EventFactory, getAvailableStorageOptions } = makeClasses(
  async ({ writeKey, ...settings }, options = {}) => {
    const host = await install({ writeKey, quiet: true, options: { ...options, ...settings } });
    return { client: host.client(), complete: host.complete };
  },
);

export { Context, ContextCancelation };
