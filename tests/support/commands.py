"""The commands that a baked README shows, run as they are written."""

import os
import re
import signal
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.checks import InstalledProject
from tests.support.environments import project_environment
from tests.support.live import free_port, wait_for


def shown_commands(project: Path, heading: str) -> list[str]:
    """Return the indented blocks of commands below a heading of README.md, up to the next one."""
    readme = (project / "README.md").read_text("utf-8")
    section = readme.split(f"{heading}\n", 1)[1]
    section = re.split(r"^#+ ", section, maxsplit=1, flags=re.MULTILINE)[0]
    blocks = re.findall(r"(?:^ {4}.*\n)+", section, re.MULTILINE)
    return [textwrap.dedent(block) for block in blocks]


def link_environment(installed: InstalledProject) -> None:
    """Make the project's packages available as `.venv`, where the README's commands look."""
    (installed.project.path / ".venv").symlink_to(installed.python.parents[1])


@contextmanager
def run_as_shown(installed: InstalledProject, folder: Path, script: str) -> Iterator[str]:
    """Run a script that ends with a server in the foreground; give the server's address.

    The address comes from BIND, since the usual port may be taken.
    """
    bind = f"127.0.0.1:{free_port()}"
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-e", "-c", script],
            cwd=installed.project.path,
            env=project_environment(BIND=bind, WEB_CONCURRENCY="2", PGHOST="127.0.0.1"),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_for(f"http://{bind}/readyz", process, log)
            yield f"http://{bind}"
        finally:
            # The whole session, which no other process belongs to: a second Gunicorn is part of it.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(40)
