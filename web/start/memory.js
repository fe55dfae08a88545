// @ts-check
/** The memory of the lean start: what it is once Python has been restored, put there without a copy of it all. */

/** How far from the beginning of the heap, on either side, stack and heap are written before that. */
const WRITTEN = 2 ** 20;

/** Words that stand for others (tools/derive.mjs): about this one, for a pointer to a place at most so near; and for a text's hash. */
export const MIDDLE = 0x7f200000;
export const NEAR = 1024;
export const HASH = MIDDLE + NEAR + 1;

/** Where in an object a text's hash is. */
export const HASH_AT = 12;

/**
 * Take hold of a memory in which nothing has run yet, and give what makes it the snapshot's, whatever has run in it meanwhile.
 *
 * @param {Uint8Array} head of the snapshot, filled here
 * @param {WebAssembly.Memory} memory
 * @param {ArrayBuffer} difference as tools/snapshot.mjs describes it
 * @param {number[]} places where the stack ends, below which are the module's data; and where it begins, and the heap
 * @param {(text: number) => unknown} hash Python's own: keeps the hash of a text in the text
 */
export function hold(head, memory, difference, [low, high], hash) {
  const given = new Int32Array(difference);
  const [headed, length, list, count] = given;
  if (headed !== head.length || length !== memory.buffer.byteLength) throw new Error("the snapshot is not the one of this loader");
  const runs = given.subarray(4, 4 + 2 * count);
  head.set(new Uint8Array(difference, 16 + runs.byteLength, headed));
  let from = 4 + runs.length + headed / 4;
  const fresh = new Uint8Array(memory.buffer, 0, low).slice();
  return () => {
    const bytes = new Uint8Array(memory.buffer);
    const words = new Int32Array(memory.buffer);
    bytes.set(fresh);
    bytes.fill(0, high - WRITTEN, high + WRITTEN);
    const texts = [];
    for (let run = 0; run < runs.length; run += 2) {
      const end = (runs[run] + runs[run + 1]) / 4;
      for (let at = runs[run] / 4; at < end; at += 1, from += 1) {
        const word = given[from];
        const distance = (word - MIDDLE) | 0;
        if (distance < -NEAR || distance > NEAR + 1) words[at] = word;
        else if (word !== HASH) words[at] = 4 * at + distance;
        else {
          words[at] = -1; // not known
          texts.push(4 * at - HASH_AT);
        }
      }
    }
    // What the garbage collector looks after is listed there and back.
    for (let at = list, next = 0; next !== list; at = next) {
      next = words[at / 4];
      words[next / 4 + 1] = at;
    }
    for (const text of texts) hash(text);
  };
}
