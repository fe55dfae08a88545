"""The door for Python: the vendor's words in snake_case, over the same client that serves JavaScript."""
