// @ts-check
/** The memory of the lean start: what it is once Python has been restored, put there without a copy of it all. */

/** How far from the beginning of the heap, on either side, stack and heap are written before that. */
const WRITTEN = 2 ** 20;

/**
 * Take hold of a memory in which nothing has run yet, and give what makes it the snapshot's, whatever has run in it meanwhile.
 *
 * @param {Uint8Array} head of the snapshot, filled here
 * @param {WebAssembly.Memory} memory
 * @param {ArrayBuffer} difference as tools/snapshot.mjs describes it
 * @param {number[]} places where the stack ends, below which are the module's data; and where it begins, and the heap
 */
export function hold(head, memory, difference, [low, high]) {
  const [length, count] = new Uint32Array(difference, 0, 2);
  const runs = new Uint32Array(difference, 8, 2 * count);
  if (length !== head.length + memory.buffer.byteLength || runs[1] !== head.length) throw new Error("the snapshot is not the one of this loader");
  let from = 8 + 8 * count;
  head.set(new Uint8Array(difference, from, head.length));
  const fresh = new Uint8Array(memory.buffer, 0, low).slice();
  return () => {
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(fresh);
    bytes.fill(0, high - WRITTEN, high + WRITTEN);
    from += head.length;
    for (let i = 2; i < 2 * count; i += 2) {
      bytes.set(new Uint8Array(difference, from, runs[i + 1]), runs[i] - head.length);
      from += runs[i + 1];
    }
  };
}
