"""The slim pair: all of Pyodide that a page can reach works on it, in Node with the whole standard library."""

from __future__ import annotations

import json
from typing import Any

from tests.tools.node import node, told

# Parser, compiler, files, big numbers, tables of names, regular expressions, threads of control through JavaScript.
REACHED = """
import { loadPyodide } from "./build/made/lean/pyodide/pyodide.mjs";
import { readFileSync } from "node:fs";
const { lock } = JSON.parse(readFileSync("build/made/runtime.json", "utf8"));
const home = `${process.cwd()}/build/made/lean/pyodide`;
const stock = `${process.cwd()}/node_modules/pyodide/python_stdlib.zip`;
const pyodide = await loadPyodide({ indexURL: home, lockFileContents: lock, stdLibURL: stock });
globalThis.given = { numbers: [1, 2, 3], call: (f, n) => f(n) + 1, fails: () => { throw new Error("of the page"); } };
const seen = {
  names: pyodide.runPython("import unicodedata; unicodedata.name('é')"),
  decomposed: pyodide.runPython("unicodedata.normalize('NFKD', 'é한')").length,
  codecs: pyodide.runPython("'日本'.encode('shift_jis').hex() + ' ' + '한é'.encode('gb18030').hex()"),
  frozen: pyodide.runPython("import _imp; _imp.get_frozen_object('zipimport').co_name"),
  numbers: pyodide.runPython("str(3 ** 200 % 10 ** 40)"),
  parser: pyodide.runPython("import ast; ast.unparse(ast.parse('x = [1, *y]'))"),
  patterns: pyodide.runPython("import re; re.sub(r'(\\\\w)(\\\\w)', r'\\\\2\\\\1', 'abcd')"),
  floats: pyodide.runPython("repr([0.1 + 0.2, 1e22, float('nan'), round(2.675, 2)])"),
  files: pyodide.runPython("open('x', 'w').write('text'); open('x').read()"),
  packed: pyodide.runPython("import zlib; zlib.decompress(zlib.compress(b'x' * 1000)).decode()[:3]"),
  hashed: pyodide.runPython("import hashlib; hashlib.sha256(b'x').hexdigest()[:8]"),
  dates: pyodide.runPython("import datetime; datetime.date(2026, 1, 1).isoformat()"),
  proxies: pyodide.runPython("import js; js.given.call(lambda n: n * 2, 20) + sum(js.given.numbers.to_py())"),
  errors: pyodide.runPython(`
from pyodide.ffi import JsException
import js
def outcome():
    try:
        js.given.fails()
    except JsException as error:
        return str(error)
outcome()`),
  promises: await pyodide.runPythonAsync("import js; await js.Promise.resolve(5) + 1"),
  converted: pyodide.runPython("import pyodide; pyodide.ffi.to_js({'a': [1]}, dict_converter=js.Object.fromEntries)"),
};
try {
  pyodide.runPython("[][1]");
} catch (error) {
  seen.raised = error.type;
}
console.log("seen " + JSON.stringify(seen));
process.exit(0);
"""


WHAT_PYODIDE_CAN_DO: dict[str, Any] = {
    "names": "LATIN SMALL LETTER E WITH ACUTE",
    "decomposed": 5,
    "codecs": f"{'日本'.encode('shift_jis').hex()} {'한é'.encode('gb18030').hex()}",
    "frozen": "<module>",
    "numbers": str(3**200 % 10**40),
    "parser": "x = [1, *y]",
    "patterns": "badc",
    "floats": repr([0.1 + 0.2, 1e22, float("nan"), round(2.675, 2)]),
    "files": "text",
    "packed": "xxx",
    "hashed": "2d711642",
    "dates": "2026-01-01",
    "proxies": 47,
    "errors": "Error: of the page",
    "promises": 6,
    "converted": {"a": [1]},
    "raised": "IndexError",
}


def test_what_pyodide_can_do_it_can_do_slim() -> None:
    assert told(node(REACHED)) == WHAT_PYODIDE_CAN_DO


def test_a_glue_that_is_not_known_is_refused() -> None:
    refused = 'try { slimGlue(given, "", new Set()); } catch (error) { console.log(error.message); }'
    for given, said in (
        ("var other={};", "no list of imports"),
        ("var wasmImports={a,b:_b};", "resolves symbols otherwise"),
        ("var wasmImports={a,(b)};", "an import that is not known"),
    ):
        head = f'import {{ slimGlue }} from "./tools/slim.mjs"; const given = {json.dumps(given)};'
        run = node(f"{head} {refused}")
        assert said in run.stdout, run.stdout + run.stderr


def test_only_exports_go_from_the_module() -> None:
    script = """
    import { readFileSync } from "node:fs";
    import { slimModule } from "./tools/slim.mjs";
    const stock = readFileSync("node_modules/pyodide/pyodide.asm.wasm");
    const { wasm } = slimModule(stock, new Set(["memory", "malloc"]));
    const module = new WebAssembly.Module(wasm);
    const imports = (it) => WebAssembly.Module.imports(it).map((each) => each.module + "." + each.name).join();
    const same = imports(module) === imports(new WebAssembly.Module(stock));
    console.log(JSON.stringify([WebAssembly.Module.exports(module).map((each) => each.name), same]));
    """
    run = node(script)
    assert json.loads(run.stdout) == [["malloc"], True], run.stderr[-1000:]
