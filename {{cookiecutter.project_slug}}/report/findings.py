"""The results of a check: problems, parts that were not measured, and the line of the report."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_SHOWN_PROBLEMS = 4
MAX_ERROR_LENGTH = 200
# The address of an object, which differs in every run.
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


@dataclass(frozen=True)
class Line:
    """A line of the report.

    `passed` is None when nothing was measured: the line is unchecked, but it has not failed.
    """

    passed: bool | None
    name: str
    evidence: str


class FailedError(Exception):
    """A check found a problem; the message describes it."""


class NotMeasuredError(Exception):
    """A check could not measure anything; the message gives the reason."""


class Findings:
    """Collects the problems that a check finds, so that one run reports all of them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.skipped: list[str] = []

    def expect(self, condition: bool, problem: str) -> None:
        """Add `problem` unless the condition is true."""
        if not condition:
            self.problems.append(problem)

    def add(self, problems: Iterable[str]) -> None:
        """Add all of `problems`."""
        self.problems.extend(problems)

    def skip(self, condition: bool, part: str) -> None:
        """If the condition is true, add a note that `part` was not measured."""
        if condition:
            self.skipped.append(f"not measured: {part}")

    def conclude(self, evidence: str) -> str:
        """Return the evidence and the notes; raises `FailedError` when there are problems."""
        problems = list(dict.fromkeys(self.problems))
        if problems:
            hidden = len(problems) - MAX_SHOWN_PROBLEMS
            shown = problems[:MAX_SHOWN_PROBLEMS] + [f"and {hidden} more"] * (hidden > 0)
            raise FailedError("; ".join(shown))
        return "; ".join([evidence, *dict.fromkeys(self.skipped)])


def describe_error(error: BaseException) -> str:
    """Return the type and the message of an exception on one line, shortened."""
    text = ADDRESS.sub("", " ".join(str(error).split()))
    return f"{type(error).__name__}: {text[:MAX_ERROR_LENGTH]}"
