"""The one question that Pyodide asks at run time."""

CO_COROUTINE = 128


def iscoroutinefunction(function):
    """Whether a function was made with `async def`."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return bool(code is not None and code.co_flags & CO_COROUTINE)
