// @ts-check
/**
 * The page's half of the bridge: a Python worker, which has no cookies and no localStorage, lives on those of this page.
 *
 * Law: the browser is asked, never believed; what it really holds is what the worker is told. Only entries that the worker
 * named and that this page allows are read or written. Nothing of a message can throw; what makes no sense is told once.
 * The other half, and the messages, are in src/cioanalytics/bridge.
 */
import { pageFacts } from "./page.js";

/**
 * One worker. `local` is what it was told of localStorage, `n` the number of the last message to it, `done` the last of its
 * writes that was made.
 *
 * @typedef {{
 *   port: BroadcastChannel | MessagePort, name: string, names: string[], n: number, done: number,
 *   cookie?: string | null, local: Map<string, string>, broken?: boolean, page?: string,
 * }} Session
 */

const w = /** @type {any} */ (window);
const d = document;
const tag = /** @type {HTMLScriptElement | null} */ (d.currentScript)?.dataset ?? {};
const OURS = /^(ajs_|_sio$|s%3Acontext\.referrer$|cioanalytics:)/;
const more = (tag.keys ?? "").split(/[\s,]+/);
// Clients of this page, and this bridge: each tells the others what it has written.
/** @type {Set<(key?: string) => void>} */
const writers = (w[Symbol.for("cioanalytics.writers")] ??= new Set());

/** @template T, O @param {() => T} action @param {O} other @returns {T | O} */
const quiet = (action, other) => {
  try {
    return action();
  } catch {
    return other;
  }
};

