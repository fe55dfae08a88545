// @ts-check
/**
 * JSON as the language writes it, whatever page code has put on the prototypes: Prototype.js gave arrays and texts a `toJSON`
 * that makes texts of them. An object's own `toJSON`, and that of a class, is obeyed.
 */

/** @type {typeof JSON.stringify} */
export const stringify = (/** @type {any} */ value, /** @type {any} */ replacer) => {
  const hidden = [Object, Array, String, Number, Boolean].map(({ prototype }) => {
    const own = Object.getOwnPropertyDescriptor(prototype, "toJSON");
    if (own) Reflect.deleteProperty(prototype, "toJSON");
    return () => own && Object.defineProperty(prototype, "toJSON", own);
  });
  try {
    return JSON.stringify(value, replacer);
  } finally {
    for (const restore of hidden) restore();
  }
};
