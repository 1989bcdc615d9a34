"""The checks of pages, forms and cookies."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Blueprint, Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.test import TestResponse
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Length

from app import create_app
from app.auth.forms import RegisterForm
from app.auth.models import User
from app.extensions import db
from report.builder import Report
from report.checks.web import forms, redirects, xss
from report.context import Context
from report.findings import Line
from report.interfaces.web import interface
from report.registry import all_checks
from tests.report.conftest import MakeContext


def careless_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return an application with a page that lets everybody rename everybody."""

    class NameForm(FlaskForm):  # type: ignore[misc]  # the package has no types
        """Renames somebody."""

        name = StringField()
        kind = SelectField(choices=["plain", "grand"])  # type: ignore[list-item]  # tuples are old
        day = DateField()
        sure = BooleanField()
        note = StringField(validators=[Length(min=3, max=8)])

    app = create_app(overrides)
    bp = Blueprint("careless", __name__)

    @bp.route("/careless/<int:key>", methods=["GET", "POST"])
    def rename(key: int) -> ResponseReturnValue:
        user = db.get_or_404(User, key)
        form = NameForm()
        if form.validate_on_submit():
            user.name = form.data["name"]
            db.session.commit()
            return redirect(request.args.get("back", "/"))
        return render_template_string(f"<h1>{user.name}</h1>", form=form)

    @bp.route("/careless/plain", methods=["GET", "POST"])
    def plain() -> str:
        return "no form"

    app.register_blueprint(bp)
    return app


@pytest.fixture(scope="module")
def context(make_context: MakeContext) -> Context:
    """Return the context of the careless application."""
    return make_context(careless_app)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Ownership", "POST /careless/<int:key>: another user changed the owner's rows"),
        ("Open redirects", "/careless/<int:key>?back=https%3A%2F%2Fevil.example%2F leads to"),
    ],
)
def test_carelessness_is_noticed(context: Context, name: str, reason: str) -> None:
    line = next(check for check in all_checks() if check.name == name).run(context)
    assert line == Line(False, name, line.evidence)
    assert reason in line.evidence


@pytest.mark.parametrize(
    ("html", "is_active"),
    [
        ("<p>zx9k &lt;script&gt;</p>", False),
        ("<script>zx9k()</script>", True),
        ("<script>other()</script>zx9k", False),
        ("<img src=x onerror=zx9k()>", True),
        ("<a href='java\tscript:zx9k()'>", True),
        ("<img src=https://zx9k.invalid/p.png>", True),
        ("<a href=https://zx9k.invalid/>", False),
    ],
)
def test_active_elements_are_distinguished_from_text(
    app: Flask, html: str, is_active: bool
) -> None:
    page = TestResponse([html.encode()], "200", {}, app.test_request_context().request)  # type: ignore[arg-type]
    page.mimetype = "text/html"
    assert bool(xss.active_elements(page)) is is_active
    page.mimetype = "application/json"
    assert xss.active_elements(page) == []


@pytest.mark.parametrize(
    ("target", "leaves"),
    [
        ("", False),
        ("/search?q=https://evil.example", False),
        ("https://localhost/dashboard", False),
        ("//evil.example/", True),
        ("/\\evil.example/", True),
        ("/\t/evil.example/", True),
        ("https:evil.example", True),
        ("javascript:alert(1)", True),
    ],
)
def test_other_sites_are_distinguished_from_this_one(target: str, leaves: bool) -> None:
    assert redirects.leaves_site(target) is leaves


def test_forms_of_packages_are_left_out(context: Context) -> None:
    assert context.operations
    assert all(each.__module__.startswith("app.") for each in forms.form_classes(FlaskForm))


def test_fields_that_a_model_needs_are_known() -> None:
    assert forms.is_needed(RegisterForm, "name")
    assert not forms.is_needed(RegisterForm, "submit")


def test_pages_differ_only_in_tokens_and_nonces() -> None:
    first = '<script nonce="a"></script><input value="b">'
    assert interface.without_tokens(first) == interface.without_tokens(first.replace("b", "c"))


def test_the_limit_of_registration_is_told(report: Report) -> None:
    [line] = [line for line in report.security if line.name == "Account enumeration"]
    assert line.passed
    limit = "registering by POST /register and then logging in shows whether an address was new"
    assert limit in line.evidence
