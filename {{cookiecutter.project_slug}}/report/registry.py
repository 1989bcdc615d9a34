"""The registry of checks.

To add a check, write a function with the decorator `check` in a module below `report/checks/`. It
takes the `Context` and returns the evidence; it raises `FailedError` (usually by
`Findings.conclude`) or `NotMeasuredError`.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from report.findings import FailedError, Line, NotMeasuredError, describe_error

if TYPE_CHECKING:
    from report.context import Context

SECURITY = "security"
VERIFICATION = "verification"


@dataclass(frozen=True)
class Check:
    """A registered check: its section, its place in it, the name of its line, and the function."""

    section: str
    order: int
    name: str
    function: Callable[["Context"], str]

    def run(self, context: "Context") -> Line:
        """Run the check and return its line; an unexpected exception is a failed line."""
        try:
            return Line(True, self.name, self.function(context))
        except FailedError as error:
            return Line(False, self.name, str(error))
        except NotMeasuredError as error:
            return Line(None, self.name, f"not measured: {error}")
        # A view or a migration may call sys.exit().
        except (Exception, SystemExit) as error:
            return Line(False, self.name, f"could not be measured: {describe_error(error)}")


_checks: dict[str, Check] = {}


def check(
    section: str, order: int, name: str
) -> Callable[[Callable[["Context"], str]], Callable[["Context"], str]]:
    """Register the decorated function as the check of the line `name`."""

    def register(function: Callable[["Context"], str]) -> Callable[["Context"], str]:
        _checks[name] = Check(section, order, name, function)
        return function

    return register


def import_modules(package_name: str) -> Iterator[str]:
    """Import every module of a package and yield its name."""
    package = importlib.import_module(package_name)
    for module in pkgutil.walk_packages(package.__path__, f"{package_name}."):
        importlib.import_module(module.name)
        yield module.name


def all_checks() -> list[Check]:
    """Return the checks of every module below `report.checks`, in the report's order."""
    list(import_modules("report.checks"))
    return sorted(_checks.values(), key=attrgetter("section", "order"))
