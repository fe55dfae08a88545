// @ts-check
/** What the parts of the border share: the window, the references, the callback into Python. */
import { References } from "./encode.js";
import { report } from "./quiet.js";
import { Lasting } from "./second-life.js";
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
 *   again?: import("../start/runtime.js").Started["again"], others?: any[] | null,
 *   carried?: { integrations: Record<string, any>, timeout: any }, replayed?: boolean,
 * }} Boot `again` starts another Python, should this one end; the last three are of a client before, whose Python has
 */

/** @typedef {(topic: string, number: number, text: string) => string | null | undefined} Receive */

export class Border {
  /** @type {Receive | null} */
  receive = null;
  /** @type {any} */
  analytics = null;
  lasting = new Lasting();
  /** How many events were put into the outbox. */
  stored = 0;
  /** Its rights to send events of the outbox, by key. @type {Map<string, string>} */
  #leases = new Map();
  /** Whether its Python has ended. */
  over = false;
  /** The calls as they are made once its Python has ended. @type {Record<string, (...args: any[]) => any> | null} */
  anew = null;
  /** What asks the client that came after. @type {((method: string, ...args: any[]) => any) | null} */
  heir = null;

  /** @param {Window & typeof globalThis} window @param {Boot} boot */
  constructor(window, boot) {
    this.window = window;
    this.boot = boot;
    this.references = boot.references ?? new References();
    this.writers = makeWriters(window, () => void this.tell("page", 0, '{"event":"storage"}'));
  }

  /** Note what Python writes into the outbox. @param {string} key @param {string} text */
  keeps(key, text) {
    if (key.endsWith(":lease")) this.#leases.set(key, text);
    else this.stored += 1;
  }

  /** Let go of its events: who had the right to send them is no more. */
  letGo() {
    const { localStorage: stored } = this.window;
    for (const [key, text] of this.#leases) if (stored.getItem(key) === text) stored.removeItem(key);
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
