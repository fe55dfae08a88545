// @ts-check
/**
 * What the profile is made of: calls of all kinds, with values of all kinds. A text of functions for the page: each gives a promise,
 * and none minds what fails.
 */

const TEXTS = [
  "plain",
  "Zoë à la carte ÿ",
  "日本語 ☃ Ωμέγα",
  "\u{1f600} 👩‍👩‍👧 \u{1d4b3} mixed é 日",
  "lone \ud83d surrogate",
  'quotes " \\ / \n\r\t \b\f \u0000 \u2028 controls',
  " spaces  ",
  "",
  "12",
  "null",
  "x".repeat(3000),
  "é".repeat(3000),
  "日".repeat(3000),
  "😀".repeat(3000),
];
const NUMBERS = [0, 1, -1, 255, 256, 65536, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e21, 1e308, 5e-324, 0.1, -0.5, 1 / 3, 1234.5678, -0, NaN, Infinity];
const ODD = [undefined, null, true, false, [], {}, [1, [2, [3]]], () => 1, Symbol("s"), new Date(0), /x/, new Map(), document.body, Promise.resolve(1)];

/** @param {any} value */
const nested = (value) => ({ a: { b: { c: [value, { d: value }] } }, list: [value, value], n: 1.5, yes: true, no: false, nothing: null });
/** @param {number} levels */
const deep = (levels) => JSON.parse('{"a":'.repeat(levels) + "1" + "}".repeat(levels));
const circle = /** @type {any} */ ({});
circle.self = circle;
const many = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`key ${(at * 7919) % 3000}`, at % 3 ? at : `text ${at}`]));

/** @param {() => any} action */
const quietly = async (action) => {
  try {
    await Promise.race([action(), new Promise((done) => setTimeout(done, 60))]);
  } catch {
    // What it throws is part of the profile.
  }
};

const EVENTS = ["track", "page", "screen", "identify", "group", "alias"];

