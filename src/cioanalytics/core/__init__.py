"""The client without a browser: identity, events, pipeline and delivery over ports. The same on CPython and in Pyodide."""
