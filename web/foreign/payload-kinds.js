// @ts-check
/** The readers of each kind of event, as integrations written for analytics.js know them. */
import { dateOf, find, Payload } from "./payload.js";

/** @typedef {import("./payload.js").Aliases} Aliases */

/** @param {any} text */
const trimmed = (text) => (typeof text === "string" ? text.trim() : undefined);

/** @param {any} id */
const asEmail = (id) => (/.+@.+\..+/.test(String(id)) ? id : undefined);

class Track extends Payload {
  event() {
    return this.field("event");
  }

  /** @param {Aliases} [aliases] */
  properties(aliases) {
    return this.renamed(this.field("properties") || {}, "properties", aliases);
  }

  products() {
    const products = find(this.properties(), "products");
    return Array.isArray(products) ? products.filter((each) => each !== null) : [];
  }

  quantity() {
    return this.obj.properties?.quantity || 1;
  }

  currency() {
    return this.obj.properties?.currency || "USD";
  }

  revenue() {
    const ordered = /^[ _]?(completed[ _]?order[ _]?|order[ _]?completed[ _]?$)/i.test(this.event() ?? "");
    const revenue = this.proxy("properties.revenue") || (ordered && this.proxy("properties.total"));
    const number = typeof revenue === "string" ? parseFloat(revenue.replace(/\$/g, "")) : revenue;
    return typeof number === "number" && number ? number : undefined;
  }

  cents() {
    const revenue = this.revenue();
    return revenue === undefined ? /** @type {any} */ (this).value() || 0 : revenue * 100;
  }

  subtotal() {
    const own = find(this.properties(), "subtotal");
    if (own) return own;
    const [total, tax, shipping, discount] = ["total", "tax", "shipping", "discount"].map((name) => this.proxy(`properties.${name}`) || 0);
    return total ? total - tax - shipping + discount : this.revenue() || 0;
  }

  username() {
    return this.any("traits.username", "properties.username") || this.userId() || this.sessionId();
  }

  email() {
    return this.any("traits.email", "properties.email", "options.traits.email") || asEmail(this.userId());
  }

  identify() {
    return new Identify({ ...this.json(), traits: this.traits() }, false);
  }
}

class Page extends Payload {
  event(/** @type {string | undefined} */ name) {
    return name ? `Viewed ${name} ${this.kind}` : `Loaded a ${this.kind}`;
  }

  get kind() {
    return this.type() === "screen" ? "Screen" : "Page";
  }

  category() {
    return this.field("category");
  }

  name() {
    return this.field("name");
  }

  fullName() {
    const [category, name] = [this.category(), this.name()];
    return name && category ? `${category} ${name}` : name;
  }

  /** @param {Aliases} [aliases] */
  properties(aliases) {
    const shown = this.field("properties") || {};
    for (const key of ["category", "name"]) if (this.obj[key]) shown[key] = this.obj[key];
    return this.renamed(shown, "properties", aliases);
  }

  email() {
    return this.any("context.traits.email", "properties.email") || asEmail(this.userId());
  }

  /** @param {string} [name] */
  track(name) {
    return new Track({ ...this.json(), type: "track", event: this.event(name), timestamp: this.timestamp(), properties: this.properties() }, false);
  }
}

class Identify extends Payload {
  type() {
    return "identify";
  }

  /** @param {Aliases} [aliases] */
  traits(aliases) {
    const traits = this.field("traits") || {};
    if (this.userId()) traits.id = this.userId();
    return this.renamed(traits, "traits", aliases);
  }

  email() {
    return this.proxy("traits.email") || asEmail(this.userId());
  }

  created() {
    const created = this.any("traits.created", "traits.createdAt");
    return created ? dateOf(created) : undefined;
  }

  companyCreated() {
    const created = this.any("traits.company.created", "traits.company.createdAt");
    return created ? dateOf(created) : undefined;
  }

  name() {
    const [first, last] = [this.firstName(), this.lastName()];
    return trimmed(this.proxy("traits.name")) ?? (first && last ? `${first} ${last}` : undefined);
  }

  firstName() {
    return trimmed(this.proxy("traits.firstName")) ?? trimmed(this.proxy("traits.name"))?.split(" ")[0];
  }

  lastName() {
    const [, ...rest] = trimmed(this.proxy("traits.name"))?.split(" ") ?? [];
    return trimmed(this.proxy("traits.lastName")) ?? (rest.length ? rest.join(" ").trim() : undefined);
  }

