"""The lean library: what a page's Python imports at its start, and no more."""
