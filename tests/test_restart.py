"""A database server that dies under load takes no acknowledged write with it."""

import json
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.baking import bake
from tests.support.checks import current_minor, install
from tests.support.servers import QUIET, SECRETS, cluster, gunicorn

ACCOUNT = {"email": "writer@example.com", "password": ""}
SECONDS_TO_RECOVER = 5
SECONDS_IDLE = 1.1
CLIENTS = 4


@dataclass
class Load:
    """Clients that write posts until they are told to stop, and what they were answered."""

    url: str
    token: str
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: set[str] = field(default_factory=set)
    successes: list[float] = field(default_factory=list)
    failures: list[float] = field(default_factory=list)

    def write(self, client: int) -> None:
        """Write one post after another, each with a title of its own."""
        number = 0
        while not self.stop.is_set():
            number += 1
            title = f"{client}-{number}"
            try:
                request(
                    f"{self.url}/api/posts",
                    {"title": title, "body": "Text.", "published": True},
                    self.token,
                )
            except OSError:
                self.failures.append(time.monotonic())
            else:
                self.acknowledged.add(title)
                self.successes.append(time.monotonic())

    @contextmanager
    def running(self, clients: int) -> Iterator[None]:
        """Let some clients write at the same time until the block ends."""
        threads = [threading.Thread(target=self.write, args=[n]) for n in range(clients)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()

    def wait_for_writes(self, number: int, seconds: float) -> None:
        """Return after that many more acknowledged writes; fail after that many seconds."""
        goal, deadline = len(self.acknowledged) + number, time.monotonic() + seconds
        while len(self.acknowledged) < goal:
            assert time.monotonic() < deadline, f"{number} writes took longer than {seconds} s"
            time.sleep(0.01)


def request(url: str, data: Mapping[str, object], token: str = "") -> dict[str, object]:
    """Post JSON and return the JSON of the answer; raises `OSError` for any failure."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    sent = urllib.request.Request(url, json.dumps(data).encode(), headers)  # noqa: S310 - ours
    with urllib.request.urlopen(sent, timeout=10) as answer:  # noqa: S310 - ours
        found: dict[str, object] = json.load(answer)
    return found


def test_no_acknowledged_write_is_lost_when_postgresql_is_killed(tmp_path: Path) -> None:
    answers = {"application_type": "API", "database": "PostgreSQL"}
    installed = install(bake(tmp_path / "out", answers), current_minor())
    with cluster() as (control, url):
        settings = {**SECRETS, "APP_ENV": "production", "DATABASE_URL": url}
        settings["RATELIMIT_ENABLED"] = "false"
        installed.run("flask", "db", "upgrade", **settings)
        made = installed.run("flask", "user", "create", ACCOUNT["email"], "--generate", **settings)
        account = ACCOUNT | {"password": made.split("Password: ")[1].split()[0]}
        with gunicorn(installed, tmp_path, **settings) as address:
            token = str(request(f"{address}/api/auth/login", account)["access_token"])
            load = Load(address, token)
            with load.running(CLIENTS):
                load.wait_for_writes(40, seconds=30)
                subprocess.run([*control, "-m", "immediate", "restart"], **QUIET)
                restarted = time.monotonic()
                load.wait_for_writes(40, seconds=30)
            back = min(moment for moment in load.successes if moment > restarted) - restarted
            stored = titles(address)
            # Connections that are idle for a second are tested before they are used again.
            time.sleep(SECONDS_IDLE)
            subprocess.run([*control, "-m", "fast", "restart"], **QUIET)
            for number in range(2 * CLIENTS):
                post = {"title": f"after {number}", "body": "Text.", "published": True}
                request(f"{address}/api/posts", post, token)
    late = [moment for moment in load.failures if moment > restarted]
    print(f"{len(load.acknowledged)} writes acknowledged, back after {back:.2f} s")
    assert load.acknowledged <= stored
    assert back < SECONDS_TO_RECOVER
    assert len(late) <= CLIENTS, "more failed than what was in flight when the server came back"


def titles(address: str) -> set[str]:
    """Return the titles of all posts, by walking through the API's pages."""
    found: set[str] = set()
    query = "?limit=100&sort=title"
    while query:
        with urllib.request.urlopen(f"{address}/api/posts{query}", timeout=10) as answer:  # noqa: S310 - ours
            page = json.load(answer)
        found |= {item["title"] for item in page["items"]}
        query = f"?limit=100&sort=title&after={page['after']}" if page["after"] else ""
    return found
