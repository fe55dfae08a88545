// @ts-check
/** Plugin factories that scripts leave on the window, and what they are given. */

/** @typedef {import("../border/border-state.js").Border} Border */

const REQUIRED = ["load", "isLoaded", "name", "version", "type"];

/**
 * Give settings of an integration with the page's own values laid over them: those may be functions, which Python never sees.
 *
 * @param {Border} border @param {string} name "" where the page's options do not count @param {any} settings
 */
export function withPageValues(border, name, settings) {
  const own = name ? border.boot.options?.integrations?.[name] : undefined;
  return { ...settings, ...(own !== null && typeof own === "object" ? own : {}) };
}

/**
 * Call a factory.
 *
 * @param {Function} factory @param {any} settings
 * @returns {Promise<any[]>} its plugins; rejected where one lacks what the reference asks of a plugin
 */
export async function makePlugins(factory, settings) {
  const made = await factory(settings);
  const plugins = Array.isArray(made) ? made : [made];
  for (const plugin of plugins) {
    const missing = REQUIRED.find((name) => plugin?.[name] === undefined);
    if (missing) throw new Error(`Plugin: ${plugin?.name ?? "unknown"} missing required function ${missing}`);
  }
  return plugins;
}