  uid() {
    return this.userId() || this.proxy("traits.username") || this.email();
  }

  age() {
    const birthday = this.proxy("traits.birthday");
    return find(this.traits(), "age") ?? (birthday instanceof Date ? new Date().getFullYear() - birthday.getFullYear() : undefined);
  }
}

class Group extends Payload {
  groupId() {
    return this.field("groupId");
  }

  properties() {
    return this.field("traits") || this.field("properties") || {};
  }

  /** @param {Aliases} [aliases] */
  traits(aliases) {
    const traits = this.properties();
    if (this.groupId()) traits.id = this.groupId();
    return this.renamed(traits, "traits", aliases);
  }

  email() {
    return this.proxy("traits.email") || asEmail(this.groupId());
  }

  created() {
    const created = this.any("traits.createdAt", "traits.created", "properties.createdAt", "properties.created");
    return created ? dateOf(created) : undefined;
  }
}

class Alias extends Payload {
  previousId() {
    return this.field("previousId") || this.field("from");
  }

  from() {
    return this.previousId();
  }

  userId() {
    return this.field("userId") || this.field("to");
  }

  to() {
    return this.userId();
  }
}

/** Readers that only look at paths, the first that holds something. @type {[Function, Record<string, string[]>][]} */
const READERS = [
  [Payload, { userAgent: ["context.userAgent"], timezone: ["context.timezone"], ip: ["context.ip"], groupId: ["options.groupId"] }],
  [
    Track,
    {
      ...Object.fromEntries(
        [
          ...["value", "category", "id", "productId", "promotionId", "cartId", "checkoutId", "paymentId", "couponId", "wishlistId"],
          ...["reviewId", "sku", "tax", "name", "price", "total", "repeat", "coupon", "shipping", "discount", "shippingMethod"],
          ...["paymentMethod", "description", "plan"],
        ].map((name) => [name, [`properties.${name}`]]),
      ),
      orderId: ["properties.id", "properties.orderId"],
      referrer: ["context.referrer.url", "context.page.referrer", "properties.referrer"],
      query: ["options.query"],
    },
  ],
  [
    Page,
    {
      title: ["properties.title"],
      path: ["properties.path"],
      url: ["properties.url"],
      referrer: ["context.referrer.url", "context.page.referrer", "properties.referrer"],
    },
  ],
  [
    Identify,
    {
      ...Object.fromEntries(["username", "address", "gender", "birthday"].map((name) => [name, [`traits.${name}`]])),
      companyName: ["traits.company.name"],
      description: ["traits.description", "traits.background"],
      avatar: ["traits.avatar", "traits.photoUrl", "traits.avatarUrl"],
      position: ["traits.position", "traits.jobTitle"],
    },
  ],
  [Group, { name: ["traits.name"], industry: ["traits.industry"], employees: ["traits.employees"] }],
];
for (const [{ prototype }, readers] of READERS) {
  for (const [name, paths] of Object.entries(readers)) {
    prototype[name] = function () {
      return this.any(...paths);
    };
  }
}
// One of several, and all of them.
for (const name of ["website", "phone"]) {
  const [one, many] = [`traits.${name}`, `traits.${name}s`];
  /** @type {any} */ (Identify.prototype)[name] = function () {
    return this.proxy(one) || (Array.isArray(this.proxy(many)) ? this.proxy(many)[0] : undefined);
  };
  /** @type {any} */ (Identify.prototype)[`${name}s`] = function () {
    const all = this.proxy(many);
    return Array.isArray(all) ? all : this.proxy(one) ? [this.proxy(one)] : this.proxy(one) || [];
  };
}
// Where a person lives, in the traits or in the properties, within `address` or beside it.
for (const [name, ...others] of [["zip", "postalCode", "zip"], ["country"], ["street"], ["state"], ["city"], ["region"]]) {
  const keys = (others.length ? others : [name]).flatMap((key) => [`address.${key}`, key]);
  /** @type {any} */ (Payload.prototype)[name] = function () {
    let found = null;
    for (const holder of [this.traits(), this.properties?.() ?? {}]) for (const key of keys) found ||= find(holder, key);
    return found;
  };
}

/** @type {Record<string, typeof Payload>} */
const KINDS = { track: Track, page: Page, screen: Page, identify: Identify, group: Group, alias: Alias };

/**
 * @param {any} event
 * @param {boolean} [dates] make dates of ISO texts, for device-mode integrations
 */
export const payloadOf = (event, dates = false) => new (KINDS[event.type] ?? Payload)(event, dates);
