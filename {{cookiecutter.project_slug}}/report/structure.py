"""The tree of the project's files, with a caption for each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report.project import Project

# What a file is, where it does not say so itself.
CAPTIONS = {
    ".gitignore": "What git leaves out.",
    "alembic.ini": "The settings of Alembic.",
    "pyproject.toml": "Dependencies, and the settings of the tools.",
    "uv.lock": "The exact version of every dependency.",
    "requirements.lock": "The exact version of every dependency.",
}
KINDS = {
    ".css": "Style sheet.",
    ".html": "Page template.",
    ".ico": "Icon.",
    ".js": "Script.",
    ".map": "Source map.",
    ".png": "Image.",
    ".svg": "Drawing.",
    ".txt": "Text.",
    ".webp": "Image.",
    ".woff2": "Font.",
}
# How the first words of a file are found: by its suffix, or as a comment with a hash.
FIRST_WORDS = {
    ".css": re.compile(r"\A\s*/\*[*!]? *(.+?) *(?:\*/|$)", re.MULTILINE),
    ".html": re.compile(r"\A\s*(?:\{#|<!--)-? *(.+?) *(?:-?#\}|-->|$)", re.MULTILINE),
    ".js": re.compile(r"\A\s*(?:/\*[*!]?|//) *(.+?) *(?:\*/|$)", re.MULTILINE),
    ".md": re.compile(r"^(?:#+ +)?(\S.*)$", re.MULTILINE),
    ".py": re.compile(r'\A(?:#.*\n)*\s*"""(.+?)(?:"""|$)', re.MULTILINE),
    ".svg": re.compile(r"<title>(.+?)</title>"),
    "": re.compile(r"^(?:#+(?!!) *)?(\S.*)$", re.MULTILINE),
}
HASH_COMMENT = re.compile(r"\A\s*(?:#!.*\n)?(?:#|;)+ *(\S.*)$", re.MULTILINE)
LONGEST_READ = 2000
LONGEST_CAPTION = 100


@dataclass(frozen=True)
class Item:
    """A file or folder: its path, how it is drawn in the tree, and what it is."""

    path: str
    drawn: str
    caption: str


def tree(project: Project) -> list[Item]:
    """Return the files and folders that git would take, as a tree."""
    root = project.root
    return [Item(".", f"{root.name}/", ""), *_below(project, root, "")]


def _below(project: Project, folder: Path, indent: str) -> Iterator[Item]:
    found = [path for path in folder.iterdir() if not project.ignores(path.name)]
    found.sort(key=lambda path: (path.is_file(), path.name))
    for path in found:
        is_last = path == found[-1]
        slash = "/" if path.is_dir() else ""
        drawn = f"{indent}{'└── ' if is_last else '├── '}{path.name}{slash}"
        yield Item(path.relative_to(project.root).as_posix(), drawn, caption(path))
        if path.is_dir():
            yield from _below(project, path, indent + ("    " if is_last else "│   "))


def caption(path: Path) -> str:
    """Return in one line what a file or a package says that it is, or what its kind is."""
    path = path / "__init__.py" if path.is_dir() else path
    usual = CAPTIONS.get(path.name) or KINDS.get(path.suffix, "")
    if path.name in CAPTIONS or not path.exists():
        return usual
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST_READ)
    except (OSError, UnicodeDecodeError):
        return usual
    found = FIRST_WORDS.get(path.suffix, HASH_COMMENT).search(text)
    said = found[1].strip() if found else usual
    return said if len(said) <= LONGEST_CAPTION else f"{said[:LONGEST_CAPTION].rsplit(' ', 1)[0]} …"
