"""Visitors of a served project: requests, forms and signing in, without a browser."""

import json
import re
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """A response, and how long it took."""

    status: int
    headers: HTTPMessage
    text: str
    seconds: float

    @property
    def cookies(self) -> str:
        """The value of the header Cookie that sends back what the response sets.

        Browsers would do so over HTTPS only.
        """
        lines = self.headers.get_all("Set-Cookie", [])
        return "; ".join(line.partition(";")[0] for line in lines)


def ask(url: str, cookies: str = "", form: Mapping[str, str] | None = None) -> Answer:
    """Request `url`, by POST with a form, and return the response, whatever its status.

    Below `/api/` the form is sent as JSON.
    """
    started = time.monotonic()
    parts = urlsplit(url)
    with closing(HTTPConnection(parts.netloc, timeout=30)) as connection:
        is_api = parts.path.startswith("/api/")
        kind = "application/json" if is_api else "application/x-www-form-urlencoded"
        headers = {"Cookie": cookies, "Content-Type": kind}
        encoded = json.dumps(form) if is_api else urlencode(form or {})
        method, body = ("POST", encoded) if form else ("GET", None)
        connection.request(method, parts.path or "/", body, headers)
        response = connection.getresponse()
        text = response.read().decode()
    return Answer(response.status, response.headers, text, time.monotonic() - started)


def csrf_token(page: Answer) -> str:
    """Return the CSRF token of the forms on a page."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def sign_in(url: str, email: str, password: str) -> str:
    """Sign in on the login page and return the cookies."""
    page = ask(f"{url}/login")
    form = {"csrf_token": csrf_token(page), "email": email, "password": password}
    response = ask(f"{url}/login", page.cookies, form)
    assert (response.status, response.headers["Location"]) == (302, "/dashboard")
    return response.cookies
