// Empties what is free in the heap of a snapshot: what was freed while importing would be downloaded by every visitor.
//
// Takes: a memory as it is after the imports. Gives: the same, with zeros in its free blocks. Assumes: the allocator is dlmalloc, as
// Emscripten builds it: before each block stand the size of a free block before it, and its own size with two flags. Where these
// do not fit together from the first block to the last, it refuses. Leave it out, and the snapshot is a seventh larger.
import { HEAP_BASE } from "./wasm/addresses.mjs";

const HEAD = 8; // bytes before a block
const BEFORE_IN_USE = 1;
const IN_USE = 2;
const SMALLEST = 16;
// A free block begins with two links; from 256 bytes on with four more words, of a tree.
const LINKS = 8;
const TREE = 24;
const SMALLEST_IN_TREE = 256;

/**
 * Empty the free blocks.
 *
 * @param {Uint8Array} memory changed in place; begins at address 0, aligned to a word
 * @returns {number} how many bytes held something
 */
export function wipe(memory) {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length >> 2);
  /** @param {number} block */
  const head = (block) => words[(block + 4) >> 2];
  /** @param {number} from @param {number} to */
  const held = (from, to) => memory.subarray(from, to).reduce((count, byte) => count + Number(byte !== 0), 0);
  let wiped = 0;
  let block = HEAP_BASE;
  for (let blocks = 0; ; blocks += 1) {
    const size = head(block) & ~7;
    const next = block + size;
    if (size < SMALLEST || next + HEAD > memory.length) {
      if (blocks < 1000 || held(next, memory.length)) throw new Error(`the heap is not one of dlmalloc at ${block}`);
      return wiped;
    }
    const free = !(head(block) & IN_USE);
    const last = head(next) < SMALLEST;
    if (!last && free !== !(head(next) & BEFORE_IN_USE)) throw new Error(`two blocks of the heap disagree at ${next}`);
    if (free) {
      const from = block + HEAD + (size < SMALLEST_IN_TREE ? LINKS : TREE);
      wiped += held(from, next);
      memory.fill(0, from, next);
    }
    block = next;
  }
}
