"""The laboratory: two throw-away applications, who may do what in them, and the tools' output."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from warnings import WarningMessage

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import SETTINGS
from report.bench import (
    ADMIN,
    OWNER,
    PEOPLE,
    Bench,
    Factory,
    Person,
    dispose,
    new_app,
    production_overrides,
    testing_overrides,
)
from report.imports import is_deprecation
from report.project import Project
from report.routes import Route
from report.surfaces import Entry, Outcome, Surface, all_surfaces
from report.tools import Tools

NOBODY = "None"


@dataclass(frozen=True)
class Access:
    """How a route answered a visitor and the accounts: the other one only where it is read.

    `auth` is None, the name of the credentials that the route asks for, or Admin.
    """

    route: Route
    auth: str
    visitor: TestResponse
    answers: Mapping[Person, TestResponse]


@dataclass(frozen=True)
class Notes:
    """How many requests were sent, and what warned of something that will go away, and where."""

    requests: int
    deprecations: list[tuple[str, str]]

    def since(self, earlier: "Notes") -> "Notes":
        """Return what came after earlier notes."""
        new = self.deprecations[len(earlier.deprecations) :]
        return Notes(self.requests - earlier.requests, new)


class Lab:
    """What measures work with. `relaxed` has no limits, `production` is configured as there."""

    def __init__(self, create: Factory, project: Project, tools: Tools) -> None:
        self._create = create
        self._closing = ExitStack()
        self.project = project
        self.tools = tools
        self.surfaces = all_surfaces()
        self.warnings: list[WarningMessage] = []
        self.others_notes: list[Notes] = []

    @cached_property
    def relaxed(self) -> Bench:
        """The application in which everything can be tried as often as it takes."""
        overrides = testing_overrides()
        for surface in self.surfaces:
            overrides |= surface.relaxed
        return self._bench(overrides)

    @cached_property
    def production(self) -> Bench:
        """The application with the configuration of production."""
        return self._bench(production_overrides())

    @cached_property
    def credentials(self) -> Mapping[str, Mapping[Person, Mapping[str, str]]]:
        """What each person sends to the relaxed application, for each surface."""
        bench = self.relaxed
        found = {
            surface.auth: {person: surface.sign_in(bench, person) for person in PEOPLE}
            for surface in self.surfaces
        }
        bench.keep()
        return found

    @cached_property
    def entries(self) -> list[tuple[Surface, Entry]]:
        """The routes that take values."""
        bench = self.relaxed
        found = [
            (surface, entry)
            for surface in self.surfaces
            for entry in surface.entries(bench, self.credentials[surface.auth])
        ]
        bench.restore()
        return found

    @cached_property
    def access(self) -> list[Access]:
        """How every route answers everybody."""
        return [self._access(route) for route in self.relaxed.routes]

    @cached_property
    def configured(self) -> Flask:
        """An application in which no list of the configuration is empty."""
        lists = {name: ["https://a.example"] for name, (_, each) in SETTINGS.items() if each == []}
        return self.new_app({**production_overrides(), **lists})

    def notes(self) -> Notes:
        """Return what was seen up to now, here and by others."""
        here = sum(bench.seen.requests for bench in (self.relaxed, self.production))
        raised = [
            (str(each.message), each.filename)
            for each in self.warnings
            if is_deprecation(each.category)
        ]
        return Notes(
            here + sum(notes.requests for notes in self.others_notes),
            raised + [each for notes in self.others_notes for each in notes.deprecations],
        )

    def new_app(self, overrides: Mapping[str, object]) -> Flask:
        """Return one more application, on an empty in-memory database."""
        app = new_app(self._create, overrides)
        self._closing.callback(dispose, app)
        return app

    def close(self) -> None:
        """Close the connections of all applications."""
        self._closing.close()

    def client(self, surface: Surface, person: Person | None) -> FlaskClient:
        """Return a client with the credentials of `person`, or without any."""
        return self.relaxed.caller(self.credentials[surface.auth][person] if person else None)

    def submit(
        self, surface: Surface, entry: Entry, values: Mapping[str, object], query: str = ""
    ) -> Outcome:
        """Send values to the address of the owner's object, as the one who may."""
        return self.submit_as(entry.who, surface, entry, values, query)

    def submit_as(
        self,
        person: Person | None,
        surface: Surface,
        entry: Entry,
        values: Mapping[str, object],
        query: str = "",
    ) -> Outcome:
        """Send values to the address of the owner's object, as `person`."""
        url = self.relaxed.url(entry.route) + query
        return surface.submit(self.client(surface, person), url, entry, values)

    def _bench(self, overrides: Mapping[str, object]) -> Bench:
        bench = Bench(self._create, overrides, [surface.prefix for surface in self.surfaces])
        self._closing.callback(bench.close)
        return bench

    def reader(self, access: Access) -> FlaskClient:
        """Return a client with the credentials of somebody who may use the route."""
        return self.client_of(ADMIN if access.auth == "Admin" else OWNER)

    def client_of(self, person: Person) -> FlaskClient:
        """Return a client with the credentials of `person` for all surfaces together."""
        return self.relaxed.caller(self._everything(person))

    def _everything(self, person: Person) -> dict[str, str]:
        """Return the credentials of `person` for all surfaces together."""
        merged: dict[str, str] = {}
        for surface in self.surfaces:
            merged.update(self.credentials[surface.auth][person])
        return merged

    def _access(self, route: Route) -> Access:
        visitor = self._answer(route, {})
        people = (OWNER, ADMIN) if route.writes else PEOPLE
        answers = {person: self._answer_with_values(route, person) for person in people}
        asking = [surface.auth for surface in self.surfaces if surface.asks(visitor)]
        forbidden = answers[OWNER].status_code == 403 != answers[ADMIN].status_code
        auth = "Admin" if asking and forbidden else next(iter(asking), NOBODY)
        return Access(route, auth, visitor, answers)

    def _answer_with_values(self, route: Route, person: Person) -> TestResponse:
        """Return the answer to valid values, where the route takes values."""
        for surface, entry in self.entries:
            if entry.route == route:
                response = self.submit_as(person, surface, entry, entry.valid).response
                self.relaxed.restore()
                return response
        return self._answer(route, self._everything(person))

    def _answer(self, route: Route, credentials: Mapping[str, str]) -> TestResponse:
        client = self.relaxed.caller(credentials)
        response = client.open(self.relaxed.url(route), method=route.method)
        response.get_data()
        if route.writes:
            self.relaxed.restore()
        return response
