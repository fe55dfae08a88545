// @ts-check
/**
 * Foreign code that becomes plugins: device-mode integrations, and functions that scripts leave on the window.
 *
 * Python decides which and with what settings; here stands what only the page can do: find the globals that the scripts
 * left, make the objects, and hold them under references like any plugin of the page.
 */
import { quiet } from "../border/quiet.js";
import { payloadOf } from "./payload-kinds.js";
import { withPageValues } from "./remote-plugins.js";
import { loadScript, unloadScript } from "./scripts.js";
import { stringify } from "../border/json.js";

/** @typedef {import("../border/border-state.js").Border} Border */
/**
 * @typedef {{
 *   name: string, version?: string, settings?: any, base: string, obfuscate?: boolean, disableAutoISOConversion?: boolean,
 *   source?: number
 * }} IntegrationSettings `base` is where the scripts lie (CDN/v1/analytics-js/actions), `source` a reference of a class that the page gave
 */

/** @param {string} name */
const pathOf = (name) => name.toLowerCase().replace(".", "").replace(/\s+/g, "-");

/** @param {string} text */
const obfuscated = (text) => btoa(text).replace(/=/g, "");

/** @param {Border} border */
export function makeDevice(border) {
  const { window: w, references } = border;

  /** @param {any} value */
  const held = (value) => (typeof value === "function" ? references.hold(value) : 0);

  return {
    /**
     * Give a reference of foreign code, 0 where there is none: of a function of the window by its name, or of a new
     * device-mode integration, whose script is loaded by the plugin's `load`.
     *
     * @param {string} kind "function" or "integration" @param {string} text a name, or JSON of `IntegrationSettings`
     */
    foreign: quiet((kind, text) => {
      if (kind === "function") return held(/** @type {any} */ (w)[text]);
      return references.hold(new DeviceDestination(border, JSON.parse(text)));
    }, 0),
  };
}

/** A destination plugin around an analytics.js integration. What comes before it is ready waits in its own list. */
class DeviceDestination {
  type = "destination";
  /** @type {any} */
  integration;
  /** @type {[string, any][]} */
  #waiting = [];
  #ready = false;
  #initialized = false;
  /** @type {Promise<unknown> | undefined} */
  #whenReady;
  /** @type {Promise<unknown> | undefined} */
  #whenInitialized;
  #border;
  #given;

  /** @param {Border} border @param {IntegrationSettings} given */
  constructor(border, given) {
    this.#border = border;
    this.#given = given;
    this.name = given.name;
    this.version = given.version ?? "latest";
    for (const method of ["track", "identify", "group", "alias"]) {
      /** @type {any} */ (this)[method] = (/** @type {any} */ context) => this.#send(method, context);
    }
    border.window.addEventListener("online", () => this.#flush());
  }

  isLoaded() {
    return this.#ready;
  }

  ready() {
    return this.#whenReady ?? Promise.resolve();
  }

  get #url() {
    const { base, obfuscate } = this.#given;
    const path = pathOf(this.name);
    return `${base}/${obfuscate ? obfuscated(path) : path}.js?version=${this.version}`;
  }

  /** @param {any} context @param {any} analytics */
  async load(context, analytics) {
    if (this.#whenReady) return;
    const Source = this.#border.references.get(this.#given.source ?? 0) ?? (await this.#loadSource(context));
    let Builder = Source;
    // Some integrations are functions that leave their class beside themselves (reference).
    if ("Integration" in Source) {
      Source({ user: () => analytics.user(), addIntegration: () => {} });
      Builder = Source.Integration;
    }
    const settings = withPageValues(this.#border, this.name, this.#given.settings);
    if (settings.type === "browser") delete settings.type;
    const integration = new Builder(settings);
    integration.analytics = analytics;
    this.integration = integration;
    this.#whenReady = new Promise((resolve) => {
      integration.once("ready", () => {
        this.#ready = true;
        resolve(true);
        this.#flush();
      });
    });
    this.#whenInitialized = new Promise((resolve) => {
      integration.on("initialize", () => {
        this.#initialized = true;
        resolve(true);
        this.#flush();
      });
    });
    const tags = ["method:initialize", `integration_name:${this.name}`];
    context.stats.increment("analytics_js.integration.invoke", 1, tags);
    try {
      integration.initialize();
    } catch (error) {
      context.stats.increment("analytics_js.integration.invoke.error", 1, tags);
      throw error;
    }
  }

  /** @param {any} context */
  async #loadSource(context) {
    const w = /** @type {any} */ (this.#border.window);
    const path = pathOf(this.name);
    try {
      await loadScript(w, this.#url);
    } catch (error) {
      context.stats.gauge("legacy_destination_time", -1, [`plugin:${this.name}`, "failed"]);
      throw error;
    }
    // The names of dependencies are appended to the folder as they are (reference).
    const dependencies = w[`${path}Deps`] ?? [];
    await Promise.all(dependencies.map((/** @type {string} */ name) => loadScript(w, `${this.#given.base}${name}.gz`)));
    w[`${path}Loader`]();
    return w[`${path}Integration`];
  }

  unload() {
    unloadScript(this.#border.window, this.#url);
  }

  /** Events that wait, as JSON: the page may be left. */
  heldEvents() {
    return stringify(this.#waiting.map(([, context]) => context.event));
  }

  /** Another page has had them. */
  forgetEvents() {
    this.#waiting = [];
  }

  /** @param {any} context */
  async page(context) {
    if (this.integration?._assumesPageview && !this.#initialized) this.integration.initialize();
    await this.#whenInitialized;
    return this.#send("page", context);
  }

  /** @param {string} method @param {any} context */
  async #send(method, context) {
    const offline = this.#border.window.navigator.onLine === false;
    if (method !== "page" && (offline || !this.#ready || !this.#initialized)) {
      this.#waiting.push([method, context]);
      return context;
    }
    const tags = [`method:${method}`, `integration_name:${this.name}`];
    context.stats.increment("analytics_js.integration.invoke", 1, tags);
    try {
      const dates = this.#given.disableAutoISOConversion !== true;
      await this.integration.invoke(method, payloadOf(structuredClone(context.event), dates));
    } catch (error) {
      context.stats.increment("analytics_js.integration.invoke.error", 1, tags);
      throw error;
    }
    return context;
  }

  #flush() {
    if (!this.#ready || !this.#initialized || this.#border.window.navigator.onLine === false) return;
    for (const [method, context] of this.#waiting.splice(0)) {
      this.#send(method, context).catch((error) => this.#border.window.console.error(error));
    }
  }
}
