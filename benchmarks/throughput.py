"""Compare a baked project with `limit/`, a hand-written Flask application doing the same work.

    python benchmarks/throughput.py --database-url postgresql://postgres@127.0.0.1/benchmark

Both run under Gunicorn with two workers on the same PostgreSQL database, which must be empty and is
emptied again at the end. wrk sends requests to each in turn, in many short rounds.

Prints for each request the CPU time of the server's processes, the limit's CPU time divided by the
project's, and the round trips to the database; at the end the memory. Each figure is the median of
the rounds. When other programs use the machine, CPU time per request changes little, requests per
second much.
"""

import argparse
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from urllib.parse import urlsplit

from process_tree import cpu_seconds, memory_megabytes
from round_trips import CountingProxy

HERE = Path(__file__).parent
SECRET = "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6PdA"
PORTS = {"project": 8101, "limit": 8102}
LEAST_CPU_SECONDS = 0.2
USER_AGENT = "benchmark"


@dataclass(frozen=True)
class Bar:
    """A request, and the least and the aimed share of the limit's speed."""

    path: str
    least: float
    aim: float
    header: str = ""


BARS = {
    "/healthz": Bar("/healthz", 0.92, 0.95),
    "page of 20 posts, anonymous": Bar("/posts/", 0.70, 0.80),
    "the same, logged in, with CSRF token": Bar("/posts/", 0.62, 0.70, "Cookie"),
    "JSON list of 20 posts": Bar("/api/posts", 0.80, 0.90),
    "the same with token and user loaded": Bar("/api/posts", 0.62, 0.70, "Authorization"),
}


@dataclass
class Figures:
    """What was measured of one application."""

    # For each request: the CPU milliseconds of each round.
    cpu: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in BARS})
    round_trips: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0


Results = dict[str, Figures]
# Runs in the project: fills its database, logs a user in, prints the cookie and the token.
PREPARE = """
from datetime import timedelta
from app.auth.service import create_user
from app.db.types import utc_now
from app.extensions import db
from app.posts.models import Post
from wsgi import app

now = utc_now()
app.config["WTF_CSRF_ENABLED"] = False
app.config["SESSION_COOKIE_SECURE"] = False
with app.app_context():
    user = create_user("ann@example.com", "Ann Author", "correct horse battery")
    db.session.add_all(
        Post(author=user, title=f"Post number {n}", summary="What a post looks like.",
             body="Some text. " * 100, published_at=now - timedelta(hours=n))
        for n in range(500)
    )
    db.session.commit()
account = {"email": "ann@example.com", "password": "correct horse battery"}
client = app.test_client()
# Flask-Login binds a session to the browser that it belongs to.
client.environ_base["HTTP_USER_AGENT"] = "benchmark"
client.post("/login", data=account)
client.get("/")
cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
print(f"Cookie={cookie.key}={cookie.value}")
token = client.post("/api/auth/login", json=account).json["access_token"]
print(f"Authorization=Bearer {token}")
"""


