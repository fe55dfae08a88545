// @ts-check
/**
 * The client as page code sees it: the vendor's camelCase names, each giving back what the reference's gives.
 *
 * Made from the table of `names.js`. A method is an own, bound, writable property: page code may take it off or replace it,
 * and the client's own calls go through what then stands there. Nothing here throws into the page but `push([])` (reference).
 */
import { tellStart } from "../border/border-state.js";
import { quiet, report } from "../border/quiet.js";
import { Context } from "./context.js";
import { encode } from "../border/encode.js";
import { makeError, valueOf } from "../border/revive.js";
import { trackForms, trackLinks } from "./links.js";
import { CALLS, ENTITY, EVENT_METHODS, RETIRED } from "./names.js";
import { makeStorage } from "./storage.js";
import { stringify } from "../border/json.js";

/** @typedef {import("../border/border-state.js").Border} Border */

// Page code may look for these words (reference).
const RETIRED_WARNING = "This is being deprecated and will be not be available in future releases of Analytics JS";

/**
 * @param {Border} border
 * @param {import("../start/backlog.js").Backlog} backlog
 */
export function makeFacade(border, backlog) {
  const { window: w, references } = border;
  /** @type {any} */
  const analytics = {};
  const around = { references, analytics: () => analytics };
  /** @type {Map<number, import("../border/second-life.js").Open>} */
  const open = new Map();
  let last = 0;

  /**
   * Call Python. The answer is `{"value":…}`, `{"list":[…]}`, `{"error":{…}}`, `{"undefined":true}`, or `{"promise":true}`: later.
   *
   * @param {string} method @param {import("../border/encode.js").Encoded} encoded @param {number} number
   * @param {string} [past] JSON of `{time, page}`, when the call was made long ago
   */
  const send = (method, { args, refs }, number, past = "null") => {
    if (!border.receive) throw new Error(`${method}: the client is not running`);
    const answer = border.receive("call", number, `[${stringify(method)},${args},${stringify(refs)},${past}]`);
    return answer ? JSON.parse(answer) : null;
  };

  /** Call and take the answer at once. @param {string} method @param {readonly unknown[]} args @returns {any} */
  const ask = (method, ...args) => {
    if (border.over) return border.heir?.(method, ...args);
    try {
      const answer = send(method, encode(method, args, references), 0);
      if (answer && "error" in answer) report(w, makeError(answer.error));
      // Python ended in this call: its next one gets it.
      if (border.over && method in CALLS) return analytics[method](...args);
      return valueOf(answer, around);
    } catch (error) {
      if (border.over && method in CALLS) return analytics[method](...args);
      report(w, error);
      return undefined;
    }
  };

  /**
   * Call and promise what Python gives, now or later.
   *
   * @param {string} method @param {() => import("../border/encode.js").Encoded} given
   * @param {{ time: number, page: string }} [past] when the call was made long ago
   * @returns {Promise<any>}
   */
  const promised = (method, given, past) =>
    new Promise((resolve, reject) => {
      const number = (last += 1);
      const { stored } = border;
      try {
        const encoded = given();
        const waiting = { call: { method, ...encoded, time: Date.now(), page: "", ...past, done: { resolve, reject } }, kept: false };
        open.set(number, waiting);
        const answer = send(method, encoded, number, past && `{"time":${past.time},"page":${past.page}}`);
        waiting.kept = border.stored > stored;
        if (answer && !("promise" in answer)) settle(number, !("error" in answer), answer);
      } catch (error) {
        // Python ended in this call: its next one gets it.
        if (border.over && open.has(number)) return;
        open.delete(number);
        reject(error);
      }
    });

  // Page code may set both on the client, and its next event obeys (reference).
  const told = () => ({
    timeout: analytics.settings.timeout,
    switches: Object.fromEntries(Object.entries(analytics.integrations).map(([name, on]) => [name, Boolean(on)])),
  });
  /** What Python knows of it, as JSON; "" before the client stands. */
  let known = "";
  const tellChanges = quiet(() => {
    const { timeout, switches } = told();
    const now = JSON.stringify({ timeout, switches });
    if (!known || now === known) return;
    known = now;
    ask("timeout", timeout);
    ask("switches", switches);
  }, undefined);

  /** @param {string} method @param {readonly unknown[]} args @returns {Promise<any>} */
  const promise = (method, args) => {
    if (border.anew) return border.anew[method](...args);
    if (backlog.holds(method)) return new Promise((resolve, reject) => backlog.add(method, args, { resolve, reject }));
    if (EVENT_METHODS.includes(method)) tellChanges();
    return promised(method, () => encode(method, args, references));
  };

  /** @param {number} number @param {boolean} ok @param {any} answer */
  const settle = (number, ok, answer) => {
    const done = open.get(number)?.call.done;
    open.delete(number);
    if (ok) done?.resolve(valueOf(answer, around));
    else done?.reject(makeError(answer.error));
  };

  /** @type {Record<import("./names.js").Kind, (name: string) => (...args: any[]) => any>} */
  const makers = {
    promise: (name) => (...args) => (border.lasting.note(name, args), promise(name, args)),
    instance: (name) => (...args) => {
      border.lasting.note(name, args);
      ask(name, ...args);
      return analytics;
    },
    value: (name) => (...args) => (backlog.catchUp(true), ask(name, ...args)),
    nothing: (name) => (...args) => void (backlog.holds(name) ? backlog.add(name, args) : ask(name, ...args)),
  };
  for (const [name, kind] of Object.entries(CALLS)) {
    const make = makers[kind](name);
    // Page code may have taken it off before this Python ended.
    analytics[name] = (/** @type {any[]} */ ...args) => (border.anew?.[name] ?? make)(...args);
  }

  /** @param {string} method @param {any[]} args */
  const consult = (method, ...args) => {
    backlog.catchUp(args.length > 0 || /\.(identify|logout|reset)$/.test(method));
    return ask(method, ...args);
  };
  const user = makeEntity("user", consult);
  const group = makeEntity("group", consult);
  const warn = () => w.console.warn(RETIRED_WARNING);
  const groupCall = analytics.group;

  Object.assign(analytics, {
    user: () => user,
    group: (/** @type {any[]} */ ...args) => (args.length ? groupCall(...args) : group),
    ready: (/** @type {any[]} */ ...args) =>
      args[0] === undefined || typeof args[0] === "function"
        ? promise("ready", args)
        : Promise.reject(new TypeError("ready: the callback is not a function")),
    trackLink: async (/** @type {any[]} */ ...args) => trackLinks(border, args),
    trackClick: async (/** @type {any[]} */ ...args) => trackLinks(border, args),
    trackForm: async (/** @type {any[]} */ ...args) => trackForms(border, args),
    trackSubmit: async (/** @type {any[]} */ ...args) => trackForms(border, args),
    debug: (/** @type {any} */ toggle) => {
      if (toggle === false) quiet(() => w.localStorage.removeItem("debug"), undefined)();
      else quiet(tellStart, undefined)(border);
      ask("debug", toggle);
      return analytics;
    },
    timeout: (/** @type {any} */ ms) => {
      analytics.settings.timeout = ms;
      ask("timeout", ms);
    },
    use: (/** @type {any} */ factory) => {
      try {
        factory(analytics);
      } catch (error) {
        report(w, error);
      }
      return analytics;
    },
    push: (/** @type {any} */ call) => {
      const [method, ...args] = call;
      if (method && !analytics[method]) return;
      const outcome = analytics[method].apply(analytics, args);
      // Nobody holds the promise of a pushed call.
      if (outcome instanceof Promise) outcome.catch(tell);
    },
    noConflict: () => {
      warn();
      /** @type {any} */ (w)[border.boot.globalName ?? "cioanalytics"] = border.boot.earlier ?? analytics;
      return analytics;
    },
    normalize: (/** @type {any} */ message) => {
      warn();
      return ask("normalize", message);
    },
    initialize: async () => {
      warn();
      return analytics;
    },
    pageview: async (/** @type {any} */ url) => {
      warn();
      await analytics.page({ path: url });
      return analytics;
    },
    settings: { writeKey: border.boot.writeKey, timeout: 300 },
    options: { retryQueue: true },
    integrations: {},
    storage: makeStorage(w, () => {
      const { cookie = {}, disableClientPersistence } = analytics.options;
      const domain = cookie.domain === undefined ? ask("user.explain")?.cookieDomain : cookie.domain;
      return { persist: disableClientPersistence !== true, cookie, domain: domain || null };
    }),
    queue: makeQueue(ask),
  });
  analytics.init = analytics.initialize;
  for (const name of RETIRED) analytics[name] = warn;

  define(analytics, "VERSION", () => border.boot.version);
  define(analytics, "initialized", () => ask("initialized") === true);
  define(analytics, "failedInitializations", () => (warn(), analytics.queue.failedInitializations));
  define(analytics, "plugins", () => (warn(), {}));
  define(analytics, "Integrations", () => (warn(), integrationsOf(w, analytics.queue.plugins)));

  const originals = { ...analytics };
  const tell = (/** @type {unknown} */ error) => w.console.error(error);

  /** @param {string} args @param {import("../border/encode.js").Ref[]} refs */
  const valuesOf = (args, refs) => {
    const values = JSON.parse(args);
    for (const [path, reference] of refs) values[path[0]] = references.get(reference);
    return values;
  };

  /**
   * Make one call of the stub, with the time and page it had (D3). What page code put in a method's place is called instead.
   *
   * @param {import("../start/stub.js").Call} call
   */
  const replay = ({ method, args, refs, time, page, done = { resolve: () => {}, reject: tell } }) => {
    const past = { time, page };
    const kind = analytics[method] === originals[method] ? CALLS[method] : undefined;
    if (kind) border.lasting.note(method, () => valuesOf(args, refs));
    if (kind && method === "group" && args === "[]") {
      // Without arguments it asks for the group, and says nothing (reference).
      done.resolve(group);
    } else if (kind === "promise") {
      promised(method, () => ({ args, refs }), past).then(done.resolve, done.reject);
    } else if (kind) {
      const answer = send(method, { args, refs }, 0, `{"time":${time},"page":${page}}`);
      if (answer && "error" in answer) throw makeError(answer.error);
      done.resolve(kind === "instance" ? analytics : valueOf(answer, around));
    } else if (method === "pageview" && analytics.page === originals.page) {
      warn();
      const resolve = () => done.resolve(analytics);
      const shown = stringify([{ path: JSON.parse(args)[0] }]);
      replay({ method: "page", args: shown, refs, time, page, done: { resolve, reject: done.reject } });
    } else if (typeof analytics[method] === "function") {
      const values = valuesOf(args, refs);
      for (const [, reference] of refs) references.release(reference);
      Promise.resolve(analytics[method](...values)).then(done.resolve, done.reject);
    }
  };

  return {
    analytics,
    ask,
    tellChanges,
    /** The calls whose promises wait, in their order. */
    waiting: () => open.values(),
    /** @param {import("../start/stub.js").Call} call */
    replay: (call) => {
      try {
        replay(call);
      } catch (error) {
        (call.done?.reject ?? tell)(error);
      }
    },
    /** @param {number} number @param {boolean} ok @param {string} text */
    /** Complete an event that page code made itself. @param {any} event */
    complete: (event) => ask("normalize", event),
    settle: quiet((number, ok, text) => settle(number, ok, JSON.parse(text || '{"undefined":true}')), undefined),
    /** Take what stands on the client now for what Python knows. */
    stands: () => void (known = JSON.stringify(told())),
    /** How many promises wait. */
    open: () => open.size,
  };
}

