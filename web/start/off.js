// @ts-check
/** The option `disable`: nothing is made, stored or sent (N6). */

/** @typedef {{ url: string, answer: Promise<[status: number, text: string, retryAfter: string]> }} Early */

/** Milliseconds; an answer that takes longer counts as none, and Python asks anew. */
const PATIENCE = 15_000;

/** Ask for the settings at once; Python will ask for the same address and get this answer. @param {string} url @returns {Early} */
export function early(url) {
  /** @returns {Early["answer"]} */
  const ask = async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout?.(PATIENCE) });
    return [response.status, await response.text(), response.headers.get("Retry-After") ?? ""];
  };
  return { url, answer: ask().catch(() => [0, "", ""]) };
}

/**
 * Say whether a page's `disable` switches its client off. A function is asked with the project's settings, undefined where those
 * cannot be had; one that throws does: whoever asks for consent did not get it.
 *
 * @param {unknown} disable @param {any} cdnSettings those of the page's options @param {Early | null} [asked]
 */
export async function isOff(disable, cdnSettings, asked) {
  if (typeof disable !== "function") return disable === true;
  try {
    const [status, text] = cdnSettings || !asked ? [0, ""] : await asked.answer;
    const settings = cdnSettings ?? (status >= 200 && status < 300 ? JSON.parse(text) : undefined);
    return Boolean(await disable(settings));
  } catch (error) {
    console.error("cioanalytics: the function disable failed, so the client is not started.", error);
    return true;
  }
}
