// @ts-check
/**
 * What middleware and device-mode integrations are given of an event: the event itself under `obj`, and the readers that
 * integrations written for analytics.js ask for. Readers give copies; `obj` may be changed.
 */

/** @param {any} value */
const copy = (value) => (value && typeof value === "object" ? structuredClone(value) : value);

/** @param {string} name */
const folded = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Find a key whatever its spelling (`first_name`, `firstName`, `First Name`). @param {any} holder @param {string} name */
function find(holder, name) {
  if (holder === null || typeof holder !== "object") return undefined;
  if (name in holder) return holder[name];
  const key = Object.keys(holder).find((candidate) => folded(candidate) === folded(name));
  return key === undefined ? undefined : holder[key];
}

/** @param {any} holder @param {string} path */
const dig = (holder, path) => path.split(".").reduce((place, step) => find(place, step), holder);

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Make dates of ISO texts, in place; device-mode integrations get them so. @param {any} value @param {number} [depth] */
function withDates(value, depth = 0) {
  if (value === null || typeof value !== "object" || value instanceof Date || depth > 100) return value;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (typeof item === "string" && ISO.test(item)) value[key] = new Date(item);
    else withDates(item, depth + 1);
  }
  return value;
}

export class Payload {
  /** @param {any} event @param {boolean} dates */
  constructor(event, dates) {
    this.obj = event;
    this.raw = copy(event);
    if (dates) withDates(this.obj);
  }

  /** @param {string} path `properties.revenue`, `context.ip`; a first step that is a method is called */
  proxy(path) {
    const [first, ...rest] = path.split(".");
    const method = /** @type {any} */ (this)[first];
    const start = typeof method === "function" ? method.call(this) : (method ?? this.obj[first]);
    return copy(rest.length ? dig(start, rest.join(".")) : start);
  }

  /** @param {string} name */
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
    return this.obj.type;
  }

  event() {
    return this.field("event");
  }

  name() {
    if (this.obj.type !== "identify") return this.field("name");
    const { name, firstName, lastName } = this.traits();
    return typeof name === "string" ? name.trim() : firstName && lastName ? `${firstName} ${lastName}`.trim() : undefined;
  }

  category() {
    return this.field("category") ?? this.proxy("properties.category");
  }

  fullName() {
    const [category, name] = [this.category(), this.name()];
    return name && category ? `${category} ${name}` : name;
  }

  userId() {
    return this.field("userId");
  }

  uid() {
    return this.userId() || this.sessionId();
  }

  anonymousId() {
    return this.field("anonymousId") || this.field("sessionId");
  }

  sessionId() {
    return this.anonymousId();
  }

  groupId() {
    return this.obj.type === "group" ? this.field("groupId") : this.proxy("context.groupId");
  }

  previousId() {
    return this.field("previousId");
  }

  from() {
    return this.previousId();
  }

  to() {
    return this.userId();
  }

  messageId() {
    return this.field("messageId");
  }

  timestamp() {
    return this.obj.timestamp === undefined ? new Date() : new Date(this.obj.timestamp);
  }

  channel() {
    return this.field("channel");
  }

  /** @param {Record<string, string>} [aliases] */
  properties(aliases) {
    return this.#renamed(copy(this.obj.properties) ?? {}, aliases);
  }

  /** @param {Record<string, string>} [aliases] */
  traits(aliases) {
    const own = this.obj.type === "identify" || this.obj.type === "group";
    const traits = copy(own ? this.obj.traits : this.options().traits) ?? {};
    const id = this.obj.type === "group" ? this.groupId() : this.userId();
    if (id) traits.id = id;
    return this.#renamed(traits, aliases);
  }

  /** @param {any} values @param {Record<string, string>} [aliases] */
  #renamed(values, aliases = {}) {
    for (const [from, to] of Object.entries(aliases)) {
      const method = /** @type {any} */ (this)[from];
      const value = typeof method === "function" ? method.call(this) : find(values, from);
      if (value === null || value === undefined) continue;
      delete values[from];
      values[to] = value;
    }
    return values;
  }

  integrations() {
    return copy(this.obj.integrations ?? this.options().providers ?? {});
  }

  /** @param {string} integration */
  enabled(integration) {
    const integrations = this.integrations();
    const own = integrations[integration];
    if (own !== undefined) return own !== false;
    return find(integrations, "all") !== false;
  }

  /** @param {string} [integration] @returns {any} */
  options(integration) {
    const options = copy(this.obj.options ?? this.obj.context) ?? {};
    if (!integration) return options;
    if (!this.enabled(integration)) return undefined;
    const own = find(this.integrations(), integration);
    const value = typeof own === "object" && own ? own : find(options, integration);
    return typeof value === "object" && value ? value : {};
  }

  /** @param {string} [integration] */
  context(integration) {
    return this.options(integration);
  }

  library() {
    const library = this.proxy("context.library");
    return typeof library === "string" ? { name: library, version: null } : (library ?? { name: "unknown", version: null });
  }

  userAgent() {
    return this.proxy("context.userAgent");
  }

  timezone() {
    return this.proxy("context.timezone");
  }

  ip() {
    return this.proxy("context.ip");
  }

  email() {
    return this.#first("email") ?? (/.+@.+\..+/.test(this.userId() ?? "") ? this.userId() : undefined);
  }

  username() {
    return this.#first("username") ?? this.uid();
  }

  phone() {
    return this.#first("phone");
  }

  /** @param {string} name of a trait or a property */
  #first(name) {
    return dig(this.obj.traits, name) ?? dig(this.obj.properties, name) ?? this.proxy(`context.traits.${name}`);
  }

  revenue() {
    const value = dig(this.obj.properties, "revenue") ?? (/completed order|order completed/i.test(this.event() ?? "") ? this.total() : undefined);
    return toNumber(value);
  }

  total() {
    return toNumber(dig(this.obj.properties, "total"));
  }

  value() {
    return toNumber(dig(this.obj.properties, "value")) ?? this.revenue();
  }

  currency() {
    return dig(this.obj.properties, "currency") ?? "USD";
  }

  orderId() {
    return dig(this.obj.properties, "orderId") ?? dig(this.obj.properties, "id");
  }

  products() {
    const products = dig(this.obj.properties, "products");
    return Array.isArray(products) ? copy(products) : [];
  }

  url() {
    return this.field("url") ?? this.proxy("properties.url") ?? this.proxy("context.page.url");
  }

  title() {
    return this.proxy("properties.title") ?? this.proxy("context.page.title");
  }

  path() {
    return this.proxy("properties.path") ?? this.proxy("context.page.path");
  }

  referrer() {
    return this.proxy("context.referrer.url") ?? this.proxy("context.page.referrer") ?? this.proxy("properties.referrer");
  }
}

/** @param {any} value */
function toNumber(value) {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "number" ? value : parseFloat(String(value).replace(/\$/g, ""));
  return Number.isNaN(number) ? undefined : number;
}

/**
 * @param {any} event
 * @param {boolean} [dates] make dates of ISO texts, for device-mode integrations
 */
export const payloadOf = (event, dates = false) => new Payload(event, dates);
