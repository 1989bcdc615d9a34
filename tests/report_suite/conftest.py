"""Fixtures for the tests of the report; they use the fixtures of the project around them."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from flask import Flask

from app import create_app
from report.builder import Report, build_report
from report.context import Context
from report.guard import Guard
from report.project import Project
from report.test_app import AppFactory
from report.tools import Tools

ROOT = Path(__file__).parents[2]
MakeContext = Callable[[AppFactory], Context]


@pytest.fixture(scope="session")
def messages() -> list[str]:
    """Return the list of the messages about the report's progress."""
    return []


@pytest.fixture(scope="session")
def report(migrated_app: Flask, messages: list[str]) -> Report:
    """Return the report of this project."""
    return build_report(
        create_app, migrated_app, root=ROOT, with_tests=False, show_progress=messages.append
    )


@pytest.fixture(scope="module")
def make_context(migrated_app: Flask) -> Iterator[MakeContext]:
    """Return a function that makes a context for an application factory, without tools."""
    contexts = []

    def make(create: AppFactory) -> Context:
        contexts.append(Context(create, Project(ROOT), cast("Tools", None), Guard()))
        return contexts[-1]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield make
        for context in contexts:
            context.close()
