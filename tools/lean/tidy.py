"""Runs in Pyodide just before the memory snapshot: drops what was needed to import, and will not be again.

Nothing can be imported afterwards but what is in `sys.modules` or built in: there are no files in a page. So what
finds, reads and describes files goes, and with it what modules tell of where they came from.
"""

import builtins
import encodings.aliases
import gc
import sys
import zipimport

# Their functions are of no use without files, or without a person at a prompt.
DEAD = (
    "_frozen_importlib_external",
    "_sitebuiltins",
    "encodings.aliases",
    "genericpath",
    "keyword",
    "os",
    "os.path",
    "posixpath",
    "site",
    "stat",
    "zipimport",
)
OTHER_NAMES = ("importlib._bootstrap_external",)
ORIGIN = ("__cached__", "__doc__", "__file__", "__loader__", "__spec__")
FOR_PEOPLE = ("copyright", "credits", "license", "help", "exit", "quit")


def tidy() -> None:
    """Empty caches and tables of the import system, and what is for people at a prompt."""
    zipimport._zip_directory_cache.clear()  # type: ignore[attr-defined] # noqa: SLF001
    encodings.aliases.aliases.clear()
    sys.path_importer_cache.clear()
    sys.path[:] = []
    sys.path_hooks[:] = []
    sys.meta_path[:] = [each for each in sys.meta_path if getattr(each, "__name__", "") != "PathFinder"]
    for name in FOR_PEOPLE:
        builtins.__dict__.pop(name, None)
    dead = [sys.modules.pop(name, None) for name in (*DEAD, *OTHER_NAMES)]
    sys.modules.pop(__name__)
    for module in (*sys.modules.values(), *dead):
        if isinstance(module, type(sys)):
            for name in ORIGIN:
                module.__dict__.pop(name, None)
    for module in dead:
        if module is not None:
            module.__dict__.clear()
    # Pyodide asks for it at each start, and writes into its environment: it would read it anew, out of the interpreter.
    sys.modules["os"] = type(sys)("os")
    sys.modules["os"].environ = {}  # type: ignore[attr-defined]
    gc.collect()
    gc.collect()
    sys._clear_type_cache()  # noqa: SLF001
