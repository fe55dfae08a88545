/**
 * Types of cioanalytics: the client on `window`, and the ES module `cioanalytics.mjs`.
 *
 * The names are those of the vendor's client. What ours adds is marked "Beyond the reference".
 */

export type JSONPrimitive = string | number | boolean | null;
export type JSONValue = JSONPrimitive | JSONObject | JSONArray;
export type JSONObject = { [member: string]: JSONValue };
export type JSONArray = JSONValue[];

export type ID = string | null | undefined;
export type Traits = Record<string, any>;
export type UserTraits = Traits;
export type GroupTraits = Traits;
export type EventProperties = Record<string, any>;

/** Switches by integration's name; `All` holds for those that are not named. */
export type Integrations = { All?: boolean; [integration: string]: boolean | JSONObject | undefined };

/** Options of one call. Keys without a meaning of their own go into the event's `context`, dots making paths. */
export interface Options {
  integrations?: Integrations;
  messageId?: string;
  /** When it happened; passed through as it is. */
  timestamp?: Date | string | number;
  context?: Record<string, any>;
  /** Replaces the anonymous id, and persists. */
  anonymousId?: string;
  /** Counts for this event only. */
  userId?: string;
  /** `context.traits` of this event only. */
  traits?: Traits;
  [key: string]: any;
}

export type CustomerioEventType = "track" | "page" | "screen" | "identify" | "group" | "alias";

