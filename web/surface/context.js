// @ts-check
/**
 * The context of one event, as callbacks, handlers and plugins get it.
 *
 * Python owns the event; what stands here is made from a snapshot, and what page code changed is read back by `snapshotOf`.
 * While page code holds a context, a later snapshot of the same id fills the same object.
 */
import { stringify } from "../border/json.js";

/** @typedef {{ level: string, message: string, time?: Date, extras?: Record<string, any> }} LogMessage */
/** @typedef {{ metric: string, value: number, type: "counter" | "gauge", tags: string[], timestamp: number }} Metric */
/** @typedef {{ id: string, event: any, attempts?: number, logs?: any[], stats?: Metric[], failedDelivery?: { reason: any } | null }} Snapshot */

/** Thrown by a plugin to stop its event. */
export class ContextCancelation {
  /** @param {{ retry?: boolean, reason?: string, type?: string }} options */
  constructor(options) {
    this.retry = options.retry ?? true;
    this.type = options.type ?? "plugin Error";
    this.reason = options.reason ?? "";
  }
}

class Logger {
  /** @type {LogMessage[]} */
  #logs = [];

  get logs() {
    return this.#logs;
  }

  /** @param {LogMessage[]} logs */
  fill(logs) {
    this.#logs = logs;
  }

  /** @param {string} level @param {string} message @param {object} [extras] */
  log(level, message, extras) {
    this.#logs.push({ level, message, time: new Date(), extras });
  }

  /** Print all lines and forget them: one plainly, several as a table by time. */
  flush() {
    const logs = this.#logs;
    this.#logs = [];
    if (logs.length > 1) {
      /** @type {Record<string, object>} */
      const table = {};
      for (const { time, ...line } of logs) {
        let key = time?.toISOString() ?? "";
        while (key in table) key += "'";
        table[key] = { ...line, json: stringify(line.extras, null, " ") };
      }
      console.table(table);
      return;
    }
    for (const { level, message, extras } of logs) {
      const say = level === "warn" || level === "error" ? console[level] : console.log;
      say.call(console, message, extras ?? "");
    }
  }
}

class Stats {
  /** @type {Metric[]} */
  metrics = [];

  /** @param {string} metric @param {number} [by] @param {string[]} [tags] */
  increment(metric, by = 1, tags = []) {
    this.metrics.push({ metric, value: by, tags, type: "counter", timestamp: Date.now() });
  }

  /** @param {string} metric @param {number} value @param {string[]} [tags] */
  gauge(metric, value, tags = []) {
    this.metrics.push({ metric, value, tags, type: "gauge", timestamp: Date.now() });
  }

  /** Print all metrics as a table and forget them. */
  flush() {
    console.table(this.metrics.map((metric) => ({ ...metric, tags: metric.tags.join(",") })));
    this.metrics = [];
  }

  /** Give all metrics under one-letter keys. */
  serialize() {
    return this.metrics.map(({ metric, value, tags, type, timestamp }) => ({ m: metric, v: value, t: tags, k: type[0], e: timestamp }));
  }
}

/**
 * Contexts that page code may still hold, by id. What is gone is swept out when the map has grown to twice what lived: a finalizer
 * that ran in a frozen page would throw it out of the back/forward cache (D7).
 *
 * @type {Map<string, WeakRef<Context>>}
 */
const alive = new Map();
const FEW = 200;
let sweepAt = FEW;

/** @param {string} id @param {Context} context */
function remember(id, context) {
  if (alive.size >= sweepAt) {
    for (const [each, held] of alive) if (!held.deref()) alive.delete(each);
    sweepAt = Math.max(FEW, 2 * alive.size);
  }
  alive.set(id, new WeakRef(context));
}

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/** How Python's errors are turned into the page's; `encode.js` sets it, which itself needs this module. */
/** @type {{ error: (described: any) => any }} */
export const making = { error: (described) => described };

