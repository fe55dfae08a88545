"""The module in two: together they are the whole one, and the profile is one of this module."""

from __future__ import annotations

from tests.tools.node import node, told
from tests.tools.test_slim import REACHED, WHAT_PYODIDE_CAN_DO

# What the page's loader does (web/start/second.js), with files.
PAIR = """
import { readFileSync } from "node:fs";
const { wasm, second } = JSON.parse(readFileSync("build/made/module.json", "utf8"));
const compiled = (name) => new WebAssembly.Module(readFileSync(`build/parts/module/${name}`));
const [first, other] = [compiled(wasm), compiled(second)];
const instantiate = WebAssembly.instantiate;
let loads = 0;
WebAssembly.instantiate = async (given, imports) => {
  if (!imports?.env?.memory) return instantiate(given, imports);
  const load = () => {
    loads += 1;
    new WebAssembly.Instance(other, { ...imports, first: exports });
    exports.$loaded.value = 1;
  };
  const { exports } = await instantiate(first, { ...imports, second: { load } });
  const shown = Object.fromEntries(Object.entries(exports).filter(([name]) => !name.startsWith("$")));
  return { instance: { exports: shown }, module: first };
};
process.on("exit", () => console.log("loads " + loads));
"""


def test_what_pyodide_can_do_it_can_do_in_two_parts() -> None:
    run = node(PAIR + REACHED.replace('import { readFileSync } from "node:fs";', ""))
    assert told(run) == WHAT_PYODIDE_CAN_DO
    assert told(run, "loads") == 1


def test_each_function_is_in_one_of_the_two() -> None:
    script = """
    import { readFileSync } from "node:fs";
    import { decode } from "./tools/wasm/module.mjs";
    const { wasm, second } = JSON.parse(readFileSync("build/made/module.json", "utf8"));
    const read = (path) => decode(readFileSync(path));
    const [first, other] = [wasm, second].map((name) => read(`build/parts/module/${name}`));
    const whole = read("build/made/lean/pyodide/pyodide.asm.wasm");
    const stubs = other.elements[0].functions.length;
    const own = ({ exports }) => exports.filter(({ name }) => !name.startsWith("$")).map(({ name }) => name);
    console.log("seen " + JSON.stringify({
      lost: whole.codes.length - (first.codes.length - stubs - 1) - other.codes.length,
      exports: own(first).join() === own(whole).join(),
      table: first.elements[0].functions.length === whole.elements[0].functions.length,
    }));
    """
    assert told(node(script)) == {"lost": 0, "exports": True, "table": True}


def test_data_are_moved_where_nothing_that_is_loaded_can_come() -> None:
    script = """
    import { readFileSync } from "node:fs";
    import { decode } from "./tools/wasm/module.mjs";
    import { Reader } from "./tools/wasm/bytes.mjs";
    import { walk } from "./tools/wasm/instructions.mjs";
    const { wasm, second, ranges } = JSON.parse(readFileSync("build/made/module.json", "utf8"));
    const [first, other] = [wasm, second].map((name) => decode(readFileSync(`build/parts/module/${name}`)));
    const whole = decode(readFileSync("build/made/lean/pyodide/pyodide.asm.wasm")).data[0].bytes;
    const lay = (modules) => {
      const memory = Buffer.alloc(1024 + whole.length);
      for (const { offset, bytes } of modules.flatMap(({ data }) => data))
        memory.set(bytes, new Reader(offset, 1).signed());
      return memory.subarray(1024);
    };
    const inside = (address) => ranges.some(([from, to]) => address >= from && address < to);
    let named = 0;
    for (const body of first.codes)
      walk(body, (code, at, from) => {
        if (code !== 0x41) return;
        const value = new Reader(body, from).signed();
        named += Number(ranges.some(([from]) => value === from || value + 1024 === from));
      });
    console.log("seen " + JSON.stringify({
      together: lay([first, other]).equals(whole),
      missing: ranges.every(([from, to]) => lay([first]).subarray(from - 1024, to - 1024).every((byte) => byte === 0)),
      bytes: ranges.reduce((sum, [from, to]) => sum + to - from, 0),
      named,
    }));
    """
    seen = told(node(script))
    assert seen.pop("bytes") > 2_000_000
    assert seen == {"together": True, "missing": True, "named": 0}


def test_the_profile_is_one_of_this_module() -> None:
    script = """
    import { readFileSync } from "node:fs";
    import { profileOf } from "./tools/profiling/functions.mjs";
    const stock = readFileSync("node_modules/pyodide/pyodide.asm.wasm");
    const text = readFileSync("tools/profiling/functions.txt", "utf8");
    const outcome = (given) => {
      try { return profileOf(stock, given).length; } catch (error) { return error.message; }
    };
    const stale = text.replace(/sha256 ./, "sha256 x");
    console.log("seen " + JSON.stringify([outcome(text), outcome(stale), outcome(text + "malloc\\n")]));
    """
    count, *refused = told(node(script))
    assert count > 1000
    assert refused == ["the profile is one of another module: ./build.sh profile"] * 2
