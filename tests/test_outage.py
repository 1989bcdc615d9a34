"""A database server that is stopped, paused or locked: 503 at once, one line, back by itself."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.support import services
from tests.support.baking import bake
from tests.support.checks import InstalledProject, current_minor, install
from tests.support.live import free_port
from tests.support.servers import QUIET, SECRETS, cluster, gunicorn
from tests.support.visitors import ask, sign_in

SECONDS = 2
EMAIL = "reader@example.com"
PAGES = {"/": "text/html", "/dashboard": "text/html", "/api/posts": "application/problem+json"}
SLOW = """
import time
from sqlalchemy import text
from app import create_app
from app.db.availability import unavailable_reason
from app.extensions import db

app = create_app()
started = time.monotonic()
with app.test_request_context():
    try:
        db.session.execute(text({statement!r}))
    except Exception as error:
        print(type(error).__name__, "|", unavailable_reason(error))
print(round(time.monotonic() - started, 1))
"""


def check_refusals(url: str, log: Path, cookies: str) -> None:
    """Request pages and the API; each is told in its format to come back, in time and briefly."""
    before = log.stat().st_size
    for path, kind in PAGES.items():
        answer = ask(url + path, cookies)
        assert (answer.status, answer.headers.get_content_type()) == (503, kind), path
        assert answer.headers["Retry-After"] == "5"
        assert answer.seconds < SECONDS + 2
    with log.open("rb") as file:
        file.seek(before)
        lines = [json.loads(line) for line in file.read().decode().splitlines()]
    assert sorted(line["event"] for line in lines) == ["database unavailable"] * 3 + ["request"] * 3
    assert log.stat().st_size - before < 3000


def wait_for_success(url: str) -> float:
    """Return after how many seconds the home page is shown again; it must be less than 5."""
    started = time.monotonic()
    while ask(url).status != 200:
        assert time.monotonic() - started < 5
    return time.monotonic() - started


@contextmanager
def paused(folder: str) -> Iterator[None]:
    """Stop the master process of the PostgreSQL server in `folder` from doing anything."""
    process = int(Path(folder, "postmaster.pid").read_text().splitlines()[0])
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_every_refusal_is_a_503_and_the_site_comes_back_by_itself(tmp_path: Path) -> None:
    installed = install(bake(tmp_path / "out", {"database": "PostgreSQL"}), current_minor())
    log = tmp_path / "gunicorn.log"
    with cluster() as (control, database):
        settings = {**SECRETS, "APP_ENV": "production", "DATABASE_URL": database}
        settings["DATABASE_CONNECT_TIMEOUT"] = str(SECONDS)
        settings["DATABASE_STATEMENT_TIMEOUT"] = str(SECONDS)
        installed.run("flask", "db", "upgrade", **settings)
        made = installed.run("flask", "user", "create", EMAIL, "--generate", **settings)
        data = control[control.index("-D") + 1]
        with gunicorn(installed, tmp_path, **settings) as url:
            cookies = sign_in(url, EMAIL, made.split("Password: ")[1].split()[0])
            assert ask(f"{url}/dashboard", cookies).status == 200
            subprocess.run([*control, "-m", "immediate", "stop"], **QUIET)
            check_refusals(url, log, cookies)
            subprocess.run([*control, "restart"], **QUIET)  # with the options of the first start
            print(f"back after {wait_for_success(url):.2f} s")
            subprocess.run([*control, "-m", "immediate", "restart"], **QUIET)
            with paused(data):
                check_refusals(url, log, cookies)
            wait_for_success(url)
            with psycopg.connect(database.replace("+psycopg", "")) as other:
                other.execute("LOCK TABLE posts IN ACCESS EXCLUSIVE MODE")
                check_refusals(url, log, cookies)
            wait_for_success(url)


@contextmanager
def redis_server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a Redis server of our own; give its process and its URL."""
    program = shutil.which("redis-server")
    if program is None:
        services.missing("No redis-server is installed.", "REQUIRE_SERVICES")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([str(program), *options], stdout=subprocess.DEVNULL)
    try:
        yield process, f"redis://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(10)


def test_a_redis_that_stands_still_holds_no_request(tmp_path: Path) -> None:
    installed = install(bake(tmp_path / "out", {"application_type": "API"}), current_minor())
    settings = {**SECRETS, "DATABASE_URL": f"sqlite:///{tmp_path / 'redis.db'}"}
    installed.run("flask", "db", "upgrade", **settings)
    with (
        redis_server() as (redis, redis_url),
        gunicorn(installed, tmp_path, **settings, REDIS_URL=redis_url) as url,
    ):
        deadline = time.monotonic() + 10
        while json.loads(ask(f"{url}/readyz").text)["status"] != "ok":
            assert time.monotonic() < deadline
        redis.send_signal(signal.SIGSTOP)
        answer = ask(f"{url}/readyz")
        status = json.loads(answer.text)
        assert (answer.status, status["status"]) == (200, "degraded")
        assert status["checks"] == {"database": "ok", "redis": "unreachable"}
        # An empty form: refused, but only after its rate limits were looked up.
        answer = ask(f"{url}/api/auth/login", form={"email": "nobody"})
        assert answer.status in (415, 422)
        assert answer.seconds < 5


@pytest.mark.parametrize(
    ("database", "statement", "reason"),
    [
        ("PostgreSQL", "SELECT pg_sleep(20)", "canceling statement due to statement timeout"),
        ("MySQL", "SELECT SLEEP(20)", "max_statement_time exceeded"),
        ("SQLite", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
         "SELECT max(i) FROM n", "interrupted"),
    ],
)  # fmt: skip
def test_a_statement_of_a_request_has_a_time_limit(
    database: str, statement: str, reason: str, tmp_path: Path
) -> None:
    if database != "SQLite":
        services.require(database)
    project = bake(tmp_path / "out", {"database": database, "application_type": "API"})
    installed = install(project, current_minor())
    with database_for(installed, tmp_path) as url:
        settings = {"APP_ENV": "testing", "DATABASE_URL": url}
        settings["DATABASE_STATEMENT_TIMEOUT"] = str(SECONDS)
        (project.path / "slow.py").write_text(SLOW.format(statement=statement))
        error, seconds = installed.run("slow", **settings).splitlines()
    assert error.startswith("OperationalError | ")
    assert reason in error
    assert SECONDS <= float(seconds) < SECONDS + 2


@contextmanager
def database_for(installed: InstalledProject, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database of the project's own kind."""
    if installed.server:
        with services.database(installed.server) as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'slow.db'}"
