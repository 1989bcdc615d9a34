"""Measures the project: everything that the report says."""

import platform
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib import metadata
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask

from app.core import logging
from app.extensions import limiter
from report.bench import Factory
from report.database import Model, all_models
from report.lab import NOBODY, Lab
from report.outcome import SECURITY, VERIFICATION, Line, Measure, all_measures
from report.packages import extension_lines
from report.project import Project
from report.sharing import Runner, with_a_copy
from report.structure import Item, tree
from report.tools import Tools

Say = Callable[[str], None]
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
    """What was measured."""

    head: dict[str, str]
    structure: list[Item]
    routes: list[RouteRow]
    models: list[Model]
    extensions: list[Line]
    security: list[Line]
    verification: list[Line]

    @property
    def failed(self) -> list[Line]:
        """The lines that do not hold."""
        lines = [*self.extensions, *self.security, *self.verification]
        return [line for line in lines if line.passed is False]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)


def measure_project(
    create: Factory,
    app: Flask,
    *,
    root: Path,
    with_tests: bool,
    with_coverage: bool = True,
    say: Say,
    run: Runner = with_a_copy,
) -> Report:
    """Measure the project in the folder `root`; `app` is given back its logs and limits.

    `run` does the measures of security, which take most of the time.
    """
    project = Project(root)
    say("Starting the application, the linter" + (" and the tests" if with_tests else ""))
    tools = Tools(root, with_tests=with_tests, with_coverage=with_coverage, say=say)
    lab = Lab(create, project, tools)
    with warnings.catch_warnings(record=True) as lab.warnings:
        warnings.simplefilter("always")
        try:
            return _measure(lab, say, run)
        finally:
            lab.close()
            tools.close()
            limiter.enabled = app.config["RATELIMIT_ENABLED"]
            logging.configure(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])


def _measure(lab: Lab, say: Say, run: Runner) -> Report:
    say("Trying every route as a visitor, with two accounts and as an administrator")
    parts = Parts()
    routes = parts.attempt("routes", lambda: route_rows(lab))
    measures = all_measures()

    def job(number: int, each: Measure) -> Line:
        say(f"[{number}/{len(measures)}] {each.name}")
        return each.line(lab)

    jobs: dict[str, list[Callable[[], Line]]] = {SECURITY: [], VERIFICATION: []}
    for number, each in enumerate(measures, 1):
        jobs[each.section].append(partial(job, number, each))
    before = lab.notes()
    security, lab.others_notes = run(jobs[SECURITY], lambda: lab.notes().since(before))
    verification = [do() for do in jobs[VERIFICATION]]
    return Report(
        head(lab.project),
        parts.attempt("structure", lambda: tree(lab.project)),
        routes,
        parts.attempt("models", all_models),
        parts.attempt(
            "extensions",
            lambda: extension_lines(lab.production.app, lab.configured, lab.project),
        ),
        security,
        [*verification, security_line(security), *parts.failures],
    )


class Parts:
    """Collects the parts of the report that could not be made."""

    def __init__(self) -> None:
        self.failures: list[Line] = []

    def attempt(self, name: str, make: Callable[[], list[T]]) -> list[T]:
        """Return what `make` returns; where it fails nothing, and remember a line that says so."""
        try:
            return make()
        except Exception as error:
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            self.failures.append(Line(False, f"The part {name}", f"stopped at {reason}"))
            return []


def security_line(lines: list[Line]) -> Line:
    """Return the sum of the security measures."""
    held = sum(line.passed is True for line in lines)
    return Line(held == len(lines), "Security", f"{held} of {len(lines)} measures hold")


def head(project: Project) -> dict[str, str]:
    """Return the versions and the answers that the report starts with."""
    return {
        "Flask Version": metadata.version("flask"),
        "Python Version": platform.python_version(),
        "Application Type": str(project.answers.get("application_type", "unknown")),
        "Database": str(project.answers.get("database", "unknown")),
    }


def route_rows(lab: Lab) -> list[RouteRow]:
    """Return the routes; methods of one route that ask for the same share a row."""
    rows = []
    ordered = sorted(lab.access, key=lambda each: (each.route.rule, each.auth != NOBODY, each.auth))
    for (rule, auth), group in groupby(ordered, lambda each: (each.route.rule, each.auth)):
        found = list(group)
        methods = ", ".join(each.route.method for each in found)
        rows.append(RouteRow(rule, methods, found[0].route.blueprint or "–", auth))
    return rows
