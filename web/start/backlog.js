// @ts-check
/**
 * Calls that were queued before the client ran, made in slices: the page is never held for longer than one.
 *
 * Calls of page code meanwhile stand behind them, so the order of all calls is kept (D20). What needs the identity of now, while
 * a call that changes it waits, is answered when all of them are made: then one task may be long, and the answer is right.
 */

/** @typedef {import("./stub.js").Call} Call */

/** Milliseconds of one slice; a task of 50 is felt. */
const SLICE = 25;
/** Calls that keep their place behind those that wait. */
const ORDERED = ["track", "page", "screen", "identify", "group", "alias", "reset", "queryString", "flush", "forget"];
const CHANGING = ["identify", "group", "alias", "reset", "setAnonymousId", "queryString", "forget"];

/** @param {Call} call */
const changes = ({ method, args }) => CHANGING.includes(method) || args.includes('"anonymousId"');

export class Backlog {
  /** @type {Call[]} */
  #calls = [];
  #at = 0;
  #changing = 0;
  #waiting = false;
  #making = false;
  /** @type {(call: Call) => void} */
  #make = () => {};

  /** @param {Window & typeof globalThis} w @param {import("./stub.js").Keeper | null | undefined} stub */
  constructor(w, stub) {
    this.w = w;
    this.stub = stub;
  }

  /** Make calls, the first slice of them at once. @param {Call[]} calls @param {(call: Call) => void} make */
  start(calls, make) {
    this.#make = make;
    this.#add(calls);
    this.#waiting = true;
    const { port1, port2 } = new this.w.MessageChannel();
    port1.onmessage = () => {
      if (this.#slice()) port2.postMessage(0);
      else port1.close();
    };
    if (this.#slice()) port2.postMessage(0);
  }

  /** Say whether a call of now has to wait for its turn. @param {string} method */
  holds(method) {
    return this.#waiting && !this.#making && ORDERED.includes(method);
  }

  /** Put a call of now behind those that wait; it is kept as they are. @param {string} method @param {readonly unknown[]} args @param {Call["done"]} [done] */
  add(method, args, done) {
    this.stub?.write(method, [...args], done);
    this.#add(this.stub?.take() ?? []);
  }

  /** Take what is not made yet. */
  rest() {
    const calls = this.#calls.slice(this.#at);
    this.#calls = [];
    this.#at = 0;
    return calls;
  }

  /** Make all calls now where identity is asked for and one of them changes it, or where it is to be changed. @param {boolean} change */
  catchUp(change) {
    if (this.#making || !(change || this.#changing)) return;
    while (this.#next());
  }

  /** @param {Call[]} calls */
  #add(calls) {
    this.#calls.push(...calls);
    this.#changing += calls.filter(changes).length;
  }

  /** @returns {boolean} whether calls are left */
  #slice() {
    const end = this.w.performance.now() + SLICE;
    while (this.#next()) if (this.w.performance.now() >= end) return true;
    return false;
  }

  #next() {
    if (this.#at === this.#calls.length) {
      this.#calls = [];
      this.#at = 0;
      this.#waiting = false;
      return false;
    }
    const call = this.#calls[this.#at];
    this.#at += 1;
    if (changes(call)) this.#changing -= 1;
    if (this.stub?.kept?.claim(call) === false) return true;
    this.#making = true;
    try {
      this.#make(call);
    } finally {
      this.#making = false;
    }
    return true;
  }
}
