"""The report of a baked project notices what is broken on purpose, and nothing else."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.baking import Project, bake
from tests.support.checks import write_env_file
from tests.support.environments import environment_python, installed_pythons, project_environment
from tests.support.mutations import MUTATIONS, Mutation, groups

UNCOPIED = shutil.ignore_patterns("__pycache__", ".ruff_cache")

Report = dict[str, Any]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a baked project in which nothing is broken."""
    project = bake(tmp_path_factory.mktemp("mutation") / "out", {"application_type": "Hybrid"})
    write_env_file(project)
    return project


@pytest.fixture(scope="session")
def python(whole: Project) -> Path:
    """Return an interpreter with the project's requirements."""
    return environment_python(whole, max(installed_pythons()))


def reported(python: Path, project: Path, *arguments: str) -> tuple[int, Report]:
    """Run the report in `project`; return its exit code, and what it says."""
    command = [str(python), "-m", "flask", "report", "--format", "json", "--check", *arguments]
    done = subprocess.run(
        command, cwd=project, env=project_environment(), capture_output=True, encoding="utf-8"
    )
    assert done.stdout.startswith("{"), done.stderr[-2000:]
    return done.returncode, json.loads(done.stdout)


def failed_lines(report: Report) -> dict[str, str]:
    """Return the lines that failed, with their reasons."""
    lines = report["extensions"] + report["security"] + report["verification"]
    return {line["name"]: line["evidence"] for line in lines if line["passed"] is False}


def expected_lines(report: Report, group: list[Mutation]) -> dict[str, str]:
    """Return the lines that must fail; a failed security check makes their sum fail too."""
    lines = {name: reason for each in group for name, reason in each.lines.items()}
    security = {line["name"] for line in report["security"]}
    return lines | ({"Security": "checks passed"} if security & lines.keys() else {})


def broken_copy(whole: Project, group: list[Mutation], folder: Path, python: Path) -> Path:
    """Copy the project, break it, and tidy its style, which is a line of its own."""
    project = folder / whole.path.name
    shutil.copytree(whole.path, project, ignore=UNCOPIED)
    untidy = [edit for each in group if "PEP 8" in each.lines for edit in each.edits]
    tidy = [edit for each in group for edit in each.edits if edit not in untidy]
    for edit in tidy:
        edit.apply(project)
    for command in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
        subprocess.run([str(python), "-m", "ruff", *command, "."], cwd=project, check=True)
    for edit in untidy:
        edit.apply(project)
    return project


def test_whole_project_fails_in_nothing(python: Path, whole: Project) -> None:
    code, report = reported(python, whole.path, "--no-tests")
    assert failed_lines(report) == {}
    assert code == 0


@pytest.mark.parametrize(
    "group", [pytest.param(each, id=f"{each[0].name} (of {len(each)})") for each in groups()]
)
def test_mutation_is_noticed(
    python: Path, whole: Project, group: list[Mutation], tmp_path: Path
) -> None:
    project = broken_copy(whole, group, tmp_path, python)
    arguments = () if any(each.with_tests for each in group) else ("--no-tests",)
    code, report = reported(python, project, *arguments)
    failed, expected = failed_lines(report), expected_lines(report, group)
    assert failed.keys() == expected.keys(), failed
    for name, reason in expected.items():
        assert reason in failed[name]
    assert code == 1


def test_there_are_enough_mutations() -> None:
    names = [each.name for each in MUTATIONS]
    assert len(names) == len(set(names)) >= 20
