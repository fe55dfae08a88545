// @ts-check
/**
 * The page's half of the bridge: a Python worker, which has no cookies and no localStorage, lives on those of this page.
 *
 * Law: the browser is asked, never believed; what it really holds is what the worker is told. Only entries that the worker
 * named and that this page allows are read or written. Nothing of a message can throw; what makes no sense is told once.
 * The other half, and the messages, are in src/cioanalytics/bridge. Every byte counts here (tools/bridge.mjs): names that
 * end in `_` are cut short by the build.
 */

/** @typedef {(leave?: PageTransitionEvent) => void} Turn one channel or port: opens it, or tells that the page goes */
/**
 * One worker. `look_` tells it what differs from what it knows, `write_` makes its writes, `join_` tells it the whole, after a
 * number. `leave_` does what its `will_` says: a worker goes with its page, and cannot do it itself.
 *
 * @typedef {[url: string, options: RequestInit, parts: string[], keys: string[]]} Bequest
 * @typedef {{
 *   look_: (message: any, keys?: string[]) => void, write_: (seq: number, ops: string[][]) => void,
 *   join_: (past: number, asked?: unknown) => void, leave_: () => void, will_?: { will: Bequest[], lease: string },
 * }} Session
 */

const NAME = "cioanalytics";
const w = /** @type {any} */ (window);
const d = w.document;
const tag = d.currentScript?.dataset ?? {};
// Clients of this page, and this bridge: each tells the others what it has written.
/** @type {Set<() => void>} */
const writers = (w[Symbol.for(NAME + ".writers")] ??= new Set());

/** @param {() => any} action @returns {any} null where it throws */
const quiet = (action) => {
  try {
    return action();
  } catch {
    return null;
  }
};
/** @type {() => Storage} */
const local = () => localStorage;
/** @param {string} key @param {string | null} [text] */
const store = (key, text) => quiet(() => (text == null ? local().removeItem(key) : local().setItem(key, text)));
/** @param {any} target @param {string} type @param {(event: any) => void} action */
const on = (target, type, action) => target?.addEventListener(type, action);

