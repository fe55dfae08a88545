// @ts-check
/** The memory of the lean start. */

/**
 * Put the snapshot together: what the module's own data made of the memory, and the runs that differ from it.
 *
 * @param {Uint8Array} memory filled here; the header of the snapshot and then the whole memory
 * @param {Uint8Array} fresh the memory of the instance which nothing has run in yet
 * @param {ArrayBuffer} difference as tools/snapshot.mjs describes it
 */
export function restore(memory, fresh, difference) {
  const count = new Uint32Array(difference, 0, 2)[1];
  const runs = new Uint32Array(difference, 8, 2 * count);
  if (new Uint32Array(difference, 0, 1)[0] !== memory.length) throw new Error("the snapshot is not the one of this loader");
  memory.set(fresh.subarray(0, memory.length - runs[1]), runs[1]);
  let from = 8 + 8 * count;
  for (let i = 0; i < 2 * count; i += 2) {
    memory.set(new Uint8Array(difference, from, runs[i + 1]), runs[i]);
    from += runs[i + 1];
  }
}
