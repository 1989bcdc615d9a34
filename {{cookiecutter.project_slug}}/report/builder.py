"""Builds the report: runs every check and collects the other sections."""

import platform
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask

from report.context import NO_LOGIN, Context
from report.findings import Line, describe_error
from report.guard import install_guard
from report.model_descriptions import ModelDescription, describe_models
from report.packages import extension_lines
from report.project import Project
from report.project_api import configure_logging, limiter
from report.registry import SECURITY, VERIFICATION, Check, all_checks
from report.structure import Item, tree
from report.test_app import DATABASE, AppFactory
from report.tools import Tools

ShowProgress = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True)
class RouteRow:
    """A row of the table of routes."""

    route: str
    method: str
    blueprint: str
    auth: str


@dataclass(frozen=True)
class Report:
    """The sections of the report."""

    head: dict[str, str]
    structure: list[Item]
    routes: list[RouteRow]
    models: list[ModelDescription]
    extensions: list[Line]
    security: list[Line]
    verification: list[Line]

    @property
    def failed(self) -> list[Line]:
        """The lines that failed."""
        lines = [*self.extensions, *self.security, *self.verification]
        return [line for line in lines if line.passed is False]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)


def build_report(
    create: AppFactory,
    app: Flask,
    *,
    root: Path,
    with_tests: bool,
    with_coverage: bool = True,
    with_imports: bool = True,
    show_progress: ShowProgress,
) -> Report:
    """Measure the project in the folder `root`.

    `create` makes the temporary applications. They change the process-wide logging and rate limits,
    which are restored for `app` at the end.
    """
    show_progress("Starting the application, the linter" + (" and the tests" if with_tests else ""))
    tools = Tools(
        root,
        with_tests=with_tests,
        with_coverage=with_coverage,
        with_imports=with_imports,
        show_progress=show_progress,
    )
    context = Context(
        create, Project(root), tools, install_guard(), app.config["SQLALCHEMY_DATABASE_URI"]
    )
    with warnings.catch_warnings(record=True) as context.warnings:
        warnings.simplefilter("always")
        try:
            with context.guard.enabled():
                return _build(context, show_progress)
        finally:
            context.close()
            tools.close()
            limiter.enabled = app.config["RATELIMIT_ENABLED"]
            configure_logging(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])


def _build(context: Context, show_progress: ShowProgress) -> Report:
    show_progress("Requesting every route as a visitor, as two users and as an administrator")
    sections = Sections()
    routes = sections.build("routes", lambda: route_rows(context))
    checks = all_checks()
    lines: dict[str, list[Line]] = {SECURITY: [], VERIFICATION: []}
    for number, check in enumerate(checks, 1):
        show_progress(f"[{number}/{len(checks)}] {check.name}")
        lines[check.section].append(_run(check, context))
    return Report(
        head(context.project),
        sections.build("structure", lambda: tree(context.project)),
        routes,
        sections.build("models", describe_models),
        sections.build(
            "extensions",
            lambda: extension_lines(
                context.production.app, context.fully_configured, context.project
            ),
        ),
        lines[SECURITY],
        [*lines[VERIFICATION], summary_line(lines[SECURITY]), *sections.failures],
    )


def _run(check: Check, context: Context) -> Line:
    """Restore the databases, then run a check. The previous check may have stopped half-way."""
    for test_app in context.test_apps:
        test_app.restore()
    return check.run(context)


class Sections:
    """Builds sections; a section that cannot be built is empty and has a failed line."""

    def __init__(self) -> None:
        self.failures: list[Line] = []

    def build(self, name: str, make: Callable[[], list[T]]) -> list[T]:
        """Return the result of `make`, or an empty list when it raises an exception."""
        try:
            return make()
        except (Exception, SystemExit) as error:
            evidence = f"could not be measured: {describe_error(error)}"
            self.failures.append(Line(False, f"The section {name}", evidence))
            return []


def summary_line(lines: list[Line]) -> Line:
    """Return the line that sums up the security checks."""
    passed = sum(line.passed is True for line in lines)
    return Line(passed == len(lines), "Security", f"{passed} of {len(lines)} checks passed")


def head(project: Project) -> dict[str, str]:
    """Return the first lines of the report: versions, application type and database."""
    return {
        "Flask Version": metadata.version("flask"),
        "Python Version": platform.python_version(),
        "Application Type": str(project.answers.get("application_type", "unknown")),
        "Database": str(project.answers.get("database", "unknown")),
        "Measured On": f"{DATABASE}, unless a line names another database",
    }


def route_rows(context: Context) -> list[RouteRow]:
    """Return the routes; the methods of one route that require the same login share a row."""
    rows = []
    ordered = sorted(
        context.route_access, key=lambda each: (each.route.rule, each.auth != NO_LOGIN, each.auth)
    )
    for (rule, auth), group in groupby(ordered, lambda each: (each.route.rule, each.auth)):
        routes = [each.route for each in group]
        methods = ", ".join(route.method for route in routes)
        rows.append(RouteRow(rule, methods, routes[0].blueprint or "–", auth))
    return rows
