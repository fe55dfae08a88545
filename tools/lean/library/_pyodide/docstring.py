"""Nobody reads documentation in a page."""


def dedent_docstring(docstring):
    return docstring or ""


def get_cmeth_docstring(_):
    return ""
