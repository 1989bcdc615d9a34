"""The installed packages, their documentation, and their deprecation warnings."""

import re

from report.context import Context
from report.findings import Findings, NotMeasuredError
from report.packages import documentation_url, is_installed
from report.project import Project
from report.registry import VERIFICATION, check


@check(VERIFICATION, 10, "Documentation")
def documentation(context: Context) -> str:
    """Look for packages that are missing, and for deprecation warnings so far."""
    findings = Findings()
    required = context.project.requirements
    installed = [name for name in required if is_installed(name)]
    findings.add(f"{name} is not installed" for name in required if name not in installed)
    warnings = list(context.deprecations)
    try:
        warnings += context.tools.imports().warnings
    except NotMeasuredError as error:
        findings.skip(True, str(error))
    findings.add(
        f"a deprecation warning from {filename}: {text}"
        for text, filename in warnings
        if not is_ignored(context.project, text, filename)
    )
    linked = sum(bool(documentation_url(name)) for name in installed)
    return findings.conclude(
        f"{len(installed)} packages of pyproject.toml are installed, {linked} with a link to "
        f"their documentation above; no deprecation warning in {context.request_count:,} requests"
    )


def is_ignored(project: Project, text: str, filename: str) -> bool:
    """Return whether `filterwarnings` in pyproject.toml ignores the warning in the tests."""
    path = filename.replace("\\", "/")
    options = project.table("tool", "pytest", "ini_options")
    filters = [[*line.split(":"), "", "", ""] for line in options.get("filterwarnings", [])]
    return any(
        action == "ignore" and re.match(message, text) and module.replace(".", "/") in path
        for action, message, _, module, *_ in filters
    )
