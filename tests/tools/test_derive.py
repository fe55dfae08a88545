"""What a snapshot leaves out comes back as it was; a heap whose containers are listed in another order is used on."""

from __future__ import annotations

from tests.tools.node import node, told

# A page's memory is made again from the words that `derivable` gives: as one run, with what Python knows of each text.
STORY = """
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import { UNDO, derivable, inOrder, undoing } from "./tools/derive.mjs";
import { HEAP_BASE, STACK_LOW, placeOf } from "./tools/wasm/addresses.mjs";
import { FUNCTION, MEMORY, decode, encode } from "./tools/wasm/module.mjs";
import { leb } from "./tools/wasm/bytes.mjs";
import { hold } from "./web/start/memory.js";
const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
const run = (text) => pyodide.runPython(text);
const rising = () => run(`
import gc
ids = [id(each) for each in gc.get_objects()]
sum(a < b for a, b in zip(ids, ids[1:])) / len(ids)
`);
run(`
import gc
gc.collect()
gc.disable()
kept = [{"n": i, "me": []} for i in range(5000)]
count = len(gc.get_objects())
`);
const before = rising();
run("gc.freeze()"); // one list, as after the imports
const words = new Uint32Array(pyodide._module.HEAPU8.buffer);
const list = inOrder(words);
run("gc.unfreeze()");
const order = rising();
const used = run(`
for each in kept: each['me'].append(each)
del kept, each
gc.enable()
freed = gc.collect()
freed >= 10000, len(gc.get_objects()) >= count - 10001
`).toJs();

const text = placeOf(decode(readFileSync("node_modules/pyodide/pyodide.asm.wasm")), "PyUnicode_Type");
run("gc.collect(); gc.freeze()");
const memory = new Uint32Array(pyodide._module.HEAPU8.buffer).slice();
const begin = inOrder(memory);
// A module that has nothing but the memory, and Python's function of another.
const pages = memory.byteLength / 65536;
const small = encode({
  ...decode(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])),
  types: [{ parameters: [0x7f], results: [0x7f] }],
  imports: [
    { module: "env", name: "memory", kind: MEMORY, about: Buffer.from([0, ...leb(pages)]), type: -1 },
    { module: "env", name: "hash", kind: FUNCTION, about: Buffer.from([0]), type: 0 },
  ],
  exports: [{ name: "PyObject_Hash", kind: FUNCTION, index: 0 }],
});
const HASH_AT = 12;
const restored = async (memory) => {
  const { given, first } = derivable(memory, begin, text, new Uint32Array(memory.length));
  const page = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const file = new Uint32Array(7 + memory.length);
  file.set([0, memory.byteLength, begin, first, 1, 0, memory.byteLength]);
  file.set(given, 7);
  const again = new Uint32Array(page.buffer);
  const asked = [];
  const hash = (object) => {
    asked.push(again[(object + 4) / 4] === text && again[(object + HASH_AT) / 4] === 0xffffffff);
    again[(object + HASH_AT) / 4] = memory[(object + HASH_AT) / 4];
  };
  const { instance } = await WebAssembly.instantiate(undoing(small, small), { env: { memory: page, hash } });
  hold(new Uint8Array(0), page, file.buffer, [STACK_LOW, HEAP_BASE], instance.exports[UNDO])();
  const different = again.findIndex((word, at) => word !== memory[at]);
  const changed = given.filter((word, at) => word !== memory[at]).length;
  return { first, different, changed, asked: asked.length, texts: asked.every(Boolean) };
};
const whole = await restored(memory);
// What stands for others must be no word of the memory itself.
const strange = memory.slice();
strange[STACK_LOW / 4] = whole.first + 3;
const other = await restored(strange);
let refused = "";
try {
  inOrder(new Uint32Array(5000));
} catch (error) {
  refused = String(error);
}
console.log("seen " + JSON.stringify({ before, order, used, whole, other, refused }));
process.exit(0);
"""


def test_what_is_left_out_comes_back() -> None:
    seen = told(node(STORY))
    assert seen["before"] < 0.9
    assert seen["order"] > 0.99
    assert seen["used"] == [True, True]
    for memory in (seen["whole"], seen["other"]):
        assert memory["different"] == -1
        assert memory["changed"] > 10_000
        assert memory["asked"] > 1000
        assert memory["texts"]
    assert seen["whole"]["first"] != seen["other"]["first"]
    assert "is not found" in seen["refused"]
