"""Secrets: weak ones refused, the file that holds them out of the repository."""

import shutil
import subprocess
from pathlib import Path

from app.config import SECRETS, ConfigurationError
from report.bench import production_overrides
from report.lab import Lab
from report.outcome import SECURITY, Findings, measure
from report.project import Project

WEAK = ("", "dev", "secret", "changeme", "a" * 64, "0123456789" * 2)
PRIVATE_FILES = (".env", "instance/app.db")


@measure(SECURITY, 130, "Secrets")
def secret_keys(lab: Lab) -> str:
    """Start production with weak secrets, and ask git whether it would take the real ones."""
    findings = Findings()
    for name in SECRETS:
        for weak in WEAK:
            refused = is_refused(lab, name, weak)
            findings.expect(refused, f"production starts with {name}={weak[:12]!r}")
    for name in PRIVATE_FILES:
        findings.expect(is_ignored(lab.project, name), f"git does not ignore {name}")
    findings.add(f"git tracks {name}" for name in tracked(lab.project.root))
    return findings.conclude(
        f"production refuses {len(WEAK)} weak values of {' and '.join(SECRETS)}; git ignores "
        f"{' and '.join(PRIVATE_FILES)}"
    )


def is_refused(lab: Lab, name: str, value: str) -> bool:
    """Say whether production does not start with that secret."""
    try:
        lab.new_app({**production_overrides(), name: value})
    except ConfigurationError:
        return True
    return False


def is_ignored(project: Project, name: str) -> bool:
    """Say whether git ignores a file; where there is no repository, .gitignore is read."""
    answer = git(project.root, "check-ignore", "--quiet", "--no-index", name)
    if answer is None or answer.returncode not in (0, 1):
        return any(project.ignores(part) for part in Path(name).parts)
    return answer.returncode == 0


def tracked(root: Path) -> list[str]:
    """Return the private files that are in the repository already."""
    answer = git(root, "ls-files", "--", *PRIVATE_FILES)
    return answer.stdout.splitlines() if answer is not None else []


def git(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str] | None":
    """Run git in the project's folder; None where it is not installed."""
    program = shutil.which("git")
    if program is None:
        return None
    command = [program, *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)  # noqa: S603 - ours
