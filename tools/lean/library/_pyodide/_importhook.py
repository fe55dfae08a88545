"""Importing of JavaScript modules; what needs packages, Windows or hints for people is left out."""

import sys
from _frozen_importlib import spec_from_loader

from ._core_docs import JsProxy


class JsLoader:
    """Gives a proxy as a module."""

    def __init__(self, jsproxy):
        self.jsproxy = jsproxy

    def create_module(self, spec):
        return self.jsproxy

    def exec_module(self, module):
        """Do nothing: it is there."""

    def is_package(self, fullname):
        return True


class JsFinder:
    """Finds what was registered, and what lies below it."""

    def __init__(self):
        self.jsproxies = {}
        self.hook = lambda _: None

    def find_spec(self, fullname, path=None, target=None):
        parent, _, child = fullname.rpartition(".")
        if parent:
            above = sys.modules.get(parent)
            if not isinstance(above, JsProxy):
                return None
            found = getattr(above, child, None)
            if not isinstance(found, JsProxy):
                raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        else:
            found = self.jsproxies.get(fullname)
            if found is None:
                return None
        return spec_from_loader(fullname, JsLoader(found), origin="javascript")

    def register_js_module(self, name, jsproxy):
        self.jsproxies[name] = jsproxy

    def unregister_js_module(self, name):
        del self.jsproxies[name]


jsfinder = JsFinder()
register_js_module = jsfinder.register_js_module
unregister_js_module = jsfinder.unregister_js_module


def register_js_finder():
    sys.meta_path.append(jsfinder)


def register_windows_finder():
    """Find no Windows paths."""


def register_module_not_found_hook(*_):
    """Give no hints on packages: there are none."""


def add_note_to_module_not_found_error(_):
    """Give no hints on packages: there are none."""
