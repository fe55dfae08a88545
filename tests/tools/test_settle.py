"""The settled module: constants are what the module itself would have found, and all else stays in its place."""

from __future__ import annotations

from tests.tools.node import node, told

# A module as Pyodide's is: a start function moves an address, a function gives it, another counts.
SMALL = """
import { settle } from "./tools/settle.mjs";
import { encode } from "./tools/wasm/module.mjs";
const i32 = 0x7f;
const bytes = (...all) => Buffer.from(all);
const global = (name, mutable, module = "env") => ({ module, name, kind: 3, about: bytes(i32, mutable), type: -1 });
const wasm = encode({
  customs: new Map(),
  types: [{ parameters: [], results: [] }, { parameters: [], results: [i32] }],
  imports: [global("__memory_base", 0), global("__stack_pointer", 1)],
  functions: [0, 1, 1, 0],
  tables: [],
  globals: [
    { type: i32, mutable: true, value: bytes(0x41, 40, 0x0b) },
    { type: i32, mutable: true, value: bytes(0x41, 7, 0x0b) },
    { type: i32, mutable: false, value: bytes(0x41, 9, 0x0b) },
  ],
  exports: ["moved", "count", "pointer", "named"].map((name, at) =>
    at < 3 ? { name, kind: 0, index: at + 1 } : { name, kind: 3, index: 4 }),
  start: 0,
  elements: [],
  codes: [
    bytes(0, 0x23, 0, 0x23, 2, 0x6a, 0x24, 2, 0x0b), // moved += __memory_base
    bytes(0, 0x23, 2, 0x0b),
    bytes(0, 0x23, 3, 0x41, 1, 0x6a, 0x24, 3, 0x23, 3, 0x0b),
    bytes(0, 0x23, 1, 0x41, 16, 0x6b, 0x24, 1, 0x0b),
  ],
  data: [],
});
const outcome = async (wasm, base) => {
  const pointer = new WebAssembly.Global({ value: "i32", mutable: true }, 100);
  const env = { __stack_pointer: pointer, ...base };
  const { exports } = await WebAssembly.instantiate(new WebAssembly.Module(wasm), { env });
  exports.pointer();
  return [exports.moved(), exports.count(), exports.count(), pointer.value, exports.named.value];
};
const given = new WebAssembly.Global({ value: "i32" }, 1024);
const { wasm: settled, gone } = settle(wasm);
const seen = [await outcome(wasm, { __memory_base: given }), await outcome(settled, {}), gone];
console.log("seen " + JSON.stringify(seen));
"""


def test_a_settled_module_answers_as_before() -> None:
    before, after, gone = told(node(SMALL))
    assert before == [1064, 8, 9, 84, 9]
    assert after == before
    assert gone == 2


WHOLE = """
import { readFileSync } from "node:fs";
import { decode } from "./tools/wasm/module.mjs";
const stock = decode(readFileSync("node_modules/pyodide/pyodide.asm.wasm"));
const settled = decode(readFileSync("build/made/lean/pyodide/pyodide.asm.wasm"));
const same = (read) => JSON.stringify(read(stock)) === JSON.stringify(read(settled));
settled.functions.pop(); // that of tools/derive.mjs, behind all others
console.log("seen " + JSON.stringify({
  functions: same(({ functions }) => functions),
  table: same(({ elements }) => elements.map((each) => each.functions)),
  start: settled.start,
  imports: settled.imports.filter(({ kind }) => kind === 3).map(({ name }) => name),
  globals: settled.globals.filter(({ mutable }) => mutable).length,
}));
"""


def test_functions_and_table_keep_their_places() -> None:
    seen = told(node(WHOLE))
    assert seen["functions"]
    assert seen["table"]
    assert seen["start"] is None
    assert seen["imports"] == ["__stack_pointer"]
    assert seen["globals"] == 3
