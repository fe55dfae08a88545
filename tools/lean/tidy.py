"""Runs in Pyodide just before the memory snapshot: drops what was needed to import, and will not be again.

Nothing can be imported afterwards but what is in `sys.modules` or built in: there are no files in a page.
"""


def tidy() -> None:
    """Empty caches and tables of the import system, and what is for people at a prompt."""
    import builtins
    import encodings.aliases
    import gc
    import sys
    import zipimport

    # Read once, at import.
    zipimport._zip_directory_cache.clear()  # type: ignore[attr-defined] # noqa: SLF001
    encodings.aliases.aliases.clear()
    sys.path_importer_cache.clear()
    sys.path[:] = []
    sys.path_hooks[:] = []
    sys.meta_path[:] = [each for each in sys.meta_path if getattr(each, "__name__", "") != "PathFinder"]
    for name in ("encodings.aliases", "zipimport", "site", "_sitebuiltins", "keyword"):
        sys.modules.pop(name, None)
    for name in ("copyright", "credits", "license", "help", "exit", "quit"):
        builtins.__dict__.pop(name, None)
    gc.collect()
    gc.collect()


tidy()
del tidy
