// @ts-check
/**
 * Values that cross the border.
 *
 * Out: one JSON text, made by the page's own JSON; what JSON cannot say stands beside it as [path, reference, kind]. The
 * caller's objects are read, never changed.
 * In: JSON, in which only a whole value may be one of the marks of `revive`; deeper levels are the page's data and mean only
 * themselves.
 */
import { Context, ContextCancelation, making } from "../surface/context.js";
import { ID_CALLS, LOCAL, TAKES } from "../surface/names.js";

/** @typedef {[path: (string | number)[], reference: number, kind: "function" | "plugin" | "object" | "undefined"]} Ref */
/** @typedef {{ args: string, refs: Ref[] }} Encoded */

/** Objects of the page under numbers; the same object has the same number as long as somebody holds it. */
export class References {
  #last = 0;
  /** @type {Map<number, { object: object, holders: number }>} */
  #held = new Map();
  /** @type {Map<object, number>} */
  #numbers = new Map();

  /** @param {object} object @returns {number} */
  hold(object) {
    const known = this.#numbers.get(object);
    const entry = known === undefined ? undefined : this.#held.get(known);
    if (known !== undefined && entry) {
      entry.holders += 1;
      return known;
    }
    this.#last += 1;
    this.#held.set(this.#last, { object, holders: 1 });
    this.#numbers.set(object, this.#last);
    return this.#last;
  }

  /** @param {number} reference @returns {any} */
  get(reference) {
    return this.#held.get(reference)?.object;
  }

  /** @param {number} reference */
  release(reference) {
    const entry = this.#held.get(reference);
    if (entry && (entry.holders -= 1) === 0) {
      this.#held.delete(reference);
      this.#numbers.delete(entry.object);
    }
  }

  get size() {
    return this.#held.size;
  }
}

/** @param {any} value */
const isObject = (value) => typeof value === "object" && value !== null;

/** @param {any} value */
const isThenable = (value) => isObject(value) && typeof value.then === "function";

/** @param {any} value */
const isPlugin = (value) => isObject(value) && (typeof value.load === "function" || typeof value.isLoaded === "function");

/** @param {any} value */
const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** @param {unknown} error */
const words = (error) => {
  if (error instanceof TooDeep || /call stack|recursion/.test(String(/** @type {any} */ (error)?.message))) return new TooDeep().message;
  return error instanceof Error ? error.message.split("\n")[0] : String(error);
};

/**
 * Write the arguments of one call.
 *
 * @param {string} method
 * @param {readonly unknown[]} args
 * @param {References} references
 * @returns {Encoded}
 * @throws {TypeError} which names the method and the argument that JSON cannot write
 */
export function encode(method, args, references) {
  let count = Math.min(args.length, TAKES[method.replace("queue.", "")] ?? args.length);
  while (count && args[count - 1] === undefined) count -= 1;
  /** @type {Ref[]} */
  const refs = [];
  const texts = [];
  for (let index = 0; index < count; index += 1) {
    try {
      texts.push(encodeOne(method, args[index], index, refs, references));
    } catch (error) {
      for (const [, reference] of refs) references.release(reference);
      throw Object.assign(new TypeError(`${method}: argument ${index + 1} cannot be sent: ${words(error)}`), { cause: error });
    }
  }
  return { args: `[${texts.join(",")}]`, refs };
}

/**
 * @param {string} method @param {any} value @param {number} index @param {Ref[]} refs @param {References} references
 * @returns {string}
 */
function encodeOne(method, value, index, refs, references) {
  // A listener of a click has its event here, which may be a cycle.
  if (method === "reset") return JSON.stringify({ keepAnonymousId: value?.keepAnonymousId === true });
  if (typeof value === "function" && !isEntityCall(method)) {
    refs.push([[index], references.hold(value), "function"]);
    return "null";
  }
  // An address may come as `location` or as a URL.
  if (method === "queryString") return JSON.stringify(String(value));
  if (isObject(value)) {
    if (method === "register" || method === "queue.register") {
      refs.push([[index], references.hold(value), "plugin"]);
      return "null";
    }
    if (LOCAL.includes(method) || (method === "emit" && (isThenable(value) || typeof value.nodeType === "number"))) {
      refs.push([[index], references.hold(value), "object"]);
      return "null";
    }
    // A Date or a boxed text is no plain object, and counts as not given (reference): as JSON it would be a text.
    const kind = tag(value);
    if (kind !== "Object" && kind !== "Array" && !isPlainCall(method)) {
      JSON.stringify(value);
      refs.push([[index], 0, "undefined"]);
      return "null";
    }
    if (method === "load") return shallow(encodeDeep(value, index, refs, references));
  } else if (typeof value === "number" && !Number.isSafeInteger(value) && ID_CALLS.includes(method)) {
    // The third argument of an alias is no id, and NaN is none of `user().id(…)` (reference).
    if (method !== "alias" || index < 2) value = Number.isNaN(value) && isEntityCall(method) ? 0 : String(value);
  }
  const text = JSON.stringify(value);
  if (text === undefined) {
    refs.push([[index], 0, "undefined"]);
    return "null";
  }
  return shallow(text);
}

/** How deep an argument may be nested: what comes deeper could end Python's stack, and all calls with it. */
const DEEPEST = 200;
/** What of ours may stand around an argument. */
const AROUND = 20;

class TooDeep extends RangeError {
  constructor() {
    super(`it is nested deeper than ${DEEPEST} levels`);
  }
}

/**
 * Give a JSON text back that Python may read; throws where it is nested too deeply.
 *
 * @param {string} text @param {number} [around] levels beside those of the page's value
 */
export function shallow(text, around = 0) {
  const deepest = DEEPEST + around;
  // Each level is two characters at least: only long texts are looked through.
  if (text.length >= 2 * deepest && depthOf(text) > deepest) throw new TooDeep();
  return text;
}

/** Check an answer that carries a value of the page. @param {string} text */
export const shallowAnswer = (text) => shallow(text, AROUND);

/** @param {string} text JSON */
function depthOf(text) {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inText) {
      if (code === 92) index += 1;
      else if (code === 34) inText = false;
    } else if (code === 34) inText = true;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, (depth += 1));
    else if (code === 125 || code === 93) depth -= 1;
  }
  return deepest;
}

/** @param {string} method */
const isEntityCall = (method) => /^(user|group)\./.test(method);

/** Calls whose arguments may be any JSON value: emitted ones, traits, stored values. @param {string} method */
const isPlainCall = (method) => method === "emit" || method.includes(".");

/**
 * Write load options: functions and plugins at any depth stand beside the text, a RegExp becomes `{"$regexp": [source, flags]}`.
 *
 * @param {object} value @param {number} index @param {Ref[]} refs @param {References} references
 */
function encodeDeep(value, index, refs, references) {
  /** @type {{ holder: object, key: string | number }[]} */
  const stack = [];
  return JSON.stringify(
    value,
    /** @this {any} @param {string} key @param {any} item */
    function (key, item) {
      while (stack.length && stack[stack.length - 1].holder !== this) stack.pop();
      if (stack.length) stack[stack.length - 1].key = Array.isArray(this) ? Number(key) : key;
      else stack.push({ holder: this, key: index });
      const raw = this[key];
      if (raw instanceof RegExp) return { $regexp: [raw.source, raw.flags] };
      const kind = typeof raw === "function" ? "function" : isPlugin(raw) && stack.length > 1 ? "plugin" : undefined;
      if (kind) {
        refs.push([stack.map((step) => step.key), references.hold(raw), kind]);
        return null;
      }
      if (isObject(item)) stack.push({ holder: item, key });
      return item;
    },
  );
}

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
