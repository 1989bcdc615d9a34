"""What runs beside the measurements, in processes of its own: tests, linter, imports."""

import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from app.cli.report.outcome import NotMeasuredError
from app.config import SETTINGS

SECONDS_BETWEEN_SIGNS_OF_LIFE = 5
IMPORTS = Path(__file__).with_name("imports.py")
CALL_MAIN = "import runpy, sys; runpy.run_path(sys.argv[1])['main']()"

T = TypeVar("T")


@dataclass(frozen=True)
class Finished:
    """A process that has ended."""

    code: int
    output: str


@dataclass(frozen=True)
class TestRun:
    """What the project's tests said; `coverage` is None where it was not counted."""

    __test__ = False

    count: int
    failures: list[str]
    coverage: float | None
    seconds: float
    last_words: str


class Tools:
    """The processes that were started; each is waited for by the measure that reads it."""

    def __init__(self, root: Path, *, with_tests: bool, say: Callable[[str], None]) -> None:
        self._root = root
        self._say = say
        self._pool = ThreadPoolExecutor(max_workers=2)
        self._tests = self._pool.submit(self._run_tests) if with_tests else None
        self._imports = self._pool.submit(self._run, "-P", "-B", "-c", CALL_MAIN, str(IMPORTS))
        self._lint = self._pool.submit(
            self._run, "-m", "ruff", "check", "--output-format=concise", "."
        )
        self._format = self._pool.submit(self._run, "-m", "ruff", "format", "--check", ".")

    def imported(self) -> dict[str, Any]:
        """Return what importing the application did; see the module `imports`."""
        finished = self.wait(self._imports, "importing every module")
        if finished.code:
            raise RuntimeError(last_line(finished.output))
        found: dict[str, Any] = json.loads(last_line(finished.output))
        return found

    def style(self) -> tuple[Finished, Finished]:
        """Return what the linter and the formatter said of the project.

        Raises `NotMeasuredError` when they are not installed.
        """
        if find_spec("ruff") is None:
            raise NotMeasuredError("ruff is not installed here; it is a development dependency")
        return self.wait(self._lint, "linting"), self.wait(self._format, "checking the format")

    def tests(self) -> TestRun:
        """Return how the project's tests went.

        Raises `NotMeasuredError` when they were left out, or cannot run here.
        """
        if self._tests is None:
            raise NotMeasuredError("left out by --no-tests")
        if find_spec("pytest") is None:
            raise NotMeasuredError("pytest is not installed here; it is a development dependency")
        return self.wait(self._tests, "running the tests")

    def wait(self, future: "Future[T]", doing: str) -> T:
        """Return the result of `future`, saying from time to time that it is not there yet."""
        started = time.monotonic()
        while True:
            try:
                return future.result(SECONDS_BETWEEN_SIGNS_OF_LIFE)
            except TimeoutError:
                self._say(f"  still {doing}, {time.monotonic() - started:.0f} s")

    def _run(self, *arguments: str, **variables: str) -> Finished:
        """Run Python with `arguments` in the project's folder, away from its settings."""
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        own = {"PYTHONPATH": str(self._root), "PYTHONUTF8": "1"}
        done = subprocess.run(  # noqa: S603 - our own arguments
            [sys.executable, *arguments],
            cwd=self._root,
            env=kept | own | variables,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        return Finished(done.returncode, f"{done.stderr}{done.stdout}")

    def _run_tests(self) -> TestRun:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            results, coverage = Path(folder, "tests.xml"), Path(folder, "coverage.json")
            count: Sequence[str] = ()
            if find_spec("pytest_cov") is not None:
                count = ("--cov", f"--cov-report=json:{coverage}", "--cov-report=")
            finished = self._run(
                *("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={results}", *count),
                COVERAGE_FILE=str(Path(folder, "coverage")),
            )
            number, failures = read_results(results)
            return TestRun(
                number,
                failures or ["pytest itself"] * bool(finished.code),
                read_coverage(coverage),
                time.monotonic() - started,
                last_line(finished.output),
            )


def first_line(text: str) -> str:
    """Return the first line of `text` that is not empty."""
    return next((line for line in text.splitlines() if line.strip()), "")


def last_line(text: str) -> str:
    """Return the last line of `text` that is not empty."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


def read_results(path: Path) -> tuple[int, list[str]]:
    """Return how many tests a JUnit file lists, and the names of those that failed."""
    if not path.exists():
        return 0, []
    cases = list(ET.parse(path).getroot().iter("testcase"))  # noqa: S314 - our own file
    failed = [case for case in cases if {child.tag for child in case} & {"failure", "error"}]
    return len(cases), [case.get("name", "") for case in failed]


def read_coverage(path: Path) -> float | None:
    """Return the percentage that a coverage report gives, or None without one."""
    if not path.exists():
        return None
    return float(json.loads(path.read_text("utf-8"))["totals"]["percent_covered"])
