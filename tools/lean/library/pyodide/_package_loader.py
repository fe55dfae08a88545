"""The places that Pyodide's start asks for; packages are not loaded here. On `_kept` see `pyodide/__init__.py`."""

from pyodide_js import loadedPackages as _kept


class Place:
    """A folder by its name."""

    def __init__(self, path):
        self.path = path

    def __str__(self):
        return self.path


SITE_PACKAGES = Place("/lib/python3.13/site-packages")
DSO_DIR = Place("/usr/lib")


def init_loaded_packages():
    """Know of none."""