export class Context {
  /** @type {string} */
  #id;
  /** @type {{ reason: any } | undefined} */
  #failed;
  attempts = 0;
  logger = new Logger();
  stats = new Stats();

  /** @param {any} event @param {string} [id] */
  constructor(event, id) {
    this.event = event;
    this.#id = id ?? freshId();
  }

  /** Make the context that `register` and the like resolve to. */
  static system() {
    return new this({ type: "track", event: "system" });
  }

  /** @param {Snapshot} snapshot @returns {Context} */
  static revive(snapshot) {
    let context = alive.get(snapshot.id)?.deref();
    if (!context) {
      context = new Context(snapshot.event, snapshot.id);
      remember(snapshot.id, context);
    }
    context.#fill(snapshot);
    return context;
  }

  /** @param {Snapshot} snapshot */
  #fill(snapshot) {
    this.event = snapshot.event;
    this.attempts = snapshot.attempts ?? 0;
    this.logger.fill((snapshot.logs ?? []).map((line) => (line.time === undefined ? line : { ...line, time: new Date(line.time) })));
    this.stats.metrics = snapshot.stats ?? [];
    const failed = snapshot.failedDelivery;
    this.#failed = failed ? { reason: failed.reason?.$error ? making.error(failed.reason.$error) : failed.reason } : undefined;
  }

  get id() {
    return this.#id;
  }

  /** @param {Context} other */
  isSame(other) {
    return other.id === this.#id;
  }

  /** @param {Error | ContextCancelation} [error] @returns {never} */
  cancel(error) {
    throw error ?? new ContextCancelation({ reason: "Context Cancel" });
  }

  /** @param {string} level @param {string} message @param {object} [extras] */
  log(level, message, extras) {
    this.logger.log(level, message, extras);
  }

  logs() {
    return this.logger.logs;
  }

  /**
   * Set one value of the event by its dotted path. An integration that was switched off stays off (reference).
   *
   * @param {string} path @param {any} value
   */
  updateEvent(path, value) {
    const steps = path.split(".");
    if (steps[0] === "integrations" && this.event.integrations?.[steps[1]] === false) return this.event;
    if (steps.some((step) => FORBIDDEN.has(step))) return this.event;
    let place = this.event;
    steps.forEach((step, index) => {
      if (index === steps.length - 1) {
        place[step] = value;
        return;
      }
      const next = place[step];
      const isHolder = typeof next === "object" && next !== null;
      place = isHolder ? next : (place[step] = Number(steps[index + 1]) * 0 === 0 ? [] : {});
    });
    return this.event;
  }

  failedDelivery() {
    return this.#failed;
  }

  /** @param {{ reason: any }} failed */
  setFailedDelivery(failed) {
    this.#failed = failed;
  }

  flush() {
    this.logger.flush();
    this.stats.flush();
  }

  toJSON() {
    return { id: this.#id, event: this.event, logs: this.logger.logs, metrics: this.stats.metrics };
  }
}

function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {any} value */
const plainError = (value) =>
  value instanceof Error || value instanceof ContextCancelation
    ? { ...value, name: value instanceof Error ? value.name : "ContextCancelation", message: value instanceof Error ? value.message : value.reason }
    : value;

/**
 * Give what a context holds now, for Python.
 *
 * @param {Context} context
 * @returns {Snapshot}
 */
export function snapshotOf(context) {
  const failed = context.failedDelivery();
  return {
    id: context.id,
    event: context.event,
    attempts: context.attempts,
    logs: context.logs().map((line) =>
      line.extras ? { ...line, extras: Object.fromEntries(Object.entries(line.extras).map(([key, value]) => [key, plainError(value)])) } : line,
    ),
    stats: context.stats.metrics,
    failedDelivery: failed ? { reason: failed.reason instanceof Error ? { $error: plainError(failed.reason) } : failed.reason } : null,
  };
}
