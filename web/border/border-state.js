// @ts-check
/** What the parts of the border share: the window, the references, the callback into Python. */
import { References } from "./encode.js";
import { report } from "./quiet.js";
import { makeWriters } from "./writers.js";

/**
 * What the loader found before Python came; a Python app hands over an empty one. `quiet`: the client asks and sends nothing.
 *
 * @typedef {{
 *   version?: string, writeKey?: string, options?: any, globalName?: string, cdn?: string | null, quiet?: boolean,
 *   stub?: import("../start/stub.js").Keeper | null,
 *   references?: References,
 *   early?: { url: string, answer: Promise<[number, string, string]> } | null,
 *   earlier?: unknown, report?: import("../start/runtime.js").Report,
 * }} Boot
 */

/** @typedef {(topic: string, number: number, text: string) => string | null | undefined} Receive */

export class Border {
  /** @type {Receive | null} */
  receive = null;
  /** @type {any} */
  analytics = null;

  /** @param {Window & typeof globalThis} window @param {Boot} boot */
  constructor(window, boot) {
    this.window = window;
    this.boot = boot;
    this.references = boot.references ?? new References();
    this.writers = makeWriters(window, () => void this.tell("page", 0, '{"event":"storage"}'));
  }

  /**
   * Call Python. What it throws is told on the console and gives undefined.
   *
   * @param {string} topic @param {number} number @param {string} text
   */
  tell(topic, number, text) {
    try {
      return this.receive?.(topic, number, text);
    } catch (error) {
      report(this.window, error);
      return undefined;
    }
  }
}

/** Say on the console how the client's Python started, where its time went, and what did not work. @param {Border} border */
export function tellStart({ window: w, boot: { report: told } }) {
  if (!told) return;
  const marks = Object.entries(told.marks).map(([name, ms]) => `${name} ${Math.round(ms)}`);
  w.console.log(`cioanalytics: ${told.way} runtime; ms since navigation: ${marks.join(", ")}`, ...told.failures);
}
