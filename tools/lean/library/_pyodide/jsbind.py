"""Calls of JavaScript functions all have the one signature: the binding of typed signatures is left out.

The default signature is what stock Pyodide makes of `def f(*args, **kwargs): pass` by way of `inspect` and `typing`.
"""

from _pyodide_core import JsFuncSignature, js2py_default_call_result, py2js_default


def _stencil(*args, **kwargs):
    pass


default_signature = JsFuncSignature(
    _stencil, False, 0, (), (), py2js_default, (), (), (), py2js_default, js2py_default_call_result
)
no_default = object()


class BindClass:
    """Marks a class for binding; nothing does."""


class type_converter:
    """Makes converters of annotations; nothing has any."""


def func_to_sig(_):
    return default_signature


def bind_class_sig(sig):
    return sig


def get_attr_sig(sig, attr):
    return (False, None)
