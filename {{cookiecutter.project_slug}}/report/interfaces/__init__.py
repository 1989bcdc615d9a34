"""The interfaces of the application: how users log in there, and which values they can send.

Each module of this package describes one interface, and defines one object `interface`.
"""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.registry import import_modules
from report.routes import Route
from report.test_app import TestApp, TestUser


@dataclass(frozen=True)
class Input:
    """A value that an operation takes; it must refuse `invalid_values` (None: left out)."""

    name: str
    is_text: bool
    invalid_values: tuple[object, ...] = ()


@dataclass(frozen=True)
class Operation:
    """A route that takes values: a form or an operation of another interface.

    `sender` is a user whose values are accepted; None when no login is needed.
    """

    route: Route
    title: str
    sender: TestUser | None
    inputs: tuple[Input, ...]
    valid_values: Mapping[str, Any] = field(default_factory=dict)

    def values_with(self, **values: object) -> dict[str, Any]:
        """Return the valid values with some replaced; None leaves a value out."""
        merged = {**self.valid_values, **values}
        return {name: value for name, value in merged.items() if value is not None}

    @property
    def text_inputs(self) -> list[Input]:
        """The inputs that take any text."""
        return [each for each in self.inputs if each.is_text]


@dataclass(frozen=True)
class Submission:
    """The response to submitted values, and whether they were accepted."""

    accepted: bool
    response: TestResponse


class Interface(Protocol):
    """An interface of the application.

    `auth` is the name of its credentials in the table of routes. `open_routes` take values from
    everybody, to log in and out. Nothing below `private_areas` may be open to everybody. Errors
    below `prefix` are of the type `error_type`; bodies are sent as `body_type`.
    `testing_overrides` are settings for checks of everything else.
    """

    auth: str
    open_routes: frozenset[str]
    private_areas: tuple[str, ...]
    prefix: str
    error_type: str
    body_type: str
    testing_overrides: Mapping[str, Any]

    def log_in(self, test_app: TestApp, user: TestUser) -> Mapping[str, str]:
        """Return the WSGI variables that carry the credentials of `user`."""

    def send(self, test_app: TestApp, url: str, values: Mapping[str, Any]) -> TestResponse:
        """Send values without credentials, as a new visitor, and return the response."""

    def without_tokens(self, text: str) -> str:
        """Return the text of a response without the parts that differ in every response."""

    def requires_login(self, response: TestResponse) -> bool:
        """Return whether the response asks for this interface's credentials."""

    def find_operations(
        self, test_app: TestApp, credentials: Mapping[TestUser, Mapping[str, str]]
    ) -> list[Operation]:
        """Return the routes that take values, with these values."""

    def submit(
        self, client: FlaskClient, url: str, operation: Operation, values: Mapping[str, Any]
    ) -> Submission:
        """Send `values` to `url`."""


def all_interfaces() -> list[Interface]:
    """Return the interface of every module of this package."""
    return [importlib.import_module(name).interface for name in import_modules(__name__)]


def interface_of(route: Route, interfaces: Iterable[Interface]) -> Interface | None:
    """Return the interface with the longest prefix that the route starts with."""
    matching = [each for each in interfaces if route.rule.startswith(f"{each.prefix}/")]
    return max(matching, key=lambda each: len(each.prefix), default=None)
