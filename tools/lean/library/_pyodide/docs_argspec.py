"""Nobody reads documentation in a page."""


def docs_argspec(_):
    return lambda function: function
