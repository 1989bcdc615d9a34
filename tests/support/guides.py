"""Follow the guides in a baked project's docs/ literally, as a reader would."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.baking import BUILD
from tests.support.checks import InstalledProject
from tests.support.environments import project_environment

DEVELOPMENT = {"APP_ENV": "development"}
# Files that the installation writes; the bakes of the tests are not installed.
NOT_BAKED = {"IMPLEMENTATION_REPORT.md"}


def read_guide(installed: InstalledProject, name: str) -> str:
    """Return the text of docs/`name`.md."""
    return (installed.project.path / "docs" / f"{name}.md").read_text("utf-8")


def section(guide: str, heading: str) -> str:
    """Return the text below `## heading`, up to the next heading."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", guide, re.M | re.S)
    assert found, f"The guide has no section {heading}."
    return found[1]


def indented_blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each indented block as its lines, with the paragraph before it."""
    paragraph = ""
    for part in re.split(r"\n{2,}", text.strip("\n")):
        if part.startswith("    "):
            yield paragraph, [line.strip() for line in part.splitlines()]
        paragraph = " ".join(part.split())


def run_command(installed: InstalledProject, line: str) -> str:
    """Run a command of a guide with the project's environment; return what it printed.

    Raises `AssertionError` with the end of the output when the command fails.
    """
    program, *arguments = shlex.split(line)
    if (program, *arguments[:1]) == ("uv", "run"):
        return installed.run(*arguments[1:], **DEVELOPMENT)
    assert program == "make", f"not a command of a guide: {line}"
    if arguments == ["test"]:
        # The same tests without coverage, which doubles their time on Python 3.11.
        return installed.run("pytest", "-q", "-n", "2", "--dist", "loadfile")
    cache = BUILD / "mypy-cache" / installed.python.parents[1].name
    variables = {"MYPY_CACHE_DIR": str(cache), "RUFF_NO_CACHE": "true", **DEVELOPMENT}
    done = subprocess.run(
        ["make", f"RUN={installed.python} -m ", *arguments],
        cwd=installed.project.path,
        env=project_environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}"
    return done.stdout


def delete_paths(project: Path, patterns: list[str]) -> None:
    """Delete the files and folders that match; each pattern must match one."""
    for pattern in patterns:
        found = list(project.glob(pattern))
        assert found or pattern in NOT_BAKED, f"Nothing in the project matches {pattern}."
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def delete_lines(project: Path, table: list[str]) -> None:
    """Delete the lines that contain a word; `table` has a file and words in each line.

    Each word must be in the file.
    """
    for name, *words in (entry.split() for entry in table):
        path = project / name
        lines = path.read_text("utf-8").splitlines(keepends=True)
        missing = [word for word in words if not any(word in line for line in lines)]
        assert missing == [], f"{name} does not contain {missing}."
        kept = [line for line in lines if not any(word in line for word in words)]
        path.write_text("".join(kept), "utf-8")


def delete_function(project: Path, function: str, patterns: list[str]) -> None:
    """Delete a function without parameters but `app`, and its calls, from the matching files."""
    definition = rf"(?ms)^def {function}\(.*?(?=^\S(?!\n)|\Z)"
    for path in (path for pattern in patterns for path in project.glob(pattern)):
        text = re.sub(definition, "", path.read_text("utf-8"))
        path.write_text(re.sub(rf"(?m)^ *{function}\(app\)\n", "", text), "utf-8")


def delete_settings(path: Path, names: list[str]) -> None:
    """Delete the paragraphs that set one of `names`; each name must be in the file."""
    paragraphs = path.read_text("utf-8").split("\n\n")
    assignment = re.compile(rf"(?m)^(?:# )?({'|'.join(names)})=")
    found = {name for paragraph in paragraphs for name in assignment.findall(paragraph)}
    assert found == set(names), f"{path.name} does not set {set(names) - found}."
    kept = [paragraph for paragraph in paragraphs if not assignment.search(paragraph)]
    path.write_text("\n\n".join(kept).rstrip("\n") + "\n", "utf-8")


def write_settings(path: Path, text: str) -> None:
    """Do each sentence "Write `key = value` below ..." in pyproject.toml."""
    for key, value in re.findall(r"Write `(\w+) = ([^`]+)` below", text):
        changed, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", path.read_text("utf-8"))
        assert count == 1, f"{path.name} has {count} lines with {key}."
        path.write_text(changed, "utf-8")


def follow_deletion(installed: InstalledProject, text: str) -> None:
    """Follow a section of docs/deleting-a-feature.md."""
    project = installed.project.path
    for paragraph, lines in indented_blocks(text):
        if paragraph == "Delete these files and folders:":
            delete_paths(project, lines)
        elif paragraph == "In each file, delete the lines that contain one of these words:":
            delete_lines(project, lines)
        elif found := re.match(r"Delete the function `(\w+)`", paragraph):
            delete_function(project, found[1], lines)
        elif found := re.match(r"Delete these settings and their comments in `(.*)`", paragraph):
            delete_settings(project / found[1], lines)
        else:
            for line in lines:
                run_command(installed, line)
    write_settings(project / "pyproject.toml", text)


def follow_addition(installed: InstalledProject, guide: str) -> None:
    """Follow docs/adding-a-feature.md: create files, add lines, run commands."""
    project = installed.project.path
    for paragraph, block in re.findall(r"([^\n]+)\n\n```\w+\n(.*?)^```$", guide, re.M | re.S):
        if found := re.fullmatch(r"Create `(.*)`:", paragraph):
            path = project / found[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, "utf-8")
        elif found := re.fullmatch(r"Add this line to `(\w+)` in `(.*)`:", paragraph):
            path = project / found[2]
            add_to_list(path, found[1], block)
        elif found := re.fullmatch(r"Add this line to `(.*)`:", paragraph):
            path = project / found[1]
            path.write_text(path.read_text("utf-8") + block, "utf-8")
        else:
            for line in block.splitlines():
                run_command(installed, line)


def add_to_list(path: Path, name: str, line: str) -> None:
    """Add `line` at the end of the list `name` of a Python file."""
    text, count = re.subn(
        rf"(?ms)^({name} = \[\n.*?)^\]", rf"\g<1>{line}]", path.read_text("utf-8")
    )
    assert count == 1, f"{path.name} has no list {name}."
    path.write_text(text, "utf-8")
