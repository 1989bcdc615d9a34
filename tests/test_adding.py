"""Following docs/adding-a-feature.md of the project literally adds a feature to a green project."""

from pathlib import Path

import pytest

from tests.support.baking import bake
from tests.support.checks import current_minor, install, migrates
from tests.support.guides import follow_addition, read_guide


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"application_type": "Web App", "sample_posts": "no"},
        {"application_type": "API", "api_framework": "Flask-RESTX", "sample_posts": "no"},
        {"application_type": "API", "api_framework": "Flask-RESTful"},
    ],
    ids=["Hybrid", "Web App", "API with RESTX", "API with RESTful"],
)
def test_the_guide_adds_a_feature(answers: dict[str, str], tmp_path: Path) -> None:
    installed = install(bake(tmp_path / "out", answers), current_minor())
    follow_addition(installed, read_guide(installed, "adding-a-feature"))
    assert (installed.project.path / "app/notes/models.py").exists()
    assert len(list(installed.project.path.glob("migrations/versions/*add_notes.py"))) == 1
    migrates(installed)
