"""Evaluating text, as far as Pyodide's start does."""

from _pyodide._base import eval_code
