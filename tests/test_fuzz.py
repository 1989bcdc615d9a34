"""3,000 mutated raw requests to a project in production: none is a 5xx, none leaves a traceback."""

import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from tests.support import services
from tests.support.baking import bake
from tests.support.checks import InstalledProject, current_minor, install
from tests.support.raw_requests import Credentials, Requests, Target, send
from tests.support.servers import SECRETS, gunicorn
from tests.support.visitors import Answer, ask, csrf_token, sign_in

SEED = 20_260_101
REQUESTS = 3000
EMAIL = "fuzz@example.com"
POST = ("title", "summary", "body", "published")
USER = ("email", "name", "password", "role", "active")
# Nothing logs out: the other requests shall reach what only people who are signed in reach.
TARGETS = [
    Target("GET", "/"),
    Target("GET", "/dashboard"),
    Target("GET", "/posts"),
    Target("GET", "/posts/"),
    Target("GET", "/posts/mine"),
    Target("GET", "/posts/1-a"),
    Target("GET", "/static/app.css"),
    Target("GET", "/api/docs"),
    Target("GET", "/api/openapi.json"),
    Target("GET", "/healthz"),
    Target("GET", "/readyz"),
    Target("POST", "/login", ("csrf_token", "email", "password", "remember")),
    Target("POST", "/register", ("csrf_token", "name", "email", "password")),
    Target("POST", "/account", ("csrf_token", "name")),
    Target("POST", "/account/password", ("csrf_token", "current", "password", "repeated")),
    Target("POST", "/posts/new", ("csrf_token", *POST)),
    Target("POST", "/posts/1/edit", ("csrf_token", *POST)),
    Target("POST", "/posts/99/delete", ("csrf_token", "submit")),
    Target("GET", "/api/posts"),
    Target("GET", "/api/posts/1"),
    Target("POST", "/api/posts", POST),
    Target("PATCH", "/api/posts/1", POST),
    Target("PUT", "/api/posts/1", POST),
    Target("DELETE", "/api/posts/99"),
    Target("GET", "/api/users"),
    Target("GET", "/api/users/me"),
    Target("POST", "/api/users", USER),
    Target("PATCH", "/api/users/2", USER),
    Target("POST", "/api/auth/login", ("email", "password")),
    Target("POST", "/api/auth/refresh", ("token",)),
]


def test_no_request_is_an_error_of_the_server(tmp_path: Path) -> None:
    services.require("PostgreSQL")
    project = bake(tmp_path / "out", {"database": "PostgreSQL"})
    installed = install(project, current_minor())
    with services.database("PostgreSQL") as database:
        # Without limits: they would refuse most requests.
        settings = {**SECRETS, "APP_ENV": "production", "RATELIMIT_ENABLED": "no"}
        settings |= {"DATABASE_URL": database, "TRUSTED_PROXIES": "1"}
        password = make_accounts(installed, settings)
        with gunicorn(installed, tmp_path, **settings) as url:
            slug = project.path.name
            requests = Requests(SEED, slug, TARGETS, somebody(url, password))
            started = time.monotonic()
            responses = send_all(url, list(islice(requests, REQUESTS)))
            seconds = time.monotonic() - started
            assert ask(f"{url}/readyz").status == 200
    statuses = Counter(status_of(response) for _, response in responses)
    print(f"{REQUESTS} requests in {seconds:.1f} s: {dict(sorted(statuses.items()))}")
    failed = [pair for pair in responses if status_of(pair[1]) >= 500]
    assert not failed, failed[:3]
    assert "Traceback" not in (tmp_path / "gunicorn.log").read_text("utf-8")
    # Most of the requests must have reached a view, and some must have changed something.
    assert statuses[200] > REQUESTS / 10
    assert statuses[201] + statuses[302] > REQUESTS / 50
    assert statuses[0] < REQUESTS / 50


def make_accounts(installed: InstalledProject, settings: dict[str, str]) -> str:
    """Create the tables, an administrator and demo data; return the administrator's password."""
    installed.run("flask", "db", "upgrade", **settings)
    command = ("user", "create", EMAIL, "--admin", "--generate")
    made = installed.run("flask", *command, **settings)
    installed.run("flask", "seed", **settings | {"APP_ENV": "development"})
    return made.split("Password: ")[1].split()[0]


def somebody(url: str, password: str) -> list[Credentials]:
    """Return a visitor, and the administrator on the pages and in the API."""
    login = ask(f"{url}/login")
    cookies = sign_in(url, EMAIL, password)
    account = ask(f"{url}/account", cookies)
    answer = ask(f"{url}/api/auth/login", form={"email": EMAIL, "password": password})
    tokens = json.loads(answer.text)
    return [
        Credentials(f"Cookie: {login.cookies}", csrf_token(login), is_for_api=False),
        Credentials(
            f"Cookie: {session_of(account, cookies)}", csrf_token(account), is_for_api=False
        ),
        Credentials(f"Authorization: Bearer {tokens['access_token']}", "", is_for_api=True),
    ]


def session_of(page: Answer, cookies: str) -> str:
    """Return the cookies after `page`, which may have set a new session."""
    return page.cookies or cookies


def send_all(url: str, requests: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Send the requests, two at once; return each one with its response."""
    host, port = url.removeprefix("http://").split(":")
    with ThreadPoolExecutor(2) as clients:
        responses = clients.map(lambda request: send((host, int(port)), request), requests)
        return list(zip(requests, responses, strict=True))


def status_of(response: bytes) -> int:
    """Return the status of a response; 0 if there is none."""
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", response)
    return int(found[1]) if found else 0
