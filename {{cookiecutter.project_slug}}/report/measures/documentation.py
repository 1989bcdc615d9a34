"""Packages, their documentation, and what they warn of."""

import re

from report.lab import Lab
from report.outcome import VERIFICATION, Findings, measure
from report.packages import documentation_of, is_installed
from report.project import Project


@measure(VERIFICATION, 10, "Documentation")
def documentation(lab: Lab) -> str:
    """Compare what is asked for with what is installed; count the deprecation warnings so far."""
    findings = Findings()
    asked = lab.project.requirements
    installed = [name for name in asked if is_installed(name)]
    findings.add(f"{name} is not installed" for name in asked if name not in installed)
    notes = lab.notes()
    findings.add(
        f"a deprecation warning from {filename}: {text}"
        for text, filename in [*notes.deprecations, *lab.tools.imported()["warnings"]]
        if not is_accepted(lab.project, text, filename)
    )
    linked = sum(bool(documentation_of(name)) for name in installed)
    return findings.conclude(
        f"{len(installed)} packages are installed as pyproject.toml asks, {linked} with a link to "
        f"their documentation above; no deprecation warning in {notes.requests:,} requests"
    )


def is_accepted(project: Project, text: str, filename: str) -> bool:
    """Say whether the tests ignore a warning too: `filterwarnings` in pyproject.toml."""
    path = filename.replace("\\", "/")
    options = project.table("tool", "pytest", "ini_options")
    lines = [[*line.split(":"), "", "", ""] for line in options.get("filterwarnings", [])]
    return any(
        line[0] == "ignore" and re.match(line[1], text) and line[3].replace(".", "/") in path
        for line in lines
    )
