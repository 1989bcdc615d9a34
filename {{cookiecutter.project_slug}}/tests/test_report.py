"""The implementation report: complete and all checked here, and honest about what is broken."""

import json
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskCliRunner
from sqlalchemy import Column, Enum, ForeignKey, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import report as report_package
from app import create_app, extensions
from app.auth.models import Role
from app.extensions import db
from report import command, database, imports, measuring, packages, samples, tools
from report.bench import OWNER
from report.lab import Lab
from report.measures import (
    configuration,
    documentation,
    injection,
    models,
    passwords,
    quality,
    secret_keys,
)
from report.measuring import Parts, Report, measure_project
from report.outcome import (
    FailedError,
    Findings,
    Line,
    Measure,
    NotMeasuredError,
    all_measures,
)
from report.project import Project
from report.routes import Route
from report.sharing import alone
from report.structure import LONGEST_CAPTION, caption
from report.text import as_text, checklist
from report.tools import Finished, TestRun, Tools

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def report(migrated_app: Flask) -> Report:
    """Return what the report says of this project."""
    said: list[str] = []
    found = measure_project(
        create_app, migrated_app, root=ROOT, with_tests=False, say=said.append, run=alone
    )
    assert "SQL injection" in "".join(said)
    return found


def without_style(report: Report) -> list[Line]:
    """Return the lines that fail; the style is checked by itself."""
    return [line for line in report.failed if line.name != "PEP 8"]


def test_everything_holds(report: Report) -> None:
    assert without_style(report) == []
    assert len(report.security) > 10
    assert {"Models", "Migrations", "Configuration"} <= {each.name for each in report.verification}


def test_text_has_the_sections_in_order(report: Report) -> None:
    shown = as_text(report)
    assert shown.startswith("🍶 FLASK IMPLEMENTATION REPORT\n=====")
    sections = [line for line in shown.splitlines() if line.startswith("## ")]
    assert sections == [
        "## Project Structure 📁",
        "## Routes Overview 🗺️",
        "## Database Models 📊",
        "## Extensions Used 🔧",
        "## Security Measures 🔒",
        "## Self-verification ✅",
    ]
    assert "config.py" in shown
    assert "| `/healthz`" in shown
    assert "A UserSession belongs to one User (user), and is deleted with it." in shown
    assert "- [x] Flask-SQLAlchemy" in shown
    assert "- [ ] Tests: not measured: left out by --no-tests" in shown


