"""Web pages and their forms; users log in with a session cookie."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import template_rendered
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from werkzeug.test import TestResponse
from wtforms import (
    BooleanField,
    DateTimeField,
    DecimalField,
    EmailField,
    Field,
    FileField,
    FloatField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    URLField,
)

from report.client import Client
from report.interfaces import Input, Operation, Submission
from report.routes import Route
from report.test_app import OWNER, PASSWORD, TEST_USERS, TestApp, TestUser

# The type of a field, a valid value, and an invalid one; the first match counts.
VALUES: tuple[tuple[type[Field], Any, Any], ...] = (
    (PasswordField, PASSWORD, None),
    (EmailField, OWNER.email, "no address"),
    (URLField, "https://example.com/", "no address"),
    (BooleanField, "y", None),
    (IntegerField, "1", "no number"),
    (FloatField, "1", "no number"),
    (DecimalField, "1", "no number"),
    (DateTimeField, datetime(2030, 1, 31, 12, tzinfo=UTC), "no date"),
    (StringField, "Sample text ", None),
)
FIELDS_WITHOUT_VALUES = (SubmitField, HiddenField, FileField)


class TokenFinder(HTMLParser):
    """Finds the value of the hidden field with the CSRF token."""

    token = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handle an element."""
        attributes = dict(attrs)
        if tag == "input" and attributes.get("name") == "csrf_token":
            self.token = attributes.get("value") or ""


def csrf_token(response: TestResponse) -> str:
    """Return the CSRF token in the forms of a page, or ""."""
    finder = TokenFinder()
    finder.feed(response.text)
    return finder.token


@contextmanager
def record_forms(test_app: TestApp) -> Iterator[list[FlaskForm]]:
    """Collect the forms that are passed to templates."""
    forms: list[FlaskForm] = []

    def collect(sender: object, context: Mapping[str, object], **rest: object) -> None:
        forms.extend(value for value in context.values() if isinstance(value, FlaskForm))

    with template_rendered.connected_to(collect, test_app.app):
        yield forms


class WebInterface:
    """The web pages; `login_route`, `open_routes` and `private_areas` are those of this project."""

    auth = "Session"
    login_route = "/login"
    logout_route = "/logout"
    password_route = "/account/password"  # noqa: S105 - a route
    open_routes = frozenset({login_route, logout_route, "/register"})
    private_areas: tuple[str, ...] = ("/account", "/admin", "/dashboard")
    prefix = ""
    error_type = "text/html"
    body_type = "application/x-www-form-urlencoded"
    testing_overrides: Mapping[str, Any] = {"WTF_CSRF_ENABLED": False}

    def log_in(self, test_app: TestApp, user: TestUser) -> Mapping[str, str]:
        """Return the cookies that carry the session of `user`."""
        values = {"email": user.email, "password": PASSWORD}
        return self.cookies_of(self.send(test_app, self.login_route, values))

    def cookies_of(self, response: TestResponse) -> Mapping[str, str]:
        """Return the WSGI variable with the cookies that a response sets."""
        cookies = [cookie.partition(";")[0] for cookie in response.headers.getlist("Set-Cookie")]
        return {"HTTP_COOKIE": "; ".join(cookies)}

    def send(self, test_app: TestApp, url: str, values: Mapping[str, Any]) -> TestResponse:
        """Open the page at `url` in a new browser and send its form with `values`."""
        return self.send_form(self.browser(test_app), url, values)

    def browser(self, test_app: TestApp) -> FlaskClient:
        """Return a client that keeps cookies and sends a Referer header."""
        client = Client(test_app.app)
        scheme = test_app.app.config["PREFERRED_URL_SCHEME"]
        client.environ_base["HTTP_REFERER"] = f"{scheme}://localhost/"
        return client

    def without_tokens(self, text: str) -> str:
        """Return a page without its CSRF tokens and nonces."""
        return re.sub(r'(nonce|value)="[^"]*"', "", text)

    def send_form(self, browser: FlaskClient, url: str, values: Mapping[str, Any]) -> TestResponse:
        """Open the page at `url` and send its form with `values`."""
        token = csrf_token(browser.get(url))
        return browser.post(url, data={"csrf_token": token, **values})

    def requires_login(self, response: TestResponse) -> bool:
        """Return whether the response is the login page or a redirect to it, with the parameter
        `next`."""
        if response.status_code == 401:
            return f'action="{self.login_route}?next=' in response.text
        target = urlsplit(response.headers.get("Location", ""))
        is_redirect = response.status_code in (302, 303)
        return is_redirect and target.path == self.login_route and bool(target.query)

    def find_operations(
        self, test_app: TestApp, credentials: Mapping[TestUser, Mapping[str, str]]
    ) -> list[Operation]:
        """Return the forms of all pages, as a visitor or the first account that sees them."""
        readable = {route.rule for route in test_app.routes if not route.writes}
        sending = [route for route in test_app.routes if route.method == "POST"]
        return [
            operation
            for route in sending
            if route.rule in readable
            for operation in self._operations_of(test_app, route, credentials)
        ]

    def submit(
        self, client: FlaskClient, url: str, operation: Operation, values: Mapping[str, Any]
    ) -> Submission:
        """Send a form; a form that is refused is shown again, without a redirect."""
        response = client.post(url, data=values)
        accepted = response.status_code in (302, 303) and not self.requires_login(response)
        return Submission(accepted, response)

    def _operations_of(
        self, test_app: TestApp, route: Route, credentials: Mapping[TestUser, Mapping[str, str]]
    ) -> list[Operation]:
        for user in (None, *TEST_USERS):
            client = test_app.client(credentials[user] if user else None)
            with record_forms(test_app) as forms:
                client.get(test_app.url(route))
            if forms:
                return [_operation(route, user, form) for form in forms]
        return []


def _operation(route: Route, sender: TestUser | None, form: FlaskForm) -> Operation:
    fields = [field for field in form if not isinstance(field, FIELDS_WITHOUT_VALUES)]
    return Operation(
        route,
        type(form).__name__,
        sender,
        tuple(_input(field) for field in fields),
        {field.name: _valid_value(field) for field in fields},
    )


def _input(field: Field) -> Input:
    invalid = [value for kind, _, value in VALUES if isinstance(field, kind) and value]
    if isinstance(field, SelectField):
        invalid = ["no such choice"]
    if field.flags.required:
        invalid.append("")
    return Input(field.name, isinstance(field, StringField), tuple(invalid))


def _valid_value(field: Field) -> Any:
    if isinstance(field, SelectField):
        return next((value for value, *_ in field.iter_choices() if value), "")
    value: Any = next((valid for kind, valid, _ in VALUES if isinstance(field, kind)), "")
    if isinstance(field, DateTimeField):
        return value.strftime(field.format[0])
    if type(field) is not StringField and not isinstance(field, TextAreaField):
        return value
    shortest, longest = field.flags.minlength or 0, field.flags.maxlength or 1000
    return (value * 100)[: max(shortest, min(longest, len("Sample text")))]


interface = WebInterface()
