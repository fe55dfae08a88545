// @ts-check
/**
 * What middleware and device-mode integrations are given of an event: the event itself under `obj`, and the readers that
 * integrations written for analytics.js ask for, each kind of event with its own. Readers give copies; `obj` may be changed.
 */

/** @typedef {Record<string, string>} Aliases from a reader or a key to the key that an integration wants */

/** Copy objects and lists; what else there is, dates say, stays the same. @param {any} value @returns {any} */
function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  if (Object.prototype.toString.call(value) !== "[object Object]") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
}

/** @param {string} path */
const folded = (path) => path.toLowerCase().replace(/[^a-z0-9.]/g, "");

/** Find what stands under a path, whatever the spelling of its keys (`first_name`, `firstName`). @param {any} holder @param {string} path */
export function find(holder, path) {
  let left = folded(path);
  let place = holder;
  while (left) {
    if (place === null || typeof place !== "object") return undefined;
    const key = Object.keys(place).find((each) => left === folded(each) || left.startsWith(`${folded(each)}.`));
    if (key === undefined) return undefined;
    left = left.slice(folded(key).length + 1);
    place = place[key];
  }
  return place;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:([ T])(\d\d):?(\d\d)(?::?(\d\d)(?:[,.](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** Read an ISO text; without a zone it is in UTC, with a blank before the time in the page's own. @param {string} text @returns {Date | undefined} */
function isoDate(text) {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, gap, hour, minute, second, fraction, zone] = parts;
  const ms = `${fraction ?? ""}000`.slice(0, 3);
  const clock = `${hour ?? "00"}:${minute ?? "00"}:${second ?? "00"}.${ms}`;
  const sign = zone && zone !== "Z" ? `${zone.replace(":", "").padEnd(5, "0").replace(/(\d\d)$/, ":$1")}` : "Z";
  return new Date(`${year}-${month}-${day}T${clock}${gap === " " ? "" : sign}`);
}

/** Make a date of what may be one: seconds count as well as milliseconds. @param {any} value @returns {Date} */
export function dateOf(value) {
  if (value instanceof Date) return value;
  const number = typeof value === "string" && /^\d{10}(\d{3})?$/.test(value) ? Number(value) : value;
  if (typeof number === "number") return new Date(number < 31_557_600_000 ? number * 1000 : number);
  return (typeof value === "string" && isoDate(value)) || new Date(value);
}

/** Make dates of ISO texts, in place; device-mode integrations get them so. @param {any} value @param {number} [depth] */
function withDates(value, depth = 0) {
  if (value === null || typeof value !== "object" || value instanceof Date || depth > 100) return value;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (typeof item === "string") value[key] = isoDate(item) ?? item;
    else withDates(item, depth + 1);
  }
  return value;
}

/** The readers of every event. */
export class Payload {
  /** @param {any} event @param {boolean} dates */
  constructor(event, dates) {
    this.raw = copy(event);
    this.obj = event;
    if (dates) withDates(event);
  }

  /** @param {string} path `properties.revenue`, `context.ip`; a first step that is a reader is called */
  proxy(path) {
    const [first, ...rest] = path.split(".");
    const start = /** @type {any} */ (this)[first] || this.obj[first];
    if (!start) return start;
    const value = typeof start === "function" ? start.call(this) || {} : start;
    return copy(rest.length ? find(value, rest.join(".")) : value);
  }

  /** The first of some paths that holds something. @param {string[]} paths */
  any(...paths) {
    let value;
    for (const path of paths) if ((value = this.proxy(path))) break;
    return value;
  }

  /** @param {string} name @returns {any} */
  field(name) {
    return copy(this.obj[name]);
  }

  json() {
    return { ...copy(this.obj), type: this.type() };
  }

  rawEvent() {
    return this.raw;
  }

  type() {
    return this.obj.type;
  }

  action() {
    return this.type();
  }

  /** @param {string} [integration] @returns {any} */
  options(integration) {
    const options = copy(this.obj.options || this.obj.context || {});
    if (!integration) return options;
    if (!this.enabled(integration)) return undefined;
    const own = find(this.integrations(), integration);
    const value = typeof own === "object" ? own : find(options, integration);
    return typeof value === "object" ? value : {};
  }

  /** @param {string} [integration] */
  context(integration) {
    return this.options(integration);
  }

  integrations() {
    return this.obj.integrations || this.proxy("options.providers") || this.options();
  }

  /** @param {string} integration */
  enabled(integration) {
    const words = ["options.providers.all", "options.all", "integrations.all"].map((path) => this.proxy(path));
    const all = words.find((word) => typeof word === "boolean") ?? true;
    const switches = this.integrations();
    for (const place of [switches, switches.providers]) {
      if (!place || !Object.hasOwn(place, integration)) continue;
      return typeof place[integration] === "boolean" ? place[integration] : true;
    }
    return all && integration !== "Salesforce";
  }

  active() {
    return this.proxy("options.active") ?? true;
  }

  userId() {
    return this.field("userId");
  }

  anonymousId() {
    return this.field("anonymousId") || this.field("sessionId");
  }

  sessionId() {
    return this.anonymousId();
  }

  messageId() {
    return this.field("messageId");
  }

  channel() {
    return this.field("channel");
  }

  timestamp() {
    return this.obj.timestamp === undefined ? new Date() : dateOf(this.obj.timestamp);
  }

  /** @param {Aliases} [aliases] */
  traits(aliases) {
    const traits = this.proxy("options.traits") || {};
    if (this.userId()) traits.id = this.userId();
    return this.renamed(traits, "options.traits", aliases);
  }

  library() {
    const library = this.proxy("options.library") || "unknown";
    return typeof library === "string" ? { name: library, version: null } : library;
  }

  device() {
    const told = this.proxy("context.device");
    const device = typeof told === "object" && told !== null ? told : {};
    const system = ["android", "ios"].find((name) => String(this.library().name).includes(name));
    return device.type || !system ? device : { ...device, type: system };
  }

  /** Give values under the names that an integration wants. @param {any} values @param {string} path of theirs @param {Aliases} [aliases] */
  renamed(values, path, aliases = {}) {
    for (const [from, to] of Object.entries(aliases)) {
      const reader = /** @type {any} */ (this)[from];
      const value = reader === undefined || reader === null ? this.proxy(`${path}.${from}`) : reader.call(this);
      if (value === null || value === undefined) continue;
      values[to] = value;
      if (from !== to) delete values[from];
    }
    return values;
  }
}
