"""The processes beside the report: tests, linter, imports."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app import create_app
from report import tools
from report.checks import documentation, flask_patterns, quality
from report.context import Context
from report.findings import FailedError, NotMeasuredError
from report.project import Project
from report.tools import Finished, TestRun, Tools
from tests.report.conftest import ROOT, MakeContext

MakeTools = Callable[..., Tools]


@pytest.fixture
def messages() -> list[str]:
    """Return the list of the messages."""
    return []


@pytest.fixture
def make_tools(tmp_path: Path, messages: list[str]) -> Iterator[MakeTools]:
    """Return a function that starts the tools in an empty folder."""
    started: list[Tools] = []

    def make(**options: Any) -> Tools:
        started.append(Tools(tmp_path, show_progress=messages.append, **options))
        return started[-1]

    yield make
    for each in started:
        each.close()


def context_with(run: Tools) -> Context:
    """Return a context that has only tools."""
    return cast("Context", SimpleNamespace(tools=run))


def write_tests(folder: Path, source: str) -> None:
    """Write a module of tests."""
    (folder / "tests").mkdir()
    (folder / "tests" / "test_module.py").write_text(source)


def test_tests_are_run_and_counted(make_tools: MakeTools, tmp_path: Path) -> None:
    write_tests(tmp_path, "def test_a(): ...\ndef test_b(): assert False\n")
    run = make_tools(with_tests=True)
    with pytest.raises(RuntimeError, match="No module named"):
        run.imports()
    result = run.tests()
    assert (result.count, result.failures) == (2, ["test_b"])
    assert "1 failed" in result.last_line
    with pytest.raises(FailedError, match=r"1 of 2 tests failed \(test_b\)"):
        quality.tests(context_with(run))


def test_skipped_tests_are_counted_and_named(make_tools: MakeTools, tmp_path: Path) -> None:
    skip = "import pytest\n@pytest.mark.skip\ndef test_a(): ...\n"
    write_tests(tmp_path, f"{skip}def test_b(): ...\n")
    run = make_tools(with_tests=True, with_coverage=False)
    evidence = quality.tests(context_with(run))
    assert evidence.startswith("1 tests passed, 1 skipped (test_a), coverage not measured, ")


def test_tests_that_are_all_skipped_are_not_measured(make_tools: MakeTools, tmp_path: Path) -> None:
    write_tests(tmp_path, "import pytest\n@pytest.mark.skip\ndef test_a(): ...\n")
    run = make_tools(with_tests=True, with_coverage=False)
    with pytest.raises(NotMeasuredError, match=r"all 1 tests were skipped: test_a"):
        quality.tests(context_with(run))


def test_tools_that_are_not_installed_measure_nothing(
    make_tools: MakeTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "find_spec", lambda name: None)
    run = make_tools(with_tests=True)
    with pytest.raises(NotMeasuredError, match=r"ruff, a development dependency, is not"):
        run.style()
    with pytest.raises(NotMeasuredError, match=r"pytest, a development dependency, is not"):
        run.tests()


@pytest.mark.parametrize("check", [flask_patterns.flask_patterns, documentation.documentation])
def test_imports_that_are_left_out_are_named(
    make_tools: MakeTools, check: Callable[[Context], str], make_context: MakeContext
) -> None:
    context = make_context(create_app)
    context.tools = make_tools(with_tests=False, with_imports=False)
    assert check(context).endswith("; not measured: the imports of every module (--no-imports)")


def test_long_steps_write_messages(
    make_tools: MakeTools, messages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "SECONDS_BETWEEN_MESSAGES", 0.001)
    run = make_tools(with_tests=False)
    process = tools.Process(tmp_path, "-c", "import time; time.sleep(0.2); print('done')")
    assert run.wait(process, "waiting") == Finished(0, "done\n")
    assert messages[0] == "  still waiting, 0 s"
    process.close()


def test_steps_without_end_are_stopped(
    make_tools: MakeTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "SECONDS_BETWEEN_MESSAGES", 0.001)
    run = make_tools(with_tests=False)
    process = tools.Process(tmp_path, "-c", "import time; time.sleep(60)")
    with pytest.raises(NotMeasuredError, match="waiting takes more than 0 s"):
        run.wait(process, "waiting", 0.01)
    process.close()


def test_figures_are_in_the_evidence() -> None:
    run = TestRun(6, [], ["a", "b", "c", "d"], 98.76, 1.2, "")
    style = Finished(1, "\napp/a.py:1:1: F401\n"), Finished(0, "")
    fake = SimpleNamespace(tests=lambda: run, style=lambda: style)
    context = cast("Context", SimpleNamespace(tools=fake, project=Project(ROOT)))
    expected = "2 tests passed, 4 skipped (a, b, c, and 1 more), 98.8 % coverage, 1 s"
    assert quality.tests(context) == expected
    with pytest.raises(FailedError, match=r"ruff check: app/a\.py"):
        quality.pep8(context)


def test_results_that_are_missing_count_nothing(tmp_path: Path) -> None:
    missing = tmp_path / "none.xml"
    assert tools.read_results(missing, None, 0, "") == TestRun(0, [], [], None, 0, "")
    assert tools.read_results(missing, None, 2, "").failures == ["pytest itself"]
    assert tools.read_coverage(tmp_path / "none.json") is None
    assert tools.last_line("") == ""