def main() -> int:
    """Run the comparison; the exit code is 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database-url", required=True, help="an empty PostgreSQL database")
    parser.add_argument("--project", type=Path, help="a Hybrid project that is installed already")
    parser.add_argument("--python", type=Path, help="its Python; default: the project's .venv")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=1, help="per application, request and round")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk, which sends the requests, is not installed (Debian: apt-get install wrk).")
    with tempfile.TemporaryDirectory() as folder:
        project = options.project.absolute() if options.project else bake(Path(folder))
        python = options.python.absolute() if options.python else project / ".venv/bin/python"
        results = compare(project, python, options)
    return print_tables(results)


def bake(folder: Path) -> Path:
    """Return a new Hybrid project for PostgreSQL, installed but not measured."""
    subprocess.run(
        [
            *(sys.executable, "-m", "cookiecutter", "--no-input", str(HERE.parent)),
            *("-o", str(folder), "database=PostgreSQL", "project_slug=benchmark_project"),
        ],
        env=os.environ | {"KILN_TESTS": "no"},
        check=True,
    )
    return folder / "benchmark_project"


def compare(project: Path, python: Path, options: argparse.Namespace) -> Results:
    """Return what was measured of the project and of the limit."""
    url = options.database_url.replace("postgresql://", "postgresql+psycopg://")
    env = os.environ | {
        "APP_ENV": "production",
        "SECRET_KEY": SECRET,
        "JWT_SECRET_KEY": SECRET[::-1],
        "DATABASE_URL": url,
        "JWT_ACCESS_MINUTES": "600",
        "LOG_LEVEL": "WARNING",
    }
    run = [str(python), "-m"]
    subprocess.run([*run, "flask", "db", "upgrade"], cwd=project, env=env, check=True)
    try:
        headers = prepare(python, project, env)
        # The limit reads the project's cookie.
        env["SESSION_COOKIE_NAME"] = headers["Cookie"].partition("=")[0]
        results = {application: Figures() for application in PORTS}
        with servers(python, project, env, workers=2) as processes:
            measure_cpu(results, processes, headers, options)
        count_round_trips(results, python, project, env, headers)
        return results
    finally:
        down = [*run, "flask", "db", "downgrade", "base"]
        subprocess.run(down, cwd=project, env=env, check=True)


def prepare(python: Path, project: Path, env: dict[str, str]) -> dict[str, str]:
    """Fill the database; return the value of each header that requests send."""
    command = [str(python), "-c", PREPARE]
    result = subprocess.run(
        command, cwd=project, env=env, check=True, capture_output=True, text=True
    )
    return dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)


@contextmanager
def servers(
    python: Path, project: Path, env: dict[str, str], workers: int
) -> Iterator[dict[str, int]]:
    """Run the project and the limit; yield the process id of each."""
    commands = {
        "project": (project, ["-c", "deploy/gunicorn.conf.py", "wsgi:app"]),
        "limit": (HERE / "limit", ["app:app"]),
    }
    processes = {}
    try:
        for name, (folder, arguments) in commands.items():
            processes[name] = subprocess.Popen(
                [str(python), "-m", "gunicorn", *arguments, "--bind", f"127.0.0.1:{PORTS[name]}"],
                cwd=folder,
                env=env | {"WEB_CONCURRENCY": str(workers)},
            )
        for port in PORTS.values():
            wait_for(f"http://127.0.0.1:{port}/healthz")
        yield {name: process.pid for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.terminate()
            process.wait(30)


def wait_for(url: str) -> None:
    """Return as soon as `url` responds; raise `TimeoutError` after some thirty seconds."""
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{url} does not respond.")


def measure_cpu(
    results: Results,
    processes: dict[str, int],
    headers: dict[str, str],
    options: argparse.Namespace,
) -> None:
    """Fill in the CPU time of each request and round, and the memory after all of them.

    The first round only fills caches and connection pools.
    """
    for number in range(options.rounds + 1):
        for name, bar in BARS.items():
            for application, process in processes.items():
                header = f"{bar.header}: {headers[bar.header]}" if bar.header else ""
                before = cpu_seconds(process)
                requests = load(application, bar.path, header, options.seconds)
                used = cpu_seconds(process) - before
                if used < LEAST_CPU_SECONDS:
                    raise RuntimeError(f"{used} s of CPU time are too few to measure {name}.")
                if number:
                    results[application].cpu[name].append(used / requests * 1000)
        print(f"round {number} of {options.rounds}", file=sys.stderr)
    for application, process in processes.items():
        results[application].memory = memory_megabytes(process)


def load(application: str, path: str, header: str, seconds: int) -> int:
    """Send requests with wrk; return how many were answered, all of them with 200."""
    url = f"http://127.0.0.1:{PORTS[application]}{path}"
    sent = ["-H", f"User-Agent: {USER_AGENT}", *(["-H", header] if header else [])]
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", *sent, url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise RuntimeError(f"{application} refused {path}:\n{output}")
    found = re.search(r"(\d+) requests in", output)
    if found is None:
        raise RuntimeError(f"wrk reported nothing about {path}:\n{output}")
    return int(found[1])


def count_round_trips(
    results: Results, python: Path, project: Path, env: dict[str, str], headers: dict[str, str]
) -> None:
    """Fill in the round trips to the database for each request.

    One worker receives the requests one after the other; the first ones are not counted, because
    psycopg prepares a statement on the server when it runs for the sixth time.
    """
    url = urlsplit(env["DATABASE_URL"])
    proxy = CountingProxy(url.hostname or "127.0.0.1", url.port or 5432)
    user = f"{url.netloc.rpartition('@')[0]}@" if "@" in url.netloc else ""
    # Encrypted messages could not be counted.
    through = url._replace(netloc=f"{user}127.0.0.1:{proxy.port}", query="sslmode=disable")
    with servers(python, project, env | {"DATABASE_URL": through.geturl()}, workers=1):
        for application, port in PORTS.items():
            for name, bar in BARS.items():
                sent = {bar.header: headers[bar.header]} if bar.header else {}
                request_often(port, bar.path, sent, 20)
                before = proxy.round_trips
                request_often(port, bar.path, sent, 100)
                results[application].round_trips[name] = (proxy.round_trips - before) / 100


def request_often(port: int, path: str, headers: dict[str, str], times: int) -> None:
    """Send the same request several times, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(times):
        connection.request("GET", path, headers={"User-Agent": USER_AGENT, **headers})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"Port {port} refused {path}: {response.status}")
    connection.close()


def print_tables(results: Results) -> int:
    """Print Markdown tables; return 1 if a bar is missed."""
    project, limit = results["project"], results["limit"]
    print("| request | at least | aim | measured | CPU, ms: project, limit | round trips |")
    print("|---|---|---|---|---|---|")
    missed = 0
    for name, bar in BARS.items():
        ratios = map(truediv, limit.cpu[name], project.cpu[name])
        ratio = statistics.median(ratios)
        ours, theirs = (statistics.median(figures.cpu[name]) for figures in (project, limit))
        missed |= ratio < bar.least
        print(
            f"| {name} | {bar.least:.2f} | {bar.aim:.2f} | {ratio:.2f} | {ours:.3f}, {theirs:.3f} "
            f"| {project.round_trips[name]:.1f}, {limit.round_trips[name]:.1f} |"
        )
    print(
        f"\nMemory (proportional set size): project {project.memory:.0f} MB, "
        f"limit {limit.memory:.0f} MB, ratio {project.memory / limit.memory:.2f}"
    )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
