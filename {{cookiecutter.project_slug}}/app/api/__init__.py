"""The JSON API: accounts, tokens, problem details and the documentation."""

from flask import Blueprint, Flask{% if not cookiecutter.__web %}, redirect, url_for
from flask.typing import ResponseReturnValue{% endif %}
{%- if cookiecutter.__web %}

from app import navigation
from app.extensions import csrf
{%- endif %}

{%- if not cookiecutter.__web %}

bp = Blueprint("root", __name__)
{%- endif %}


def init_app(app: Flask) -> None:
    """Add the API to `app`; other features add their endpoints by `register`."""
    from app.api import auth, cors, docs, framework, tokens, users

    cors.init_app(app)
    tokens.init_app(app)
    framework.init_app(app)
    for feature in (auth, users):
        register(app, feature.bp)
    app.register_blueprint(docs.bp)
{%- if cookiecutter.__web %}
    navigation.add_entry(app, "API", "docs.swagger_ui", order=80)
{%- endif %}
{%- if not cookiecutter.__web %}
    app.register_blueprint(bp)
{%- endif %}


def register(app: Flask, bp: Blueprint) -> None:
    """Add the endpoints of `bp` to `app`, and what they say of themselves to the documentation."""
    from app.api import framework

    framework.register(app, bp)
{%- if cookiecutter.__web %}
    # A token is sent on purpose, never by a browser on its own like a cookie.
    csrf.exempt(bp)
{%- else %}


@bp.get("/")
def index() -> ResponseReturnValue:
    """Lead to the documentation."""
    return redirect(url_for("docs.swagger_ui"))
{%- endif %}
