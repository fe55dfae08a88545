"""Tracebacks without source lines: which function, in which line of the lowered client, and what was raised."""

import sys


def format_exception(kind, value=None, traceback=None, *_, **__):
    """Give an exception's lines, the innermost call last, and those of what it followed from."""
    if value is None and isinstance(kind, BaseException):
        kind, value, traceback = type(kind), kind, kind.__traceback__
    lines = []
    before = getattr(value, "__cause__", None) or (
        None if getattr(value, "__suppress_context__", True) else value.__context__
    )
    if before is not None:
        lines += [*format_exception(before), "\nThen:\n\n"]
    lines.append("Traceback (most recent call last):\n")
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f'  File "{code.co_filename}", line {traceback.tb_lineno}, in {code.co_name}\n')
        traceback = traceback.tb_next
    lines.append(f"{getattr(kind, '__name__', kind)}: {value}\n")
    return lines


def print_exception(kind, value=None, traceback=None, *_, **__):
    """Write an exception on the console."""
    sys.stderr.write("".join(format_exception(kind, value, traceback)))


def print_exc():
    """Write the exception that is being handled on the console."""
    print_exception(sys.exception())
