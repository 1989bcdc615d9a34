"""The project's files, packages, secrets and warnings."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask

from app import extensions
from report import imports, packages
from report.checks import configuration, documentation, passwords, secret_keys
from report.context import Context
from report.findings import Line
from report.markdown import checklist
from report.project import Project
from report.structure import MAX_CAPTION, caption


@pytest.mark.parametrize(
    ("stored", "strong"),
    [
        ("scrypt:32768:8:3$salt$00", True),
        ("scrypt:131072:8:1$salt$00", True),
        ("scrypt:32768:8:1$salt$00", False),
        ("$argon2id$v=19$m=19456,t=2,p=1$salt$00", True),
        ("$argon2id$v=19$m=1024,t=2,p=1$salt$00", False),
        ("pbkdf2:sha256:600000$salt$00", True),
        ("pbkdf2:sha1:600000$salt$00", False),
        ("$2b$12$salt", True),
        ("md5$salt$00", False),
    ],
)
def test_weak_hashes_are_distinguished_from_strong_ones(stored: str, strong: bool) -> None:
    assert passwords.is_strong(stored) is strong


def test_documentation_is_of_the_installed_version() -> None:
    flask = packages.versioned_url("https://flask.palletsprojects.com/", "3.1.3")
    assert flask == "https://flask.palletsprojects.com/en/3.1.x/"
    assert packages.versioned_url("https://docs.sqlalchemy.org", "2.1.9").endswith("/en/21/")
    assert packages.versioned_url("https://example.com/", "1") == "https://example.com/"
    assert packages.documentation_url("no-such-package") == ""


def test_packages_and_extensions_that_are_missing_are_named(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class OwnExtension:
        __module__ = "own_extension"

        def init_app(self, app: Flask) -> None:
            """Bind nothing."""

    monkeypatch.setattr(extensions, "own", OwnExtension(), raising=False)
    tables = '[project]\ndependencies = ["no-such-package>=1", "x; sys_platform != \'win32\'"]\n'
    (tmp_path / "pyproject.toml").write_text(f'{tables}[tool.kiln]\nsample_posts = "no"\n')
    lines = packages.extension_lines(app, app, Project(tmp_path))
    found = {line.name: (line.passed, line.evidence) for line in lines}
    assert found["own_extension"] == (False, "(installed, but not initialised)")
    assert found["no-such-package"][0] is False
    assert found["Sample feature"] == (None, "– not chosen (sample_posts = no)")
    assert checklist([Line(None, "A", "– b")], " ") == "- [ ] A – b"


def test_captions_come_from_the_files(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text(f'"""{"long words " * 20}"""\n')
    (tmp_path / "binary.png").write_bytes(b"\xff\xfe")
    (tmp_path / "tool.ini").write_text("; What the tool does.\n")
    (tmp_path / "unknown").write_text("")
    assert len(caption(tmp_path / "long.py")) <= MAX_CAPTION + 2
    assert caption(tmp_path / "binary.png") == "Image."
    assert caption(tmp_path / "tool.ini") == "What the tool does."
    assert caption(tmp_path / "unknown") == ""


def test_ignored_files_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("build/\n")
    for name in ("a.py", "b.txt", "build/c.py", "d/e.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [path.name for path in Project(tmp_path).python_files()]
    assert names == ["a.py", "e.py"]


def test_private_files_are_looked_up_without_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path)
    assert not secret_keys.is_ignored(project, ".env")
    monkeypatch.setattr("shutil.which", lambda name: None)
    (tmp_path / ".gitignore").write_text("# comment\n.env\n*.log\n!kept.log\n")
    project = Project(tmp_path)
    assert secret_keys.is_ignored(project, ".env")
    assert not secret_keys.is_ignored(project, "kept.log")
    assert secret_keys.tracked_files(tmp_path) == []
    assert not secret_keys.has_repository(tmp_path)


def test_git_is_asked_where_there_is_a_repository(tmp_path: Path) -> None:
    if secret_keys.git(tmp_path, "init", "--quiet") is None:
        pytest.skip("git is not installed.")
    (tmp_path / ".gitignore").write_text(".env\n")
    project = Project(tmp_path)
    assert secret_keys.is_ignored(project, ".env")
    assert not secret_keys.is_ignored(project, "instance/app.db")


def test_weak_secrets_that_are_accepted_are_noticed() -> None:
    careless = cast("Context", SimpleNamespace(new_app=lambda overrides: None))
    assert not secret_keys.is_refused(careless, {"SECRET_KEY": "dev"})


def test_variables_without_effect_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "SETTINGS", {"NUMBER": (int, 7)})
    assert not configuration.has_effect("NUMBER")


def test_only_warnings_that_the_tests_ignore_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\nfilterwarnings = ["error", "ignore:old call::some.package"]\n'
    )
    project = Project(tmp_path)
    assert documentation.is_ignored(project, "old call()", "/lib/some/package/a.py")
    assert not documentation.is_ignored(project, "old call()", "/lib/other.py")
    assert not documentation.is_ignored(project, "new call()", "/lib/some/package/a.py")


def test_imports_are_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    imports.main("app")
    imports.record_effect("sqlite3.connect", (":memory:",))
    imports.record_effect("open", ("a.txt", "w", 1))
    result = json.loads(capsys.readouterr().out)
    assert {"app", "app.config"} <= set(result["modules"])
    assert imports.is_deprecation(PendingDeprecationWarning)
    assert imports.effects[-2:] == ["sqlite3.connect :memory:", "wrote a.txt"]
