"""The project's own tests, and the style of its code."""

from report.context import Context
from report.findings import Findings, NotMeasuredError
from report.registry import VERIFICATION, check
from report.tools import TestRun, first_line

MAX_NAMES = 3


@check(VERIFICATION, 90, "Tests")
def tests(context: Context) -> str:
    """Run the project's tests."""
    findings = Findings()
    run = context.tools.tests()
    findings.expect(
        not run.failures,
        f"{len(run.failures)} of {run.count} tests failed ({names(run.failures)}): {run.last_line}",
    )
    findings.expect(run.count > 0, f"no test was found: {run.last_line}")
    evidence = findings.conclude(passed_tests(run))
    if run.count == len(run.skipped):
        raise NotMeasuredError(f"all {run.count} tests were skipped: {names(run.skipped)}")
    return evidence


def passed_tests(run: TestRun) -> str:
    """Return the figures of a test run without failures."""
    coverage = "coverage not measured" if run.coverage is None else f"{run.coverage:.1f} % coverage"
    skipped = f"{len(run.skipped)} skipped ({names(run.skipped)}), " if run.skipped else ""
    passed = run.count - len(run.skipped)
    return f"{passed} tests passed, {skipped}{coverage}, {run.seconds:.0f} s"


def names(tests: list[str]) -> str:
    """Return the first names of a list of tests."""
    more = [f"and {len(tests) - MAX_NAMES} more"] if len(tests) > MAX_NAMES else []
    return ", ".join([*tests[:MAX_NAMES], *more])


@check(VERIFICATION, 100, "PEP 8")
def pep8(context: Context) -> str:
    """Run the linter and the formatter over the project."""
    findings = Findings()
    lint, style = context.tools.style()
    findings.expect(lint.code == 0, f"ruff check: {first_line(lint.output)}")
    findings.expect(style.code == 0, f"ruff format: {first_line(style.output)}")
    count = len(list(context.project.python_files()))
    return findings.conclude(f"ruff check and ruff format find nothing in {count} Python files")
