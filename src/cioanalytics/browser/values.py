"""Values on their way over the border: JSON text, and beside it what JSON cannot say.

Law: the page's own JSON is never interpreted. Functions, plugins and undefined come as a list of [path, reference,
kind] beside the text; marks of ours (`{"$ctx": …}`) go out only as a whole argument, and a page's object that looks
like one is wrapped as `{"$json": …}`.
"""

from __future__ import annotations

from typing import Any, cast

from cioanalytics.browser.host import Border
from cioanalytics.browser.page_objects import Given, PageContext, PageFunction, PageObject
from cioanalytics.browser.page_plugins import PagePlugin
from cioanalytics.core.pipeline.context import Context
from cioanalytics.core.ports import Codec, Json, JsonObject
from cioanalytics.core.unset import UNSET, Unset


class Values:
    """Reads what the page gives and writes what it gets; `itself` is the client, which page code gets as the global."""

    def __init__(self, border: Border, codec: Codec) -> None:
        self._border = border
        self._codec = codec
        self.itself: object = None

    def taken(self, arguments: list[Any], references: list[Any]) -> list[Any]:
        """Put functions, plugins and undefined at their places among the arguments of a call."""
        for path, reference, kind in references:
            place: Any = arguments
            for step in path[:-1]:
                place = place[step]
            # What is undefined within something that JSON writes otherwise (a list, what has a `toJSON`) is nowhere.
            if isinstance(place, dict if isinstance(path[-1], str) else list):
                place[path[-1]] = self._object(reference, kind)
        return arguments

    def _object(self, reference: int, kind: str) -> object:
        if kind == "undefined":
            return UNSET
        if kind == "function":
            return PageFunction(self._border, reference, self.arguments)
        if kind == "plugin":
            return PagePlugin(self._border, reference, self.arguments)
        return PageObject(self._border, reference)

    def arguments(self, given: list[Given]) -> str:
        """Write a list of arguments for code of the page."""
        return self._codec.dumps([self._marked(value) for value in given])

    def outcome(self, value: Given) -> str:
        """Write what a call gave back."""
        if isinstance(value, Unset):
            return '{"undefined":true}'
        if isinstance(value, list):
            return self._codec.dumps({"list": [self._marked(one) for one in value]})
        return self._codec.dumps({"value": self._marked(value)})

    def failure(self, error: BaseException) -> str:
        """Write the error of a call."""
        return self._codec.dumps({"error": error_of(error)})

    def _marked(self, value: Given) -> Json:
        if value is not None and value is self.itself:
            return {"$analytics": 1}
        if isinstance(value, Unset):
            return {"$undefined": 1}
        if isinstance(value, Context):
            return {"$ctx": value.snapshot()}
        if isinstance(value, PageContext):
            return {"$ctx": value.snapshot}
        if isinstance(value, BaseException):
            return {"$error": error_of(value)}
        if isinstance(value, PageObject):
            return {"$ref": value.reference}
        if isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$"):
            return {"$json": cast(Json, value)}
        if isinstance(getattr(value, "type", None), str):
            # One of the client's own plugins, as `message_enriched` names it (reference).
            return {name: str(getattr(value, name, "")) for name in ("name", "type", "version")}
        return cast(Json, value)


def error_of(error: BaseException) -> JsonObject:
    """Give an error's name, message and public fields, as page code reads them."""
    described: JsonObject = {"name": str(getattr(error, "name", "Error")), "message": str(error)}
    for field in ("field", "reason", "type", "retry", "status", "size", "limit"):
        value = getattr(error, field, None)
        if isinstance(value, str | bool | int | float | list):
            described[field] = cast(Json, value)
    return described
