"""What runs beside the measurements, in processes of its own: tests, linter, imports."""

import json
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
from typing import Any

from app.config import SETTINGS
from report.outcome import NotMeasuredError

SECONDS_BETWEEN_SIGNS_OF_LIFE = 5
IMPORTS = Path(__file__).with_name("imports.py")
# Neither looks for garbage nor takes the interpreter down: together a quarter of the time.
CALL_MAIN = """
import gc, os, runpy, sys
gc.disable()
runpy.run_path(sys.argv[1])["main"]()
sys.stdout.flush()
os._exit(0)
"""


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


class Process:
    """Python, started with `arguments` in the folder `root`, away from the project's settings."""

    def __init__(self, root: Path, *arguments: str, **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        own = {"PYTHONPATH": str(root), "PYTHONUTF8": "1"}
        # Files, not pipes: nobody reads them before the end.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        self._process = subprocess.Popen(  # noqa: S603 - our own arguments
            [sys.executable, *arguments],
            cwd=root,
            env=kept | own | variables,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._errors,
        )

    def wait(self, seconds: float) -> Finished:
        """Return the end of the process; raises `subprocess.TimeoutExpired` after `seconds`."""
        code = self._process.wait(seconds)
        said = b""
        for file in (self._errors, self._output):
            file.seek(0)
            said += file.read()
        return Finished(code, said.decode(errors="replace"))

    def close(self) -> None:
        """Stop the process, if it still runs, and forget what it said."""
        self._process.kill()
        self._process.wait()
        self._errors.close()
        self._output.close()


class Tools:
    """The processes that were started; each is waited for by the measure that reads it."""

    def __init__(
        self, root: Path, *, with_tests: bool, with_coverage: bool, say: Callable[[str], None]
    ) -> None:
        self._say = say
        self._folder = tempfile.TemporaryDirectory()
        self._results = Path(self._folder.name, "tests.xml")
        self._coverage = Path(self._folder.name, "coverage.json")
        self._tests = self._start_tests(root, with_coverage) if with_tests else None
        self._imports = Process(root, "-P", "-B", "-c", CALL_MAIN, str(IMPORTS))
        self._lint = Process(root, "-m", "ruff", "check", "--output-format=concise", ".")
        self._format = Process(root, "-m", "ruff", "format", "--check", ".")

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
        finished = self.wait(self._tests, "running the tests")
        count, failures, seconds = read_results(self._results)
        return TestRun(
            count,
            failures or ["pytest itself"] * bool(finished.code),
            read_coverage(self._coverage),
            seconds,
            last_line(finished.output),
        )

    def wait(self, process: Process, doing: str) -> Finished:
        """Return the end of `process`, saying from time to time that it is not there yet."""
        started = time.monotonic()
        while True:
            try:
                return process.wait(SECONDS_BETWEEN_SIGNS_OF_LIFE)
            except subprocess.TimeoutExpired:
                self._say(f"  still {doing}, {time.monotonic() - started:.0f} s")

    def close(self) -> None:
        """Stop what still runs."""
        for process in (self._tests, self._imports, self._lint, self._format):
            if process is not None:
                process.close()
        self._folder.cleanup()

    def _start_tests(self, root: Path, with_coverage: bool) -> Process:
        options = ["-q", "-p", "no:cacheprovider", f"--junitxml={self._results}"]
        if with_coverage and find_spec("pytest_cov") is not None:
            options += ["--cov", f"--cov-report=json:{self._coverage}", "--cov-report="]
        # A database that is named is one for all, so only one process can use it at a time.
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


def read_results(path: Path) -> tuple[int, list[str], float]:
    """Return how many tests a JUnit file lists, the names of those that failed, and the seconds."""
    if not path.exists():
        return 0, [], 0
    root = ET.parse(path).getroot()  # noqa: S314 - our own file
    cases = list(root.iter("testcase"))
    failed = [case for case in cases if {child.tag for child in case} & {"failure", "error"}]
    seconds = sum(float(suite.get("time", 0)) for suite in root.iter("testsuite"))
    return len(cases), [case.get("name", "") for case in failed], seconds


def read_coverage(path: Path) -> float | None:
    """Return the percentage that a coverage report gives, or None without one."""
    if not path.exists():
        return None
    return float(json.loads(path.read_text("utf-8"))["totals"]["percent_covered"])
