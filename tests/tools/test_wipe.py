"""What is free in the heap is emptied, what is in use stays, and the allocator goes on as before."""

from __future__ import annotations

from tests.tools.node import node, told

# Blocks of every size, each filled with its number, every third freed; then the heap is wiped in place and used on.
STORY = """
import { loadPyodide } from "pyodide";
import { wipe } from "./tools/wipe.mjs";
const pyodide = await loadPyodide();
const { ___libc_malloc: _malloc, ___libc_calloc: _calloc, _free } = pyodide._module;
const heap = () => pyodide._module.HEAPU8; // another one whenever the memory has grown
const fill = (at, size, number) => new Uint8Array(heap().buffer, at, size).fill(number);
const all = (at, size, number) => new Uint8Array(heap().buffer, at, size).every((byte) => byte === number);
const guard = _malloc(100);
fill(guard, 100, 255);
const blocks = Array.from({ length: 3000 }, (_, i) => {
  const size = 1 + ((i * 37) % 900);
  const at = _malloc(size);
  fill(at, size, 1 + (i % 250));
  return { at, size, number: 1 + (i % 250) };
});
const freed = blocks.filter((_, i) => i % 3 === 0);
const used = blocks.filter((_, i) => i % 3 !== 0);
freed.forEach(({ at }) => _free(at));
const stack = pyodide._module.stackSave();
const first = wipe(heap(), stack);
const again = wipe(heap(), stack);
const empty = freed.filter(({ at, size }) => size > 400 && all(at + 32, size - 40, 0)).length;
const whole = used.filter(({ at, size, number }) => all(at, size, number)).length;
const later = Array.from({ length: 6000 }, (_, i) => {
  const size = 1 + ((i * 53) % 1500);
  const at = i % 2 ? _calloc(1, size) : _malloc(size);
  const clean = i % 2 ? all(at, size, 0) : true;
  fill(at, size, 255);
  return { at, size, clean };
});
const intact = used.filter(({ at, size, number }) => all(at, size, number)).length;
[...later, ...used].forEach(({ at }) => _free(at));
const python = pyodide.runPython("sum(len(str([i] * (i % 50))) for i in range(5000))");
const broken = heap().slice();
new Uint32Array(broken.buffer)[(guard - 4) >> 2] ^= 64;
let refused = "";
try { wipe(broken, stack); } catch (error) { refused = String(error); }
console.log("seen " + JSON.stringify({
  first, again, empty, large: freed.filter(({ size }) => size > 400).length, whole, intact, used: used.length,
  clean: later.every(({ clean }) => clean), python, refused,
}));
process.exit(0);
"""


def test_free_blocks_are_emptied_and_nothing_else() -> None:
    seen = told(node(STORY))
    assert seen["first"] > 100_000
    assert seen["again"] == 0
    assert seen["empty"] == seen["large"] > 300
    assert seen["whole"] == seen["intact"] == seen["used"]
    assert seen["clean"]
    assert seen["python"] == sum(len(str([i] * (i % 50))) for i in range(5000))
    assert "heap" in seen["refused"]


# What Python allocates is empty, whatever was there before; then the small holes of its heap are taken.
HOLES = """
import { loadPyodide } from "pyodide";
import { blocks, emptying, occupy } from "./tools/wipe.mjs";
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = (given, imports) =>
  instantiate(imports?.env?.memory ? emptying(new Uint8Array(given)) : given, imports);
const pyodide = await loadPyodide();
const { ___libc_malloc: _malloc, _free } = pyodide._module;
const heap = () => pyodide._module.HEAPU8;
const clean = [];
for (let size = 1; size < 5000; size += 7) {
  const at = _malloc(size);
  clean.push(heap().subarray(at, at + size).every((byte) => byte === 0));
  heap().fill(255, at, at + size);
  if (size % 2) _free(at);
}
const work = () => pyodide.runPython("sum(len(str([i] * (i % 50))) for i in range(5000))");
work();
const isSmall = ({ at, next, free }) => free && next - at < 256;
const small = () => [...blocks(new Uint32Array(heap().buffer))].filter(isSmall).length;
const before = small();
occupy(new Uint32Array(heap().buffer), _malloc);
console.log("seen " + JSON.stringify({ clean: clean.every(Boolean), before, after: small(), python: work() }));
process.exit(0);
"""


def test_what_is_allocated_is_empty_and_small_holes_are_taken() -> None:
    seen = told(node(HOLES))
    assert seen["clean"]
    assert seen["before"] > 100
    assert seen["after"] < seen["before"] / 20  # rests of the blocks that the allocator cuts small ones from
    assert seen["python"] == sum(len(str([i] * (i % 50))) for i in range(5000))
