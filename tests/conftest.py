"""Fixtures of every test, and the table of bakes at the end of a run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import matrix
from tests.support.baking import Project, bake
from tests.test_bakes import bakes

Baker = Callable[..., Project]
# `tests/test_report.py` runs these tests inside baked projects.
collect_ignore = ["report_suite"]


@pytest.fixture
def baker(tmp_path: Path) -> Baker:
    """Return a function that bakes a project with the answers given to it, without installing."""

    def bake_with(**answers: str) -> Project:
        return bake(tmp_path / "out", answers)

    return bake_with


@pytest.fixture(autouse=True)
def quiet_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the variables that steer the hooks out of the tests."""
    for name in ("KILN_INSTALL", "KILN_TESTS", "UV_COMPILE_BYTECODE", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)


def pytest_configure() -> None:
    """Name the state of the template before worker processes start."""
    matrix.template_hash()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what became of the bakes."""
    if any("test_bake_is_whole" in report.nodeid for report in passed_or_failed(terminalreporter)):
        terminalreporter.section("bakes")
        for line in matrix.table(bakes()):
            terminalreporter.line(line)


def passed_or_failed(terminalreporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    """Return the reports of the tests that were run or skipped."""
    kinds = ("passed", "failed", "skipped")
    return [report for kind in kinds for report in terminalreporter.stats.get(kind, [])]
