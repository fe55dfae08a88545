/*
 * What the browser holds, read and lost the way a visitor's browser does it.
 * Law: reading changes nothing; only the two losses write.
 */

export const ENTRIES = [
  { name: "anonymousId", label: "anonymous id", cookie: "ajs_anonymous_id", storage: "ajs_anonymous_id" },
  { name: "userId", label: "user id", cookie: "ajs_user_id", storage: "ajs_user_id" },
  { name: "traits", label: "user traits", cookie: null, storage: "ajs_user_traits" },
  { name: "groupId", label: "group id", cookie: "ajs_group_id", storage: "ajs_group_id" },
  { name: "groupTraits", label: "group traits", cookie: null, storage: "ajs_group_properties" },
];

/** Give a value as the client would see it; null and an empty object are nothing. */
export function present(value) {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "object" && Object.keys(value).length === 0) return null;
  return value;
}

function fromJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function cookies(text = document.cookie) {
  const found = new Map();
  for (const pair of text.split("; ")) {
    const [name, ...rest] = pair.split("=");
    if (name && !found.has(name)) found.set(name, rest.join("="));
  }
  return found;
}

function cookieValue(text) {
  if (text === undefined) return null;
  try {
    return present(decodeURIComponent(text).replace(/^"(.*)"$/, "$1"));
  } catch {
    return null;
  }
}

/**
 * Read both stores: `{cookie: {anonymousId, …}, storage: {…}}`, null where there is nothing.
 * Without an argument as they are now; with `{cookie, localStorage}`, as somebody noted them.
 */
export function readStores(noted = { cookie: document.cookie, localStorage }) {
  const jar = cookies(noted.cookie);
  const state = { cookie: {}, storage: {} };
  for (const entry of ENTRIES) {
    if (entry.cookie) state.cookie[entry.name] = cookieValue(jar.get(entry.cookie));
    const text = noted.localStorage[entry.storage] ?? null;
    state.storage[entry.name] = text === null ? null : present(fromJson(text));
  }
  return state;
}

/** Give all that both stores hold, as written, line by line. */
export function rawStores() {
  const lines = [...cookies()].map(([name, text]) => `cookie        ${name} = ${text}`);
  for (let place = 0; place < localStorage.length; place += 1) {
    const key = localStorage.key(place);
    lines.push(`localStorage  ${key} = ${localStorage.getItem(key)}`);
  }
  return lines.sort().join("\n") || "Both stores are empty.";
}

/** List the domains a cookie of this page may have been set for; "" is the host alone. */
export function cookieDomains(hostname) {
  const labels = hostname.split(".");
  return ["", ...labels.map((_, place) => labels.slice(place).join("."))];
}

/** End the life of every cookie that the page can see, on the host alone and on each broader domain. */
export function expireCookies() {
  for (const name of cookies().keys()) {
    for (const domain of cookieDomains(location.hostname)) {
      const where = domain ? `; domain=${domain}` : "";
      document.cookie = `${name}=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; samesite=lax${where}`;
    }
  }
}

/** Remove every key of this origin's localStorage. */
export function clearStorage() {
  localStorage.clear();
}
