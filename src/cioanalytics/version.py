"""The version of the package, which each event names."""

from typing import Final

VERSION: Final = "0.1.0"
