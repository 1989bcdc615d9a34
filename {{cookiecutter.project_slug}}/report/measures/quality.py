"""The project's own tests, and the style of its code."""

from report.lab import Lab
from report.outcome import VERIFICATION, Findings, measure
from report.tools import first_line


@measure(VERIFICATION, 90, "Tests")
def tests(lab: Lab) -> str:
    """Run the project's tests."""
    findings = Findings()
    run = lab.tools.tests()
    names = ", ".join(run.failures[:3])
    findings.expect(
        not run.failures,
        f"{len(run.failures)} of {run.count} tests fail ({names}): {run.last_words}",
    )
    findings.expect(run.count > 0, f"no test was found: {run.last_words}")
    covered = "coverage not counted" if run.coverage is None else f"{run.coverage:.1f} % coverage"
    return findings.conclude(f"{run.count} tests, no failure, {covered}, {run.seconds:.0f} s")


@measure(VERIFICATION, 100, "PEP 8")
def pep8(lab: Lab) -> str:
    """Run the linter and the formatter over the project."""
    findings = Findings()
    lint, style = lab.tools.style()
    findings.expect(lint.code == 0, f"ruff check: {first_line(lint.output)}")
    findings.expect(style.code == 0, f"ruff format: {first_line(style.output)}")
    count = len(list(lab.project.sources()))
    return findings.conclude(f"ruff check and ruff format find nothing in {count} modules")