def test_command_writes_both_forms_and_fails_on_demand(
    report: Report, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(measuring, "measure_project", lambda *args, **options: report)
    path = tmp_path / "report.json"
    result = runner.invoke(command, ["--format", "json", "--output", str(path)])
    assert result.exit_code == 0
    assert json.loads(path.read_text("utf-8")) == json.loads(result.stdout)
    report.security.append(Line(False, "Broken", "on purpose"))
    try:
        result = runner.invoke(command, ["--check", "--no-tests"])
    finally:
        report.security.pop()
    assert result.exit_code == 1
    assert "- [ ] Broken: on purpose" in result.stdout


def test_terminal_without_emoji_gets_question_marks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = SimpleNamespace(stdout=SimpleNamespace(encoding="cp1252"))
    monkeypatch.setattr(report_package, "sys", shown)
    report_package.print_safely("🍶 report · ok")
    assert capsys.readouterr().out == "? report · ok\n"


def test_an_exception_becomes_a_sentence() -> None:
    def stop(lab: Lab) -> str:
        raise KeyError("surprise")

    def skip(lab: Lab) -> str:
        raise NotMeasuredError("nothing is installed")

    def fail(lab: Lab) -> str:
        findings = Findings()
        findings.add(f"fault {number}" for number in range(6))
        return findings.conclude("never")

    findings = Findings()
    findings.skip(True, "no values")
    assert findings.conclude("all well") == "all well; not measured: no values"
    lab = cast("Lab", None)
    lines = [Measure("security", 1, "Name", run).line(lab) for run in (stop, skip, fail)]
    assert lines == [
        Line(False, "Name", "the measure stopped at KeyError: 'surprise'"),
        Line(None, "Name", "not measured: nothing is installed"),
        Line(False, "Name", "fault 0; fault 1; fault 2; fault 3; and 2 more"),
    ]


def test_a_part_that_fails_is_told() -> None:
    parts = Parts()
    assert parts.attempt("routes", lambda: [1]) == [1]
    assert parts.attempt("models", lambda: [1 // 0]) == []
    assert parts.failures[0].evidence.startswith("stopped at ZeroDivisionError")


def loose_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return an application with the faults of a beginner."""
    app = create_app(overrides)
    bp = Blueprint("loose", __name__)

    @bp.get("/loose/<name>")
    def search(name: str) -> str:
        words = request.args.get("q", "")
        if "q" in request.args and request.args.getlist("q"):
            query = text(f"SELECT name FROM users WHERE name = '{words}'")  # noqa: S608
            return str(db.session.execute(query).all())
        return name

    @bp.post("/loose/<int:key>")
    def change(key: int) -> str:
        return str(key)

    @bp.get("/loose/account")
    def account() -> str:
        raise RuntimeError

    app.register_blueprint(bp)
    return app


@pytest.fixture(scope="module")
def loose_lab(migrated_app: Flask) -> Iterator[Lab]:
    """Return a laboratory for the faulty application."""
    lab = Lab(loose_app, Project(ROOT), cast("Tools", None))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield lab
        lab.close()


def line_of(name: str, lab: Lab) -> Line:
    """Return what one measure says."""
    return next(each for each in all_measures() if each.name == name).line(lab)


def test_faults_of_a_beginner_are_noticed(loose_lab: Lab) -> None:
    authentication = line_of("Authentication", loose_lab)
    assert authentication.passed is False
    assert "POST /loose/<int:key> is open to everybody" in authentication.evidence
    assert "GET /loose/account answers a visitor 500" in authentication.evidence
    injected = line_of("SQL injection", loose_lab)
    assert injected.passed is False
    assert "as q of GET /loose/<name> became part of the SQL text" in injected.evidence


def test_declared_routes_may_be_open(loose_lab: Lab) -> None:
    loose_lab.project.settings.setdefault("tool", {})["kiln"] = {
        "open_routes": ["/loose/<int:key>"]
    }
    assert "POST /loose" not in line_of("Authentication", loose_lab).evidence


class OwnBase(DeclarativeBase):
    """Models that are in no database."""


class Parcel(OwnBase):
    """A parcel."""

    __tablename__ = "parcels"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(5))
    sent: Mapped[datetime | None]
    fragile: Mapped[bool] = mapped_column(default=False)
    sender_id: Mapped[int] = mapped_column(ForeignKey("parcels.id", ondelete="SET NULL"))


def test_samples_fit_the_columns() -> None:
    row = samples.sample(Parcel.__mapper__, 2)
    held = [getattr(row, name) for name in ("label", "sender_id", "fragile")]
    assert held == ["2 sam", 2, None]
    assert samples.sample_value(Column("role", Enum(Role)), 1) is Role.USER


def test_models_without_samples_are_named(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "mappers", lambda: [Parcel.__mapper__])
    failures = samples.add_samples([cast("Any", SimpleNamespace(id=1))])
    assert list(failures) == ["Parcel"]


def test_foreign_keys_without_relationship_are_told() -> None:
    described = database.described(Parcel.__mapper__)
    sentence = "A Parcel refers to a row of parcels (sender_id), and stays without it."
    assert described.relationships == [sentence]


def test_missing_indexes_and_migrations_are_told() -> None:
    table = Parcel.__table__
    key = next(iter(table.foreign_key_constraints))  # type: ignore[attr-defined]
    assert not models.is_indexed(table, key)  # type: ignore[arg-type]
    difference = ("add_column", None, "parcels", SimpleNamespace(name="weight"))
    assert models.in_words([difference]) == "add_column parcels.weight"


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
def test_weak_hashes_are_told_from_strong_ones(stored: str, strong: bool) -> None:
    assert passwords.is_strong(stored) is strong


def test_documentation_is_of_the_installed_version() -> None:
    flask = packages.versioned("https://flask.palletsprojects.com/", "3.1.3")
    assert flask == "https://flask.palletsprojects.com/en/3.1.x/"
    assert packages.versioned("https://docs.sqlalchemy.org", "2.1.9").endswith("/en/21/")
    assert packages.versioned("https://example.com/", "1") == "https://example.com/"
    assert packages.documentation_of("no-such-package") == ""


def test_packages_and_extensions_that_are_missing_are_told(
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
    told = {line.name: (line.passed, line.evidence) for line in lines}
    assert told["own_extension"] == (False, "(installed, but not initialised)")
    assert told["no-such-package"][0] is False
    assert told["Sample feature"] == (None, "– not chosen (sample_posts = no)")
    assert checklist([Line(None, "A", "– b")], " ") == "- [ ] A – b"


def test_captions_come_from_the_files(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text(f'"""{"long words " * 20}"""\n')
    (tmp_path / "binary.png").write_bytes(b"\xff\xfe")
    (tmp_path / "tool.ini").write_text("; What the tool does.\n")
    (tmp_path / "unknown").write_text("")
    assert len(caption(tmp_path / "long.py")) <= LONGEST_CAPTION + 2
    assert caption(tmp_path / "binary.png") == "Image."
    assert caption(tmp_path / "tool.ini") == "What the tool does."
    assert caption(tmp_path / "unknown") == ""


def test_routes_make_addresses() -> None:
    route = Route("/a/<int:key>/<name>", "GET", "a", {"key": "number", "name": "unicode"})
    assert route.url(7, {"name": "b/c?"}) == "/a/7/b%2Fc%3F".replace("%2F", "/")
    assert route.names_an_object


def test_secrets_are_looked_for_without_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path)
    assert not secret_keys.is_ignored(project, ".env")
    monkeypatch.setattr("shutil.which", lambda name: None)
    (tmp_path / ".gitignore").write_text("# comment\n.env\n*.log\n!kept.log\n")
    project = Project(tmp_path)
    assert secret_keys.is_ignored(project, ".env")
    assert not secret_keys.is_ignored(project, "kept.log")
    assert secret_keys.tracked(tmp_path) == []


def test_weak_secrets_that_are_accepted_are_told() -> None:
    careless = cast("Lab", SimpleNamespace(new_app=lambda overrides: None))
    assert not secret_keys.is_refused(careless, "SECRET_KEY", "dev")


def test_variables_without_effect_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "SETTINGS", {"NUMBER": (int, 7)})
    assert not configuration.takes_effect("NUMBER")


def test_git_is_asked_where_there_is_a_repository(tmp_path: Path) -> None:
    if secret_keys.git(tmp_path, "init", "--quiet") is None:
        pytest.skip("git is not installed.")
    (tmp_path / ".gitignore").write_text(".env\n")
    project = Project(tmp_path)
    assert secret_keys.is_ignored(project, ".env")
    assert not secret_keys.is_ignored(project, "instance/app.db")


def test_only_known_warnings_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\nfilterwarnings = ["error", "ignore:old call::some.package"]\n'
    )
    project = Project(tmp_path)
    assert documentation.is_accepted(project, "old call()", "/lib/some/package/a.py")
    assert not documentation.is_accepted(project, "old call()", "/lib/other.py")
    assert not documentation.is_accepted(project, "new call()", "/lib/some/package/a.py")


def test_rows_are_only_counted_in_answers_that_succeed(loose_lab: Lab) -> None:
    answer = loose_lab.relaxed.caller().get("/no-such-page")
    assert injection.rows(answer) == set()
    assert loose_lab.relaxed.rows_of(OWNER)


def test_importing_is_watched(capsys: pytest.CaptureFixture[str]) -> None:
    imports.main()
    imports.watch("sqlite3.connect", (":memory:",))
    imports.watch("open", ("a.txt", "w", 1))
    seen = json.loads(capsys.readouterr().out)
    assert "app.config" in seen["modules"]
    assert imports.is_deprecation(PendingDeprecationWarning)
    assert imports.effects[-2:] == ["sqlite3.connect :memory:", "wrote a.txt"]


def test_tests_are_run_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_both.py").write_text("def test_a(): ...\ndef test_b(): assert False\n")
    said: list[str] = []
    run = Tools(tmp_path, with_tests=True, with_coverage=True, say=said.append)
    with pytest.raises(RuntimeError, match="No module named"):
        run.imported()
    result = run.tests()
    assert (result.count, result.failures) == (2, ["test_b"])
    assert "1 failed" in result.last_words
    broken = cast("Lab", SimpleNamespace(tools=run))
    with pytest.raises(FailedError, match=r"1 of 2 tests fail \(test_b\)"):
        quality.tests(broken)
    run.close()


def test_what_is_not_installed_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "find_spec", lambda name: None)
    run = Tools(tmp_path, with_tests=True, with_coverage=True, say=print)
    with pytest.raises(NotMeasuredError, match="ruff is not installed"):
        run.style()
    with pytest.raises(NotMeasuredError, match="pytest is not installed"):
        run.tests()
    run.close()


def test_long_steps_give_signs_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "SECONDS_BETWEEN_SIGNS_OF_LIFE", 0.001)
    said: list[str] = []
    run = Tools(tmp_path, with_tests=False, with_coverage=False, say=said.append)
    process = tools.Process(tmp_path, "-c", "import time; time.sleep(0.2); print('done')")
    assert run.wait(process, "waiting") == Finished(0, "done\n")
    assert said[0] == "  still waiting, 0 s"
    process.close()
    run.close()


def test_figures_of_the_tests_are_told() -> None:
    run = TestRun(3, [], 98.76, 1.2, "")
    style = Finished(1, "\napp/a.py:1:1: F401\n"), Finished(0, "")
    fake = SimpleNamespace(tests=lambda: run, style=lambda: style)
    lab = cast("Lab", SimpleNamespace(tools=fake, project=Project(ROOT)))
    assert quality.tests(lab) == "3 tests, no failure, 98.8 % coverage, 1 s"
    with pytest.raises(FailedError, match=r"ruff check: app/a\.py"):
        quality.pep8(lab)


def test_results_that_are_missing_count_nothing(tmp_path: Path) -> None:
    assert tools.read_results(tmp_path / "none.xml") == (0, [], 0)
    assert tools.read_coverage(tmp_path / "none.json") is None
    assert tools.last_line("") == ""
