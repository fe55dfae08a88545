"""The client without a browser: identity, events, pipeline, delivery. The same on CPython and in Pyodide."""
