// @ts-check
/** What the page is at one moment. Cheap: no layout, no asynchronous work. */
import { stringify } from "./json.js";

/**
 * @param {Window} w
 * @returns {string} JSON text
 */
export function pageFacts(w) {
  try {
    const { document: d, location: l, navigator: n } = w;
    let canonical = null;
    // The last one counts, its address as it is written (reference).
    for (const link of d.querySelectorAll("link[rel=canonical]")) {
      if (link.getAttribute("rel") === "canonical") canonical = link.getAttribute("href");
    }
    return stringify({
      url: l.href,
      path: l.pathname,
      search: l.search,
      hash: l.hash,
      referrer: d.referrer,
      title: d.title,
      canonical,
      // Against this address the canonical link is read, where the page sets one of its own.
      base: canonical && d.baseURI !== l.href ? d.baseURI : undefined,
      userAgent: n.userAgent,
      locale: /** @type {any} */ (n).userLanguage || n.language,
      visible: d.visibilityState !== "hidden",
      prerendering: /** @type {any} */ (d).prerendering === true,
      online: n.onLine !== false,
    });
  } catch {
    return "{}";
  }
}
