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
 * @param {(from: number, to: number, first: number) => void} undo works out what the file leaves out (tools/derive.mjs)
 */
export function hold(head, memory, difference, [low, high], undo) {
  const given = new Int32Array(difference);
  const [headed, length, list, first, count] = given;
  if (headed !== head.length || length !== memory.buffer.byteLength) throw new Error("the snapshot is not the one of this loader");
  const runs = given.subarray(5, 5 + 2 * count);
  head.set(new Uint8Array(difference, 20 + runs.byteLength, headed));
  let from = 20 + runs.byteLength + headed;
  const fresh = new Uint8Array(memory.buffer, 0, low).slice();
  return () => {
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(fresh);
    bytes.fill(0, high - WRITTEN, high + WRITTEN);
    const words = new Int32Array(memory.buffer);
    for (let run = 0; run < runs.length; run += 2) {
      const [at, size] = runs.subarray(run);
      if (at < low) for (let i = 0; i < size; i += 4) words[(at + i) / 4] += given[(from + i) / 4];
      else bytes.set(new Uint8Array(difference, from, size), at);
      from += size;
    }
    // Only now: the words of a text lead to others.
    for (let run = 0; run < runs.length; run += 2) undo(runs[run], runs[run] + runs[run + 1], first);
    // What the garbage collector looks after is listed there and back.
    for (let at = list, next = 0; next !== list; at = next) {
      next = words[at / 4];
      words[next / 4 + 1] = at;
    }
  };
}
