// @ts-check
/**
 * What happens when Python ends under a client: the second part of its module was needed and could not be had (web/start/second.js).
 *
 * Law: the page keeps its client, and nothing it said is lost. A stub takes the calls at once, under the global and behind the
 * client's own methods; stock Pyodide starts, once; what page code had registered is registered again, then the calls follow that had
 * not been kept yet. Events that were are in the outbox, and the new client sends them.
 */
import { Keeper, makeStub } from "../start/stub.js";
import { Context } from "../surface/context.js";
import { CALLS, EVENT_METHODS } from "../surface/names.js";
import { encode } from "./encode.js";
import { pageFacts } from "./page.js";
import { quiet, report } from "./quiet.js";

/** @typedef {import("./border-state.js").Border} Border */
/** @typedef {import("../start/stub.js").Call} Call */
/** @typedef {{ call: Call, kept: boolean }} Open a call whose promise waits; `kept`: its event is in the outbox */

/** Calls that say how a client is to behave from then on. */
const LASTING = ["on", "once", "off", "register", "deregister", "addSourceMiddleware", "addDestinationMiddleware"];
/** So many of them are remembered. */
const MOST = 1_000;

/** The registrations that hold. */
export class Lasting {
  /** @type {{ method: string, args: readonly any[] }[]} */
  calls = [];

  /** @param {string} method @param {readonly any[] | (() => any[])} given its arguments, or what reads them */
  note(method, given) {
    if (!LASTING.includes(method)) return;
    const args = typeof given === "function" ? given() : given;
    const ended = { off: ["on", "once"], deregister: ["register"] }[method];
    if (!ended) this.calls.push({ method, args });
    else this.calls = this.calls.filter((each) => !(ended.includes(each.method) && ends(method, args, each.args)));
    if (this.calls.length > MOST) this.calls.shift();
  }
}

/** @param {string} method @param {readonly any[]} args @param {readonly any[]} earlier */
const ends = (method, args, earlier) =>
  method === "off" ? args[0] === earlier[0] && args[1] === earlier[1] : args.includes(earlier[0]?.name);

/**
 * Begin anew.
 *
 * @param {Border} border the one whose Python has ended
 * @param {() => { calls: Call[], others: any[] | null }} rest what had not been made: calls of this page in their order, and those that
 *   earlier pages left
 * @param {(window: any, boot: import("./border-state.js").Boot) => any} connect
 */
export function beginAnew(border, rest, connect) {
  const { window: w, boot, analytics: old, references } = border;
  const told = boot.report;
  if (!boot.again || !told || border.over) return;
  const { again } = boot;
  border.over = true;
  border.receive = null;
  const stub = makeStub();
  const keeper = new Keeper(w, stub, references);
  keeper.kept = boot.stub?.kept ?? null;
  if (boot.globalName && /** @type {any} */ (w)[boot.globalName] === old) /** @type {any} */ (w)[boot.globalName] = stub;
  /** @type {any} */
  let client = null;
  /** @type {Record<string, (...args: any[]) => any>} */
  const anew = {};
  for (const [name, kind] of Object.entries(CALLS)) {
    anew[name] = (...args) => {
      if (client) return client[name](...args);
      if (kind === "promise") return new Promise((resolve, reject) => quiet(() => keeper.write(name, args, { resolve, reject }), reject)());
      stub[name](...args);
      return kind === "instance" ? old : undefined;
    };
  }
  Object.assign(old, anew);
  // A page that has had its client waits for what its calls give.
  const answered = Object.entries(anew).filter(([name]) => CALLS[name] === "promise");
  Object.assign(stub, Object.fromEntries(answered));
  border.anew = anew;
  // The call in which it ended is still on its way.
  queueMicrotask(async () => {
    try {
      const { calls, others } = rest();
      keeper.precede([...border.lasting.calls.map(({ method, args }) => callOf(border, method, args)), ...calls]);
      const { pyodide, python, report: second } = await again();
      Object.assign(told, second, { failures: [...told.failures, ...second.failures] });
      const carried = { integrations: { ...old.integrations }, timeout: old.settings.timeout };
      const host = connect(w, { ...boot, stub: keeper, early: null, others, carried });
      if (pyodide.pyimport(python).install(host) === false) throw new Error("the client could not be made anew");
      client = host.client();
      border.heir = host.ask;
    } catch (error) {
      keeper.strand();
      report(w, error);
    }
  });
}

/** @param {Border} border @param {string} method @param {readonly any[]} args @returns {Call} */
const callOf = ({ window: w, references }, method, args) => ({
  method,
  ...encode(method, args, references),
  time: Date.now(),
  page: pageFacts(w),
  done: { resolve: () => {}, reject: () => {} },
});

/**
 * Give the calls whose promises wait, to be made again; those whose events are kept have done their part.
 *
 * @param {Iterable<Open>} open
 */
export function leftOpen(open) {
  /** @type {Call[]} */
  const again = [];
  for (const { call, kept } of open) {
    if (kept && EVENT_METHODS.includes(call.method)) call.done?.resolve(Context.system());
    else again.push(call);
  }
  return again;
}
