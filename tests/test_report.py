"""The package `report/` of baked projects: its tests, its contract, odd projects, deleting it."""

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import services
from tests.support.baking import PROJECT_TEMPLATE, TEMPLATE, bake
from tests.support.checks import (
    InstalledProject,
    current_minor,
    formatted,
    imports,
    install,
    own_suite,
    typed,
)
from tests.support.environments import project_environment

SUITE = TEMPLATE / "tests" / "report_suite"
KINDS = ["Hybrid", "Web App", "API"]
# Python code that an ordinary project may contain; `flask report` has to cope with it.
ODD_APP = Path(__file__).with_name("support") / "odd_app.py.txt"


def installed_bake(folder: Path, **answers: str) -> InstalledProject:
    """Bake a project; return it with the environment that it needs."""
    return install(bake(folder / "out", answers), current_minor())


def copy_suite(installed: InstalledProject) -> None:
    """Copy the tests that fit the project's features to tests/report in the project."""
    unchosen = {"web", "api"} - installed.project.features
    ignored = shutil.ignore_patterns("__pycache__", *unchosen)
    shutil.copytree(SUITE, installed.project.path / "tests" / "report", ignore=ignored)


def report_of(installed: InstalledProject, **variables: str) -> dict[str, Any]:
    """Return the report of a project, without its tests."""
    command = [str(installed.python), "-m", "flask", "report", "--format", "json", "--no-tests"]
    done = subprocess.run(
        command,
        cwd=installed.project.path,
        env=project_environment(APP_ENV="testing", **variables),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def lines_of(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the lines of the security and verification sections by name."""
    return {line["name"]: line for line in report["security"] + report["verification"]}


@pytest.mark.parametrize("kind", KINDS)
def test_suite_of_the_report_passes(kind: str, tmp_path: Path) -> None:
    installed = installed_bake(tmp_path, application_type=kind)
    copy_suite(installed)
    try:
        formatted(installed)
        typed(installed)
        installed.run("pytest", "-q", "-p", "no:cacheprovider", "tests/report")
    except AssertionError as fault:
        pytest.fail(str(fault), pytrace=False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_project_without_the_report_is_whole(kind: str, tmp_path: Path) -> None:
    installed = installed_bake(tmp_path, application_type=kind)
    shutil.rmtree(installed.project.path / "report")
    (installed.project.path / "tests" / "test_report.py").unlink()
    for check in (formatted, typed, own_suite):
        check(installed)
    commands = installed.run("flask", "--help", APP_ENV="testing")
    assert "  db " in commands
    assert "  report " not in commands


def python_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each Python file below a folder of the project's template."""
    for path in sorted((PROJECT_TEMPLATE / folder).rglob("*.py")):
        yield path.relative_to(PROJECT_TEMPLATE).as_posix(), path.read_text("utf-8")


def test_one_module_of_the_report_imports_the_application() -> None:
    importing = [
        name
        for name, source in python_files(Path("report"))
        if any(module.partition(".")[0] == "app" for module in imports(source))
    ]
    assert importing == ["report/project_api.py"]


def test_the_contract_is_documented_and_used() -> None:
    source = (PROJECT_TEMPLATE / "report/project_api.py").read_text("utf-8")
    names = set(re.findall(r'^    "(\w+)",', source, re.MULTILINE))
    used: set[str] = set()
    for _, text in python_files(Path("report")):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == "report.project_api":
                used |= {alias.name for alias in node.names}
    assert used == names
    undocumented = re.findall(r'^    "(\w+)",$', source, re.MULTILINE)
    assert undocumented == ["PACKAGE"]


def test_the_application_does_not_import_the_report() -> None:
    importing = [
        name
        for name, source in python_files(Path("app"))
        if "{%" not in source and any(each.startswith("report") for each in imports(source))
    ]
    assert importing == []


@pytest.fixture(scope="module")
def odd_report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the report of a project with odd models and views, in a folder named "100%"."""
    installed = installed_bake(tmp_path_factory.mktemp("odd") / "100%")
    project = installed.project.path
    (project / "app/odd.py").write_text(ODD_APP.read_text("utf-8"), "utf-8")
    with (project / "app/__init__.py").open("a", encoding="utf-8") as file:
        file.write(
            "\n\nfrom app.odd import with_odd_views\n\ncreate_app = with_odd_views(create_app)\n"
        )
    for name in ("left", "right"):
        path = project / f"migrations/versions/{name}.py"
        path.write_text(
            f'"""{name}."""\n\nrevision, down_revision = "{name}", "{last_revision(project)}"\n\n\n'
            "def upgrade() -> None: ...\n\n\ndef downgrade() -> None: ...\n"
        )
    return report_of(installed)


def last_revision(project: Path) -> str:
    """Return the newest revision that the bake ships."""
    shipped = [path.read_text("utf-8") for path in project.glob("migrations/versions/[0-9]*.py")]
    found = {text: re.findall(r'^revision\b.*"(\w+)"', text, re.MULTILINE)[0] for text in shipped}
    before = {
        each for text in shipped for each in re.findall(r'^down_revision.*"(\w+)"', text, re.M)
    }
    (newest,) = set(found.values()) - before
    return str(newest)


def test_odd_projects_have_every_section(odd_report: dict[str, Any]) -> None:
    assert all(odd_report[name] for name in ("structure", "routes", "models", "extensions"))
    stopped = [
        line
        for line in lines_of(odd_report).values()
        if "could not be measured" in line["evidence"]
    ]
    assert stopped == []


@pytest.mark.parametrize(
    ("name", "passed", "evidence"),
    [
        ("Models", True, "not measured: stored rows of odd_places (CompileError: "),
        ("Migrations", False, "there are 2 heads, left, right: run flask db merge"),
        ("Isolation", None, "GET /odd/pay: socket.connect"),
        ("Isolation", None, "GET /odd/shell: subprocess.Popen"),
        ("Isolation", None, "GET /odd/events"),
        ("Input validation", True, "all were refused"),
        ("Ownership", True, "changed no row of the owner"),
    ],
)
def test_odd_code_is_one_line(
    odd_report: dict[str, Any], name: str, passed: bool | None, evidence: str
) -> None:
    line = lines_of(odd_report)[name]
    assert evidence in line["evidence"]
    assert line["passed"] is passed


@pytest.mark.parametrize(("server", "system"), [("PostgreSQL", "PostgreSQL"), ("MySQL", "M")])
def test_migrations_are_measured_on_the_server(server: str, system: str, tmp_path: Path) -> None:
    installed = installed_bake(tmp_path, database=server)
    without = lines_of(report_of(installed))["Migrations"]
    assert without["passed"] is None
    assert f"not measured: on {server}: set DATABASE_URL" in without["evidence"]
    unreachable = {"PostgreSQL": "postgresql+psycopg", "MySQL": "mysql+pymysql"}[server]
    url = f"{unreachable}://nobody@127.0.0.1:9/nothing"
    stopped = lines_of(report_of(installed, DATABASE_URL=url))["Migrations"]
    assert stopped["passed"] is None
    assert f"not measured: on {server}: OperationalError" in stopped["evidence"]
    services.require(server)
    with services.database(server) as url:
        measured = lines_of(report_of(installed, DATABASE_URL=url))["Migrations"]
    assert measured["passed"] is True
    assert f"run on {system}" in measured["evidence"]
