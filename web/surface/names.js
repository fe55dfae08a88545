// @ts-check
/**
 * The one table of public names: what each call gives back. `browser/dispatch.py` answers to the same names.
 *
 * promise   a number goes along, Python settles it
 * instance  the client itself comes back (chainable)
 * value     Python's answer comes back at once
 * nothing   undefined comes back
 */

/** @typedef {"promise" | "instance" | "value" | "nothing"} Kind */

/** @type {Readonly<Record<string, Kind>>} */
export const CALLS = {
  track: "promise",
  page: "promise",
  screen: "promise",
  identify: "promise",
  group: "promise",
  alias: "promise",
  ready: "promise",
  whenReady: "promise",
  register: "promise",
  deregister: "promise",
  addSourceMiddleware: "promise",
  addDestinationMiddleware: "promise",
  queryString: "promise",
  flush: "promise",
  forget: "promise",
  on: "instance",
  once: "instance",
  off: "instance",
  emit: "instance",
  setAnonymousId: "value",
  reset: "nothing",
};

/** Names that live in JavaScript alone, beside those above; all of them may be called on a stub. */
export const LOCAL = ["trackLink", "trackClick", "trackForm", "trackSubmit", "pageview", "debug", "timeout", "use"];

/** Calls that do nothing any more (reference). */
export const RETIRED = [
  "log",
  "addIntegrationMiddleware",
  "listeners",
  "addEventListener",
  "removeAllListeners",
  "removeListener",
  "removeEventListener",
  "hasListeners",
  "add",
  "addIntegration",
];

/** What a stub knows: every call but `user`, whose absence tells pages that nothing can answer yet (D23). */
export const STUB = [...Object.keys(CALLS), ...LOCAL, "addIntegrationMiddleware"];

/** Event methods of a plugin; each is given a context. */
export const EVENT_METHODS = ["track", "page", "screen", "identify", "group", "alias"];

/** All methods that a plugin may have. */
export const PLUGIN_METHODS = ["isLoaded", "load", "ready", "unload", "addMiddleware", ...EVENT_METHODS];

/**
 * How many arguments count, where it is not any number: page code gives more, as a listener of a click or in a `map`.
 *
 * @type {Readonly<Record<string, number>>}
 */
export const TAKES = {
  reset: 1,
  setAnonymousId: 1,
  on: 2,
  once: 2,
  off: 2,
  ready: 1,
  whenReady: 0,
  addSourceMiddleware: 1,
  queryString: 1,
  flush: 0,
  forget: 0,
};

/** Methods of `user()` and `group()`, with how many arguments count; Python knows them as `user.id`, `group.traits` and so on. */
export const ENTITY = { id: 1, anonymousId: 1, traits: 1, identify: 2, logout: 0, reset: 0, save: 0 };

/** Calls whose numbers are ids: those are written as JavaScript writes them. */
export const ID_CALLS = ["identify", "group", "alias", "user.id", "group.id", "user.identify", "group.identify"];
