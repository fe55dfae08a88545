/*
 * What a deed does to an identity: foretold from the rules, and told from what was seen before and after.
 * Law: nothing here looks at the browser. A state is `{cookie, storage, client, memory}`, each an object by entry's
 * name; `client` is null while nobody has asked the client, `memory` is what the client last said on this page.
 * NEW stands for an id that cannot be known beforehand.
 */

export const NEW = "a new id";
const IDS = ["anonymousId", "userId", "groupId"];
const ALL = ["anonymousId", "userId", "traits", "groupId", "groupTraits"];
const WORDS = { anonymousId: "anonymous id", userId: "user id", traits: "traits", groupId: "group id", groupTraits: "group traits" };

const none = () => Object.fromEntries(ALL.map((name) => [name, null]));
const same = (one, other) => canonical(one) === canonical(other);

function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const parts = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${parts.join()}}`;
}

/** Who the client takes the visitor for: localStorage, then the cookie; traits: localStorage, then memory. */
function whoIsHere(state) {
  const who = none();
  for (const name of IDS) who[name] = state.storage[name] ?? state.cookie[name] ?? null;
  const left = IDS.every((name) => who[name] === null);
  for (const name of ["traits", "groupTraits"]) {
    who[name] = state.storage[name] ?? (left ? null : state.memory?.[name]) ?? null;
  }
  return who;
}

/** Foretell the state after a deed: `{kind: "identify", id, traits}`, `{kind: "expire"}` and so on. */
export function foretell(deed, state) {
  if (deed.kind === "expire") return { ...state, cookie: none(), client: null };
  if (deed.kind === "clearStorage") return { ...state, storage: none(), client: null };
  if (deed.kind === "clearBoth") return { ...state, cookie: none(), storage: none(), client: null };
  const remembered = deed.kind === "reload" ? { ...state, memory: none() } : state;
  const who = deed.kind === "reset" ? none() : whoIsHere(remembered);
  const storage = { ...none(), traits: state.storage.traits, groupTraits: state.storage.groupTraits };
  if (deed.kind === "reset") Object.assign(storage, none());
  if (deed.kind === "identify") {
    const other = who.userId !== null && who.userId !== deed.id;
    if (other) who.anonymousId = NEW;
    who.traits = other ? deed.traits : { ...who.traits, ...deed.traits };
    who.userId = deed.id;
    storage.traits = who.traits;
  }
  if (deed.kind === "group") {
    const another = who.groupId !== null && who.groupId !== deed.id;
    who.groupTraits = another ? deed.traits : { ...who.groupTraits, ...deed.traits };
    who.groupId = deed.id;
    storage.groupTraits = who.groupTraits;
  }
  who.anonymousId ??= NEW;
  const cookie = none();
  for (const name of IDS) cookie[name] = storage[name] = who[name];
  return { cookie, storage, client: who, memory: who };
}

const list = (names) => names.map((name) => WORDS[name]).join(", ").replace(/, ([^,]*)$/, " and $1");

function tellEntry(name, before, after, other) {
  const words = WORDS[name];
  const traits = name === "traits" || name === "groupTraits";
  if (before === null && after === null) return null;
  if (same(before, after)) return { kind: "kept", name };
  if (after === null) return { kind: "gone", text: `${words} gone` };
  if (name === "anonymousId") {
    return { kind: "new", text: before === null ? "a first anonymous id" : "new anonymous id" };
  }
  if (!traits) {
    return before === null
      ? { kind: "set", text: `${words} set: ${after}` }
      : { kind: "changed", text: `${words} ${before} → ${after}` };
  }
  if (before === null) return { kind: "set", text: `${words} stored: ${Object.keys(after).join(", ")}` };
  return { kind: "changed", text: `${words} ${other ? "replaced" : "merged"}: ${Object.keys(after).join(", ")}` };
}

function tellStore(words, from, before, after, other) {
  const held = IDS.filter((name) => before[name] !== null);
  const holds = IDS.filter((name) => after[name] !== null);
  if (held.length && !holds.length) return { kind: "gone", text: `${words} gone` };
  const back = holds.filter((name) => before[name] === null && same(other[name], after[name]));
  if (back.length) {
    const what = held.length ? back.map((name) => WORDS[name]).join(", ") : words;
    return { kind: "back", text: held.length ? `${what} back in ${words}, from ${from}` : `${what} back, from ${from}` };
  }
  return null;
}

/** Tell in fragments what lies between two states: a list of `{kind, text}`, the weightiest first. */
export function tell(before, after) {
  const told = [];
  told.push(tellStore("cookies", "localStorage", before.cookie, after.cookie, before.storage));
  told.push(tellStore("localStorage", "the cookies", before.storage, after.storage, before.cookie));
  if (after.client === null) {
    if (told.every((part) => part === null)) return [{ kind: "kept", text: "nothing there to lose" }];
    const who = whoIsHere(after);
    const left = IDS.every((name) => who[name] === null);
    const holder = IDS.some((name) => after.storage[name] !== null) ? "localStorage" : "the cookies";
    told.push(
      left
        ? { kind: "new", text: "the next call or visit gets a new anonymous id" }
        : { kind: "kept", text: `${holder} still ${holder === "localStorage" ? "knows" : "know"} the visitor` },
    );
    if (!left && before.storage.traits !== null && after.storage.traits === null) {
      told.push({ kind: "gone", text: "traits gone with the next visit: no cookie holds them" });
    }
    return told.filter(Boolean);
  }
  const was = before.client ?? whoIsHere(before);
  for (const name of ALL) {
    const id = { traits: "userId", groupTraits: "groupId" }[name] ?? name;
    told.push(tellEntry(name, was[name], after.client[name], was[id] !== null && !same(was[id], after.client[id])));
  }
  const kept = told.filter((part) => part?.name).map((part) => part.name);
  const news = told.filter((part) => part && !part.name);
  // Whether the anonymous id holds is the first question, so it has a line of its own.
  if (kept[0] === "anonymousId") news.push({ kind: "kept", text: `${WORDS[kept.shift()]} kept` });
  if (kept.length) news.push({ kind: "kept", text: `${list(kept)} kept` });
  return news;
}

const WEIGHT = ["new", "gone", "back", "changed", "set", "kept"];

/** Choose the one fragment that a button has room for: what happens to the person weighs most. */
export function weightiest(told, loss) {
  // That a loss loses is plain; who still knows the visitor after it is the news.
  if (loss) return told.find(({ kind }) => kind === "new" || kind === "kept")?.text ?? "";
  return [...told].sort((one, other) => WEIGHT.indexOf(one.kind) - WEIGHT.indexOf(other.kind))[0]?.text ?? "";
}

/** Compare what was foretold with what came: the list of places that differ, empty when all is as foretold. */
export function differences(foretold, came, before) {
  const found = [];
  const places = { cookie: "cookie", storage: "localStorage", client: "client" };
  const known = new Set(["cookie", "storage"].map((store) => before[store].anonymousId).filter(Boolean));
  const fresh = new Set();
  for (const store of Object.keys(places)) {
    const wrong = [];
    if (foretold[store] === null || came[store] === null) continue;
    for (const name of ALL) {
      if (store === "cookie" && !IDS.includes(name)) continue;
      const [expected, value] = [foretold[store][name] ?? null, came[store][name] ?? null];
      if (expected === NEW && value !== null && !known.has(value)) fresh.add(value);
      else if (!same(expected, value)) wrong.push(name);
    }
    if (wrong.length) found.push(`${places[store]} with another ${list(wrong)}`);
  }
  if (fresh.size > 1) found.push("the new id is not the same everywhere");
  return found;
}
