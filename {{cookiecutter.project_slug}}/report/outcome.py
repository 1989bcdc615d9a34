"""What a measure found, and the register of all measures."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from report.lab import Lab

SECURITY = "security"
VERIFICATION = "verification"
MOST_PROBLEMS = 4


@dataclass(frozen=True)
class Line:
    """A line of the report.

    `passed` is None where nothing was measured: such a line is unchecked, but has not failed.
    """

    passed: bool | None
    name: str
    evidence: str


class FailedError(Exception):
    """What was measured is not as it should be; the message says how."""


class NotMeasuredError(Exception):
    """There was nothing to measure with; the message says why."""


class Findings:
    """Collects what is wrong, so that one attempt tells all of it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.skipped: list[str] = []

    def expect(self, holds: bool, problem: str) -> None:
        """Remember `problem` unless the expectation holds."""
        if not holds:
            self.problems.append(problem)

    def add(self, problems: Iterable[str]) -> None:
        """Remember all of `problems`."""
        self.problems.extend(problems)

    def skip(self, applies: bool, reason: str) -> None:
        """Remember that a part could not be measured."""
        if applies:
            self.skipped.append(f"not measured: {reason}")

    def conclude(self, evidence: str) -> str:
        """Return `evidence`, or raise `FailedError` with the problems."""
        problems = list(dict.fromkeys(self.problems))
        if problems:
            more = len(problems) - MOST_PROBLEMS
            shown = problems[:MOST_PROBLEMS] + [f"and {more} more"] * (more > 0)
            raise FailedError("; ".join(shown))
        return "; ".join([evidence, *dict.fromkeys(self.skipped)])


@dataclass(frozen=True)
class Measure:
    """A function that returns the evidence, or raises an error that says what is wrong."""

    section: str
    order: int
    name: str
    run: Callable[["Lab"], str]

    def line(self, lab: "Lab") -> Line:
        """Run the measure; an exception of any kind becomes a sentence."""
        try:
            return Line(True, self.name, self.run(lab))
        except FailedError as error:
            return Line(False, self.name, str(error))
        except NotMeasuredError as error:
            return Line(None, self.name, f"not measured: {error}")
        except Exception as error:
            text = " ".join(str(error).split())[:200]
            return Line(False, self.name, f"the measure stopped at {type(error).__name__}: {text}")


_register: dict[str, Measure] = {}


def measure(
    section: str, order: int, name: str
) -> Callable[[Callable[["Lab"], str]], Callable[["Lab"], str]]:
    """Register the decorated function as the measure of the line `name`."""

    def add(run: Callable[["Lab"], str]) -> Callable[["Lab"], str]:
        _register[name] = Measure(section, order, name, run)
        return run

    return add


def modules_below(package_name: str) -> Iterator[str]:
    """Import every module of a package and yield its name: features add files, nobody lists them."""
    package = importlib.import_module(package_name)
    for found in pkgutil.walk_packages(package.__path__, f"{package_name}."):
        importlib.import_module(found.name)
        yield found.name


def all_measures() -> list[Measure]:
    """Return the measures of every module below `measures`, in the report's order."""
    list(modules_below("report.measures"))
    return sorted(_register.values(), key=attrgetter("section", "order"))