/** @type {Record<string, (A: any) => any[]>} */
const deeds = {
  texts: (A) =>
    TEXTS.flatMap((text) => [
      ...EVENTS.flatMap((name) => [
        () => A[name](text),
        () => A[name](text, { [text]: text, ...nested(text) }),
        () => A[name](text, nested(text), { context: { [text]: text }, traits: { email: text, name: text }, timestamp: text }, () => {}),
      ]),
      () => A.page(text, text, { title: text, url: text, path: text, referrer: text }),
      () => A.alias(text, text),
      () => A.user().traits({ [text]: text }),
      () => A.user().id(text),
      () => A.group().id(text),
      () => A.group().traits({ [text]: [text] }),
      () => A.setAnonymousId(text),
      () => A.emit(text, text, { [text]: text }),
      () => [A.user().traits(), A.group().traits(), A.user().id(), A.group().id(), A.user().anonymousId()],
    ]),
  values: (A) => [
    ...[...NUMBERS, ...ODD].flatMap((value) => [
      ...EVENTS.flatMap((name) => [
        () => A[name](value),
        () => A[name]("E", value),
        () => A[name]("E", { v: value }, value),
        () => A[name]("E", { v: [value] }, { integrations: value, context: value, timestamp: value, anonymousId: value, messageId: value }, value),
        () => A[name](value, value, value, value, value),
      ]),
      () => A.user().id(value),
      () => A.user().traits(value),
      () => A.user().identify(value, value),
      () => A.group().id(value),
      () => A.group().traits(value),
      () => A.setAnonymousId(value),
      () => A.reset(value),
      () => A.on(value, value),
      () => A.emit(value, value),
      () => A.register(value),
      () => A.deregister(value),
      () => A.addSourceMiddleware(value),
      () => A.addDestinationMiddleware(value, value),
      () => A.queryString(value),
      () => A.timeout(value),
      () => A.debug(value),
      () => A.ready(value),
      () => A.normalize(value),
      () => A.push([value]),
    ]),
    () => A.track("Circle", circle),
    () => A.track("Deep", deep(150)),
    () => A.track("Too deep", deep(250)),
    () => A.track("Many", many),
    () => A.identify("many", many),
    () => A.track("Great", { text: "x".repeat(40_000) }),
    () => A.track("Dated", { at: new Date(), iso: "2020-01-01T00:00:00.000Z", not: "2020-13-45", short: "2020-01-01" }),
    () => A.track("Times", {}, { timestamp: new Date(1e12) }),
    () => A.track("Times", {}, { timestamp: 1e12 }),
    () => A.track("Traits", {}, { traits: { a: 1 }, userId: "u", groupId: "g", "a.b.c": 1, "page.path": "/x", campaign: { name: "n" } }),
  ],
  identity: (A) => [
    () => A.identify("jane", { email: "j@example.test", address: { city: "Zürich" }, createdAt: new Date(), age: 30 }),
    () => A.identify("jane", { plan: "pro" }),
    () => A.identify({ plan: "only traits" }),
    () => A.identify("joe"),
    () => A.identify(),
    () => A.identify(null, {}),
    () => A.group("acme", { seats: 3 }),
    () => A.group({ seats: 4 }),
    () => A.group(),
    () => A.alias("to", "from"),
    () => A.user().explain(),
    () => A.user().save(),
    () => A.user().load().id(),
    () => A.user().logout(),
    () => A.user().reset(),
    () => A.group().logout(),
    () => A.group().reset(),
    () => A.user().options,
    () => A.setAnonymousId("mine"),
    () => A.user().anonymousId(null),
    () => A.reset({ keepAnonymousId: true }),
    () => A.reset(),
    () => void (document.cookie = "ajs_anonymous_id=; max-age=0; path=/"),
    () => A.user().anonymousId(),
    () => void (document.cookie = `ajs_user_id=${encodeURIComponent("é %ff 日")}; path=/`),
    () => void localStorage.setItem("ajs_user_traits", "{broken"),
    () => [A.user().id(), A.user().traits(), A.user().anonymousId()],
    () => void localStorage.setItem("ajs_user_traits", '{"deep":[1,{"a":"\\u00e9\\ud83d\\ude00"}],"n":1e5,"f":0.25,"t":true,"x":null}'),
    () => void (document.cookie = "ajs_anonymous_id=%22quoted%22; path=/"),
    () => [A.user().traits(), A.user().anonymousId()],
    () => void window.dispatchEvent(new StorageEvent("storage", { key: "ajs_user_traits", newValue: "{}" })),
    () => A.forget(),
    () => A.user().explain(),
  ],
  listeners: (A) => [
    () => A.on("track", (/** @type {any[]} */ ...args) => args.length),
    () => A.on("track", () => {
      throw new Error("of a listener");
    }),
    () => A.once("page", () => {}),
    ...["initialize", "ready", "dispatch_start", "dispatch_end", "message_delivered", "message_delivery_failure", "identity", "error", "flush"].map((name) => () => A.on(name, () => {})),
    () => A.track("Heard", {}, {}, () => {
      throw new Error("of a callback");
    }),
    () => A.off("track", () => {}),
    () => A.emit("track", { a: 1 }, [1], "x"),
    () => A.ready(() => {
      throw new Error("of ready");
    }),
    () => A.ready(async () => Promise.reject(new Error("of ready"))),
    () => A.whenReady(),
    () => A.queue.on("flush", () => {}),
    () => [A.queue.isEmpty(), A.queue.plugins, A.queue.failedInitializations, A.initialized],
    () => A.flush(),
    () => A.debug(),
    () => A.debug(false),
    () => A.timeout(100),
    () => A.use(() => {}),
    () => void (A.integrations.Other = false),
    () => A.track("After the switch"),
    () => A.normalize({ type: "track", event: "N", properties: { a: 1 }, context: {}, integrations: {} }),
    () => A.storage.set?.("k", { v: 1 }),
    () => A.storage.get?.("k"),
    () => A.unknown?.(),
  ],
  plugins: (A) => [
    ...["before", "enrichment", "destination", "after", "utility"].flatMap((type) => [
      () => A.register(plugin(type, type, (ctx) => (ctx.updateEvent("properties.é", "日😀"), ctx))),
      () => A.register(plugin(`${type} late`, type, async (ctx) => ctx)),
      () => A.register(plugin(`${type} throws`, type, () => {
        throw new TypeError("mine é 日");
      })),
      () => A.register(plugin(`${type} rejects`, type, async () => Promise.reject(new Error("mine")))),
      () => A.register({ ...plugin(`${type} cannot load`, type, (ctx) => ctx), load: async () => Promise.reject(new Error("no load")) }),
      () => A.track("Plugged", nested("é")),
      () => A.identify("plugged", { a: 1 }),
      () => A.deregister(`${type} throws`),
      () => A.deregister(`${type} rejects`),
      () => A.page("Plugged"),
    ]),
    () => A.register(plugin("cancels", "before", (ctx) => ctx.cancel())),
    () => A.track("Cancelled"),
    () => A.deregister("cancels"),
    () => A.register(plugin("retries", "destination", (ctx) => {
      if (ctx.attempts < 2) throw Object.assign(new Error("again"), { retry: true, type: "retry", reason: "again" });
      return ctx;
    })),
    () => A.track("Retried"),
    () => A.track("Switched", {}, { integrations: { All: false, destination: { deep: [1] } } }),
    () => A.track("Switched", {}, { integrations: { destination: false } }),
    () => A.addSourceMiddleware((/** @type {any} */ { payload, next }) => ((payload.obj.properties ??= {}).mw = "é 日 😀", next(payload))),
    () => A.addSourceMiddleware(async (/** @type {any} */ { payload, next }) => next(payload)),
    () => A.track("Through middleware"),
    () => A.addSourceMiddleware((/** @type {any} */ { next }) => next(null)),
    () => A.track("Dropped"),
    () => A.addDestinationMiddleware("destination", (/** @type {any} */ { payload, next }) => next(payload)),
    () => A.addDestinationMiddleware("Nice Tool", (/** @type {any} */ { next }) => next(null)),
    () => A.track("To a destination"),
  ],
  burst: (A) => [
    () => {
      for (let n = 0; n < 1500; n += 1) A.track(`Burst ${n % 40}`, { n, text: "é".repeat(n % 100), list: [n, n + 0.5] });
    },
    () => new Promise((done) => setTimeout(done, 300)),
    () => {
      for (let n = 0; n < 200; n += 1) A.identify(`user ${n}`, { n, [`key ${n}`]: "日" });
    },
  ],
  leaving: (A) => [
    () => A.track("Last words", nested("é 😀")),
    () => void window.dispatchEvent(new Event("offline")),
    () => A.track("Offline"),
    () => void window.dispatchEvent(new Event("online")),
    () => void document.dispatchEvent(new Event("visibilitychange")),
    () => {
      A.track("Going");
      window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    },
    () => void window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
    () => new Promise((done) => setTimeout(done, 300)),
  ],
};

/** @param {string} name @param {string} type @param {(ctx: any) => any} deed */
function plugin(name, type, deed) {
  const methods = Object.fromEntries(EVENTS.map((method) => [method, deed]));
  return { name, type, version: "1", isLoaded: () => true, load: async () => {}, ready: async () => {}, ...methods };
}

/** Do all of some kinds, one after the other. @param {string[]} kinds */
async function play(kinds) {
  const A = /** @type {any} */ (window).cioanalytics;
  for (const kind of kinds) for (const deed of deeds[kind](A)) await quietly(deed);
}

Object.assign(window, { play });
