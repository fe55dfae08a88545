"""Which functions of Pyodide's module the client runs in a page."""
