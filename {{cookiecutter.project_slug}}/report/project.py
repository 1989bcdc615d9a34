"""The project's folder: its answers, its packages, what git leaves out."""

import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

NAME_OF_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


class Project:
    """What stands in the project's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The content of pyproject.toml."""
        return tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))

    def table(self, *names: str) -> dict[str, Any]:
        """Return a table of pyproject.toml; an empty one where it is missing."""
        found = self.settings
        for name in names:
            found = found.get(name, {})
        return found

    @property
    def answers(self) -> dict[str, Any]:
        """What the project was made with, and what it declares about itself."""
        return self.table("tool", "kiln")

    @property
    def requirements(self) -> list[str]:
        """The names of the packages that the project asks for."""
        asked = self.table("project").get("dependencies", [])
        platform = [text for text in asked if applies(text)]
        return [found[0] for text in platform if (found := NAME_OF_REQUIREMENT.match(text))]

    @cached_property
    def ignored(self) -> list[str]:
        """The patterns of the files that git leaves out."""
        path = self.root / ".gitignore"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    def ignores(self, name: str) -> bool:
        """Say whether git leaves out files and folders of that name."""
        kept = {pattern.lstrip("!/").rstrip("/") for pattern in self.ignored if pattern[0] == "!"}
        left = [pattern.strip("/") for pattern in self.ignored if pattern[0] != "!"]
        return name not in kept and any(fnmatch(name, pattern) for pattern in [".git", *left])

    def sources(self) -> Iterator[str]:
        """Yield the text of every Python file of the application."""
        for path in sorted((self.root / "app").rglob("*.py")):
            yield path.read_text("utf-8")


def applies(requirement: str) -> bool:
    """Say whether a requirement counts on this machine."""
    return "!= 'win32'" not in requirement or sys.platform != "win32"
