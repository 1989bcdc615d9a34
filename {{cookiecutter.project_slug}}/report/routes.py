"""The routes of the application, and URLs to try them with."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.converters import NumberConverter

UNTRIED_METHODS = {"HEAD", "OPTIONS"}
PLACEHOLDER = re.compile(r"<(?:[^<>]*:)?([A-Za-z_]\w*)>")
# The blueprint that the report adds to its throw-away applications.
PROBE = "report_probe"


@dataclass(frozen=True)
class Route:
    """A rule of the URL map with one of its methods.

    `arguments` maps the names in the rule to their kind: "number", or the converter's name.
    """

    rule: str
    method: str
    endpoint: str
    arguments: Mapping[str, str]

    @property
    def blueprint(self) -> str:
        """The blueprint's name, or "" for a route of the application itself."""
        return self.endpoint.rpartition(".")[0]

    @property
    def writes(self) -> bool:
        """Whether the method is meant to change something (RFC 9110, section 9.2.1)."""
        return self.method != "GET"

    @property
    def is_static(self) -> bool:
        """Whether the route serves files."""
        return self.endpoint.rpartition(".")[2] == "static"

    @property
    def names_an_object(self) -> bool:
        """Whether the URL contains a primary key."""
        return any(kind in ("number", "uuid") for kind in self.arguments.values())

    def url(self, key: int, texts: Mapping[str, str]) -> str:
        """Return the URL for the row with that key; `texts` are the values of text arguments."""

        def value(placeholder: re.Match[str]) -> str:
            name = placeholder[1]
            numbers = {"number": str(key), "uuid": str(uuid.UUID(int=key))}
            return numbers.get(self.arguments[name]) or quote(texts.get(name, "sample"))

        return PLACEHOLDER.sub(value, self.rule)

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def all_routes(app: Flask) -> list[Route]:
    """Return every route of `app` with each of its methods, sorted, without the report's own."""
    routes = [
        Route(rule.rule, method, rule.endpoint, _arguments(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - UNTRIED_METHODS)
        if not rule.endpoint.startswith(PROBE)
    ]
    return sorted(routes, key=lambda route: (route.rule, route.method))


def _arguments(rule: Rule) -> dict[str, str]:
    """Return the kind of each argument of a rule."""
    return {name: _kind(rule._converters[name]) for name in PLACEHOLDER.findall(rule.rule)}


def _kind(converter: BaseConverter) -> str:
    if isinstance(converter, NumberConverter):
        return "number"
    return type(converter).__name__.removesuffix("Converter").lower()
