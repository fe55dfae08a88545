// Empties what is free in the heap and the stack of a snapshot: what was freed while importing would be downloaded by every visitor.
//
// Takes: a memory as it is after the imports. Gives: the same, with zeros in its free blocks and beyond the end of the stack. Assumes: the allocator is dlmalloc, as
// Emscripten builds it: before each block stand the size of a free block before it, and its own size with two flags. Where these
// do not fit together from the first block to the last, it refuses. Leave it out, and the snapshot is a seventh larger.
import { HEAP_BASE, STACK_LOW } from "./wasm/addresses.mjs";
import { leb } from "./wasm/bytes.mjs";
import { CALL, I32_ADD } from "./wasm/instructions.mjs";
import { FUNCTION, decode, encode, imported } from "./wasm/module.mjs";
import { AND, END, FILL, IF, LOAD, bodyOf, get, keep, number } from "./wasm/write.mjs";

const HEAD = 8; // bytes before a block
const BEFORE_IN_USE = 1;
const IN_USE = 2;
const SMALLEST = 16;
// A free block begins with two links; from 256 bytes on with four more words, of a tree.
const LINKS = 8;
const TREE = 24;
const SMALLEST_IN_TREE = 256;

/**
 * Go through the blocks of a heap.
 *
 * @param {Uint32Array} words a memory from its address 0 on
 * @returns {Generator<{ at: number, next: number, free: boolean }>}
 */
export function* blocks(words) {
  /** @param {number} at */
  const head = (at) => words[(at + 4) / 4];
  for (let at = HEAP_BASE, count = 0; ; count += 1) {
    const next = at + (head(at) & ~7);
    if (next < at + SMALLEST || next + HEAD > 4 * words.length) {
      if (count < 1000 || words.subarray(next / 4).some(Boolean)) throw new Error(`the heap is not one of dlmalloc at ${at}`);
      return;
    }
    const free = !(head(at) & IN_USE);
    const last = head(next) < SMALLEST;
    if (!last && free !== !(head(next) & BEFORE_IN_USE)) throw new Error(`two blocks of the heap disagree at ${next}`);
    yield { at, next, free };
    at = next;
  }
}

/**
 * Empty the free blocks, and what the stack has left behind.
 *
 * @param {Uint8Array} memory changed in place; begins at address 0, aligned to a word
 * @param {number} stack how far down it is in use
 * @returns {number} how many bytes held something
 */
export function wipe(memory, stack) {
  let wiped = 0;
  const empty = (/** @type {number} */ from, /** @type {number} */ to) => {
    wiped += memory.subarray(from, to).reduce((count, byte) => count + Number(byte !== 0), 0);
    memory.fill(0, from, to);
  };
  empty(STACK_LOW, stack);
  for (const { at, next, free } of blocks(new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2)))
    if (free) empty(at + HEAD + (next - at < SMALLEST_IN_TREE ? LINKS : TREE), next);
  return wiped;
}

/**
 * Take the small free blocks: each has links to others, which would be downloaded, and is of little use.
 *
 * @param {Uint32Array} words a memory from its address 0 on @param {(size: number) => number} malloc its own
 */
export function occupy(words, malloc) {
  const sizes = [...blocks(words)].filter(({ free }) => free).map(({ at, next }) => next - at);
  for (const size of sizes) if (size < SMALLEST_IN_TREE) malloc(size - HEAD / 2);
}

/**
 * Give the module in which what is allocated is empty: what Python leaves unused of a block then holds nothing of what was there before.
 *
 * @param {Uint8Array} wasm
 */
export function emptying(wasm) {
  const module = decode(wasm);
  const outside = imported(module, FUNCTION);
  const own = (module.exports.find(({ name }) => name === "malloc")?.index ?? 0) - outside;
  if (own < 0) throw new Error("the module exports no malloc");
  const [size, block] = [0, 1];
  // prettier-ignore
  const body = bodyOf(
    get(size), CALL, leb(outside + module.codes.length), keep(block),
    IF,
      get(block), number(0),
      get(block), number(-HEAD / 2), I32_ADD, LOAD, number(~7), AND, number(-HEAD / 2), I32_ADD,
      FILL,
    END,
    get(block),
  );
  const codes = module.codes.map((code, at) => (at === own ? body : code));
  return encode({ ...module, codes: [...codes, module.codes[own]], functions: [...module.functions, module.functions[own]] });
}