/** @param {object} target @param {string} name @param {() => any} get */
const define = (target, name, get) => Object.defineProperty(target, name, { get, configurable: true, enumerable: false });

/**
 * `user()` and `group()`: the same object each time; `load()` gives a further one over the same entries (reference).
 *
 * @param {"user" | "group"} kind @param {(method: string, ...args: any[]) => any} ask
 */
function makeEntity(kind, ask) {
  /** @type {any} */
  const entity = {};
  for (const [name, takes] of Object.entries(ENTITY)) {
    entity[name] = (/** @type {any[]} */ ...args) => ask(`${kind}.${name}`, ...args.slice(0, takes));
  }
  // A group has no anonymous id (D18).
  if (kind === "group") entity.anonymousId = () => undefined;
  else entity.explain = () => ask("user.explain");
  entity.load = () => makeEntity(kind, ask);
  define(entity, "options", () => ask(`${kind}.options`));
  return entity;
}

/** @param {(method: string, ...args: any[]) => any} ask */
function makeQueue(ask) {
  /** @type {any} */
  const queue = {};
  for (const name of ["on", "once", "off", "emit"]) {
    queue[name] = (/** @type {any[]} */ ...args) => {
      ask(`queue.${name}`, ...args);
      return queue;
    };
  }
  queue.isEmpty = () => ask("queue.isEmpty") === true;
  define(queue, "plugins", () => ask("queue.plugins") ?? []);
  define(queue, "failedInitializations", () => ask("queue.failedInitializations") ?? []);
  return queue;
}

/** The device-mode integrations that stand on the window, by plugin. @param {any} w @param {any[]} plugins */
function integrationsOf(w, plugins) {
  /** @type {Record<string, any>} */
  const found = {};
  for (const { name, type } of plugins) {
    if (type !== "destination") continue;
    const integration = w[`${name.toLowerCase().replace(".", "").split(" ").join("-")}Integration`];
    if (integration) found[name] = integration.Integration ?? integration;
  }
  return found;
}

export { Context };
