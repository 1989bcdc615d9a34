"""Servers that tests start, stop and pause: a PostgreSQL of our own, and Gunicorn."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support import services
from tests.support.checks import InstalledProject
from tests.support.environments import project_environment
from tests.support.live import free_port, wait_for

# What production needs, whatever is tried there.
SECRETS = {
    "SECRET_KEY": "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6PdA",
    "JWT_SECRET_KEY": "b4Nc8-sQw_2LzKx7VtR0yHj5MfGd9PuE",
}
# A pipe would stay open as long as the server that inherits it.
QUIET: Any = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def postgres_programs() -> Path:
    """Return the folder of initdb and pg_ctl; skip or fail the test when there is none."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        services.missing("PostgreSQL's server programs are not installed.", "REQUIRE_SERVICES")
    return folders[-1]


@contextmanager
def cluster() -> Iterator[tuple[list[str], str]]:
    """Run a PostgreSQL server of our own; give its `pg_ctl` command and its database's URL."""
    programs, port = postgres_programs(), free_port()
    # PostgreSQL refuses to run as root. pytest's own folders are closed to other users.
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        if as_owner:
            shutil.chown(folder, "postgres")
        data, options = f"{folder}/data", f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
        initdb = [str(programs / "initdb"), "-D", data, "-U", "postgres", "--auth=trust"]
        subprocess.run([*as_owner, *initdb], **QUIET, cwd=folder)
        control = [*as_owner, str(programs / "pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log"]
        subprocess.run([*control, "-o", options, "start"], **QUIET, cwd=folder)
        try:
            yield control, f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **QUIET, cwd=folder)


@contextmanager
def gunicorn(installed: InstalledProject, folder: Path, **settings: str) -> Iterator[str]:
    """Serve the project by Gunicorn, as the README says; give its address."""
    bind = f"127.0.0.1:{free_port()}"
    log = folder / "gunicorn.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(installed.python), "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"],
            cwd=installed.project.path,
            env=project_environment(**settings, BIND=bind, WEB_CONCURRENCY="2"),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://{bind}/readyz", process, log)
            yield f"http://{bind}"
        finally:
            process.terminate()
            process.wait(30)
