// Compiles a module in Pyodide itself, so that the bytecode is that Pyodide's own: `node tools/bytecode.mjs STOCK SOURCE OUTPUT`.
//
// Takes: npm's pyodide and a lowered module (tools/lower). Gives: OUTPUT, what Python imports as a module without source, and on
// the last line {"python", "platform"} in JSON, of which a wheel's tags are made. Assumes: nobody reads line numbers of a lowered
// module; each function has one for all of it, since tracebacks break where there is none. Docstrings stay, and where there may be one, the name with its class.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [stock, source, output] = process.argv.slice(2).map((path) => resolve(path));
const code = `
import functools, importlib.util, marshal, sys, sysconfig
from types import CodeType

UNCHECKED_HASH = 1
# An entry of a table of lines: up to eight units of code, no columns, and how many lines further.
NO_COLUMNS = 0x80 | 13 << 3


@functools.cache  # what several functions share is written once
def one_line(units):
    return b"".join(bytes([NO_COLUMNS | min(units - at, 8) - 1, 0]) for at in range(0, units, 8))


def bare(code):
    consts = tuple(bare(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    name = code.co_qualname if isinstance(next(iter(consts), None), str) else code.co_name
    lines = one_line(len(code.co_code) // 2)
    return code.replace(co_consts=consts, co_linetable=lines, co_filename="cioanalytics", co_qualname=name)


def compiled(text):
    body = marshal.dumps(bare(compile(text, "cioanalytics", "exec", optimize=1)))
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH.to_bytes(4, "little") + bytes(8) + body


def platform():
    return sysconfig.get_config_var("PYEMSCRIPTEN_PLATFORM_VERSION") or sysconfig.get_config_var("PYODIDE_ABI_VERSION")


[*sys.version_info[:2]], platform(), compiled(text)
`;

/** @type {typeof import("pyodide")} */
const { loadPyodide } = await import(pathToFileURL(`${stock}/pyodide.mjs`).href);
// Sets of constants stand in the order of their hashes: the same sources give the same bytes.
const pyodide = await loadPyodide({ indexURL: stock, env: { PYTHONHASHSEED: "0" } });
const [python, platform, bytes] = pyodide.runPython(code, { globals: pyodide.toPy({ text: readFileSync(source, "utf8") }) }).toJs();
writeFileSync(output, bytes);
console.log(JSON.stringify({ python, platform }));
