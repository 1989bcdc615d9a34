"""Deleting a feature as docs/deleting-a-feature.md of the project says leaves a green project."""

from pathlib import Path

import pytest

from tests.support.baking import bake
from tests.support.checks import InstalledProject, current_minor, install, migrates
from tests.support.guides import follow_deletion, indented_blocks, read_guide, run_command, section

GUIDE = "deleting-a-feature"


def check(installed: InstalledProject, guide: str) -> None:
    """Run the commands that the guide names for the end, and the migrations up and down."""
    follow_deletion(installed, section(guide, "After each deletion"))
    migrates(installed)


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        ("Hybrid", ["Posts"]),
        ("Hybrid", ["The API"]),
        ("Hybrid", ["The report"]),
        ("Web App", ["Posts", "The report"]),
        ("API", ["The report"]),
    ],
    ids=["Hybrid, posts", "Hybrid, API", "Hybrid, report", "Web App, both", "API, report"],
)
def test_a_deleted_feature_leaves_a_green_project(
    kind: str, headings: list[str], tmp_path: Path
) -> None:
    installed = install(bake(tmp_path / "out", {"application_type": kind}), current_minor())
    guide = read_guide(installed, GUIDE)
    run_command(installed, "uv run flask db upgrade")
    for heading in headings:
        follow_deletion(installed, section(guide, heading))
    check(installed, guide)


def test_posts_that_were_never_migrated_can_be_deleted_with_their_migration(tmp_path: Path) -> None:
    installed = install(bake(tmp_path / "out", {"application_type": "API"}), current_minor())
    guide = read_guide(installed, GUIDE)
    text = section(guide, "Posts")
    for command in ("uv run flask db upgrade", "uv run flask db downgrade 0001"):
        run_command(installed, command)
    commands = "\n".join(line for _, lines in indented_blocks(text) for line in lines)
    assert "flask db downgrade 0001" in text
    assert "flask db migrate" in commands
    follow_deletion(installed, text.partition("Create a migration")[0])
    (installed.project.path / "migrations/versions/0002_posts.py").unlink()
    check(installed, guide)