const start = () => {
  const id = Math.random() + "";
  /** @type {Turn[]} */
  const turns = [];
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  let timer = 0;
  /** @param {any} what */
  let complain = (what) => {
    complain = quiet;
    console.warn(NAME + " drops", what);
  };

  /** Set a test cookie and see. @param {string} attributes */
  const keeps = (attributes) =>
    quiet(() => {
      const cookie = "__tld__=" + id + ";path=/" + attributes;
      d.cookie = cookie;
      const kept = d.cookie.includes(id);
      d.cookie = cookie + ";max-age=0";
      return kept;
    });
  /** Give the broadest domain that the browser keeps cookies for. */
  const probe = () =>
    /** @type {any} */ (location.hostname.split(".").map((_, at, parts) => parts.slice(at).join(".")))
      .slice(0, -1)
      .findLast((/** @type {string} */ domain) => keeps(";domain=" + domain)) ?? null;

  /** @param {(message: object) => void} post @param {string} name @param {{ names: string[], starts: string[], acked: number }} wanted @returns {Session} */
  const meet = (post, name, { names, starts, acked: done }) => {
    let n = 0;
    /** @type {string | null | undefined} */
    let cookie;
    /** @type {Record<string, string | null> | null | undefined} undefined: nothing was told, null: that it does not work */
    let told;
    /** @type {string | undefined} */
    let page;
    /** @param {string} key */
    const fits = (key) =>
      (/^(ajs_|_sio$|s%3Acontext.referrer$|cioanalytics:)/.test(key) || ` ${tag.keys} `.includes(` ${key} `)) &&
      (names.includes(key) || starts.some((each) => key.startsWith(each)));
    /** @param {object} message */
    const say = (message) => post({ to: name, n: ++n, ...message });
    /** @type {Session["look_"]} */
    const look = (message, keys) => {
      const jar = quiet(() => d.cookie.split("; ").filter((/** @type {string} */ pair) => fits(pair.split("=")[0])).join("; "));
      if (jar !== cookie || message.done) message.cookie = cookie = jar;
      const known = told ?? {};
      const found = quiet(() => {
        const storage = local();
        /** @type {Record<string, string | null>} */
        const differs = {};
        for (const key of keys && told ? [...names, ...keys] : Object.keys({ ...known, ...storage })) {
          const text = fits(key) ? storage.getItem(key) : null;
          if (text !== (known[key] ?? null)) differs[key] = known[key] = text;
        }
        return differs;
      });
      if (found ? !told || Object.keys(found)[0] : told !== found) message.local = found;
      told = found && known;
      const facts = JSON.stringify([
        d.URL,
        d.title,
        d.referrer,
        // The last one counts, its address as it is written (reference).
        [...d.querySelectorAll("link[rel=canonical]")].pop()?.getAttribute("href"),
        !d.hidden,
        d.prerendering,
      ]);
      if (facts !== page) message.page = JSON.parse((page = facts));
      for (const _ in message) return say(message);
    };
    /** @type {Session["write_"]} */
    const write = (seq, ops) => {
      if (seq > done + 1) return say({ gap: 1 });
      const keys = [];
      for (const [kind, key, text] of ops) {
        if (seq++ <= done) continue;
        done++;
        if (!fits(key.split("=")[0])) complain(key);
        else if (kind == "c") quiet(() => (d.cookie = key));
        else {
          keys.push(key);
          if (told) told[key] = text;
          store(key, text);
        }
      }
      look({ done }, keys);
      check(keys);
      // What one call in Python writes comes as several messages: the others hear of it once.
      clearTimeout(timer);
      timer = setTimeout(() => writers.forEach((each) => each()), 10);
    };
    /** @type {Session} */
    const session = {
      look_: look,
      write_: write,
      join_: (past, asked) => {
        // So far ahead is nobody's mistake but somebody's doing.
        if (past > n && past < n + 1e5) n = past;
        cookie = told = page = undefined;
        // A page that is being prerendered is nobody's visit yet, and sets no test cookie either.
        asked &&= !d.prerendering;
        look({ joined: !asked || !!keeps(""), done, domain: asked ? probe() : null });
      },
      leave_: () =>
        quiet(() => {
          const { will, lease } = /** @type {NonNullable<Session["will_"]>} */ (session.will_);
          // Nobody's from now on: the next page need not wait for the end of its time.
          fits(lease) && store(lease, "1:0");
          will.forEach(([url, options, parts, keys]) =>
            fetch(url, { ...options, body: parts.join(new Date().toJSON()) })
              .then(({ ok }) => {
                // Heard where the page comes back: what was acknowledged is not sent again then.
                for (const key of keys) ok && fits(key) && store(key);
                check(keys);
              })
              .catch(quiet),
          );
        }),
    };
    // Who floods the channel drives out its own.
    if (sessions.size > 49) sessions.clear();
    sessions.set(name, session);
    return session;
  };
  /** @param {string[]} [keys] of what may have changed, beside all that have whole names; else everything is looked at */
  const check = (keys) => sessions.forEach((each) => each.look_({}, keys));
  const seen = () => check([]);

  /** @param {any} to a channel's name, or a port whose other end a worker has */
  const connect = (to) => {
    /** @type {any} */
    let port;
    /** @param {object} message */
    const post = (message) => port.postMessage(JSON.stringify({ cio: 1, from: id, ...message }));
    /** @type {Turn} */
    const turn = (leave) => {
      // A message would throw the page out of the back/forward cache (Chromium 156). A port has no name, and stays.
      if (leave) return post({ down: 1 }), leave.persisted && port.name && port.close();
      port = to.at ? new BroadcastChannel(to) : to;
      port.onmessage = (/** @type {MessageEvent} */ { data }) => {
        try {
          const m = JSON.parse(data);
          const session = sessions.get(m.from);
          if (m.from == id) {
            // Somebody speaks in this page's name: the worker is told the truth again.
            sessions.get(m.to)?.join_(m.n);
            throw data;
          }
          if (m.hello) post({ to: m.from, here: [!d.hidden, d.hasFocus()] });
          else if (m.to == id) {
            if (m.join) (session ?? meet(post, m.from, m.join)).join_(m.join.n, m.join.probe);
            else if (m.ops) session?.write_(m.seq, m.ops);
            else if (m.will) session && (session.will_ = m);
            else session?.look_({ domain: probe() });
          }
        } catch (error) {
          complain(error);
        }
      };
      post({ up: 1 });
    };
    turns.push(turn);
    turn();
  };

  if ("pair" in tag) {
    // A worker's name is the one thing that page and worker both see.
    w.Worker = class extends w.Worker {
      /** @param {string | URL} url @param {WorkerOptions} [options] */
      constructor(url, options) {
        super(url, { name: "cio:" + id, ...options });
      }
    };
  }
  writers.add(seen);
  on(w, "storage", ({ key }) => check(key && [key]));
  on(w, "pagehide", (event) => {
    sessions.forEach((each) => each.leave_());
    turns.forEach((turn) => turn(event));
  });
  on(w, "pageshow", ({ persisted }) => persisted && turns.forEach((turn) => turn()));
  on(d, "visibilitychange", seen);
  on(w.navigation, "currententrychange", seen);
  on(w.cookieStore, "change", seen);
  new MutationObserver(seen).observe(d.head, { subtree: true, childList: true });
  // Nobody tells that a cookie's time is over, nor, in every browser, what the page's own code does.
  setInterval(seen, 1000);
  return { connect, check: seen };
};

// `page_script` in Python sets that name for this text, and removes it.
(w.cioBridge ??= start()).connect(w.cioChannel || tag.channel || NAME);
