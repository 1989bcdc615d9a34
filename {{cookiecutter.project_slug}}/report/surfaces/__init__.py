"""The ways into the application: each knows how people sign in there, and what they may send.

A module of this package belongs to a feature and holds one object `surface`.
"""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.bench import Bench, Person
from report.outcome import modules_below
from report.routes import Route


@dataclass(frozen=True)
class Input:
    """A value that an entry takes; `bad` are values that it must refuse (None: left out)."""

    name: str
    is_text: bool
    bad: tuple[object, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A route that takes values: who may send them (None: anybody), and a valid set of them."""

    route: Route
    title: str
    who: Person | None
    inputs: tuple[Input, ...]
    valid: Mapping[str, Any] = field(default_factory=dict)

    def but(self, **values: object) -> dict[str, Any]:
        """Return the valid values with some replaced; None leaves one out."""
        merged = {**self.valid, **values}
        return {name: value for name, value in merged.items() if value is not None}

    @property
    def texts(self) -> list[Input]:
        """The inputs that people type text into."""
        return [each for each in self.inputs if each.is_text]


@dataclass(frozen=True)
class Outcome:
    """The answer to an entry, and whether the values were accepted."""

    accepted: bool
    response: TestResponse


class Surface(Protocol):
    """A way into the application.

    `auth` is what the table of routes calls its credentials. Anybody may write to
    `open_routes`: people sign in and out there. Nobody may see `private_areas` without an
    account. `prefix` starts the addresses whose errors are answered as `error_type`; bodies are
    sent as `body_type`. `relaxed` are the settings that a test of something else needs.
    """

    auth: str
    open_routes: frozenset[str]
    private_areas: tuple[str, ...]
    prefix: str
    error_type: str
    body_type: str
    relaxed: Mapping[str, Any]

    def sign_in(self, bench: Bench, person: Person) -> Mapping[str, str]:
        """Return the WSGI variables that carry the credentials of `person`."""

    def send(self, bench: Bench, url: str, values: Mapping[str, Any]) -> TestResponse:
        """Send values as a newcomer does, and return the answer."""

    def comparable(self, text: str) -> str:
        """Return the text of an answer without what differs in every answer."""

    def asks(self, response: TestResponse) -> bool:
        """Say whether the answer asks for this surface's credentials."""

    def entries(self, bench: Bench, credentials: Mapping[Person, Mapping[str, str]]) -> list[Entry]:
        """Find the routes that take values, and what they take."""

    def submit(
        self, client: FlaskClient, url: str, entry: Entry, values: Mapping[str, Any]
    ) -> Outcome:
        """Send `values` to `url`."""


def all_surfaces() -> list[Surface]:
    """Return the surface of every module of this package."""
    return [importlib.import_module(name).surface for name in modules_below(__name__)]


def surface_of(route: Route, surfaces: Iterable[Surface]) -> Surface | None:
    """Return the surface that a route belongs to: the one whose prefix is the longest."""
    fitting = [each for each in surfaces if route.rule.startswith(f"{each.prefix}/")]
    return max(fitting, key=lambda each: len(each.prefix), default=None)
