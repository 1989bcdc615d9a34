"""Python environments for baked projects, one for each set of requirements, kept between runs."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.support.baking import BUILD, Project

MINOR_VERSIONS = (11, 12, 13)


def find_uv() -> str:
    """Return uv: the development requirements bring one along."""
    return (
        shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        or "uv"
    )


def minor_version(python: str) -> int:
    """Return 13 for an interpreter of Python 3.13; 0 when it cannot be run."""
    program = "import sys; print(sys.version_info[1] if sys.version_info[0] == 3 else 0)"
    try:
        done = subprocess.run([python, "-c", program], capture_output=True, text=True)
    except OSError:
        return 0
    return int(done.stdout) if done.returncode == 0 else 0


def candidates(minor: int) -> Iterator[str]:
    """Yield the places where an interpreter of Python 3.`minor` may be."""
    if minor == sys.version_info.minor:
        yield sys.executable
    for folder in sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*"), reverse=True):
        yield str(folder / "bin" / "python")
    if on_path := shutil.which(f"python3.{minor}"):
        yield on_path
    found = subprocess.run(
        [find_uv(), "python", "find", "--no-python-downloads", "--no-project", f"3.{minor}"],
        capture_output=True,
        text=True,
    )
    if found.returncode == 0:
        yield found.stdout.strip()


@cache
def installed_pythons() -> dict[int, str]:
    """Return an interpreter for each supported minor version that this machine has."""
    found = {}
    for minor in MINOR_VERSIONS:
        for python in candidates(minor):
            if minor_version(python) == minor:
                found[minor] = python
                break
    return found or {sys.version_info.minor: sys.executable}


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Let one process at a time into the block, of all that run these tests."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def environment_python(project: Project, minor: int) -> Path:
    """Return an interpreter with exactly the project's requirements, installing them if needed."""
    requirements = project.requirements()
    text = "\n".join([str(minor), *requirements])
    folder = BUILD / "environments" / hashlib.sha256(text.encode()).hexdigest()[:12]
    python = folder / "bin" / "python"
    with only_one(f"environment-{folder.name}"):
        if not (folder / "ready").exists():
            base = installed_pythons()[minor]
            install = [find_uv(), "pip", "install", "--quiet", "--python", str(python)]
            run_or_show([find_uv(), "venv", "--quiet", "--clear", "--python", base, str(folder)])
            run_or_show([*install, *requirements])
            (folder / "ready").write_text(text)
    return python


def run_or_show(command: list[str]) -> None:
    """Run `command`; raises `RuntimeError` with its output when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}")


def project_environment(**variables: str) -> dict[str, str]:
    """Return the environment for a baked project's commands, free of settings from outside."""
    keep = re.compile(r"PATH|HOME|LANG|LC_.*|TMPDIR|TZ|SSL_.*|.*_proxy|.*_PROXY|UV_.*|PIP_.*")
    kept = {name: value for name, value in os.environ.items() if keep.fullmatch(name)}
    return {**kept, "PYTHONUTF8": "1", **variables}
