// @ts-check
/** The JavaScript side of the border for one window: host and client in one object, which Python is given. */
import { Backlog } from "../start/backlog.js";
import { Border } from "./border-state.js";
import { quiet, report } from "./quiet.js";
import { makeFacade } from "../surface/facade.js";
import { makeHost, watchPage } from "./host.js";
import { makeInvoke } from "./invoke.js";
import { beginAnew, leftOpen } from "./second-life.js";
import { pageFacts } from "./page.js";
import { encode } from "./encode.js";
import { makeDevice } from "../foreign/device.js";
import { stringify } from "./json.js";

/** @typedef {import("./border-state.js").Boot} Boot */
/** @typedef {ReturnType<typeof connect>} Host */

/**
 * Make the host of one window.
 *
 * @param {Window & typeof globalThis} window
 * @param {Boot} [boot] what the loader found; empty for a Python app
 */
export function connect(window, boot = {}) {
  const border = new Border(window, boot);
  const backlog = new Backlog(window, boot.stub);
  const facade = makeFacade(border, backlog);
  border.analytics = facade.analytics;
  /** @type {import("../start/stub.js").Call[]} */
  let queue = [];
  /** Calls of earlier pages that Python was given, and has not made yet. @type {any[] | null} */
  let others = null;
  /** @type {(value?: undefined) => void} */
  let isPublished = () => {};
  /** @type {Promise<undefined>} */
  const published = new Promise((resolve) => (isPublished = resolve));

  const host = makeHost(border);
  const rest = () => {
    host.unlockAll();
    quiet(() => border.letGo(), undefined)();
    const page = pageFacts(window);
    const open = leftOpen(facade.waiting()).map((call) => ({ ...call, page: call.page || page }));
    return { calls: [...open, ...queue, ...backlog.rest()], others };
  };
  boot.report?.ended.push(() => beginAnew(border, rest, connect));

  return {
    ...host,
    ...makeInvoke(border),
    ...makeDevice(border),
    settle: facade.settle,

    /** @param {import("./border-state.js").Receive} receive */
    listen: (receive) => {
      const first = border.receive === null;
      border.receive = receive;
      if (!first) return;
      border.writers.join();
      watchPage(border);
    },

    /** Give what the loader found, once, as JSON; "" when nothing is to load. */
    boot: () => {
      try {
        queue = boot.stub?.take() ?? [];
        return bootText(border, queue);
      } catch (error) {
        report(window, error);
        return "";
      }
    },

    /**
     * Take the calls of earlier pages that were left before their client ran (D2), oldest first. They are gone from the storage
     * then: make them within the same call.
     *
     * @returns JSON list of `{"method","args","refs","time","page","stores":{"cookie":"a=b; c=d","local":{key: text}}}`
     */
    kept: quiet(() => stringify((others = boot.others ?? boot.stub?.kept?.takeOthers() ?? [])), "[]"),

    /**
     * Make queued calls through the client's public methods, many of them in slices; what one throws or rejects is told on the
     * console.
     *
     * @param {string} text JSON list of places in the queue that `boot` named, and of calls of now: `[method, JSON of arguments]`
     */
    replay: quiet((text) => {
      const calls = queue;
      queue = [];
      others = null;
      const places = JSON.parse(text);
      // Calls that came between `boot` and `publish` follow in their order.
      const named = places.filter((/** @type {any} */ place) => typeof place === "number").length;
      const ordered = [
        ...places.map((/** @type {any} */ place) => (typeof place === "number" ? calls[place] : callOfNow(window, place))),
        ...calls.slice(named),
      ];
      boot.replayed = true;
      backlog.start(ordered.filter(Boolean), facade.replay);
    }, undefined),

    /**
     * Put the client on the window under a name ("" for nowhere); a stub there forwards from now on (D10).
     *
     * @param {string} name
     * @param {string} [stateText] `{"version":"","settings":{},"options":{},"integrations":{}}`, shown on the client
     */
    publish: quiet((name, stateText) => {
      const state = stateText ? JSON.parse(stateText) : {};
      boot.version ??= state.version;
      Object.assign(border.analytics.settings, state.settings);
      Object.assign(border.analytics.options, state.options);
      Object.assign(border.analytics.integrations, state.integrations ?? state.options?.integrations);
      facade.stands();
      // What page code set on the client before this one holds.
      Object.assign(border.analytics.integrations, boot.carried?.integrations);
      if (boot.carried) border.analytics.settings.timeout = boot.carried.timeout;
      facade.tellChanges();
      if (name) {
        boot.globalName = name;
        /** @type {any} */ (window)[name] = border.analytics;
      }
      const late = boot.stub?.take() ?? [];
      boot.stub?.forwardTo(border.analytics);
      queue.push(...late);
      isPublished();
      // A page's inspector is told of the client (reference).
      /** @type {any} */ (window).__INSPECTOR__?.attach?.(border.analytics);
    }, undefined),

    /** For JavaScript only: when the client stands, the client, and how much of the page is held. */
    published,
    client: () => border.analytics,
    ask: facade.ask,
    complete: facade.complete,
    held: () => ({ references: border.references.size, promises: facade.open() }),
  };
}

/** @param {Window} w @param {[string, string]} call @returns {import("../start/stub.js").Call} */
const callOfNow = (w, [method, args]) => ({ method, args, refs: [], time: Date.now(), page: pageFacts(w) });

/**
 * @param {Border} border
 * @param {import("../start/stub.js").Call[]} queue of which Python gets the methods' names: it decides the order only
 */
function bootText(border, queue) {
  const { boot } = border;
  if (!boot.writeKey) return "";
  const options = boot.options && typeof boot.options === "object" ? boot.options : {};
  const { cdnURL, cdnSettings, timeout, plugins, classicIntegrations, disable, ...rest } = options;
  const settings = { cdnURL, cdnSettings, timeout, plugins, classicIntegrations };
  // A function has been asked by now (`off.js`).
  const off = disable === undefined || typeof disable === "function" ? {} : { disable };
  const { args, refs } = encode("load", [settings, { ...rest, ...off }], border.references);
  const [settingsValue, optionsValue] = JSON.parse(args);
  Object.assign(border.analytics.settings, { timeout: 300 }, settingsValue, { writeKey: boot.writeKey });
  Object.assign(border.analytics.options, optionsValue);
  return stringify({
    writeKey: boot.writeKey,
    settings: settingsValue,
    options: optionsValue,
    // Paths begin with 0 for settings, 1 for options.
    refs,
    globalName: boot.globalName,
    quiet: boot.quiet === true,
    replayed: boot.replayed === true,
    cdn: boot.cdn ?? null,
    queue: queue.map(({ method }) => method),
  });
}