/** An event, as plugins and callbacks see it. */
export interface CustomerioEvent {
  type: CustomerioEventType;
  messageId?: string;
  event?: string;
  name?: string;
  category?: string;
  properties?: EventProperties;
  traits?: Traits;
  userId?: ID;
  anonymousId?: ID;
  groupId?: ID;
  previousId?: ID;
  integrations?: Integrations;
  context?: Record<string, any>;
  timestamp?: Date | string;
  options?: Options;
  writeKey?: string;
  sentAt?: Date | string;
  _metadata?: Record<string, any>;
  [key: string]: any;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogMessage {
  level: LogLevel;
  message: string;
  time?: Date;
  extras?: Record<string, any>;
}

export interface Metric {
  metric: string;
  value: number;
  type: "counter" | "gauge";
  tags: string[];
  /** Milliseconds since 1970. */
  timestamp: number;
}

export interface Stats {
  metrics: Metric[];
  increment(metric: string, by?: number, tags?: string[]): void;
  gauge(metric: string, value: number, tags?: string[]): void;
  serialize(): { m: string; v: number; t: string[]; k: string; e: number }[];
  /** Print all metrics and forget them. */
  flush(): void;
}

export interface Logger {
  readonly logs: LogMessage[];
  log(level: LogLevel, message: string, extras?: object): void;
  /** Print all lines and forget them. */
  flush(): void;
}

/** How an event is stopped. */
export interface CancelationOptions {
  /** Whether it may be tried again; true unless said otherwise. */
  retry?: boolean;
  reason?: string;
  type?: string;
}

/** Why an event was not delivered. */
export interface ContextFailedDelivery {
  reason: any;
}

/** A context as JSON. */
export interface SerializedContext {
  id: string;
  event: CustomerioEvent;
  logs: LogMessage[];
  metrics?: Metric[];
}

/** Thrown by a plugin to stop its event. */
export class ContextCancelation {
  constructor(options: CancelationOptions);
  /** Whether the event may be tried again; true unless said otherwise. */
  retry: boolean;
  reason: string;
  type: string;
}

/** One event on its way: what promises of calls resolve to, and what plugins and callbacks are given. */
export class Context {
  constructor(event: CustomerioEvent, id?: string);
  static system(): Context;
  event: CustomerioEvent;
  readonly id: string;
  attempts: number;
  logger: Logger;
  stats: Stats;
  isSame(other: Context): boolean;
  /** Stop the event: throws the given error, or a `ContextCancelation`. */
  cancel(error?: Error | ContextCancelation): never;
  log(level: LogLevel, message: string, extras?: object): void;
  logs(): LogMessage[];
  /** Set a value of the event by its dotted path. */
  updateEvent(path: string, value: unknown): CustomerioEvent;
  /** Why the event was not delivered; undefined when it was. */
  failedDelivery(): ContextFailedDelivery | undefined;
  setFailedDelivery(failed: ContextFailedDelivery): void;
  /** Print logs and metrics, and forget them. */
  flush(): void;
  toJSON(): SerializedContext;
}

export type DispatchedEvent = Context;

/** Called with the context, at the later of delivery and `timeout` after the call. */
export type Callback = (context: Context) => unknown;

export interface Plugin {
  name: string;
  alternativeNames?: string[];
  version: string;
  /**
   * `before` and `enrichment` change events one after the other, `destination` plugins get them in parallel, `after` sees them
   * last, `utility` gets none.
   */
  type: "before" | "enrichment" | "destination" | "after" | "utility";
  isLoaded(): boolean;
  load(context: Context, analytics: Analytics): Promise<unknown> | unknown;
  unload?(context: Context, analytics: Analytics): Promise<unknown> | unknown;
  ready?(): Promise<unknown>;
  track?(context: Context): Promise<Context> | Context;
  page?(context: Context): Promise<Context> | Context;
  screen?(context: Context): Promise<Context> | Context;
  identify?(context: Context): Promise<Context> | Context;
  group?(context: Context): Promise<Context> | Context;
  alias?(context: Context): Promise<Context> | Context;
}

/** A destination that takes middleware of its own. */
export interface DestinationPlugin extends Plugin {
  addMiddleware(...middleware: DestinationMiddlewareFunction[]): void;
}
export type AnyBrowserPlugin = Plugin | DestinationPlugin;

/** What middleware is given of an event: `obj` may be changed; the readers give copies. */
export interface Payload {
  obj: CustomerioEvent;
  type(): CustomerioEventType;
  event(): string;
  userId(): ID;
  anonymousId(): ID;
  groupId(): ID;
  properties(): EventProperties;
  traits(): Traits;
  context(): Record<string, any>;
  integrations(): Integrations;
  timestamp(): Date;
  json(): CustomerioEvent;
  rawEvent(): CustomerioEvent;
  field(name: string): any;
  proxy(path: string): any;
  [reader: string]: any;
}

/** Sees each event before the plugins; one that does not call `next` drops it. */
export type MiddlewareFunction = (step: {
  payload: Payload;
  integrations?: Integrations;
  next: (payload: Payload | null) => void;
}) => void | Promise<void>;

/** Sees each event before one destination; `next(null)` drops it there. */
export type DestinationMiddlewareFunction = (step: {
  payload: Payload;
  integration: string;
  next: (payload: Payload | null) => void;
}) => void | Promise<void>;

export interface CookieOptions {
  /** Days; 365 by default. */
  maxage?: number;
  /** The broadest that the browser accepts by default; false for this host only. */
  domain?: string | false;
  path?: string;
  sameSite?: "Lax" | "Strict" | "None";
  secure?: boolean;
}

/** How the user, or the group, is kept. Keys that are not given keep their defaults. */
export interface UserOptions {
  disable?: boolean;
  localStorageFallbackDisabled?: boolean;
  persist?: boolean;
  cookie?: { key?: string; oldKey?: string };
  localStorage?: { key?: string };
}

export interface TrackPlan {
  __default?: PlanEvent;
  [event: string]: PlanEvent | undefined;
}

export interface PlanEvent {
  enabled: boolean;
  integrations?: Record<string, boolean>;
}

export interface Plan {
  track?: TrackPlan;
  identify?: TrackPlan;
  group?: TrackPlan;
}

/** The second argument of `load`. */
export interface InitOptions {
  /** Keep everything in memory only. */
  disableClientPersistence?: boolean;
  /** Device-mode integrations get ISO texts as they are, not as dates. */
  disableAutoISOConversion?: boolean;
  initialPageview?: boolean;
  cookie?: CookieOptions;
  user?: UserOptions;
  group?: UserOptions;
  integrations?: Integrations;
  plan?: Plan;
  retryQueue?: boolean;
  obfuscate?: boolean;
  /** What the address may ask for: false for nothing, patterns for which ids. */
  useQueryString?: boolean | { aid?: RegExp; uid?: RegExp };
  /** The name of the global; `cioanalytics` by default. */
  globalAnalyticsKey?: string;
  /** Do not load at all. */
  disable?: boolean | ((settings: LegacySettings | undefined) => boolean | Promise<boolean>);

