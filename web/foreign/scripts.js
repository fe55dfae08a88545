// @ts-check
/**
 * Script elements for foreign code: before the page's first script, attribute `status` loading, loaded or error (reference).
 * An address that is already on the page is waited for, not loaded again.
 */

/** @type {{ createScriptURL(url: string): any } | undefined} */
let policy;

/** Let pages that enforce Trusted Types allow our addresses by the policy's name. @param {any} w @param {string} url */
function trusted(w, url) {
  if (!w.trustedTypes) return url;
  try {
    policy ??= w.trustedTypes.createPolicy("cioanalytics", { createScriptURL: (/** @type {string} */ text) => text });
    return policy?.createScriptURL(url) ?? url;
  } catch {
    return url;
  }
}

/**
 * @param {Window & typeof globalThis} w @param {string} url
 * @returns {Promise<HTMLScriptElement>} rejected where it cannot be had
 */
export function loadScript(w, url) {
  const d = w.document;
  const found = Array.from(d.scripts).find((script) => script.src === url);
  const status = found?.getAttribute("status");
  if (found && status === "loaded") return Promise.resolve(found);
  if (found && status === "loading") {
    return new Promise((resolve, reject) => {
      found.addEventListener("load", () => resolve(found));
      found.addEventListener("error", () => reject(new Error(`Failed to load ${url}`)));
    });
  }
  return new Promise((resolve, reject) => {
    const script = d.createElement("script");
    script.type = "text/javascript";
    script.async = true;
    script.src = trusted(w, url);
    script.setAttribute("status", "loading");
    script.onload = () => {
      script.setAttribute("status", "loaded");
      resolve(script);
    };
    script.onerror = () => {
      script.setAttribute("status", "error");
      reject(new Error(`Failed to load ${url}`));
    };
    const first = d.getElementsByTagName("script")[0];
    if (first?.parentNode) first.parentNode.insertBefore(script, first);
    else d.head.append(script);
  });
}

/** @param {Window & typeof globalThis} w @param {string} url */
export function unloadScript(w, url) {
  Array.from(w.document.scripts)
    .find((script) => script.src === url)
    ?.remove();
}
