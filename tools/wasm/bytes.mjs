// Numbers and names as a WebAssembly module writes them.

/** A reader of a module's bytes. */
export class Reader {
  /** @param {Uint8Array} bytes @param {number} at */
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** Read an unsigned LEB128. */
  number() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** Read a signed LEB128 of 32 bits. */
  signed() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return shift < 25 && byte & 64 ? value | (-1 << (shift + 7)) : value;
    }
  }

  /** Go over a LEB128 of any width. */
  skip() {
    while (this.bytes[this.at++] > 127);
  }

  /** Take as many bytes. @param {number} length */
  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return Buffer.from(this.take(this.number())).toString("utf8");
  }

  /** Read a list. @template T @param {() => T} entry @returns {T[]} */
  list(entry) {
    /** @type {T[]} */
    const entries = [];
    for (let left = this.number(); left > 0; left -= 1) entries.push(entry());
    return entries;
  }
}

/** Write an unsigned LEB128. @param {number} value @returns {number[]} */
export function leb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** Write a signed LEB128 of 32 bits. @param {number} value @returns {number[]} */
export function signedLeb(value) {
  const bytes = [];
  for (let left = value | 0; ; left >>= 7) {
    if (left >= -64 && left < 64) return [...bytes, left & 127];
    bytes.push((left & 127) | 128);
  }
}

/** Write a name. @param {string} name */
export const text = (name) => {
  const bytes = Buffer.from(name);
  return Buffer.concat([Buffer.from(leb(bytes.length)), bytes]);
};

/** Put pieces together. @param {(number | number[] | Uint8Array)[]} pieces */
export const joined = (...pieces) => Buffer.concat(pieces.map((each) => (typeof each === "number" ? Buffer.from([each]) : Buffer.from(each))));

/** Write a list. @param {(number[] | Uint8Array)[]} entries */
export const list = (entries) => joined(leb(entries.length), ...entries);

/** Write what is preceded by its length. @param {Uint8Array} content */
export const sized = (content) => joined(leb(content.length), content);
