// Goes over the instructions of a function's body.
//
// Law: an instruction that is not known is refused, so nothing is taken for what it is not.
import { Reader } from "./bytes.mjs";

export const CALL = 0x10;
export const RETURN_CALL = 0x12;
export const REF_FUNC = 0xd2;
export const GLOBAL_GET = 0x23;
export const GLOBAL_SET = 0x24;
export const I32_CONST = 0x41;
export const I32_ADD = 0x6a;
/** The second byte of `memory.init` and its like, which name segments of data. */
const SEGMENTS = new Set([8, 9]);

/**
 * Go over a body, local declarations first.
 *
 * @param {Uint8Array} body without its length
 * @param {(code: number, at: number, from: number, end: number) => void} visit called for instructions which name functions or
 *   globals, give constants or touch memory (code 0x28 to 0x3e): where they begin, where their last immediate does, where they end
 * @returns {number} where the first instruction is
 */
export function walk(body, visit) {
  const reader = new Reader(body);
  for (let groups = reader.number(); groups > 0; groups -= 1) {
    reader.skip();
    reader.at += 1;
  }
  const first = reader.at;
  while (reader.at < body.length) {
    const at = reader.at;
    const code = reader.byte();
    if (code >= 0x45 && code <= 0xc4) continue; // arithmetic
    if (code >= 0x28 && code <= 0x3e) {
      reader.skip();
      const from = reader.at;
      reader.skip();
      visit(code, at, from, reader.at);
      continue;
    }
    switch (code) {
      case CALL:
      case RETURN_CALL:
      case REF_FUNC:
      case GLOBAL_GET:
      case GLOBAL_SET:
      case I32_CONST: {
        const from = reader.at;
        reader.skip();
        visit(code, at, from, reader.at);
        break;
      }
      case 0x00: // unreachable
      case 0x01: // nop
      case 0x05: // else
      case 0x0b: // end
      case 0x0f: // return
      case 0x19: // catch_all
      case 0x1a: // drop
      case 0x1b: // select
      case 0xd1: // ref.is_null
        break;
      case 0x02: // block, loop, if, try; catch, throw, rethrow; br, br_if; delegate
      case 0x03:
      case 0x04:
      case 0x06:
      case 0x07:
      case 0x08:
      case 0x09:
      case 0x0c:
      case 0x0d:
      case 0x18:
      case 0x20: // locals, tables
      case 0x21:
      case 0x22:
      case 0x25:
      case 0x26:
      case 0x3f: // memory.size, memory.grow
      case 0x40:
      case 0x42: // i64.const
      case 0xd0: // ref.null
        reader.skip();
        break;
      case 0x0e: // br_table
        for (let left = reader.number(); left >= 0; left -= 1) reader.skip();
        break;
      case 0x11: // call_indirect
      case 0x13:
        reader.skip();
        reader.skip();
        break;
      case 0x1c: // select of a type
        reader.at += reader.number();
        break;
      case 0x43:
        reader.at += 4;
        break;
      case 0x44:
        reader.at += 8;
        break;
      case 0xfc: {
        const more = reader.number();
        if (SEGMENTS.has(more)) throw new Error("a function names a segment of data");
        if (more >= 18) throw new Error(`an instruction that is not known: fc ${more}`);
        const immediates = more < 8 ? 0 : [10, 12, 14].includes(more) ? 2 : 1;
        for (let left = immediates; left > 0; left -= 1) reader.skip();
        break;
      }
      default:
        throw new Error(`an instruction that is not known: ${code.toString(16)}`);
    }
  }
  if (reader.at !== body.length) throw new Error("a function ends within an instruction");
  return first;
}

/** Go over a constant expression; give its bytes, `end` included. @param {Reader} reader */
export function expression(reader) {
  const from = reader.at;
  for (;;) {
    const code = reader.byte();
    if (code === 0x0b) return reader.bytes.subarray(from, reader.at);
    if ([GLOBAL_GET, I32_CONST, 0x42, 0xd0, REF_FUNC].includes(code)) reader.skip();
    else if (code === 0x43) reader.at += 4;
    else if (code === 0x44) reader.at += 8;
    else throw new Error(`a constant has an instruction that is not known: ${code.toString(16)}`);
  }
}
