"""Documentation left out of the module: texts for people are empty, everything else is as it was."""

from __future__ import annotations

from typing import Any

from tests.tools.node import node, told

SCRIPT = r"""
import { readFileSync } from "node:fs";
import { withoutDocs } from "./tools/docs.mjs";
import { relocate } from "./tools/relocate.mjs";
import { settle } from "./tools/settle.mjs";
import { decode } from "./tools/wasm/module.mjs";
const stock = readFileSync("node_modules/pyodide/pyodide.asm.wasm");
const settled = settle(relocate(stock).wasm).wasm;
const { wasm, texts, size } = withoutDocs(settled, stock);
const [before, after] = [settled, wasm].map((bytes) => Buffer.from(decode(bytes).data[0].bytes));
let [changed, odd] = [0, 0];
for (let at = 0; at < before.length; at += 1)
  if (before[at] !== after[at]) {
    changed += 1;
    odd += Number(after[at] !== 0);
  }
const count = (bytes, text) => bytes.toString("latin1").split(text).length - 1;
console.log("seen " + JSON.stringify({
  same: before.length === after.length && changed === size,
  odd,
  texts: texts > 1500,
  left: count(after, "\n--\n\n") < count(before, "\n--\n\n") / 8,
  kept: ["' object has no attribute '", "unsupported operand type(s) for ", "list index out of range"]
    .filter((text) => count(before, text) !== count(after, text)),
}));
"""


def test_only_texts_for_people_are_left_out() -> None:
    seen: dict[str, Any] = told(node(SCRIPT), "seen")
    assert seen == {"same": True, "odd": 0, "texts": True, "left": True, "kept": []}
