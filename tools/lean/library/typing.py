"""Names that the standard library and Pyodide mention in class heads; none of them means anything at run time."""


class _Anything:
    def __init__(self, *_, **__):
        pass

    def __class_getitem__(cls, _):
        return cls

    def __getitem__(self, _):
        return self

    def __or__(self, _):
        return self

    __ror__ = __or__


class ParamSpec(_Anything):
    """Known to `collections.abc.Callable` by its name."""


class Generic:
    """A base that takes any parameters."""

    def __class_getitem__(cls, _):
        return cls


class Protocol(Generic):
    """A base that asks for nothing."""


Any = ClassVar = IO = Literal = Optional = Self = TypeVar = Union = _Anything
TYPE_CHECKING = False


def overload(function):
    return function


def cast(_, value):
    return value


# The interpreter calls these for `class C[T]` and for subclasses of it.
def _generic_class_getitem(cls, *_):
    return cls


def _generic_init_subclass(cls, *_, **__):
    pass
