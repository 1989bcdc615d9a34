"""Runs the tests, the linter and the import script in separate processes."""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from report.findings import NotMeasuredError
from report.project_api import PACKAGE, SETTINGS

SECONDS_BETWEEN_MESSAGES = 5
# For the imports and the linter; the project's tests have no limit.
MAX_SECONDS = 120
IMPORTS_SCRIPT = Path(__file__).with_name("imports.py")


@dataclass(frozen=True)
class Finished:
    """The exit code and the output of a process that has ended."""

    code: int
    output: str


@dataclass(frozen=True)
class TestRun:
    """The result of the project's tests; `coverage` is a percentage, or None if not measured."""

    __test__ = False

    count: int
    failures: list[str]
    skipped: list[str]
    coverage: float | None
    seconds: float
    last_line: str


@dataclass(frozen=True)
class ImportResult:
    """What importing every module of the application did; see `report.imports`."""

    modules: list[str]
    effects: list[str]
    warnings: list[tuple[str, str]]
    applications: int


class Process:
    """A Python process in the folder `root`, without the settings of this environment."""

    def __init__(self, root: Path, *arguments: str, **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        own = {"PYTHONPATH": str(root), "PYTHONUTF8": "1"}
        # Files, because nothing reads from a pipe before the process ends, and a pipe fills up.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        self._process = subprocess.Popen(  # noqa: S603 - the report's own arguments
            [sys.executable, *arguments],
            cwd=root,
            env=kept | own | variables,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._errors,
        )

    def wait(self, seconds: float) -> Finished:
        """Wait for the process; raises `subprocess.TimeoutExpired` after `seconds`."""
        code = self._process.wait(seconds)
        output = b""
        for file in (self._errors, self._output):
            file.seek(0)
            output += file.read()
        return Finished(code, output.decode(errors="replace"))

    def close(self) -> None:
        """Stop the process if it still runs, and delete its output."""
        self._process.kill()
        self._process.wait()
        self._errors.close()
        self._output.close()


class Tools:
    """Starts the processes; a check that needs a result waits for its process."""

    def __init__(
        self,
        root: Path,
        *,
        with_tests: bool,
        with_coverage: bool = True,
        with_imports: bool = True,
        show_progress: Callable[[str], None],
    ) -> None:
        self._show_progress = show_progress
        self._folder = tempfile.TemporaryDirectory()
        self._results = Path(self._folder.name, "tests.xml")
        self._coverage = Path(self._folder.name, "coverage.json")
        self._tests = self._start_tests(root, with_coverage) if with_tests else None
        # -P: a file of the report must not hide a standard module. -B: no bytecode beside it.
        script = ("-P", "-B", str(IMPORTS_SCRIPT), PACKAGE)
        self._imports = Process(root, *script) if with_imports else None
        self._lint = Process(root, "-m", "ruff", "check", "--output-format=concise", ".")
        self._format = Process(root, "-m", "ruff", "format", "--check", ".")

    def imports(self) -> ImportResult:
        """Return what importing the application did.

        Raises `NotMeasuredError` when --no-imports was given, `RuntimeError` when an import fails.
        """
        if self._imports is None:
            raise NotMeasuredError("the imports of every module (--no-imports)")
        finished = self.wait(self._imports, "importing every module", MAX_SECONDS)
        if finished.code:
            raise RuntimeError(last_line(finished.output))
        return ImportResult(**json.loads(last_line(finished.output)))

    def style(self) -> tuple[Finished, Finished]:
        """Return the results of the linter and the formatter.

        Raises `NotMeasuredError` when they are not installed.
        """
        if find_spec("ruff") is None:
            raise NotMeasuredError("ruff, a development dependency, is not installed")
        return (
            self.wait(self._lint, "linting", MAX_SECONDS),
            self.wait(self._format, "checking the format", MAX_SECONDS),
        )

    def tests(self) -> TestRun:
        """Return the result of the project's tests.

        Raises `NotMeasuredError` when --no-tests was given or pytest is not installed.
        """
        if self._tests is None:
            raise NotMeasuredError("left out by --no-tests")
        if find_spec("pytest") is None:
            raise NotMeasuredError("pytest, a development dependency, is not installed")
        finished = self.wait(self._tests, "running the tests")
        return read_results(
            self._results, read_coverage(self._coverage), finished.code, last_line(finished.output)
        )

    def wait(self, process: Process, task: str, limit: float = math.inf) -> Finished:
        """Wait for `process`, with a message every few seconds.

        Raises `NotMeasuredError` after more than `limit` seconds.
        """
        started = time.monotonic()
        while True:
            try:
                return process.wait(SECONDS_BETWEEN_MESSAGES)
            except subprocess.TimeoutExpired:
                seconds = time.monotonic() - started
                self._show_progress(f"  still {task}, {seconds:.0f} s")
                if seconds > limit:
                    raise NotMeasuredError(f"{task} takes more than {limit:.0f} s") from None

    def close(self) -> None:
        """Stop the processes that still run."""
        for process in (self._tests, self._imports, self._lint, self._format):
            if process is not None:
                process.close()
        self._folder.cleanup()

    def _start_tests(self, root: Path, with_coverage: bool) -> Process:
        options = ["-q", "-p", "no:cacheprovider", f"--junitxml={self._results}"]
        if with_coverage and find_spec("pytest_cov") is not None:
            options += ["--cov", f"--cov-report=json:{self._coverage}", "--cov-report="]
        # TEST_DATABASE_URL names one database, which only one process can use at a time.
        if find_spec("xdist") is not None and "TEST_DATABASE_URL" not in os.environ:
            options += ["-n", "auto", "--maxprocesses=4", "--dist=loadfile"]
        data = str(Path(self._folder.name, "coverage"))
        return Process(root, "-m", "pytest", *options, COVERAGE_FILE=data)


def first_line(text: str) -> str:
    """Return the first line of `text` that is not empty."""
    return next((line for line in text.splitlines() if line.strip()), "")


def last_line(text: str) -> str:
    """Return the last line of `text` that is not empty."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


def read_results(path: Path, coverage: float | None, code: int, output: str) -> TestRun:
    """Return the result of pytest from its JUnit file, its exit code and its last line."""
    if not path.exists():
        return TestRun(0, ["pytest itself"] * bool(code), [], coverage, 0, output)
    root = ET.parse(path).getroot()  # noqa: S314 - pytest wrote the file for the report
    cases = list(root.iter("testcase"))
    failures = [case for case in cases if {child.tag for child in case} & {"failure", "error"}]
    skipped = [case for case in cases if {child.tag for child in case} == {"skipped"}]
    failed_names = [case.get("name", "") for case in failures] or ["pytest itself"] * bool(code)
    seconds = sum(float(suite.get("time", 0)) for suite in root.iter("testsuite"))
    skipped_names = [case.get("name", "") for case in skipped]
    return TestRun(len(cases), failed_names, skipped_names, coverage, seconds, output)


def read_coverage(path: Path) -> float | None:
    """Return the percentage in a coverage report; None when there is no report."""
    if not path.exists():
        return None
    return float(json.loads(path.read_text("utf-8"))["totals"]["percent_covered"])
