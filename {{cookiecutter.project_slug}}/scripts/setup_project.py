"""Prepare the project on this machine: secrets in `.env`, packages, database.

    python scripts/setup_project.py

Needs only Python. Installs with uv if it is on the PATH, else with venv and pip into `.venv`. It
can run again: it keeps an existing `.env` and updates the packages and the database.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"
OLDEST_PYTHON = (3, 11)
NO_PYTHON = "Python 3.11 or newer is needed. Install it, or install uv, which can fetch it."

Step = tuple[str, list[str]]


class SetupError(Exception):
    """The project cannot be prepared; the message says why."""


def write_env_file() -> None:
    """Write `.env` with a fresh value for each secret of `.env.example`, unless `.env` exists.

    Raises `OSError` when the file cannot be written; no incomplete file is left.
    """
    path = PROJECT / ".env"
    if path.exists():
        return
    example = (PROJECT / ".env.example").read_text("utf-8")
    names = re.findall(r"^(\w+_KEY)=$", example, re.MULTILINE)
    lines = ["APP_ENV=development", *(f"{name}={secrets.token_urlsafe(48)}" for name in names)]
    try:
        path.touch(mode=0o600)
        path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def find_python() -> str:
    """Return a Python that is new enough: this one, or the newest on the PATH.

    Raises `SetupError` when there is none.
    """
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    for minor in range(19, OLDEST_PYTHON[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise SetupError(NO_PYTHON)


def python_command() -> list[str]:
    """Return the command that starts Python with the project's packages."""
    if uv := shutil.which("uv"):
        return [uv, "run", "--no-sync", "python"]
    return [str(VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python")]


def install_steps() -> list[Step]:
    """Return a title and a command for each step of the installation.

    Raises `SetupError` when no Python can run the project.
    """
    if uv := shutil.which("uv"):
        return [("Install the packages with uv", [uv, "sync"])]
    return [
        ("Create the environment .venv", [find_python(), "-m", "venv", str(VENV)]),
        ("Install the packages with pip", [*python_command(), __file__, "--pip"]),
    ]


def install_with_pip() -> int:
    """Install the dependencies of pyproject.toml with the running Python's pip. Return pip's exit
    code.

    The installed versions are written to `requirements.lock`. If it exists, these versions are
    installed.
    """
    import tomllib

    data = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    requirements = data["project"]["dependencies"] + data["dependency-groups"]["dev"]
    lock = PROJECT / "requirements.lock"
    constraints = ["--constraint", str(lock)] if lock.exists() else []
    pip = [sys.executable, "-m", "pip"]
    code = subprocess.run([*pip, "install", *constraints, *requirements]).returncode
    if code == 0:
        lock.write_bytes(subprocess.check_output([*pip, "freeze"]))
    return code


def main() -> int:
    """Run every step and return the exit code."""
    if "--pip" in sys.argv:
        return install_with_pip()
    try:
        write_env_file()
        steps = install_steps()
    except (OSError, SetupError) as error:
        print(error, file=sys.stderr)
        return 1
    upgrade = [*python_command(), "-m", "flask", "db", "upgrade"]
    for title, command in [*steps, ("Create or update the database", upgrade)]:
        print(f"==> {title}", flush=True)
        if code := subprocess.run(command, cwd=PROJECT).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
