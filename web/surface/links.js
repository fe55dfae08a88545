// @ts-check
/**
 * Links and forms that track before they act.
 *
 * The page goes on when the event was sent, failed, or `timeout` ms have passed. The event goes through the public `track`,
 * as the page has it now. A clicked button's value goes along with the form, and lists of any kind are taken (D28).
 */
import { report } from "../border/quiet.js";

/** @typedef {import("../border/border-state.js").Border} Border */

const XLINK = "http://www.w3.org/1999/xlink";

/** @param {any} value @param {string} names of the calls that want elements @returns {any[]} */
function listOf(value, names) {
  if (!value) return [];
  if (value.nodeType === 1) return [value];
  if (typeof value.toArray === "function") return value.toArray();
  if (typeof value !== "object" || !("length" in value || Symbol.iterator in value)) throw new TypeError(`Must pass HTMLElement to ${names}.`);
  return Array.from(value);
}

/** @param {any} value @param {Element} element what a function among the arguments is given */
const resolved = (value, element) => (typeof value === "function" ? value(element) : value);

/** @param {Promise<unknown>} promise @param {number} ms */
const within = (promise, ms) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("Promise timed out")), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/**
 * Track, and go on whatever became of it.
 *
 * @param {Border} border @param {Element} element @param {any[]} call event, properties, options
 */
async function tracked(border, element, [event, properties, options]) {
  const { analytics, window: w } = border;
  try {
    const sent = analytics.track(resolved(event, element), resolved(properties, element), options ?? {});
    await within(Promise.resolve(sent), analytics.settings.timeout ?? 500);
  } catch (error) {
    w.console.error(error);
  }
}

/** @param {Border} border @param {any[]} args links, event, properties, options */
export function trackLinks(border, [links, ...call]) {
  const { window: w, analytics } = border;
  for (const element of listOf(links, "trackLink/trackClick")) {
    element.addEventListener("click", (/** @type {MouseEvent} */ click) => {
      const href =
        element.getAttribute("href") ||
        element.getAttributeNS(XLINK, "href") ||
        element.getAttribute("xlink:href") ||
        element.getElementsByTagName("a")[0]?.getAttribute("href");
      const done = tracked(border, element, call);
      const elsewhere = element.target === "_blank" || click.ctrlKey || click.shiftKey || click.metaKey || click.button === 1;
      if (!href || elsewhere) return;
      click.preventDefault();
      void done.then(() => {
        w.location.href = href;
      });
    });
  }
  return analytics;
}

/** @param {Border} border @param {any[]} args forms, event, properties, options */
export function trackForms(border, [forms, ...call]) {
  const { window: w, analytics } = border;
  for (const form of listOf(forms, "trackForm/trackSubmit")) {
    if (form?.nodeType !== 1) throw new TypeError("Must pass HTMLElement to trackForm/trackSubmit.");
    const handler = (/** @type {any} */ event) => {
      event.preventDefault();
      const button = (event.originalEvent ?? event).submitter;
      void tracked(border, form, call).then(() => {
        try {
          submit(form, button);
        } catch (error) {
          report(w, error);
        }
      });
    };
    // jQuery's own submit events do not pass through the DOM.
    const $ = /** @type {any} */ (w).jQuery || /** @type {any} */ (w).Zepto;
    if (!$) form.addEventListener("submit", handler);
    else if (typeof $(form).on === "function") $(form).on("submit", handler);
    else $(form).submit(handler);
  }
  return analytics;
}

/** Attributes of a button that say for its form where and how it goes. */
const OVERRIDES = ["action", "method", "enctype", "target"];

/**
 * Submit without a further event, as if the button had been clicked.
 *
 * @param {HTMLFormElement} form @param {HTMLButtonElement | HTMLInputElement | null | undefined} button
 */
function submit(form, button) {
  /** @type {(() => void)[]} */
  const restore = [];
  if (button?.name && !button.disabled) {
    const value = form.ownerDocument.createElement("input");
    Object.assign(value, { type: "hidden", name: button.name, value: button.value });
    form.append(value);
    restore.push(() => value.remove());
  }
  for (const name of OVERRIDES) {
    const own = button?.getAttribute(`form${name}`);
    if (own === null || own === undefined) continue;
    const before = form.getAttribute(name);
    form.setAttribute(name, own);
    restore.push(() => (before === null ? form.removeAttribute(name) : form.setAttribute(name, before)));
  }
  try {
    // Page code may have put its own method there; a field named "submit" stands before the form's, hence the one of the kind.
    const kind = /** @type {any} */ (form.ownerDocument.defaultView)?.HTMLFormElement ?? HTMLFormElement;
    if (typeof form.submit === "function") form.submit();
    else kind.prototype.submit.call(form);
  } finally {
    for (const undo of restore) undo();
  }
}
