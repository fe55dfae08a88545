// @ts-check
/** Nothing throws into the page: what to do with code that may. */

/** @param {any} w @param {unknown} error */
export function report(w, error) {
  try {
    w.console.error("cioanalytics:", error);
  } catch {
    // A page without a console has nobody to tell.
  }
}

/**
 * Make a function that gives `otherwise` where the given one throws.
 *
 * @template {any[]} A @template R @template O
 * @param {(...args: A) => R} action @param {O} otherwise
 * @returns {(...args: A) => R | O}
 */
export function quiet(action, otherwise) {
  return (...args) => {
    try {
      return action(...args);
    } catch {
      return otherwise;
    }
  };
}
