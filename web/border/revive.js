// @ts-check
/**
 * Values on their way in: JSON, in which only a whole value may be one of the marks of `revive`; deeper levels are the page's
 * data and mean only themselves.
 */
import { Context, ContextCancelation, making } from "../surface/context.js";
import { isObject } from "./encode.js";

/** @typedef {import("./encode.js").References} References */

/** What `revive` needs of its surroundings. @typedef {{ references: References, analytics: () => unknown }} Surroundings */

/**
 * Turn a value of Python into what the page gets. Marks, each the only key of its object: `$ctx` a snapshot, `$analytics`
 * the client, `$error` an error, `$ref` an object of the page, `$undefined`, and `$json`, whose content is taken as it is.
 *
 * @param {any} value @param {Surroundings} around
 * @returns {any}
 */
export function revive(value, around) {
  if (!isObject(value) || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  if (keys.length !== 1 || keys[0][0] !== "$") return value;
  const content = value[keys[0]];
  switch (keys[0]) {
    case "$ctx":
      return Context.revive(content);
    case "$analytics":
      return around.analytics();
    case "$error":
      return makeError(content);
    case "$ref":
      return around.references.get(content);
    case "$undefined":
      return undefined;
    case "$json":
      return content;
    default:
      return value;
  }
}

/**
 * Read the answer of a call: `{"value":…}`, `{"list":[…]}` of values, or nothing.
 *
 * @param {any} answer @param {Surroundings} around
 */
export const valueOf = (answer, around) =>
  Array.isArray(answer?.list) ? answer.list.map((/** @type {any} */ item) => revive(item, around)) : revive(answer?.value, around);

/** @type {Record<string, ErrorConstructor>} */
const NATIVE = { TypeError, RangeError, SyntaxError, ReferenceError, URIError };

/**
 * Make the error that Python describes; further keys (`field`, `reason`) become its own.
 *
 * @param {any} described
 * @returns {Error | ContextCancelation}
 */
export function makeError(described) {
  const { name = "Error", message = "", stack, ...rest } = isObject(described) ? described : { message: String(described) };
  if (name === "ContextCancelation") return new ContextCancelation({ reason: message, ...rest });
  const error = new (NATIVE[name] ?? Error)(message);
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  if (stack) Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  return Object.assign(error, rest);
}

/**
 * Describe what page code threw, for Python.
 *
 * @param {any} thrown
 * @returns {{ name: string, message: string, stack?: string, [key: string]: unknown }}
 */
export function describeError(thrown) {
  try {
    if (thrown instanceof ContextCancelation || (isObject(thrown) && "retry" in thrown && !(thrown instanceof Error))) {
      const { retry, reason, type } = /** @type {any} */ (thrown);
      return { name: "ContextCancelation", message: String(reason ?? ""), retry: retry !== false, reason: reason ?? "", type };
    }
    if (isObject(thrown) && "message" in thrown) {
      return { name: String(thrown.name ?? "Error"), message: String(thrown.message), stack: String(thrown.stack ?? "") };
    }
    return { name: "Error", message: String(thrown) };
  } catch {
    return { name: "Error", message: "an error that cannot be read" };
  }
}

making.error = makeError;
