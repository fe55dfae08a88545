// Changes instructions within a function's body.
import { Reader, joined } from "./bytes.mjs";
import { CALL, GLOBAL_GET, GLOBAL_SET, REF_FUNC, RETURN_CALL, walk } from "./instructions.mjs";

/** The instructions that name a function or a global. */
const NAMING = new Set([CALL, RETURN_CALL, REF_FUNC, GLOBAL_GET, GLOBAL_SET]);

/**
 * Give a body with other instructions in the place of some.
 *
 * @param {Uint8Array} body
 * @param {(code: number, from: number) => Uint8Array | null} change gives what stands in the place of an instruction that names
 *   a function or a global (`from`: where its immediate begins), null where it stays
 */
export function rewritten(body, change) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let last = 0;
  walk(body, (code, at, from, end) => {
    const other = NAMING.has(code) ? change(code, from) : null;
    if (!other) return;
    pieces.push(body.subarray(last, at), other);
    last = end;
  });
  return last ? joined(...pieces, body.subarray(last)) : body;
}

/** Name the functions that a body names. @param {Uint8Array} body */
export function functionsOf(body) {
  /** @type {number[]} */
  const named = [];
  walk(body, (code, _, from) => {
    if (code === CALL || code === RETURN_CALL || code === REF_FUNC) named.push(new Reader(body, from).number());
  });
  return named;
}
