"""Pages and their forms, for people who sign in with a session cookie."""

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

from report.bench import OWNER, PASSWORD, PEOPLE, Bench, Client, Person
from report.routes import Route
from report.surfaces import Entry, Input, Outcome

# A valid value of each kind of field, and one that it must refuse; the first match counts.
VALUES: tuple[tuple[type[Field], Any, Any], ...] = (
    (PasswordField, PASSWORD, None),
    (EmailField, OWNER.email, "no address"),
    (URLField, "https://example.com/", "no address"),
    (BooleanField, "y", None),
    (IntegerField, "1", "no number"),
    (FloatField, "1", "no number"),
    (DecimalField, "1", "no number"),
    (DateTimeField, datetime(2030, 1, 31, 12, tzinfo=UTC), "no moment"),
    (StringField, "Sample text ", None),
)
UNFILLED = (SubmitField, HiddenField, FileField)


class TokenFinder(HTMLParser):
    """Finds the value of the hidden field that holds the token against forged requests."""

    token = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        attributes = dict(attrs)
        if tag == "input" and attributes.get("name") == "csrf_token":
            self.token = attributes.get("value") or ""


def token_of(response: TestResponse) -> str:
    """Return the token in the forms of a page, or ""."""
    finder = TokenFinder()
    finder.feed(response.text)
    return finder.token


@contextmanager
def shown_forms(bench: Bench) -> Iterator[list[FlaskForm]]:
    """Collect the forms that templates are given."""
    found: list[FlaskForm] = []

    def collect(sender: object, context: Mapping[str, object], **rest: object) -> None:
        found.extend(value for value in context.values() if isinstance(value, FlaskForm))

    with template_rendered.connected_to(collect, bench.app):
        yield found


class WebSurface:
    """Pages and their forms."""

    auth = "Session"
    open_routes = frozenset({"/login", "/logout", "/register"})
    private_areas: tuple[str, ...] = ("/account", "/admin", "/dashboard")
    prefix = ""
    error_type = "text/html"
    body_type = "application/x-www-form-urlencoded"
    relaxed: Mapping[str, Any] = {"WTF_CSRF_ENABLED": False}

    def sign_in(self, bench: Bench, person: Person) -> Mapping[str, str]:
        """Return the cookies that carry the session of `person`."""
        values = {"email": person.email, "password": PASSWORD}
        return self.cookies_of(self.send(bench, "/login", values))

    def cookies_of(self, response: TestResponse) -> Mapping[str, str]:
        """Return what a browser sends after that answer."""
        cookies = [cookie.partition(";")[0] for cookie in response.headers.getlist("Set-Cookie")]
        return {"HTTP_COOKIE": "; ".join(cookies)}

    def send(self, bench: Bench, url: str, values: Mapping[str, Any]) -> TestResponse:
        """Open the page at `url` in a new browser, and send its form with `values`."""
        return self.fill(self.browser(bench), url, values)

    def browser(self, bench: Bench) -> FlaskClient:
        """Return a client that keeps cookies and says where it comes from."""
        client = Client(bench.app)
        scheme = bench.app.config["PREFERRED_URL_SCHEME"]
        client.environ_base["HTTP_REFERER"] = f"{scheme}://localhost/"
        return client

    def comparable(self, text: str) -> str:
        """Return a page without its tokens and nonces."""
        return re.sub(r'(nonce|value)="[^"]*"', "", text)

    def fill(self, browser: FlaskClient, url: str, values: Mapping[str, Any]) -> TestResponse:
        """Open the page at `url`, and send its form with `values`."""
        token = token_of(browser.get(url))
        return browser.post(url, data={"csrf_token": token, **values})

    def asks(self, response: TestResponse) -> bool:
        """Say whether the answer leads to the page for signing in, and from there back, or is it."""
        if response.status_code == 401:
            return 'action="/login?next=' in response.text
        target = urlsplit(response.headers.get("Location", ""))
        return response.status_code in (302, 303) and target.path == "/login" and bool(target.query)

    def entries(self, bench: Bench, credentials: Mapping[Person, Mapping[str, str]]) -> list[Entry]:
        """Find the forms on the pages: what a visitor is shown, then what accounts are."""
        readable = {route.rule for route in bench.routes if not route.writes}
        sending = [route for route in bench.routes if route.method == "POST"]
        return [
            entry
            for route in sending
            if route.rule in readable
            for entry in self._entries_of(bench, route, credentials)
        ]

    def submit(
        self, client: FlaskClient, url: str, entry: Entry, values: Mapping[str, Any]
    ) -> Outcome:
        """Send a form; a refused one is shown again with its errors."""
        response = client.post(url, data=values)
        accepted = response.status_code in (302, 303) and not self.asks(response)
        return Outcome(accepted, response)

    def _entries_of(
        self, bench: Bench, route: Route, credentials: Mapping[Person, Mapping[str, str]]
    ) -> list[Entry]:
        for who in (None, *PEOPLE):
            client = bench.caller(credentials[who] if who else None)
            with shown_forms(bench) as forms:
                client.get(bench.url(route))
            if forms:
                return [_entry(route, who, form) for form in forms]
        return []


def _entry(route: Route, who: Person | None, form: FlaskForm) -> Entry:
    fields = [field for field in form if not isinstance(field, UNFILLED)]
    return Entry(
        route,
        type(form).__name__,
        who,
        tuple(_input(field) for field in fields),
        {field.name: _valid(field) for field in fields},
    )


def _input(field: Field) -> Input:
    bad = [refused for kind, _, refused in VALUES if isinstance(field, kind) and refused]
    if isinstance(field, SelectField):
        bad = ["no such choice"]
    if field.flags.required:
        bad.append("")
    is_text = isinstance(field, StringField)
    return Input(field.name, is_text, tuple(bad))


def _valid(field: Field) -> Any:
    if isinstance(field, SelectField):
        return next((value for value, *_ in field.iter_choices() if value), "")
    value: Any = next((valid for kind, valid, _ in VALUES if isinstance(field, kind)), "")
    if isinstance(field, DateTimeField):
        return value.strftime(field.format[0])
    if type(field) is not StringField and not isinstance(field, TextAreaField):
        return value
    shortest, longest = field.flags.minlength or 0, field.flags.maxlength or 1000
    return (value * 100)[: max(shortest, min(longest, len("Sample text")))]


surface = WebSurface()
