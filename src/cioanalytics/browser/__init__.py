"""The Python side of the border to one page."""
