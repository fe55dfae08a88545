"""The package inside of Pyodide."""
