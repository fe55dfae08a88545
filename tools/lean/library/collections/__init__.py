"""The door to `collections.abc`, a module of its own; the containers that are written in Python are left out."""

import _collections_abc
import sys
from _collections import OrderedDict, defaultdict, deque

sys.modules["collections.abc"] = _collections_abc
abc = _collections_abc