  /** Beyond the reference: "lazy" makes no id and no cookie before the first call that needs one. */
  identity?: "eager" | "lazy";
  /** Beyond the reference: which store counts where a sibling host changed the cookie; "cookie" by default. */
  conflict?: "cookie" | "localStorage";
  /** Beyond the reference: bounds of what waits for delivery, of all tabs together. */
  outbox?: { events?: number; bytes?: number; ageDays?: number };
  /** Beyond the reference: the largest body of one event in bytes of UTF-8; 32,768 by default. */
  maxEventBytes?: number;
  /** Beyond the reference: "full" starts stock Pyodide with its library instead of the lean runtime. */
  runtime?: "lean" | "full";
}

/** What a project's settings say of one integration. */
export interface LegacyIntegrationConfiguration {
  type?: string;
  versionSettings?: { version?: string; override?: string; componentTypes?: ("browser" | "android" | "ios" | "server")[] };
  bundlingStatus?: string;
  retryQueue?: boolean;
  [key: string]: any;
}

/** Settings of a project, as its settings address answers. */
export interface LegacySettings {
  integrations: Record<string, LegacyIntegrationConfiguration>;
  plan?: Plan;
  middlewareSettings?: { routingRules: unknown[] };
  enabledMiddleware?: Record<string, boolean>;
  remotePlugins?: unknown[];
  metrics?: Record<string, any>;
  [key: string]: any;
}

/** What a client is made with, its project's settings aside. */
export interface AnalyticsSettings {
  writeKey: string;
  /** Milliseconds until callbacks; 300 by default. */
  timeout?: number;
  plugins?: Plugin[];
  /** Device-mode integrations that the page brings itself. */
  classicIntegrations?: unknown[];
}

/** The first argument of `AnalyticsBrowser.load`. The snippet's `load` takes all but `writeKey` among its options. */
export interface AnalyticsBrowserSettings extends AnalyticsSettings {
  /** Where the project's settings are; `https://cdp.customer.io` by default. */
  cdnURL?: string;
  /** Given, nothing is fetched. */
  cdnSettings?: LegacySettings;
}

/** Beyond the reference: where an entry's value came from and what each store holds. */
export interface EntryExplanation {
  value: unknown;
  source: string | null;
  stores: { localStorage?: unknown; cookie?: unknown; memory?: unknown };
  /** The last change of this page load. */
  changed: { when: string; why: string } | null;
}

export interface Explanation {
  anonymousId: EntryExplanation;
  userId: EntryExplanation;
  groupId: EntryExplanation;
  userTraits: EntryExplanation;
  groupTraits: EntryExplanation;
  cookieDomain: string | null;
}

/** The group of the visitor. */
export interface Group {
  /** Read the id, or set it. */
  id(id?: ID): ID;
  /** A group has none; an argument changes nothing. */
  anonymousId(id?: ID): undefined;
  /** Read the traits, or replace them. */
  traits(traits?: Traits | null): Traits | undefined;
  identify(id?: ID, traits?: Traits): void;
  logout(): void;
  reset(): void;
  load(): this;
  save(): boolean;
  readonly options: UserOptions;
}

/** The person. */
export interface User extends Omit<Group, "anonymousId"> {
  /** Read the anonymous id, making one where there is none; set it; or clear it with null. */
  anonymousId(id?: ID): ID;
  /** Beyond the reference: tell where each of the five entries came from. */
  explain(): Explanation;
}

export type StoreType = "cookie" | "localStorage" | "memory";

export interface UniversalStorage {
  get(key: string, stores?: StoreType[]): any;
  getAndSync(key: string, stores?: StoreType[]): any;
  set(key: string, value: unknown, stores?: StoreType[]): void;
  clear(key: string, stores?: StoreType[]): void;
}

export interface Emitter {
  on(event: string, handler: (...args: any[]) => void): this;
  once(event: string, handler: (...args: any[]) => void): this;
  off(event: string, handler: (...args: any[]) => void): this;
  emit(event: string, ...args: any[]): this;
}

/** Emits message_enriched, message_delivered, delivery_success, delivery_retry, delivery_failure and flush. */
export interface EventQueue extends Emitter {
  readonly plugins: Pick<Plugin, "name" | "type" | "version">[];
  readonly failedInitializations: string[];
  isEmpty(): boolean;
}

type Elements<E extends Element> = E | E[] | ArrayLike<E> | { toArray(): E[] } | null;

/** The loaded client. */
export interface Analytics extends Emitter {
  track(name: string, properties?: EventProperties | Callback | null, options?: Options | Callback, callback?: Callback): Promise<DispatchedEvent>;
  track(event: { event: string; properties?: EventProperties }, options?: Options | Callback, callback?: Callback): Promise<DispatchedEvent>;
  page(category?: string | object | Callback | null, name?: string | object | Callback | null, properties?: EventProperties | Options | Callback | null, options?: Options | Callback, callback?: Callback): Promise<DispatchedEvent>;
  screen(category?: string | object | Callback | null, name?: string | object | Callback | null, properties?: EventProperties | Options | Callback | null, options?: Options | Callback, callback?: Callback): Promise<DispatchedEvent>;
  identify(id?: ID | number | Traits, traits?: UserTraits | Callback | null, options?: Options | Callback, callback?: Callback): Promise<DispatchedEvent>;
  /** Without arguments: the group. */
  group(): Group;
  group(id: ID | number | Traits, traits?: GroupTraits | Callback | null, options?: Options | Callback, callback?: Callback): Promise<DispatchedEvent>;
  alias(to: string | number, from?: string | number | Options | Callback, options?: Options | Callback, callback?: Callback): Promise<DispatchedEvent>;
  user(): User;
  /** Forget the person and the group in every store. Beyond the reference: `keepAnonymousId` keeps that id on this origin. */
  reset(options?: { keepAnonymousId?: boolean }): void;
  setAnonymousId(id?: string): ID;

