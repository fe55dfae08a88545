"""Relocation at build: the data are what the module itself would have made of them in the page."""

from __future__ import annotations

from tests.tools.node import node, told

# The memory just after the module's own writer ran in it, in a real start, against the data of the relocated module.
COMPARE = """
import { loadPyodide } from "pyodide";
import { readFileSync } from "node:fs";
import { relocate } from "./tools/relocate.mjs";
import { decode } from "./tools/wasm/module.mjs";
const stock = readFileSync("node_modules/pyodide/pyodide.asm.wasm");
const { wasm, stores } = relocate(stock);
const relocated = decode(wasm).data[0].bytes;
const length = relocated.length;
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (module, imports) => {
  const result = await instantiate(module, imports);
  if (!imports?.env?.memory) return result;
  const instance = result.instance ?? result;
  const exports = { ...instance.exports };
  exports.__wasm_apply_data_relocs = () => {
    instance.exports.__wasm_apply_data_relocs();
    const memory = new Uint8Array(imports.env.memory.buffer, 1024, length);
    let different = 0;
    for (let at = 0; at < length; at += 1) different += Number(memory[at] !== relocated[at]);
    console.log("seen " + JSON.stringify({ stores, length, different }));
    process.exit(0);
  };
  return { instance: { exports }, module: result.module ?? module };
};
await loadPyodide();
"""


def test_the_data_are_what_the_module_makes_of_them() -> None:
    seen = told(node(COMPARE))
    assert seen["stores"] > 20_000
    assert seen["length"] > 3_000_000
    assert seen["different"] == 0
