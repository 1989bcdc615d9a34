"""The context of the checks: the test applications, the access rights of each route, and the
results of the tools."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from warnings import WarningMessage

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.guard import Guard
from report.imports import is_deprecation
from report.interfaces import Interface, Operation, Submission, all_interfaces
from report.project import Project
from report.project_api import SETTINGS
from report.routes import Route
from report.test_app import (
    ADMIN,
    OWNER,
    TEST_USERS,
    AppFactory,
    TestApp,
    TestUser,
    dispose,
    new_app,
    production_overrides,
    testing_overrides,
)
from report.tools import Tools

NO_LOGIN = "None"
ADMIN_LOGIN = "Admin"


@dataclass(frozen=True)
class RouteAccess:
    """The responses of a route: one without credentials, and one for each test user.

    `auth` is "None", the name of the credentials that the route requires, or "Admin". A route that
    writes has no response for the test user OTHER.
    """

    route: Route
    auth: str
    anonymous: TestResponse
    responses: Mapping[TestUser, TestResponse]


class Context:
    """Everything that a check needs; the parts are made when a check first uses them."""

    def __init__(
        self,
        create: AppFactory,
        project: Project,
        tools: Tools,
        guard: Guard,
        database_url: str = "",
    ) -> None:
        self._create = create
        self._cleanup = ExitStack()
        self.project = project
        self.tools = tools
        self.guard = guard
        self.database_url = database_url
        self.interfaces = all_interfaces()
        self.warnings: list[WarningMessage] = []

    @cached_property
    def testing(self) -> TestApp:
        """The application with the testing configuration and without rate limits."""
        overrides = testing_overrides()
        for interface in self.interfaces:
            overrides |= interface.testing_overrides
        return self._test_app(overrides)

    @cached_property
    def production(self) -> TestApp:
        """The application with the configuration of production."""
        return self._test_app(production_overrides())

    @cached_property
    def credentials(self) -> Mapping[str, Mapping[TestUser, Mapping[str, str]]]:
        """The credentials of each test user in the testing application, by interface."""
        test_app = self.testing
        credentials = {
            interface.auth: {user: interface.log_in(test_app, user) for user in TEST_USERS}
            for interface in self.interfaces
        }
        test_app.save()
        return credentials

    @cached_property
    def operations(self) -> list[tuple[Interface, Operation]]:
        """The forms and other operations that take values."""
        test_app = self.testing
        operations = [
            (interface, operation)
            for interface in self.interfaces
            for operation in interface.find_operations(test_app, self.credentials[interface.auth])
        ]
        test_app.restore()
        return operations

    @cached_property
    def route_access(self) -> list[RouteAccess]:
        """The responses of every route."""
        return [self._access(route) for route in self.testing.routes]

    @cached_property
    def fully_configured(self) -> Flask:
        """An application in which no list of the configuration is empty."""
        lists = {
            name: ["https://a.example"] for name, (_, default) in SETTINGS.items() if default == []
        }
        return self.new_app({**production_overrides(), **lists})

    @property
    def test_apps(self) -> list[TestApp]:
        """The test applications that have been made so far."""
        made = (vars(self).get(name) for name in ("testing", "production"))
        return [test_app for test_app in made if test_app is not None]

    @property
    def request_count(self) -> int:
        """How many requests have been sent so far."""
        return sum(test_app.recorder.requests for test_app in self.test_apps)

    @property
    def deprecations(self) -> list[tuple[str, str]]:
        """The deprecation warnings so far, each with the file that it names."""
        return [
            (str(warning.message), warning.filename)
            for warning in self.warnings
            if is_deprecation(warning.category)
        ]

    def new_app(self, overrides: Mapping[str, object]) -> Flask:
        """Return one more application, on an empty in-memory database."""
        app = new_app(self._create, overrides)
        self._cleanup.callback(dispose, app)
        return app

    def close(self) -> None:
        """Close the database connections of all applications."""
        self._cleanup.close()

    def client(self, interface: Interface, user: TestUser | None) -> FlaskClient:
        """Return a client with the credentials of `user`; without any when it is None."""
        return self.testing.client(self.credentials[interface.auth][user] if user else None)

    def client_of(self, user: TestUser) -> FlaskClient:
        """Return a client with the credentials of `user` for all interfaces together."""
        return self.testing.client(self._all_credentials(user))

    def client_for(self, access: RouteAccess) -> FlaskClient:
        """Return a client with the credentials of a user who may use the route."""
        return self.client_of(ADMIN if access.auth == ADMIN_LOGIN else OWNER)

    def submit(
        self,
        interface: Interface,
        operation: Operation,
        values: Mapping[str, object],
        query: str = "",
    ) -> Submission:
        """Send values to the URL of the owner's object, as a user who is allowed to."""
        return self.submit_as(operation.sender, interface, operation, values, query)

    def submit_as(
        self,
        user: TestUser | None,
        interface: Interface,
        operation: Operation,
        values: Mapping[str, object],
        query: str = "",
    ) -> Submission:
        """Send values to the URL of the owner's object, as `user`."""
        url = self.testing.url(operation.route) + query
        return interface.submit(self.client(interface, user), url, operation, values)

    def _test_app(self, overrides: Mapping[str, object]) -> TestApp:
        prefixes = [interface.prefix for interface in self.interfaces]
        test_app = TestApp(self._create, overrides, prefixes)
        self._cleanup.callback(test_app.close)
        return test_app

    def _all_credentials(self, user: TestUser) -> dict[str, str]:
        merged: dict[str, str] = {}
        for interface in self.interfaces:
            merged.update(self.credentials[interface.auth][user])
        return merged

    def _access(self, route: Route) -> RouteAccess:
        anonymous = self._request(route, {})
        users = (OWNER, ADMIN) if route.writes else TEST_USERS
        responses = {user: self._request_with_values(route, user) for user in users}
        required = [each.auth for each in self.interfaces if each.requires_login(anonymous)]
        forbidden = responses[OWNER].status_code == 403 != responses[ADMIN].status_code
        auth = ADMIN_LOGIN if required and forbidden else next(iter(required), NO_LOGIN)
        return RouteAccess(route, auth, anonymous, responses)

    def _request_with_values(self, route: Route, user: TestUser) -> TestResponse:
        """Return the response to valid values, or to a request without values if the route takes
        none."""
        for interface, operation in self.operations:
            if operation.route == route:
                values = operation.valid_values
                response = self.submit_as(user, interface, operation, values).response
                self.testing.restore()
                return response
        return self._request(route, self._all_credentials(user))

    def _request(self, route: Route, credentials: Mapping[str, str]) -> TestResponse:
        client = self.testing.client(credentials)
        response = client.open(self.testing.url(route), method=route.method)
        if route.writes:
            self.testing.restore()
        return response
