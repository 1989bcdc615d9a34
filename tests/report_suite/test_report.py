"""The whole report: complete for this project, and honest about what is broken."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskCliRunner
from sqlalchemy import text

import report as report_package
from app import create_app
from app.extensions import db
from report import builder, command
from report.builder import Report, Sections, summary_line
from report.checks import sql_injection
from report.context import Context
from report.findings import FailedError, Findings, Line, NotMeasuredError, describe_error
from report.markdown import as_markdown
from report.registry import Check, all_checks
from report.test_app import OWNER
from tests.report.conftest import MakeContext


def failures(report: Report) -> list[Line]:
    """Return the lines that fail; these tests are no part of the project, so style is left out."""
    return [line for line in report.failed if line.name != "PEP 8"]


def test_every_line_holds(report: Report, messages: list[str]) -> None:
    assert failures(report) == []
    assert len(report.security) > 10
    assert {"Models", "Migrations", "Isolation"} <= {line.name for line in report.verification}
    assert "SQL injection" in "".join(messages)


def test_markdown_has_the_sections_in_order(report: Report) -> None:
    shown = as_markdown(report)
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
    assert "Measured On: SQLite in memory" in shown


def test_command_writes_both_formats_and_fails_on_demand(
    report: Report, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(builder, "build_report", lambda *args, **options: report)
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


def run_check(function: Any) -> Line:
    """Return the line of a check."""
    return Check("security", 1, "Name", function).run(cast("Context", None))


def test_an_exception_becomes_a_line() -> None:
    def stop(context: Context) -> str:
        raise KeyError("surprise")

    def end(context: Context) -> str:
        raise SystemExit(3)

    def skip(context: Context) -> str:
        raise NotMeasuredError("nothing is installed")

    assert run_check(stop) == Line(False, "Name", "could not be measured: KeyError: 'surprise'")
    assert run_check(end) == Line(False, "Name", "could not be measured: SystemExit: 3")
    assert run_check(skip) == Line(None, "Name", "not measured: nothing is installed")


def test_addresses_of_objects_are_left_out() -> None:
    described = describe_error(TypeError("<Thing object at 0x7f67f5462c90>\n is wrong"))
    assert described == "TypeError: <Thing object> is wrong"


def test_findings_are_collected_and_shortened() -> None:
    findings = Findings()
    findings.skip(True, "no values")
    assert findings.conclude("all well") == "all well; not measured: no values"
    findings.add(f"fault {number}" for number in range(6))
    with pytest.raises(FailedError, match="fault 0; fault 1; fault 2; fault 3; and 2 more"):
        findings.conclude("never")


def test_a_section_that_cannot_be_built_has_a_line() -> None:
    sections = Sections()
    assert sections.build("routes", lambda: [1]) == [1]
    assert sections.build("models", lambda: [1 // 0]) == []
    assert sections.failures[0].evidence.startswith("could not be measured: ZeroDivisionError")
    held = summary_line([Line(True, "A", ""), Line(None, "B", "")])
    assert held == Line(False, "Security", "1 of 2 checks passed")


def faulty_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return an application with the faults of a beginner."""
    app = create_app(overrides)
    bp = Blueprint("faulty", __name__)

    @bp.get("/faulty/<name>")
    def search(name: str) -> str:
        words = request.args.get("q", "")
        if "q" in request.args and request.args.getlist("q"):
            query = text(f"SELECT name FROM users WHERE name = '{words}'")  # noqa: S608
            return str(db.session.execute(query).all())
        return name

    @bp.post("/faulty/<int:key>")
    def change(key: int) -> str:
        return str(key)

    @bp.get("/faulty/account")
    def account() -> str:
        raise RuntimeError

    app.register_blueprint(bp)
    return app


@pytest.fixture(scope="module")
def context(make_context: MakeContext) -> Context:
    """Return the context of the faulty application."""
    return make_context(faulty_app)


def line_of(name: str, context: Context) -> Line:
    """Return the line of the check `name`."""
    return next(check for check in all_checks() if check.name == name).run(context)


def test_faults_of_a_beginner_are_noticed(context: Context) -> None:
    authentication = line_of("Authentication", context)
    assert authentication.passed is False
    assert "POST /faulty/<int:key> is open to everybody" in authentication.evidence
    assert "GET /faulty/account returns 500 to a visitor" in authentication.evidence
    injection = line_of("SQL injection", context)
    assert injection.passed is False
    assert "as q of GET /faulty/<name> became part of the SQL text" in injection.evidence


def test_declared_routes_may_be_open(context: Context) -> None:
    tables = context.project.settings.setdefault("tool", {})
    tables["kiln"] = {"open_routes": ["/faulty/<int:key>"]}
    assert "POST /faulty" not in line_of("Authentication", context).evidence


def test_rows_are_only_counted_in_successful_responses(context: Context) -> None:
    response = context.testing.client().get("/no-such-page")
    assert sql_injection.rows_shown(response) == set()
    assert context.testing.rows_of(OWNER)
