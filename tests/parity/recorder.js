// Runs in every page of a scenario before the page's own scripts: writes down what the page sees.
(() => {
  const log = [];
  const isContext = (value) => typeof value.failedDelivery === "function" && typeof value.logs === "function";
  const isUser = (value) => typeof value.anonymousId === "function" && typeof value.traits === "function";
  const isClient = (value) => typeof value.identify === "function" && typeof value.track === "function";

  function described(value, depth = 0, above = []) {
    if (value === undefined) return { $: "undefined" };
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: String(value) };
    if (typeof value === "function") return { $: "function" };
    if (typeof value === "bigint" || typeof value === "symbol") return { $: String(value) };
    if (above.includes(value) || depth > 20) return { $: "cycle" };
    const inside = [...above, value];
    const deeper = (inner) => described(inner, depth + 1, inside);
    if (Array.isArray(value) && !isClient(value)) return value.map(deeper);
    if (value instanceof Date) return { $: "Date", value: Number.isNaN(+value) ? "Invalid" : value.toISOString() };
    if (value instanceof Element) return { $: "Element", tag: value.tagName };
    if (value instanceof Event) return { $: "Event", type: value.type };
    if (value instanceof Error) return { $: "Error", name: value.name, message: value.message, ...own(value, deeper) };
    if (isContext(value)) {
      const failed = value.failedDelivery();
      return { $: "Context", event: deeper(value.event), failed: failed === undefined ? null : deeper(failed) };
    }
    if (isUser(value)) return { $: "User", id: deeper(value.id()), traits: deeper(value.traits()) };
    if (isClient(value)) return { $: "client" };
    if (typeof value.then === "function") return { $: "Promise" };
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    return kind === "Object" ? own(value, deeper) : { $: kind, ...own(value, deeper) };
  }

  function own(value, deeper) {
    const found = {};
    for (const key of Object.keys(value)) if (key !== "stack") found[key] = deeper(value[key]);
    return found;
  }

  const recorder = {
    described,
    seen: (name, ...values) => void log.push([name, ...values.map((value) => described(value))]),
    heard: async (name) => {
      while (!log.some(([known]) => known === name)) await new Promise((done) => setTimeout(done, 10));
      return name;
    },
    count: () => log.length,
    take: () => log.splice(0),
    listen(client) {
      for (const name of ["dispatch_start", "track", "identify", "page", "group", "alias", "screen", "reset"]) {
        client.on(name, (...values) => recorder.seen(`on ${name}`, ...values));
      }
    },
    async run(action) {
      const late = {};
      try {
        const value = action();
        const promised = value !== null && typeof value === "object" && typeof value.then === "function";
        const answer = await Promise.race([value, new Promise((done) => setTimeout(done, 2500, late))]);
        if (answer === late) return { pending: true };
        return promised ? { resolved: described(answer) } : { value: described(answer) };
      } catch (error) {
        return { error: described(error) };
      }
    },
  };
  Object.defineProperty(window, "recorder", { value: recorder, enumerable: false });
  Object.defineProperty(window, "seen", { value: recorder.seen, enumerable: false });
  Object.defineProperty(window, "heard", { value: recorder.heard, enumerable: false });
})();
