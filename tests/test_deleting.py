"""Deleting a feature by hand, as the project's README says, leaves a green project."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.baking import bake
from tests.support.checks import (
    InstalledProject,
    current_minor,
    formatted,
    install,
    migrates,
    own_suite,
    typed,
)


def edit(path: Path, pattern: str, replacement: str) -> None:
    """Replace what `pattern` finds in a file; it has to be there."""
    text, count = re.subn(pattern, replacement, path.read_text("utf-8"))
    assert count, f"{path.name} holds no {pattern}"
    path.write_text(text, "utf-8")


def delete_posts(project: Path) -> None:
    """Do what the README says under "Delete the sample feature"."""
    for folder in ("app/posts", "app/templates/posts"):
        shutil.rmtree(project / folder)
    for path in [
        project / "tests/post_factories.py",
        *project.rglob("tests/**/test_posts.py"),
        *project.rglob("tests/**/test_contract_posts.py"),
    ]:
        path.unlink()
    edit(project / "app/__init__.py", r"(?m), posts$|    posts\.init_app\(app\)\n", "")
    edit(project / "app/models.py", r'from app\.posts.*\n|"Post", ', "")


def delete_api(project: Path) -> None:
    """Do what the README says under "Delete the API"."""
    for folder in ("app/api", "tests/api", "app/cli/report/measures/api"):
        shutil.rmtree(project / folder)
    (project / "app/cli/report/surfaces/api.py").unlink()
    for name in ("api", "handlers", "schemas"):
        (project / f"app/posts/{name}.py").unlink()
    edit(project / "app/__init__.py", r"(?<=import )api, |    api\.init_app\(app\)\n", "")
    edit(project / "app/posts/__init__.py", r"    .*\bapi\b.*\n", "")
    errors = project / "app/errors.py"
    edit(errors, r"from app\.api.*\n", "")
    edit(errors, r"(?s)def is_for_program.*?\n\n\n(?=def)", "")
    edit(errors, r"return problem.* else page\(error\)", "return page(error)")
    edit(errors, r"(?<=render_template), request", "")
    edit(project / "app/extensions.py", r"from flask_(cors|jwt_extended).*\n|(cors|jwt) = .*\n", "")
    packages = "flask-cors|flask-jwt-extended|flask-smorest|flask-swagger-ui|marshmallow"
    edit(project / "pyproject.toml", rf'    "({packages}).*\n', "")


def add_migration(installed: InstalledProject) -> None:
    """Let Alembic write the migration that drops the tables, and format it like the rest."""
    database = f"sqlite:///{installed.project.path / 'deleting.db'}"
    for command in (["upgrade"], ["migrate", "-m", "drop posts"], ["upgrade"], ["check"]):
        installed.run("flask", "db", *command, DATABASE_URL=database)
    (installed.project.path / "deleting.db").unlink()
    installed.run("ruff", "format", "--no-cache", ".")
    installed.run("ruff", "check", "--no-cache", "--fix", ".")


@pytest.mark.parametrize("delete", [delete_posts, delete_api])
def test_a_feature_can_be_deleted_by_hand(delete: Callable[[Path], None], tmp_path: Path) -> None:
    installed = install(bake(tmp_path / "out", {}), current_minor())
    delete(installed.project.path)
    installed.run("ruff", "check", "--no-cache", "--fix", ".")
    if delete is delete_posts:
        add_migration(installed)
    for check in (formatted, typed, migrates, own_suite):
        check(installed)
