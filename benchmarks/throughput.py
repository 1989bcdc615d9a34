"""Compare a baked project with `limit/`, a hand-written Flask application doing the same work.

    python benchmarks/throughput.py --database-url postgresql://postgres@127.0.0.1/benchmark

Both run under Gunicorn with two workers on the same PostgreSQL database (which must be empty, and
is emptied again) and are driven by wrk in turn, so that what else the machine does hits both.
Prints, for each request, the project's requests per second over the limit's: the best round of
each, for in some rounds one worker accepts all connections and the other one rests.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
SECRET = "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6PdA"
PORTS = {"project": 8101, "limit": 8102}
# Request, and the least and the aimed-at share of the limit's throughput.
BARS = {
    "/healthz": (0.80, 0.95),
    "page of 20 posts, anonymous": (0.60, 0.80),
    "the same, logged in, with CSRF token": (0.45, 0.65),
    "JSON list of 20 posts": (0.60, 0.90),
    "the same with token and user loaded": (0.50, 0.60),
}
# The best requests per second of the project and of the limit, for each request.
Results = dict[str, tuple[float, float]]
# Runs in the project: fills its database, logs somebody in, prints the cookie and the token.
PREPARE = """
from datetime import timedelta
from app.auth.operations import create_user
from app.database import utc_now
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
client.post("/login", data=account)
client.get("/")
cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
print(f"COOKIE={cookie.key}={cookie.value}")
print("TOKEN=" + client.post("/api/auth/login", json=account).json["access_token"])
"""


def main() -> int:
    """Run the comparison; the exit code says whether every bar was reached."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database-url", required=True, help="an empty PostgreSQL database")
    parser.add_argument("--project", type=Path, help="a Hybrid project that is installed already")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="per application, request and round")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("The load comes from wrk, which is not installed (Debian: apt-get install wrk).")
    with tempfile.TemporaryDirectory() as folder:
        project = options.project.absolute() if options.project else bake(Path(folder))
        results = compare(project, options)
    return print_table(results)


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


def compare(project: Path, options: argparse.Namespace) -> Results:
    """Return how many requests per second the project and the limit answered, for each request."""
    env = os.environ | {
        "APP_ENV": "production",
        "SECRET_KEY": SECRET,
        "JWT_SECRET_KEY": SECRET[::-1],
        "DATABASE_URL": options.database_url.replace("postgresql://", "postgresql+psycopg://"),
        "JWT_ACCESS_MINUTES": "600",
        "WEB_CONCURRENCY": "2",
        "LOG_LEVEL": "WARNING",
        "SESSION_COOKIE_NAME": f"{project.name}_session",
    }
    python = project / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run = [str(python), "-m"]
    subprocess.run([*run, "flask", "db", "upgrade"], cwd=project, env=env, check=True)
    try:
        credentials = prepare(python, project, env)
        with (
            server([*run, "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"], project, env),
            server([*run, "gunicorn", "app:app"], HERE / "limit", env, "limit"),
        ):
            return measure(credentials, options.rounds, options.seconds)
    finally:
        down = [*run, "flask", "db", "downgrade", "base"]
        subprocess.run(down, cwd=project, env=env, check=True)


def prepare(python: Path, project: Path, env: dict[str, str]) -> dict[str, str]:
    """Fill the database; return the header that each request sends, if any."""
    command = [str(python), "-c", PREPARE]
    result = subprocess.run(
        command, cwd=project, env=env, check=True, capture_output=True, text=True
    )
    found = dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)
    return dict(
        zip(
            BARS,
            ("", "", f"Cookie: {found['COOKIE']}", "", f"Authorization: Bearer {found['TOKEN']}"),
            strict=True,
        )
    )


@contextmanager
def server(
    command: list[str], folder: Path, env: dict[str, str], name: str = "project"
) -> Iterator[None]:
    """Run a server for a while."""
    bind = f"127.0.0.1:{PORTS[name]}"
    process = subprocess.Popen([*command, "--bind", bind], cwd=folder, env=env)
    try:
        wait_for(f"http://{bind}/healthz")
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str) -> None:
    """Return as soon as `url` answers; raise after ten seconds."""
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{url} does not answer.")


def measure(headers: dict[str, str], rounds: int, seconds: int) -> Results:
    """Drive both servers in turn; return their best rounds."""
    paths = dict(zip(BARS, ("/healthz", "/posts/", "/posts/", "/api/posts", "/api/posts"), strict=True))
    best = {}
    for name, path in paths.items():
        for application in PORTS:
            requests_per_second(application, path, headers[name], 1)
        found = []
        for _ in range(rounds):
            ours, limit = (
                requests_per_second(application, path, headers[name], seconds)
                for application in PORTS
            )
            found.append((ours, limit))
            print(f"{name}: {ours:.0f} / {limit:.0f}", file=sys.stderr)
        best[name] = max(ours for ours, _ in found), max(limit for _, limit in found)
    return best


def requests_per_second(application: str, path: str, header: str, seconds: int) -> float:
    """Return how many requests per second one application answers, all of them with 200."""
    url = f"http://127.0.0.1:{PORTS[application]}{path}"
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", *(["-H", header] if header else []), url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise RuntimeError(f"{application} refused {path}:\n{output}")
    found = re.search(r"Requests/sec:\s*([\d.]+)", output)
    if found is None:
        raise RuntimeError(f"wrk said nothing of {path}:\n{output}")
    return float(found[1])


def print_table(results: Results) -> int:
    """Print a Markdown table; return 1 if a bar was missed."""
    print("| request | at least | aim | measured | project, limit: requests/s |")
    print("|---|---|---|---|---|")
    missed = 0
    for name, (ours, limit) in results.items():
        least, aim = BARS[name]
        missed |= ours / limit < least
        print(
            f"| {name} | {least:.2f} | {aim:.2f} | {ours / limit:.2f} | {ours:.0f}, {limit:.0f} |"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
