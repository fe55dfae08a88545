// @ts-check
/**
 * The vendor's classes beside the client (D27): functions that give a promise of what a class would make, with or without `new`,
 * and that `instanceof` knows. What they make works on the stores of the page, and sends nothing.
 */
import { quiet } from "../border/quiet.js";
import { makeStorage } from "./storage.js";

/** @typedef {{ client: any, complete: (event: any) => any }} Quiet a client that does not load, and its way to complete an event */
/** @typedef {(settings: any, options?: any) => Promise<Quiet>} MakeQuiet */

/** @param {any} value @param {string[]} names */
const has = (value, ...names) => typeof value === "object" && value !== null && names.every((name) => typeof value[name] === "function");

/** @param {(...args: any[]) => Promise<any>} make @param {(value: any) => boolean} knows @param {object} [statics] @returns {any} */
function factory(make, knows, statics = {}) {
  /** @param {any[]} args */
  const made = function (...args) {
    return make(...args);
  };
  Object.defineProperty(made, Symbol.hasInstance, { value: knows });
  return Object.assign(made, statics);
}

/** @param {any} cookie options of cookies @param {string | null} domain @param {any[]} [places] */
const storageOf = (cookie, domain, places) => {
  const storage = makeStorage(window, () => ({ persist: true, cookie, domain }));
  if (!places) return storage;
  /** @param {any[]} [wanted] */
  const within = (wanted) => places.filter((place) => !wanted || wanted.includes(place));
  return {
    get: (/** @type {string} */ key, /** @type {any} */ wanted) => storage.get(key, within(wanted)),
    getAndSync: (/** @type {string} */ key, /** @type {any} */ wanted) => storage.getAndSync(key, within(wanted)),
    set: (/** @type {string} */ key, /** @type {any} */ value, /** @type {any} */ wanted) => storage.set(key, value, within(wanted)),
    clear: (/** @type {string} */ key, /** @type {any} */ wanted) => storage.clear(key, within(wanted)),
  };
};

/** One place as a store of its own. @param {"cookie" | "localStorage" | "memory"} type @param {any} cookie @param {string | null} domain */
function storeOf(type, cookie = {}, domain = null) {
  const storage = storageOf(cookie, domain, [type]);
  return {
    type,
    get: (/** @type {string} */ key) => storage.get(key),
    set: (/** @type {string} */ key, /** @type {any} */ value) => storage.set(key, value),
    remove: (/** @type {string} */ key) => storage.clear(key),
  };
}

const cookiesWork = quiet(() => navigator.cookieEnabled, false);
const storageWorks = quiet(() => {
  const key = "cioanalytics:probe";
  localStorage.setItem(key, "1");
  localStorage.removeItem(key);
  return true;
}, false);

/** @param {MakeQuiet} makeQuiet */
export function makeClasses(makeQuiet) {
  const nowhere = { writeKey: "none" };
  /** @param {any} [cookie] @returns {Promise<string | null>} */
  const domainOf = async (cookie) =>
    cookie?.domain === undefined ? (await makeQuiet(nowhere)).client.user().explain().cookieDomain || null : cookie.domain || null;
  const cookieStore = async (/** @type {any} */ options) => storeOf("cookie", options, await domainOf(options));
  const isStore = (/** @type {string} */ type) => (/** @type {any} */ value) => has(value, "get", "set", "remove") && value.type === type;

  const Analytics = factory(
    async (settings, options) => (await makeQuiet(settings, options)).client,
    (value) => has(value, "track", "identify", "user", "register") && typeof value.queue === "object",
  );
  const User = factory(
    async (user, cookie) => (await makeQuiet(nowhere, { ...(user && { user }), ...(cookie && { cookie }) })).client.user(),
    (value) => has(value, "id", "traits", "anonymousId", "explain"),
  );
  const Group = factory(
    async (group, cookie) => (await makeQuiet(nowhere, { ...(group && { group }), ...(cookie && { cookie }) })).client.group(),
    (value) => has(value, "id", "traits", "anonymousId") && !has(value, "explain"),
  );
  const Cookie = factory(cookieStore, isStore("cookie"), { available: cookiesWork });
  const LocalStorage = factory(async () => storeOf("localStorage"), isStore("localStorage"), { available: storageWorks });
  const UniversalStorage = factory(
    async (places, cookie) => storageOf(cookie ?? {}, await domainOf(cookie), places),
    (value) => has(value, "get", "set", "clear", "getAndSync"),
  );

  /** The stores that work here. @param {any} [cookie] */
  const getAvailableStorageOptions = async (cookie) => ({
    cookie: cookiesWork() ? await cookieStore(cookie) : undefined,
    localStorage: storageWorks() ? storeOf("localStorage") : undefined,
    memory: storeOf("memory"),
  });

  const EventFactory = factory(
    async (given) => {
      const { client, complete } = await makeQuiet(nowhere);
      const user = given ?? client.user();
      /** @param {any} fields @param {any} options @param {any} integrations */
      const event = (fields, options = {}, integrations = {}) => {
        const ids = { userId: user.id(), anonymousId: user.anonymousId() };
        const known = Object.fromEntries(Object.entries(ids).filter(([, id]) => id));
        return complete({ ...known, ...fields, options, integrations });
      };
      /** @param {string} type @returns {(category: any, name: any, properties?: any, options?: any, integrations?: any) => any} */
      const view = (type) => (category, name, properties, options, integrations) => {
        const shown = { ...properties, ...(type === "page" && category !== null && { category }) };
        const titles = { ...(category !== null && { category }), ...(name !== null && { name }) };
        return event({ type, properties: shown, ...titles }, options, integrations);
      };
      return {
        user,
        track: (/** @type {any} */ name, /** @type {any} */ properties, /** @type {any} */ options, /** @type {any} */ integrations) =>
          event({ event: name, type: "track", properties }, options, integrations),
        page: view("page"),
        screen: view("screen"),
        identify: (/** @type {any} */ userId, /** @type {any} */ traits, /** @type {any} */ options, /** @type {any} */ integrations) =>
          event({ type: "identify", userId, traits }, options, integrations),
        group: (/** @type {any} */ groupId, /** @type {any} */ traits, /** @type {any} */ options, /** @type {any} */ integrations) =>
          event({ type: "group", traits, groupId }, options, integrations),
        alias: (/** @type {any} */ userId, /** @type {any} */ from, /** @type {any} */ options, /** @type {any} */ integrations) =>
          event({ userId, type: "alias", ...(from !== null && { previousId: from }) }, options, integrations),
        normalize: complete,
      };
    },
    (value) => has(value, "track", "page", "normalize") && value.queue === undefined,
  );

  return { Analytics, User, Group, Cookie, LocalStorage, UniversalStorage, EventFactory, getAvailableStorageOptions };
}