  /** Wait until identity stands, settings have come or failed, and each plugin is ready or has failed; 10 s at most. */
  ready(callback?: (...args: any[]) => void): Promise<unknown>;
  /** Beyond the reference: the same, giving the client. */
  whenReady(): Promise<Analytics>;
  /** Beyond the reference: wait until all that is queued was sent or given up. */
  flush(): Promise<void>;
  /** Beyond the reference: remove all that this client keeps; gives the list of what that was. */
  forget(): Promise<string[]>;

  register(...plugins: Plugin[]): Promise<Context>;
  deregister(...names: string[]): Promise<Context>;
  addSourceMiddleware(middleware: MiddlewareFunction): Promise<Analytics>;
  addDestinationMiddleware(integration: string, ...middleware: DestinationMiddlewareFunction[]): Promise<Analytics>;

  /** Track clicks of links, then let them go on. Event and properties may be functions of the element. */
  trackLink(links: Elements<Element>, event: string | ((element: Element) => string), properties?: EventProperties | ((element: Element) => EventProperties), options?: Options): Promise<Analytics>;
  trackClick: Analytics["trackLink"];
  /** Track submits of forms, then let them go on, with the clicked button's value. */
  trackForm(forms: Elements<HTMLFormElement>, event: string | ((element: Element) => string), properties?: EventProperties | ((element: Element) => EventProperties), options?: Options): Promise<Analytics>;
  trackSubmit: Analytics["trackForm"];

  /** Make the calls that the `ajs_` parameters of a query ask for. */
  queryString(query: string): Promise<Context[]>;
  /** Print log and metrics of each event. */
  debug(on: boolean): Analytics;
  /** Set how long callbacks wait, in milliseconds. */
  timeout(milliseconds: number): void;
  use(factory: (analytics: Analytics) => void): Analytics;
  /** Make a call as the snippet writes it: `["track", "name"]`. */
  push(call: [method: string, ...args: any[]]): void;

  readonly VERSION: string;
  readonly initialized: boolean;
  settings: { writeKey: string; timeout: number } & Record<string, any>;
  options: InitOptions;
  integrations: Integrations;
  queue: EventQueue;
  storage: UniversalStorage;
  /** There when an in-app plugin is. */
  inbox?(...topics: string[]): InboxAPI;

