"""A baked project that serves its pages: on a port and a database of its own."""

import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.checks import InstalledProject
from tests.support.environments import project_environment

SECONDS_TO_START = 30


@dataclass(frozen=True)
class Site:
    """A served project: where it answers, and the SQLite file behind it."""

    installed: InstalledProject
    url: str
    database: Path

    def flask(self, *command: str) -> str:
        """Run a command of `flask` on the site's database and return what it printed."""
        return self.installed.run("flask", *command, DATABASE_URL=f"sqlite:///{self.database}")

    def seed(self) -> dict[str, str]:
        """Add the demo data; return the password of each demo user's address."""
        printed = self.flask("seed")
        return dict(re.findall(r"(\S+@\S+)\s+password: (\S+)", printed))


def free_port() -> int:
    """Return a port of the loopback device that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until `url` answers; raises `RuntimeError` with the log when it never does."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own http address
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The site does not start:\n{log.read_text('utf-8')}")


@contextmanager
def served(installed: InstalledProject, folder: Path, **variables: str) -> Iterator[Site]:
    """Migrate a new database in `folder` and serve the project until the block ends.

    `variables` are settings of the project.
    """
    port = free_port()
    site = Site(installed, f"http://127.0.0.1:{port}", folder / "pages.sqlite3")
    site.flask("db", "upgrade")
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(installed.python), "-m", "flask", "run", "--port", str(port)],
            cwd=installed.project.path,
            env=project_environment(DATABASE_URL=f"sqlite:///{site.database}", **variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"{site.url}/healthz", process, log)
            yield site
        finally:
            process.terminate()
            process.wait(10)
