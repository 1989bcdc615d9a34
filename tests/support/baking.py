"""Bake projects from this template, by its command or quickly inside the test's process."""

import json
import logging
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cookiecutter.main import cookiecutter

TEMPLATE = Path(__file__).parents[2]
PROJECT_TEMPLATE = TEMPLATE / "{{cookiecutter.project_slug}}"
BUILD = TEMPLATE / "build"

# A refusal is an expected outcome here; cookiecutter logs each with a traceback.
logging.getLogger("cookiecutter").setLevel(logging.CRITICAL + 1)

FOLDERS_OF_TOOLS = {".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


@dataclass(frozen=True)
class Project:
    """A baked project and the answers that it was baked with."""

    path: Path
    answers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, question: str, default: str) -> str:
        """Return the answer to `question`; `default` where it was not given."""
        return self.answers.get(question, default)

    @property
    def features(self) -> set[str]:
        """Name the features that the answers switch on, as the hook's table does."""
        kind = self.answer("application_type", "Hybrid")
        chosen = {"web": kind != "API", "api": kind != "Web App"}
        chosen["posts"] = self.answer("sample_posts", "yes") == "yes"
        return {name for name, is_chosen in chosen.items() if is_chosen}

    def files(self) -> Iterator[Path]:
        """Yield every file of the project but those that tools made."""
        for folder, folders, names in os.walk(self.path):
            folders[:] = sorted(set(folders) - FOLDERS_OF_TOOLS)
            for name in sorted(names):
                yield Path(folder, name)

    def relative(self, path: Path) -> str:
        """Return `path` as written in a message, from the project's folder."""
        return path.relative_to(self.path).as_posix()

    def requirements(self) -> list[str]:
        """Return what the project and its development need, sorted."""
        data = tomllib.loads((self.path / "pyproject.toml").read_text("utf-8"))
        return sorted(data["project"]["dependencies"] + data["dependency-groups"]["dev"])


def committed_files() -> list[Path]:
    """Return the files of the template that are, or would be, committed; sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=TEMPLATE,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (TEMPLATE / name for name in set(listed.split("\0")) - {""})
    return sorted(path for path in paths if path.is_file())


def template_repository(folder: Path) -> Path:
    """Make a git repository with one commit, the template as it is now; return its folder."""
    for path in committed_files():
        copy = folder / path.relative_to(TEMPLATE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    run_git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder, "Template")
    return folder


def commit_all(repository: Path, message: str) -> str:
    """Commit every file of the repository; return the hash of the commit."""
    run_git(repository, "add", "--all")
    person = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"]
    run_git(repository, *person, "commit", "--quiet", f"--message={message}")
    return run_git(repository, "rev-parse", "HEAD").strip()


def run_git(repository: Path, *arguments: str) -> str:
    """Run git in `repository` and return what it printed."""
    return subprocess.run(
        ["git", *arguments], cwd=repository, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def as_typed(answer: str) -> str:
    """Return the text that cookiecutter, rendering it as a template, turns into `answer`."""
    escaped = answer.encode("unicode_escape").decode().replace("'", "\\'")
    return "{{ '" + escaped + "' }}"


def isolated_config(folder: Path) -> Path:
    """Write a cookiecutter configuration whose caches and replay files stay inside `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "cookiecutter.yaml"
    settings = {"replay_dir": "replay", "cookiecutters_dir": "clones"}
    # JSON is YAML.
    path.write_text(json.dumps({name: str(folder / place) for name, place in settings.items()}))
    return path


def bake(destination: Path, answers: Mapping[str, str], template: Path = TEMPLATE) -> Project:
    """Bake into `destination` without installing; the answers are taken literally.

    Raises cookiecutter's `FailedHookException` when the answers are refused.
    """
    typed = {
        question: as_typed(answer) if question in FREE_TEXTS else answer
        for question, answer in answers.items()
    }
    previous = os.environ.get("KILN_INSTALL")
    os.environ["KILN_INSTALL"] = "no"
    try:
        path = cookiecutter(
            str(template),
            no_input=True,
            extra_context=typed,
            output_dir=str(destination),
            config_file=str(isolated_config(destination.parent / f".{destination.name}")),
        )
    finally:
        os.environ.pop("KILN_INSTALL")
        if previous is not None:
            os.environ["KILN_INSTALL"] = previous
    return Project(Path(path), dict(answers))


FREE_TEXTS = ("project_name", "project_slug", "description", "author_name", "author_email")


def cookiecutter_command(
    destination: Path, *arguments: str, template: str = str(TEMPLATE)
) -> list[str]:
    """Return the command that bakes into `destination` as a person would call it.

    `template` is a folder, a zip file or an address.
    """
    config = isolated_config(destination.parent / f".{destination.name}")
    start = [str(Path(sys.executable).with_name("cookiecutter")), "--config-file", str(config)]
    return [*start, "--output-dir", str(destination), template, *arguments]


def run_cookiecutter(
    destination: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    typed: str | None = None,
    template: str = str(TEMPLATE),
    folder: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Bake by the command, started in `folder`.

    Returns its exit code and what it printed, both streams together.
    """
    return subprocess.run(
        cookiecutter_command(destination, *arguments, template=template),
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
        input=typed,
        stdin=subprocess.DEVNULL if typed is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
