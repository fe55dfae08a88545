// Writes functions of a WebAssembly module: the instructions that the tools put together themselves.
import { joined, signedLeb } from "./bytes.mjs";
import { I32_CONST } from "./instructions.mjs";

export const I32 = 0x7f;
export const END = 0x0b;
export const ELSE = 0x05;
export const DROP = 0x1a;
export const EQUAL = 0x46;
export const LESS = 0x49;
export const SUBTRACT = 0x6b;
export const AND = 0x71;
/** Blocks that leave nothing. */
export const LOOP = [0x03, 0x40];
export const IF = [0x04, 0x40];
/** Go on with the loop that is around this. */
export const AGAIN = [0x0d, 0];
/** Fill memory: where, with what, how much. */
export const FILL = [0xfc, 0x0b, 0];
export const LOAD = [0x28, 2, 0];
export const STORE = [0x36, 2, 0];

export const get = (/** @type {number} */ local) => [0x20, local];
/** Set a local and leave its value. */
export const keep = (/** @type {number} */ local) => [0x22, local];
export const number = (/** @type {number} */ value) => [I32_CONST, ...signedLeb(value)];

/** Put a body together, with one variable behind the parameters. @param {(number | number[])[]} instructions */
export const bodyOf = (...instructions) => joined([1, 1, I32], ...instructions, END);
