// @ts-check
/**
 * Calls of page code for Python: plain functions, methods of plugins, middleware.
 *
 * Answers are texts: `{"value":…}`, `{"error":{…}}`, or "" while a promise is open; that one is answered later through
 * `receive("invoked", number, text)`. Answers of event methods carry `ctx` too, the context after the call, because a plugin
 * may change its event and return nothing. With number 0 nobody waits: an error of the promise is reported.
 */
import { report } from "./quiet.js";
import { Context, snapshotOf } from "../surface/context.js";
import { shallowAnswer } from "./encode.js";
import { describeError, revive } from "./revive.js";
import { EVENT_METHODS, PLUGIN_METHODS } from "../surface/names.js";
import { payloadOf } from "../foreign/payload-kinds.js";
import { makePlugins, withPageValues } from "../foreign/remote-plugins.js";
import { stringify } from "./json.js";

/** @typedef {import("./border-state.js").Border} Border */

/** @param {any} value */
const isThenable = (value) => value !== null && typeof value === "object" && typeof value.then === "function";

/** Write a value that page code gave; what JSON cannot write is null, nobody depends on it. @param {any} value */
function write(value) {
  try {
    return stringify(value) ?? "null";
  } catch {
    return "null";
  }
}

/** @param {unknown} error @param {string} [more] */
const errorText = (error, more = "") => `{"error":${stringify(describeError(error))}${more}}`;

/** @param {Border} border */
export function makeInvoke(border) {
  const { references } = border;
  const around = { references, analytics: () => border.analytics };

  /** @param {Context | undefined} context */
  const after = (context) => {
    if (!context) return "";
    try {
      return `,"ctx":${stringify(snapshotOf(context))}`;
    } catch (error) {
      throw Object.assign(new TypeError("a plugin put a value into the event that cannot be sent"), { cause: error });
    }
  };

  /**
   * Run page code and write its answer.
   *
   * @param {number} number
   * @param {() => any} action
   * @param {(value: any) => string} answer
   * @param {(error: unknown) => string} [failure]
   */
  const run = (number, action, answer, failure = errorText) => {
    /** @param {() => string} make */
    const safely = (make) => {
      try {
        return shallowAnswer(make());
      } catch (error) {
        return errorText(error);
      }
    };
    let value;
    try {
      value = action();
    } catch (error) {
      return safely(() => failure(error));
    }
    if (!isThenable(value)) return safely(() => answer(value));
    Promise.resolve(value).then(
      (settled) => number && border.tell("invoked", number, safely(() => answer(settled))),
      (error) => (number ? border.tell("invoked", number, safely(() => failure(error))) : report(border.window, error)),
    );
    return number ? "" : '{"value":null}';
  };

  /**
   * @param {number} reference @param {string} way @param {string} argsText @param {number} number
   * @returns {string}
   */
  const invoke = (reference, way, argsText, number) => {
    const target = references.get(reference);
    if (target === undefined) return errorText(new Error("the page's function is gone"));
    /** @type {any[]} */
    const raw = JSON.parse(argsText || "[]");
    if (way === "source") return run(number, ...source(border, target, raw));
    if (way === "destination") return run(number, ...destination(border, target, raw));
    if (way === "plugins") {
      const [settings, name] = raw;
      return run(
        number,
        () => makePlugins(target, withPageValues(border, name, settings)),
        (plugins) => stringify({ value: plugins.map((/** @type {any} */ plugin) => references.hold(plugin)) }),
      );
    }
    const args = raw.map((value) => revive(value, around));
    if (way.startsWith("plugin.")) {
      const method = way.slice(7);
      if (typeof target[method] !== "function") return '{"value":null}';
      const context = (method === "load" || EVENT_METHODS.includes(method)) && args[0] instanceof Context ? args[0] : undefined;
      return run(
        number,
        () => target[method](...args),
        (value) => {
          const returned = value instanceof Context ? stringify(snapshotOf(value)) : foreignContext(value);
          return `{"value":${context ? returned : write(value)}${after(context)}}`;
        },
        (error) => errorText(error, after(context)),
      );
    }
    const self = way === "queue" ? border.analytics?.queue : border.analytics;
    return run(number, () => target.apply(self, args), (value) => `{"value":${write(value)}}`);
  };

  /** @param {number} reference @param {string} way @param {string} argsText @param {number} number */
  const safeInvoke = (reference, way, argsText, number) => {
    try {
      return invoke(reference, way, argsText, number);
    } catch (error) {
      return errorText(error);
    }
  };

  return {
    invoke: safeInvoke,
    /** @param {number} reference */
    describe: (reference) => {
      try {
        return shallowAnswer(describePlugin(references.get(reference)));
      } catch (error) {
        return errorText(error);
      }
    },
    /** @param {number} reference */
    release: (reference) => references.release(reference),
    /**
     * Call one of the client's public methods, which page code may have replaced.
     *
     * @param {string} method @param {string} argsText @param {number} [number] answered like `invoke`; 0: nobody waits
     */
    callPublic: (method, argsText, number = 0) => {
      try {
        const args = JSON.parse(argsText).map((/** @type {any} */ value) => revive(value, around));
        const answer = (/** @type {any} */ value) => (value instanceof Context ? { $ctx: snapshotOf(value) } : value);
        return run(number, () => border.analytics[method](...args), (value) => `{"value":${write(answer(value))}}`);
      } catch (error) {
        return errorText(error);
      }
    },
  };
}

/** A context of another library's making, of which only the event counts. @param {any} value */
function foreignContext(value) {
  if (value === null || typeof value !== "object" || typeof value.event !== "object") return "null";
  return stringify({ id: value.id, event: value.event, attempts: value.attempts });
}

/**
 * Describe a plugin, or a function; `integration` is the name by which a class of an integration goes.
 *
 * @param {any} plugin
 */
function describePlugin(plugin) {
  return stringify({
    name: plugin?.name,
    type: plugin?.type,
    version: plugin?.version,
    alternativeNames: plugin?.alternativeNames,
    integration: typeof plugin === "function" ? (plugin.Integration ?? plugin).prototype?.name : undefined,
    methods: PLUGIN_METHODS.filter((method) => typeof plugin?.[method] === "function"),
  });
}

/**
 * @param {Border} border @param {Function} middleware @param {any[]} args [event, integrations]
 * @returns {[() => any, () => string]}
 */
function source(border, middleware, [event, integrations]) {
  let called = false;
  let kept = event;
  const next = (/** @type {any} */ payload) => {
    called = true;
    if (payload) kept = payload.obj;
  };
  return [
    () => middleware.call(border.analytics, { payload: payloadOf(event), integrations: integrations ?? {}, next }),
    () => (called ? stringify({ event: kept }) : '{"dropped":true}'),
  ];
}

/**
 * @param {Border} border @param {Function} middleware @param {any[]} args [integration's name, event]
 * @returns {[() => any, () => string]}
 */
function destination(border, middleware, [integration, event]) {
  /** @type {any} */
  let kept = null;
  const next = (/** @type {any} */ payload) => {
    kept = payload ? payload.obj : null;
  };
  return [
    () => middleware.call(border.analytics, { payload: payloadOf(event), integration, next }),
    () => (kept ? stringify({ event: kept }) : '{"dropped":true}'),
  ];
}
