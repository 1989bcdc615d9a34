"""The infrastructure of the JSON API. Features own their endpoints and schemas."""

from typing import Any

from flask import Flask

from app.api import cors, framework, problems, swagger_ui
from app.core import errors{% if cookiecutter.__web %}, navigation
from app.extensions import csrf{% endif %}


def init_app(app: Flask) -> None:
    """Add CORS, error responses, the OpenAPI document and Swagger UI to `app`."""
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


def register(app: Flask, endpoints: Any) -> None:
    """Add endpoints, {{ {"Flask-Smorest": "a `Blueprint`", "Flask-RESTX": "a `Namespace`", "Flask-RESTful": "an `Api`"}[cookiecutter.api_framework] }}, to `app` and to the OpenAPI document."""
{%- if cookiecutter.__web %}
    blueprint = framework.register(app, endpoints)
    # Browsers add cookies to a request automatically, but not bearer tokens. So the API needs no
    # CSRF protection.
    csrf.exempt(blueprint)
{%- else %}
    framework.register(app, endpoints)
{%- endif %}
