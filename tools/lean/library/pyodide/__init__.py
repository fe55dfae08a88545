"""The package without event loop, consoles and HTTP.

A snapshot expects two JavaScript objects at their places in Pyodide's table; this import and the one of
`pyodide._package_loader` keep them there, in this order.
"""

from pyodide_js._api import scheduleCallback as _kept

__version__ = "0.29.5"
