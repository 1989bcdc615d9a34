"""What a project records of its template, and `cruft update` to a newer version of it."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.baking import (
    Project,
    commit_all,
    run_cookiecutter,
    run_git,
    template_repository,
)
from tests.support.checks import write_env_file
from tests.support.hooks import template_functions

ANSWERS = {"project_name": 'It\'s "new" \\ 🍶', "project_slug": "updated", "license": "MIT"}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return a git repository that holds the template as it is now."""
    return template_repository(tmp_path / "template")


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first `old` of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def cruft(folder: Path, *arguments: str) -> str:
    """Run cruft in `folder` without installing; return what it printed."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("cruft")), *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "KILN_INSTALL": "no", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def record_of(project: Path) -> dict[str, Any]:
    """Return the table `[tool.kiln]` of a project."""
    data = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    record: dict[str, Any] = data["tool"]["kiln"]
    return record


def next_version(template: Path) -> str:
    """Commit a newer version of the template, with a filter of its own; return its hash."""
    filters = template / "local_extensions.py"
    edit(
        filters, "FILTERS:", "def loud(value: str) -> str:\n    return value.upper()\n\n\nFILTERS:"
    )
    edit(filters, '    "checked": checked,\n', '    "checked": checked,\n    "loud": loud,\n')
    project = template / "{{cookiecutter.project_slug}}"
    edit(project / "AGENTS.md", "# Working on", "# {{ 'new' | loud }}: Working on")
    (project / "app" / "added.py").write_text('"""Added by the newer version."""\n')
    edit(template / "cookiecutter.json", '"_version": "', '"_version": "9.')
    return commit_all(template, "Newer version")


def test_update_of_a_project_with_secrets_and_local_changes(template: Path, tmp_path: Path) -> None:
    first = run_git(template, "rev-parse", "HEAD").strip()
    cruft(tmp_path, "create", "--no-input", "--extra-context", json.dumps(ANSWERS), str(template))
    project = tmp_path / "updated"
    assert record_of(project)["template_commit"] == first
    write_env_file(Project(project))
    secrets = (project / ".env").read_bytes()
    run_git(project, "init", "--quiet")
    commit_all(project, "As created")
    edit(project / "AGENTS.md", "coding agents", "agents")
    (project / "app" / "own.py").write_text('"""A local addition."""\n')
    commit_all(project, "Local changes")
    assert ".env" not in run_git(project, "ls-files").split()

    second = next_version(template)
    printed = cruft(project, "update", "--skip-apply-ask")

    assert "Good work!" in printed
    assert list(project.rglob("*.rej")) + list(project.rglob("*.orig")) == []
    assert (project / ".env").read_bytes() == secrets
    changed = run_git(project, "status", "--porcelain").split()[1::2]
    assert sorted(changed) == [".cruft.json", "AGENTS.md", "app/added.py", "pyproject.toml"]
    run_git(project, "diff", "HEAD", "--check")
    agents = (project / "AGENTS.md").read_text("utf-8")
    assert agents.startswith("# NEW: Working on")
    assert "For people and agents." in agents
    record = record_of(project)
    assert record["template_commit"] == second
    assert record["template_version"].startswith("9.")
    assert ANSWERS.items() <= record.items()


def test_record_holds_every_answer_and_the_template(template: Path, tmp_path: Path) -> None:
    questions = json.loads((template / "cookiecutter.json").read_text("utf-8"))
    commit = run_git(template, "rev-parse", "HEAD").strip()
    run_git(template, "remote", "add", "origin", "https://user:token@example.com/kiln.git")
    typed = [f"{name}={value}" for name, value in {**ANSWERS, "project_name": "A"}.items()]
    environment = {"KILN_INSTALL": "no"}
    for changed, suffix in ((False, ""), (True, "-dirty")):
        if changed:
            edit(template / "README.md", "# ", "# Changed ")
        out = tmp_path / f"out{suffix}"
        run_cookiecutter(out, "--no-input", *typed, template=str(template), environment=environment)
        record = record_of(out / "updated")
        assert record.keys() == {
            *(name for name in questions if not name.startswith("_")),
            *("template", "template_version", "template_commit"),
        }
        assert record["template"] == "https://example.com/kiln.git"
        assert record["template_version"] == questions["_version"]
        assert record["template_commit"] == commit + suffix


def test_folder_without_a_repository_is_recorded_as_local(template: Path, tmp_path: Path) -> None:
    # The folder lies in a repository that does not hold the template.
    (template / ".git").rename(tmp_path / ".git")
    out = tmp_path / "out"
    run_cookiecutter(out, "--no-input", template=str(template), environment={"KILN_INSTALL": "no"})
    record = record_of(out / "my_flask_app")
    assert record["template"] == "local"
    assert record["template_commit"] == "unknown"


@pytest.mark.parametrize(
    ("given", "recorded"),
    [
        ("https://example.com/org/repo.git", "https://example.com/org/repo.git"),
        ("https://name:secret@example.com/repo", "https://example.com/repo"),
        ("https://example.com/kiln.zip", "https://example.com/kiln.zip"),
        ("git@example.com:org/repo.git", "git@example.com:org/repo.git"),
        ("ssh://git@example.com/org/repo", "ssh://git@example.com/org/repo"),
        ("gh:org/repo", "gh:org/repo"),
        ("/home/ann/kiln", "local"),
        ("../kiln", "local"),
        (".", "local"),
        ("C:\\Users\\Ann\\kiln", "local"),
        ("C:/Users/Ann/kiln.zip", "local"),
        ("file:///home/ann/kiln", "local"),
    ],
)
def test_address_is_recorded_without_secrets_and_private_paths(
    given: str, recorded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = template_functions()
    monkeypatch.setattr(functions, "run_git", lambda *arguments: "")
    assert functions.template_address(given) == recorded
