"""The OpenAPI document is the same, whatever framework the API is written with."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.support.baking import bake
from tests.support.combinations import choices
from tests.support.environments import environment_python, installed_pythons, project_environment

PRINT_DOCUMENT = """
from app import create_app
client = create_app({"DATABASE_URL": "sqlite://", "LOG_LEVEL": "WARNING"}).test_client()
print(client.get("/api/openapi.json").text)
"""


def openapi_document(folder: Path, framework: str) -> dict[str, Any]:
    """Return the OpenAPI document of a project that is baked with `framework`."""
    project = bake(folder / framework, {"api_framework": framework})
    done = subprocess.run(
        [environment_python(project, min(installed_pythons())), "-c", PRINT_DOCUMENT],
        cwd=project.path,
        env=project_environment(APP_ENV="testing"),
        check=True,
        capture_output=True,
        text=True,
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_document_is_the_same_for_every_framework(tmp_path: Path) -> None:
    first, *others = (openapi_document(tmp_path, name) for name in choices()["api_framework"])
    assert [tag["name"] for tag in first["tags"]] == ["auth", "users", "posts"]
    for other in others:
        assert json.dumps(other, indent=1, sort_keys=True).splitlines() == (
            json.dumps(first, indent=1, sort_keys=True).splitlines()
        )
