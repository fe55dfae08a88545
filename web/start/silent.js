// @ts-check
/** The client of a page whose `disable` switched it off (N6). */
import { Context } from "../surface/context.js";
import { CALLS, EVENT_METHODS, LOCAL } from "../surface/names.js";

/** Make a client that knows every call and does nothing; callbacks come, so that a page that waits for one goes on. */
export function makeSilent(/** @type {string} */ version) {
  /** @type {any} */
  const silent = {};
  /** @param {any[]} args @param {any} value */
  const told = async (args, value) => {
    const callback = args.filter((each) => typeof each === "function").pop();
    if (callback) callback(value);
    return value;
  };
  const nobody = { id: () => null, anonymousId: () => null, traits: () => undefined, save: () => true, load: () => nobody, options: { disable: true } };
  for (const name of ["identify", "logout", "reset"]) /** @type {any} */ (nobody)[name] = () => {};
  for (const [name, kind] of Object.entries(CALLS)) {
    if (kind === "promise") silent[name] = async () => undefined;
    else silent[name] = kind === "instance" ? () => silent : () => (kind === "value" ? null : undefined);
  }
  for (const name of LOCAL) silent[name] = async () => silent;
  for (const name of EVENT_METHODS) silent[name] = (/** @type {any[]} */ ...args) => told(args, Context.system());
  const { group } = silent;
  return Object.assign(silent, {
    user: () => nobody,
    group: (/** @type {any[]} */ ...args) => (args.length ? group(...args) : nobody),
    ready: (/** @type {any[]} */ ...args) => told(args, []),
    whenReady: async () => silent,
    forget: async () => [],
    queryString: async () => [],
    register: async () => Context.system(),
    deregister: async () => Context.system(),
    addSourceMiddleware: async () => silent,
    addDestinationMiddleware: async () => silent,
    debug: () => silent,
    use: () => silent,
    timeout: () => {},
    push: () => {},
    initialized: false,
    VERSION: version,
  });
}
