"""Python goes on with a cache and numbers that were emptied."""

from __future__ import annotations

from tests.tools.node import node, told

STORY = """
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import { inOrder } from "./tools/derive.mjs";
import { forget } from "./tools/forget.mjs";
import { placeOf } from "./tools/wasm/addresses.mjs";
import { decode } from "./tools/wasm/module.mjs";
const pyodide = await loadPyodide();
const run = (text) => pyodide.runPython(text);
run(`
import gc

def once(n):
    return n + 1

def outer(n):
    def inner(m):
        return n + m
    return inner

def many():
    return sum(once(n) + outer(n)(n) for n in range(1000))

table = {str(n): n for n in range(1000)}
before = many()
gc.collect()
gc.freeze()
`);
const words = new Uint32Array(pyodide._module.HEAPU8.buffer);
const module = decode(readFileSync("node_modules/pyodide/pyodide.asm.wasm"));
const typeOf = (name) => placeOf(module, `Py${name}_Type`);
const types = { function: typeOf("Function"), dict: typeOf("Dict") };
const list = inOrder(words);
const forgotten = forget(words, list, types);
const again = forget(words, list, types);
const after = run(`
gc.unfreeze()
table["more"] = 1
del table["5"]
[many() == before for _ in range(10)], len(table), sum(table.values()), once.__code__.co_name
`).toJs();
console.log("seen " + JSON.stringify({ forgotten, again, after }));
process.exit(0);
"""


def test_python_goes_on_with_what_was_emptied() -> None:
    seen = told(node(STORY))
    assert seen["forgotten"] > 1000
    assert seen["again"] == 0
    assert seen["after"] == [[True] * 10, 1000, sum(range(1000)) - 5 + 1, "once"]
