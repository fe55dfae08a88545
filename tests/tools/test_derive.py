"""What a snapshot leaves out comes back as it was; a heap whose containers are listed in another order is used on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

# A page's memory is made again from the words that `derivable` gives: as one run, with what Python knows of each text.
STORY = """
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import { derivable, inOrder } from "./tools/derive.mjs";
import { HEAP_BASE, STACK_LOW, placeOf } from "./tools/wasm/addresses.mjs";
import { decode } from "./tools/wasm/module.mjs";
import { HASH, HASH_AT, MIDDLE, NEAR, hold } from "./web/start/memory.js";
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
const given = derivable(memory, begin, text);
const near = given.filter((word) => word >= MIDDLE - NEAR && word <= MIDDLE + NEAR).length;
const unhashed = given.filter((word) => word === HASH).length;
const page = new WebAssembly.Memory({ initial: memory.byteLength / 65536, maximum: memory.byteLength / 65536 });
const file = new Uint32Array(6 + memory.length);
file.set([0, memory.byteLength, begin, 1, 0, memory.byteLength]);
file.set(given, 6);
const again = new Uint32Array(page.buffer);
const asked = [];
const hash = (object) => {
  asked.push(again[(object + 4) / 4] === text);
  again[(object + HASH_AT) / 4] = memory[(object + HASH_AT) / 4];
};
hold(new Uint8Array(0), page, file.buffer, [STACK_LOW, HEAP_BASE], hash)();
const different = again.findIndex((word, at) => word !== memory[at]);

const refusals = [];
const refused = (act) => { try { act(); } catch (error) { refusals.push(String(error)); } };
const strange = memory.slice(); strange[strange.length - 1] = MIDDLE + 3;
refused(() => derivable(strange, begin, text));
refused(() => inOrder(new Uint32Array(5000)));
const texts = asked.every(Boolean);
const seen = { before, order, used, near, unhashed, asked: asked.length, texts, different, refusals };
console.log("seen " + JSON.stringify(seen));
process.exit(0);
"""


def test_what_is_left_out_comes_back() -> None:
    command = ["node", "--input-type=module", "-e", STORY]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    seen: dict[str, Any] = json.loads(run.stdout.split("seen ", 1)[1])
    assert seen["before"] < 0.9
    assert seen["order"] > 0.99
    assert seen["used"] == [True, True]
    assert seen["different"] == -1
    assert seen["near"] > 1000
    assert seen["unhashed"] == seen["asked"] > 1000
    assert seen["texts"]
    assert ["stand for others" in seen["refusals"][0], "is not found" in seen["refusals"][1]] == [True, True]
