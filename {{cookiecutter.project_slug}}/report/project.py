"""The project's folder: pyproject.toml, .gitignore and the Python files."""

import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

from report.project_api import PACKAGE

REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9._-]+")


class Project:
    """The files of the project in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The content of pyproject.toml."""
        return tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))

    def table(self, *names: str) -> dict[str, Any]:
        """Return a table of pyproject.toml, for example `table("tool", "kiln")`; {} if missing."""
        table = self.settings
        for name in names:
            table = table.get(name, {})
        return table

    @property
    def answers(self) -> dict[str, Any]:
        """The table [tool.kiln]: the choices made when the project was generated, and
        `open_routes`."""
        return self.table("tool", "kiln")

    @property
    def requirements(self) -> list[str]:
        """The names of the packages that the project requires on this machine."""
        requirements = self.table("project").get("dependencies", [])
        names = [REQUIREMENT_NAME.match(text) for text in requirements if is_required_here(text)]
        return [name[0] for name in names if name]

    @cached_property
    def ignore_patterns(self) -> list[str]:
        """The patterns in .gitignore."""
        path = self.root / ".gitignore"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    def ignores(self, name: str) -> bool:
        """Return whether .gitignore excludes files and folders of that name."""
        kept = {each.lstrip("!/").rstrip("/") for each in self.ignore_patterns if each[0] == "!"}
        excluded = [each.strip("/") for each in self.ignore_patterns if each[0] != "!"]
        return name not in kept and any(fnmatch(name, each) for each in [".git", *excluded])

    def python_files(self, folder: Path | None = None) -> Iterator[Path]:
        """Yield every Python file below `folder` (default: the project) that git does not ignore."""
        for path in sorted((folder or self.root).iterdir()):
            if self.ignores(path.name):
                continue
            if path.is_dir():
                yield from self.python_files(path)
            elif path.suffix == ".py":
                yield path

    def application_sources(self) -> Iterator[str]:
        """Yield the text of every Python file of the application."""
        for path in self.python_files(self.root / PACKAGE):
            yield path.read_text("utf-8")


def is_required_here(requirement: str) -> bool:
    """Return whether a requirement applies to this operating system."""
    return "!= 'win32'" not in requirement or sys.platform != "win32"
