"""The infrastructure of the JSON API. Features own their endpoints and schemas."""

from flask import Blueprint, Flask
{%- if cookiecutter.__web %}

from app.core import errors, navigation
from app.extensions import csrf
{%- else %}

from app.core import errors
{%- endif %}


def init_app(app: Flask) -> None:
    """Add CORS, error responses and the documentation to `app`."""
    from app.api import cors, framework, problems, swagger_ui

    cors.init_app(app)
    framework.init_app(app)
    app.register_blueprint(swagger_ui.bp)
{%- if cookiecutter.__web %}
    errors.add_renderer(app, problems.problem_response, problems.is_api_request)
    navigation.add_menu_entry(app, "API", "swagger_ui.index", order=80)
{%- else %}
    app.register_blueprint(swagger_ui.root)
    errors.add_renderer(app, problems.problem_response)
{%- endif %}


def register(app: Flask, bp: Blueprint) -> None:
    """Add the endpoints of `bp` to `app` and to the OpenAPI document."""
    from app.api import framework

    framework.register(app, bp)
{%- if cookiecutter.__web %}
    # CSRF needs a cookie that the browser sends on its own. A token is sent on purpose.
    csrf.exempt(bp)
{%- endif %}
