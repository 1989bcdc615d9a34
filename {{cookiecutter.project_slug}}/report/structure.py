"""The section "Project structure": the tree of files with a caption for each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report.project import Project

# File name -> caption, for files that do not describe themselves.
CAPTIONS = {
    ".gitignore": "Files that git ignores.",
    "alembic.ini": "The settings of Alembic.",
    "pyproject.toml": "Dependencies, and the settings of the tools.",
    "uv.lock": "The exact version of every dependency.",
    "requirements.lock": "The exact version of every dependency.",
}
CAPTIONS_BY_SUFFIX = {
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
# Suffix -> pattern whose first group is the first sentence of such a file.
FIRST_SENTENCE = {
    ".css": re.compile(r"\A\s*/\*[*!]? *(.+?) *(?:\*/|$)", re.MULTILINE),
    ".html": re.compile(r"\A\s*(?:\{#|<!--)-? *(.+?) *(?:-?#\}|-->|$)", re.MULTILINE),
    ".js": re.compile(r"\A\s*(?:/\*[*!]?|//) *(.+?) *(?:\*/|$)", re.MULTILINE),
    ".md": re.compile(r"^(?:#+ +)?(\S.*)$", re.MULTILINE),
    ".py": re.compile(r'\A(?:#.*\n)*\s*"""(.+?)(?:"""|$)', re.MULTILINE),
    ".svg": re.compile(r"<title>(.+?)</title>"),
    "": re.compile(r"^(?:#+(?!!) *)?(\S.*)$", re.MULTILINE),
}
HASH_COMMENT = re.compile(r"\A\s*(?:#!.*\n)?(?:#|;)+ *(\S.*)$", re.MULTILINE)
MAX_READ = 2000
MAX_CAPTION = 100


@dataclass(frozen=True)
class Item:
    """A file or folder: its path, its line in the tree, and its caption."""

    path: str
    drawn: str
    caption: str


def tree(project: Project) -> list[Item]:
    """Return the files and folders that git does not ignore, as a tree."""
    root = project.root
    return [Item(".", f"{root.name}/", ""), *_items_below(project, root, "")]


def _items_below(project: Project, folder: Path, indent: str) -> Iterator[Item]:
    paths = [path for path in folder.iterdir() if not project.ignores(path.name)]
    paths.sort(key=lambda path: (path.is_file(), path.name))
    for path in paths:
        is_last = path == paths[-1]
        slash = "/" if path.is_dir() else ""
        drawn = f"{indent}{'└── ' if is_last else '├── '}{path.name}{slash}"
        yield Item(path.relative_to(project.root).as_posix(), drawn, caption(path))
        if path.is_dir():
            yield from _items_below(project, path, indent + ("    " if is_last else "│   "))


def caption(path: Path) -> str:
    """Return the first sentence of a file or a package; else a caption for its type, or ""."""
    path = path / "__init__.py" if path.is_dir() else path
    default = CAPTIONS.get(path.name) or CAPTIONS_BY_SUFFIX.get(path.suffix, "")
    if path.name in CAPTIONS or not path.exists():
        return default
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MAX_READ)
    except (OSError, UnicodeDecodeError):
        return default
    match = FIRST_SENTENCE.get(path.suffix, HASH_COMMENT).search(text)
    sentence = match[1].strip() if match else default
    if len(sentence) <= MAX_CAPTION:
        return sentence
    return f"{sentence[:MAX_CAPTION].rsplit(' ', 1)[0]} …"