  /** @deprecated */
  normalize(message: CustomerioEvent): CustomerioEvent;
  /** @deprecated */
  noConflict(): Analytics;
  /** @deprecated */
  initialize(settings?: AnalyticsBrowserSettings, options?: InitOptions): Promise<Analytics>;
  /** @deprecated */
  init: Analytics["initialize"];
  /** @deprecated */
  pageview(path: string): Promise<Analytics>;
  /** @deprecated */
  readonly plugins: Record<string, unknown>;
  /** @deprecated */
  readonly Integrations: Record<string, unknown>;
  /** @deprecated */
  readonly failedInitializations: string[];
  /** @deprecated Does nothing. */
  log(): void;
  /** @deprecated Does nothing. */
  addIntegrationMiddleware(): void;
  /** @deprecated Does nothing. */
  listeners(): void;
  /** @deprecated Does nothing. */
  addEventListener(): void;
  /** @deprecated Does nothing. */
  removeAllListeners(): void;
  /** @deprecated Does nothing. */
  removeListener(): void;
  /** @deprecated Does nothing. */
  removeEventListener(): void;
  /** @deprecated Does nothing. */
  hasListeners(): void;
  /** @deprecated Does nothing. */
  addIntegration(): void;
  /** @deprecated Does nothing. */
  add(): void;
}

/** What stands under the global's name until the client does: every call but `user`, and `load`. */
export interface AnalyticsStub extends Array<[method: string, ...args: any[]]> {
  load(writeKey: string, options?: InitOptions & Omit<AnalyticsBrowserSettings, "writeKey">): unknown;
  user?: undefined;
  [call: string]: any;
}

/** The global as the vendor's snippet has it: the stub first, then the client, with what was given to `load`. */
export interface AnalyticsSnippet extends Analytics {
  load(writeKey: string, options?: InitOptions & Omit<AnalyticsBrowserSettings, "writeKey">): void;
  _loadOptions?: InitOptions;
  _writeKey?: string;
  _cdn?: string;
}

type Promised<F> = F extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
type PromisedName =
  | "track"
  | "page"
  | "screen"
  | "identify"
  | "alias"
  | "reset"
  | "ready"
  | "register"
  | "deregister"
  | "setAnonymousId"
  | "addSourceMiddleware"
  | "addDestinationMiddleware"
  | "trackLink"
  | "trackClick"
  | "trackForm"
  | "trackSubmit"
  | "pageview"
  | "queryString"
  | "flush"
  | "forget";

/** The buffered client of the module: each call may be made at once; awaiting it gives the loaded client and a context. */
export interface AnalyticsBrowser extends PromiseLike<[Analytics, Context]>, Emitter {
  user(): Promise<User>;
  group(): Promise<Group>;
  group(id: ID | number | Traits, traits?: GroupTraits | Callback | null, options?: Options | Callback, callback?: Callback): Promise<DispatchedEvent>;
  track: Analytics["track"];
  page: Analytics["page"];
  screen: Analytics["screen"];
  identify: Analytics["identify"];
  alias: Analytics["alias"];
}
export class AnalyticsBrowser {
  load(settings: AnalyticsBrowserSettings, options?: InitOptions): AnalyticsBrowser;
  static load(settings: AnalyticsBrowserSettings, options?: InitOptions): AnalyticsBrowser;
  static standalone(writeKey: string, options?: InitOptions): Promise<Analytics>;
  readonly VERSION: string;
  instance?: Analytics;
  ctx?: Context;
  catch<T = never>(rejected?: ((reason: any) => T | PromiseLike<T>) | null): Promise<[Analytics, Context] | T>;
  finally(done?: (() => void) | null): Promise<[Analytics, Context]>;
  debug(on: boolean): this;
  use(factory: (analytics: Analytics) => void): this;
  timeout(milliseconds: number): this;
  inbox(...topics: string[]): InboxAPI;
  pageView(path: string): Promise<Analytics>;
}
export interface AnalyticsBrowser extends Omit<{ [N in PromisedName]: Promised<Analytics[N]> }, "track" | "page" | "screen" | "identify" | "alias"> {}

/**
 * The vendor's classes are awaited factories: `const user = await new User()`. `instanceof` knows what they and the client make.
 * Nothing of theirs is sent.
 */
interface AwaitedClass<A extends any[], T> {
  new (...args: A): Promise<T>;
  (...args: A): Promise<T>;
}

/** One place that keeps values, as JSON where they are no texts. */
export interface Store {
  readonly type: StoreType;
  get(key: string): any;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}
export interface EventFactory {
  readonly user: User;
  track(event: string, properties?: EventProperties, options?: Options, integrations?: Integrations): CustomerioEvent;
  page(category: string | null, name: string | null, properties?: EventProperties, options?: Options, integrations?: Integrations): CustomerioEvent;
  screen(category: string | null, name: string | null, properties?: EventProperties, options?: Options, integrations?: Integrations): CustomerioEvent;
  identify(id: ID, traits?: UserTraits, options?: Options, integrations?: Integrations): CustomerioEvent;
  group(id: ID, traits?: GroupTraits, options?: Options, integrations?: Integrations): CustomerioEvent;
  alias(to: string, from: string | null, options?: Options, integrations?: Integrations): CustomerioEvent;
  normalize(event: CustomerioEvent): CustomerioEvent;
}
export type Cookie = Store;
export type LocalStorage = Store;

/** A client without settings and without a collector: only plugins of the page get its events. */
export const Analytics: AwaitedClass<[settings: AnalyticsBrowserSettings, options?: InitOptions], Analytics>;
export const User: AwaitedClass<[options?: UserOptions, cookie?: CookieOptions], User>;
export const Group: AwaitedClass<[options?: UserOptions, cookie?: CookieOptions], Group>;
export const EventFactory: AwaitedClass<[user?: User], EventFactory>;
export const Cookie: AwaitedClass<[options?: CookieOptions], Store> & { available(): boolean };
export const LocalStorage: AwaitedClass<[], Store> & { available(): boolean };
export const UniversalStorage: AwaitedClass<[stores?: StoreType[], cookie?: CookieOptions], UniversalStorage>;
/** The stores that work on this page. */
export function getAvailableStorageOptions(cookie?: CookieOptions): Promise<{ cookie?: Store; localStorage?: Store; memory: Store }>;
/** The in-app plugin is the vendor's own: throws. Name its script in the settings' remotePlugins, or register it. */
export function InAppPlugin(settings?: InAppPluginSettings): never;

/** Settings of the vendor's in-app plugin. */
export interface InAppPluginSettings {
  siteId?: string;
  events?: EventListenerOrEventListenerObject | null;
  anonymousInApp?: boolean;
  enabled?: boolean;
  embedOnly?: boolean;
  colorScheme?: ColorScheme;
  [setting: string]: any;
}
export type ColorScheme = "default" | "system" | "auto";

/** One message of the inbox that the vendor's in-app plugin brings. */
export interface InboxMessage {
  readonly messageId: string;
  readonly opened: boolean;
  readonly properties: Record<string, any>;
  readonly sentAt: Date;
  readonly expiresAt?: Date;
  readonly type: string;
  readonly topics: string[];
  trackClick(trackedResponse?: string): void;
  markOpened(): Promise<void>;
  markUnopened(): Promise<void>;
  markDeleted(): Promise<void>;
}

/** The inbox itself. */
export interface InboxAPI {
  total(): Promise<number>;
  totalUnopened(): Promise<number>;
  messages(): Promise<InboxMessage[]>;
  /** Hear of changes; gives what ends it. */
  onUpdates(callback: (messages: InboxMessage[]) => void): () => void;
}

/** Not for browsers: rejects. */
export class AnalyticsNode {
  static load(): Promise<never>;
}

/** Give the client or the stub that stands on the window. */
export function getGlobalAnalytics(key?: string): Analytics | AnalyticsStub | undefined;
/** Fetch the settings of a project. */
export function loadLegacySettings(writeKey: string, cdnURL?: string): Promise<LegacySettings>;

export const InAppEvents: {
  readonly MessageOpened: "in-app:message-opened";
  readonly MessageDismissed: "in-app:message-dismissed";
  readonly MessageError: "in-app:message-error";
  readonly MessageAction: "in-app:message-action";
};
export const InboxEvents: {
  readonly MessageOpened: "in-app-inbox:message-opened";
  readonly MessageDismissed: "in-app-inbox:message-dismissed";
  readonly MessageAction: "in-app-inbox:message-action";
};

declare global {
  interface Window {
    /** The client; until it is loaded the stub, which has no `user`. */
    cioanalytics?: Analytics;
    /** What `cioanalytics-bridge.js` leaves; `connect` takes a channel's name, or a port whose other end a worker has. */
    cioBridge?: { connect(to: string | MessagePort): void; check(): void };
  }
}
