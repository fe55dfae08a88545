// An app as it is written for the vendor's package; it compiles against either's typings.
import {
  AnalyticsBrowser,
  Context,
  ContextCancelation,
  InAppEvents,
  getGlobalAnalytics,
  type Analytics,
  type AnalyticsBrowserSettings,
  type AnalyticsSnippet,
  type InitOptions,
  type Options,
  type Plugin,
  type User,
} from "client";

const settings: AnalyticsBrowserSettings = { writeKey: "KEY", cdnURL: "https://example.com", timeout: 300 };
const options: InitOptions = {
  cookie: { maxage: 365, domain: "example.com", sameSite: "Lax", secure: true },
  user: { persist: true, cookie: { key: "own" } },
  integrations: { All: true, "Nice Tool": false },
  useQueryString: { aid: /^[a-z]+$/ },
  disableClientPersistence: false,
};

export const client = AnalyticsBrowser.load(settings, options);

const plugin: Plugin = {
  name: "Mine",
  type: "enrichment",
  version: "1.0.0",
  isLoaded: () => true,
  load: () => Promise.resolve(),
  track: (ctx) => {
    if (ctx.event.event === "Secret") ctx.cancel(new ContextCancelation({ retry: false, reason: "secret" }));
    ctx.updateEvent("properties.mine", true);
    return ctx;
  },
};

export async function visit(): Promise<string | null | undefined> {
  await client.register(plugin);
  const ctx: Context = await client.track("Seen", { price: 1.5 }, { integrations: { All: true } });
  if (ctx.failedDelivery()) console.warn(ctx.failedDelivery()?.reason, ctx.logs());
  await client.page("Docs", "Home", { path: "/" });
  await client.identify("user_123", { name: "Jane Kim" }, { anonymousId: "ABC" });
  await client.group("acme", { plan: "pro" });
  await client.alias("new", "old");
  client.on(InAppEvents.MessageOpened, (...all: unknown[]) => console.log(all));
  const [analytics]: [Analytics, Context] = await client;
  const user: User = analytics.user();
  analytics.addSourceMiddleware(({ payload, next }) => next(payload));
  analytics.trackLink(document.querySelector("a"), "Clicked", { place: "top" });
  analytics.ready(() => analytics.debug(false));
  const once: Options = { context: { ip: "0.0.0.0" }, traits: { plan: "pro" } };
  await analytics.screen("Shop", "Cart", {}, once);
  await analytics.reset();
  return user.anonymousId() ?? user.id();
}

export const snippet = (window as unknown as { cioanalytics: AnalyticsSnippet }).cioanalytics;
snippet.load("KEY", { initialPageview: true });
export const present = getGlobalAnalytics();
