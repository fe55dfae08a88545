/*
 * The buttons: what each is called, what it does with the public API, and the line of code a page would write.
 * Law: a deed that calls the client answers with the call's promise; a loss touches the stores alone.
 */

import { clearStorage, expireCookies } from "./stores.js";

const JANE = { name: "Jane Kim", email: "jane@example.com", plan: "Paid, Tier 2" };
const OMAR = { name: "Omar Haddad", email: "omar@example.com", plan: "Trial" };
const NORTHWIND = { name: "Northwind Traders", employees: 42 };
const BUTTON = { place: "playground", callToAction: "Signup" };

const client = () => window.cioanalytics;

export const DEEDS = [
  {
    name: "identify-jane", place: "calls", label: "identify Jane Kim", kind: "identify", id: "user_jane", traits: JANE,
    code: 'cioanalytics.identify("user_jane", {…})',
    run: () => client().identify("user_jane", { ...JANE }),
  },
  {
    name: "identify-omar", place: "calls", label: "identify Omar Haddad", kind: "identify", id: "user_omar", traits: OMAR,
    code: 'cioanalytics.identify("user_omar", {…})',
    run: () => client().identify("user_omar", { ...OMAR }),
  },
  {
    name: "track", place: "calls", label: "track", kind: "track",
    code: 'cioanalytics.track("Button Pressed", {…})',
    run: () => client().track("Button Pressed", { ...BUTTON }),
  },
  {
    name: "page", place: "calls", label: "page", kind: "page",
    code: 'cioanalytics.page("Playground")',
    run: () => client().page("Playground"),
  },
  {
    name: "group", place: "calls", label: "group Northwind", kind: "group", id: "northwind", traits: NORTHWIND,
    code: 'cioanalytics.group("northwind", {…})',
    run: () => client().group("northwind", { ...NORTHWIND }),
  },
  {
    name: "reset", place: "calls", label: "reset", kind: "reset",
    code: "cioanalytics.reset()",
    run: () => client().reset(),
  },
  {
    name: "expire", place: "losses", label: "expire the cookies", kind: "expire",
    code: "every cookie of this page, on the host and on each broader domain, ends now",
    run: expireCookies,
  },
  {
    name: "clear-storage", place: "losses", label: "clear localStorage", kind: "clearStorage",
    code: "localStorage.clear()",
    run: clearStorage,
  },
  {
    name: "clear-both", place: "losses", label: "clear both", kind: "clearBoth",
    code: "the cookies end and localStorage.clear()",
    run: () => {
      expireCookies();
      clearStorage();
    },
  },
  {
    name: "reload", place: "returns", label: "reload", kind: "reload",
    code: "the next visit: the page is loaded again, and no call is made",
    run: () => location.reload(),
  },
];

/** Tell whether a deed only touches the stores, so that nobody has asked the client after it. */
export function isLoss(deed) {
  return deed.place === "losses";
}