function start() {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  /** @type {Set<BroadcastChannel | MessagePort>} */
  const ports = new Set();
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  let complained = false;
  /** @param {string} what */
  const complain = (what) => {
    if (!complained) console.warn(`cioanalytics: the bridge heard what makes no sense and left it: ${what}`);
    complained = true;
  };

  /** @param {BroadcastChannel | MessagePort} port @param {object} message */
  const post = (port, message) => quiet(() => port.postMessage(JSON.stringify({ cio: 1, from: id, ...message })), undefined);
  /** @param {Session} to @param {object} message */
  const say = (to, message) => post(to.port, { to: to.name, n: ++to.n, ...message });
  /** @param {Session} session @param {string} name */
  const fits = ({ names }, name) =>
    (OURS.test(name) || more.includes(name)) &&
    names.some((named) => (named.endsWith("*") ? name.startsWith(named.slice(0, -1)) : name === named));

  /** Tell a worker what differs from what it was told. @param {Session} session @param {any} message @param {string[]} [keys] all, where there are none */
  const look = (session, message, keys) => {
    const { local } = session;
    const cookie = quiet(() => d.cookie.split("; ").filter((pair) => fits(session, pair.split("=")[0])).join("; "), null);
    if (cookie !== session.cookie || message.done) message.cookie = session.cookie = cookie;
    const found = quiet(() => {
      const storage = localStorage;
      /** @type {Record<string, string | null>} */
      const differs = {};
      for (const key of keys ?? [...local.keys(), ...Object.keys(storage)]) {
        const text = fits(session, key) ? storage.getItem(key) : null;
        if (text === (local.get(key) ?? null)) continue;
        differs[key] = text;
        if (text === null) local.delete(key);
        else local.set(key, text);
      }
      return differs;
    }, null);
    if (found === null ? !session.broken : session.broken || Object.keys(found).length) message.local = found;
    session.broken = found === null;
    if (session.broken) local.clear();
    const page = pageFacts(w);
    if (page !== session.page) {
      session.page = page;
      message.page = JSON.parse(page);
      message.host = location.hostname;
    }
    if (Object.keys(message).length) say(session, message);
  };
  /** @param {any} [event] @param {string} [key] */
  const check = (event, key) => {
    for (const each of sessions.values()) look(each, event ? { event } : {}, key === undefined ? undefined : [key]);
  };
  /** @param {string} [key] */
  const written = (key) => check(undefined, key);

  /** Set a test cookie and see. @param {string} attributes */
  const keeps = (attributes) => {
    const cookie = `__tld__=${id}`;
    d.cookie = cookie + attributes;
    const kept = d.cookie.includes(cookie);
    d.cookie = `__tld__=${attributes}; max-age=0`;
    return kept;
  };
  /** Give the broadest domain that the browser keeps cookies for. */
  const probe = () => {
    const parts = location.hostname.split(".");
    if (/^[\d.]+$|:/.test(location.hostname)) return null;
    for (let at = parts.length - 2; at >= 0; at--) {
      const domain = parts.slice(at).join(".");
      if (keeps(`; path=/; samesite=lax; domain=.${domain}`)) return domain;
    }
    return null;
  };

  /** @param {BroadcastChannel | MessagePort} port @param {any} m */
  const join = (port, { from, join: { names, probe: probes, acked } }) => {
    if (!names.every((/** @type {unknown} */ name) => typeof name === "string") || !(acked >= 0)) throw "join";
    const known = sessions.get(from);
    if (sessions.size > 49) sessions.delete(sessions.keys().next().value ?? "");
    /** @type {Session} */
    const session = { port, name: from, names, n: known?.n ?? 0, done: known?.done ?? acked, local: new Map(), broken: true };
    sessions.set(from, session);
    // A page that is being prerendered is nobody's visit yet, and sets no test cookie either.
    const asked = probes && !(/** @type {any} */ (d).prerendering);
    const works = !asked || quiet(() => keeps("; path=/; samesite=lax"), false);
    look(session, { joined: works, done: session.done, domain: asked ? quiet(probe, null) : null });
  };
  /** @param {Session} session @param {any} m */
  const write = (session, { seq, ops }) => {
    if (!(seq >= 1) || !Array.isArray(ops)) throw "ops";
    if (seq > session.done + 1) return say(session, { gap: 1 });
    const keys = session.names.filter((name) => !name.endsWith("*"));
    for (const [kind, name, text] of ops) {
      if (seq++ <= session.done) continue;
      session.done = seq - 1;
      const cookie = kind === "c";
      if (!fits(session, cookie ? name.split("=")[0] : name)) complain(`a write of ${String(name).slice(0, 40)}`);
      else if (cookie) quiet(() => (d.cookie = name), "");
      else {
        keys.push(name);
        quiet(() => (text === null ? localStorage.removeItem(name) : localStorage.setItem(name, text)), undefined);
        if (text === null) session.local.delete(name);
        else session.local.set(name, text);
      }
    }
    look(session, { done: session.done }, keys);
    check();
    for (const each of writers) if (each !== written) each();
  };

  /** @param {BroadcastChannel | MessagePort} port @param {any} data */
  const hear = (port, data) => {
    try {
      const m = JSON.parse(data);
      const session = sessions.get(m.from);
      if (m.cio !== 1 || typeof m.from !== "string") throw "a message";
      if (m.from === id) {
        // Somebody speaks in this page's name: the worker is told the truth again.
        const of = sessions.get(m.to);
        if (of) join(of.port, { from: m.to, join: { names: of.names, acked: (of.n = Math.max(of.n, m.n | 0)) && of.done } });
        throw "a message in this page's name";
      }
      if (m.hello) post(port, { to: m.from, here: { visible: !d.hidden, focus: d.hasFocus() } });
      else if (m.to !== id) return;
      else if (m.join) join(port, m);
      else if (m.ops && session) write(session, m);
      else if (m.probe && session) look(session, { domain: probe() });
    } catch (error) {
      complain(String(error));
    }
  };
  /** @param {string | MessagePort} to a channel's name, or a port whose other end a worker has */
  const connect = (to) => {
    const port = typeof to === "string" ? new BroadcastChannel(to) : to;
    ports.add(port);
    port.onmessage = (event) => hear(port, event.data);
    post(port, { up: 1 });
  };

  if (tag.pair !== undefined) {
    // A worker's name is the one thing that page and worker both see.
    w.Worker = new Proxy(w.Worker, {
      construct: (target, [url, options], self) => Reflect.construct(target, [url, { name: `cio:${id}`, ...options }], self),
    });
  }
  writers.add(written);
  addEventListener("storage", ({ key }) => check(undefined, key ?? undefined));
  addEventListener("pagehide", ({ persisted }) => check(persisted ? "hidden" : "hide"));
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) for (const each of ports) post(each, { up: 1 });
  });
  d.addEventListener("prerenderingchange", () => check("prerendered"));
  addEventListener("visibilitychange", () => check(d.hidden ? "hidden" : "visible"));
  const seen = () => check();
  for (const event of ["online", "offline", "popstate", "hashchange"]) addEventListener(event, seen);
  w.navigation?.addEventListener("currententrychange", seen);
  new MutationObserver(seen).observe(d.head, { subtree: true, childList: true, characterData: true });
  w.cookieStore?.addEventListener("change", seen);
  // Nobody tells that a cookie's time is over, nor, without cookieStore, that the page's own code has set one.
  setInterval(seen, 1000);
  return { connect, check: seen };
}

w.cioBridge ??= start();
// `page_script` in Python wraps this text into a function with that argument.
w.cioBridge.connect(typeof cioChannel === "string" ? cioChannel : tag.channel || "cioanalytics");
