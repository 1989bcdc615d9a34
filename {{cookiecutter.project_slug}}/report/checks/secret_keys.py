"""Secrets: production refuses weak secrets, and git ignores the files that contain secrets."""

import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from report.context import Context
from report.findings import Findings
from report.guard import guard
from report.project import Project
from report.project_api import SECRETS, ConfigurationError
from report.registry import SECURITY, check
from report.test_app import production_overrides

WEAK = ("", "dev", "secret", "changeme", "a" * 64, "0123456789" * 2)
PRIVATE_FILES = (".env", "instance/app.db")
SECONDS_FOR_GIT = 10


@check(SECURITY, 130, "Secrets")
def secret_keys(context: Context) -> str:
    """Start production with weak secrets; ask git whether it ignores the private files."""
    findings = Findings()
    for name in SECRETS:
        for weak in WEAK:
            refused = is_refused(context, {name: weak})
            findings.expect(refused, f"production starts with {name}={weak[:12]!r}")
    if len(SECRETS) > 1:
        refused = is_refused(context, dict.fromkeys(SECRETS, secrets.token_urlsafe(48)))
        findings.expect(refused, f"production starts with one value for {' and '.join(SECRETS)}")
    root = context.project.root
    for name in PRIVATE_FILES:
        findings.expect(is_ignored(context.project, name), f"git does not ignore {name}")
    findings.add(f"git tracks {name}" for name in tracked_files(root))
    files = " and ".join(PRIVATE_FILES)
    ignored = f"git ignores {files}"
    if not has_repository(root):
        ignored = f".gitignore lists {files} (there is no git repository here)"
    return findings.conclude(
        f"production refuses {len(WEAK)} weak values of {' and '.join(SECRETS)}; {ignored}"
    )


def is_refused(context: Context, values: Mapping[str, str]) -> bool:
    """Return whether production does not start with these secrets."""
    try:
        context.new_app({**production_overrides(), **values})
    except ConfigurationError:
        return True
    return False


def has_repository(root: Path) -> bool:
    """Return whether git is installed and the folder is in a repository."""
    result = git(root, "rev-parse", "--git-dir")
    return result is not None and result.returncode == 0


def is_ignored(project: Project, name: str) -> bool:
    """Return whether git ignores a file; without a repository, whether .gitignore lists it."""
    if not has_repository(project.root):
        return any(project.ignores(part) for part in Path(name).parts)
    result = git(project.root, "check-ignore", "--quiet", "--no-index", name)
    return result is not None and result.returncode == 0


def tracked_files(root: Path) -> list[str]:
    """Return the private files that are in the repository."""
    result = git(root, "ls-files", "--", *PRIVATE_FILES)
    return result.stdout.splitlines() if result is not None else []


def git(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str] | None":
    """Run git in the project's folder; return None when it is not installed."""
    program = shutil.which("git")
    if program is None:
        return None
    with guard.enabled(active=False):
        return subprocess.run(  # noqa: S603 - the report's own arguments
            [program, *arguments],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=SECONDS_FOR_GIT,
        )
