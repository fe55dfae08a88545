// Does at build what the module would do first of all in every page: to put addresses into its data.
//
// Takes: the bytes of the (slim) module. Gives: the module with the addresses in its data segment, and an empty function in the
// place of the half megabyte of code that writes them. Assumes: the glue places memory and table where it does in npm's
// package (`BASES`), and functions that the page does not have (WebGL) are at no address. An instruction that is not known in
// the two functions that are read here is refused. The snapshot is made with the same module. Leave it out, and the page
// does it itself.
import { EXPORTS, Reader, leb, sections } from "./slim.mjs";

/** Where the glue places the module; the imports' names. */
const BASES = new Map([
  ["env.__memory_base", 1024],
  ["env.__table_base", 1],
  ["GOT.mem.__heap_base", 8810528],
  ["GOT.mem.__stack_low", 3567648],
  ["GOT.mem.__stack_high", 8810528],
]);
const [IMPORTS, GLOBALS, START, CODE, DATA] = [2, 6, 8, 10, 11];
const WRITER = "__wasm_apply_data_relocs";

/** Read a signed LEB128 of 32 bits. @param {Reader} reader */
function signed(reader) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = reader.bytes[reader.at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return shift < 25 && byte & 64 ? value | (-1 << (shift + 7)) : value;
  }
}

/**
 * Run a function that only moves addresses.
 *
 * @param {Uint8Array} bytes @param {[number, number]} body @param {(index: number) => number} get
 * @param {{ set?: (index: number, value: number) => void, store?: (address: number, value: number) => void }} to
 */
function run(bytes, [from, end], get, { set, store }) {
  const reader = new Reader(bytes, from);
  for (let groups = reader.number(); groups > 0; groups -= 1) {
    reader.number();
    reader.at += 1;
  }
  /** @type {number[]} */
  const stack = [];
  const pop = () => {
    const value = stack.pop();
    if (value === undefined) throw new Error("the relocations are not as they are known");
    return value;
  };
  while (reader.at < end) {
    const code = bytes[reader.at++];
    if (code === 0x23) stack.push(get(reader.number()));
    else if (code === 0x24 && set) set(reader.number(), pop());
    else if (code === 0x41) stack.push(signed(reader));
    else if (code === 0x6a) stack.push((pop() + pop()) | 0);
    else if (code === 0x6b) {
      const less = pop();
      stack.push((pop() - less) | 0);
    } else if (code === 0x36 && store) {
      reader.number();
      const offset = reader.number();
      const value = pop();
      store(pop() + offset, value);
    } else if (code === 0xfc && set && reader.number() === 0x0b) {
      reader.at += 1; // the rest of the memory is filled, with zeros
      const [, value] = [pop(), pop(), pop()];
      if (value !== 0) throw new Error("the module fills memory with more than zeros");
    } else if (code === 0x0b && reader.at === end) return;
    else throw new Error(`the relocations have an instruction that is not known: ${code.toString(16)}`);
  }
}

/** Name the imported globals, count the imported functions. @param {Uint8Array} wasm @param {number} at */
function imported(wasm, at) {
  const reader = new Reader(wasm, at);
  /** @type {string[]} */
  const globals = [];
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    const name = `${reader.text()}.${reader.text()}`;
    const kind = wasm[reader.at++];
    if (kind === 0) {
      reader.number();
      functions += 1;
    } else if (kind === 3) {
      reader.at += 2;
      globals.push(name);
    } else if (kind === 4) {
      reader.at += 1;
      reader.number();
    } else {
      reader.at += kind === 1 ? 1 : 0;
      const bounded = reader.number() & 1;
      reader.number();
      if (bounded) reader.number();
    }
  }
  return { globals, functions };
}

