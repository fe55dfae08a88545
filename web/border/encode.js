// @ts-check
/**
 * Values on their way out: one JSON text, made by the page's own JSON; what JSON cannot say stands beside it as [path,
 * reference, kind]. The caller's objects are read, never changed.
 */
import { ID_CALLS, LOCAL, TAKES } from "../surface/names.js";
import { stringify } from "./json.js";

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
export const isObject = (value) => typeof value === "object" && value !== null;

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
  if (method === "reset") return stringify({ keepAnonymousId: value?.keepAnonymousId === true });
  if (typeof value === "function" && !isEntityCall(method)) {
    refs.push([[index], references.hold(value), "function"]);
    return "null";
  }
  // An address may come as `location` or as a URL.
  if (method === "queryString") return stringify(String(value));
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
      stringify(value);
      value = undefined;
    } else if (method === "load") return shallow(encodeDeep(value, index, refs, references));
  } else if (typeof value === "number" && !Number.isSafeInteger(value) && ID_CALLS.includes(method)) {
    // The third argument of an alias is no id, and NaN is none of `user().id(…)` (reference).
    if (method !== "alias" || index < 2) value = Number.isNaN(value) && isEntityCall(method) ? 0 : String(value);
  }
  const text = stringify(value);
  if (text === undefined) {
    refs.push([[index], 0, "undefined"]);
    return "null";
  }
  // An undefined trait takes the place of a cached one (reference).
  if (ID_CALLS.includes(method)) for (const key in value) if (value[key] === undefined) refs.push([[index, key], 0, "undefined"]);
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
  return stringify(
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