/** Give the module's own globals, which begin as constants. @param {Uint8Array} wasm @param {number} at */
function ownGlobals(wasm, at) {
  const reader = new Reader(wasm, at);
  /** @type {(number | undefined)[]} */
  const values = [];
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.at += 2;
    const code = wasm[reader.at++];
    values.push(code === 0x41 ? signed(reader) : undefined);
    if (code !== 0x41) {
      if (code === 0xd0) reader.at += 1;
      else if (code === 0x42) reader.number();
      else if (code === 0x43) reader.at += 4;
      else if (code === 0x44) reader.at += 8;
      else if (code === 0x23) reader.number();
      else throw new Error(`a global begins as what is not known: ${code.toString(16)}`);
    }
    if (wasm[reader.at++] !== 0x0b) throw new Error("a global begins as more than a constant");
  }
  return values;
}

/** Give the module relocated. @param {Uint8Array} wasm */
export function relocate(wasm) {
  const all = [...sections(wasm)];
  const section = (/** @type {number} */ id) => {
    const found = all.find((each) => each.id === id);
    if (!found) throw new Error(`the module has no section ${id}`);
    return found;
  };
  const { globals, functions } = imported(wasm, section(IMPORTS).body);
  /** @type {Map<number, number>} */
  const known = new Map();
  globals.forEach((name, index) => {
    const value = BASES.get(name) ?? (name.startsWith("GOT.func.") ? 0 : undefined);
    if (value !== undefined) known.set(index, value);
  });
  ownGlobals(wasm, section(GLOBALS).body).forEach((value, index) => value !== undefined && known.set(globals.length + index, value));
  const get = (/** @type {number} */ index) => {
    const value = known.get(index);
    if (value === undefined) throw new Error(`the relocations ask for the global ${globals[index] ?? index}, which is not known`);
    return value;
  };

  const exports = new Reader(wasm, section(EXPORTS).body);
  let writer = -1;
  for (let left = exports.number(); left > 0; left -= 1) {
    const name = exports.text();
    exports.at += 1;
    const index = exports.number();
    if (name === WRITER) writer = index - functions;
  }
  if (writer < 0) throw new Error(`the module has no ${WRITER}`);
  const starter = new Reader(wasm, section(START).body).number() - functions;

  const code = new Reader(wasm, section(CODE).body);
  const count = code.number();
  const first = code.at;
  /** @type {[number, number][]} */
  const bodies = [];
  for (let left = count; left > 0; left -= 1) {
    const length = code.number();
    bodies.push([code.at, code.at + length]);
    code.at += length;
  }
  run(wasm, bodies[starter], get, { set: (index, value) => void known.set(index, value) });

  const data = section(DATA);
  const segment = new Reader(wasm, data.body);
  const [segments, kind, origin] = [segment.number(), segment.number(), wasm[segment.at++]];
  if (segments !== 1 || kind !== 0 || origin !== 0x23 || segment.number() !== globals.indexOf("env.__memory_base") || wasm[segment.at++] !== 0x0b)
    throw new Error("the module's data are not one segment at its base");
  const length = segment.number();
  const memory = Buffer.from(wasm.subarray(data.start, data.end));
  const zero = segment.at - data.start - get(globals.indexOf("env.__memory_base"));
  let stores = 0;
  run(wasm, bodies[writer], get, {
    store: (address, value) => {
      if (zero + address < segment.at - data.start || zero + address + 4 > segment.at - data.start + length)
        throw new Error(`an address goes to ${address}, outside of the data`);
      memory.writeInt32LE(value, zero + address);
      stores += 1;
    },
  });

  const [from, end] = bodies[writer];
  const before = from - leb(end - from).length;
  const codes = Buffer.concat([Buffer.from(leb(count)), wasm.subarray(first, before), Buffer.from([2, 0, 0x0b]), wasm.subarray(end, section(CODE).end)]);
  const parts = all.map(({ id, start, end: stop }) => {
    if (id === CODE) return Buffer.concat([Buffer.from([CODE, ...leb(codes.length)]), codes]);
    return id === DATA ? memory : wasm.subarray(start, stop);
  });
  return { wasm: Buffer.concat([wasm.subarray(0, 8), ...parts]), stores };
}
