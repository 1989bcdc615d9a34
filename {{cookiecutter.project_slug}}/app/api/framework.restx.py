"""Flask-RESTX with the errors of this project and an OpenAPI 3 document.

Flask-RESTX itself describes an API as Swagger 2.0 and from its own models. Here marshmallow schemas
validate the requests, and `app.api.openapi_builder` describes them.
"""

from collections.abc import Callable
from typing import Any

import flask_restx
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from flask_restx import Namespace

from app.api.decorators import doc as doc
from app.api.openapi_builder import build


class Api(flask_restx.Api):
    """Registers namespaces. `app.core.errors` handles their errors."""

    def error_router(
        self, original_handler: Callable[[Exception], ResponseReturnValue], e: Exception
    ) -> ResponseReturnValue:
        """Return the response that the rest of the application gives to an error."""
        return original_handler(e)

    def _register_doc(self, app_or_blueprint: Blueprint) -> None:
        """Leave out the page `/api/`, which returns 404. No option switches it off."""

    def _register_apidoc(self, app: Flask) -> None:
        """Leave out Swagger UI at `/swaggerui`. No option switches it off."""


def init_app(app: Flask) -> None:
    """Add the blueprint `api` to `app`, with an `Api` for all namespaces."""
    bp = Blueprint("api", __name__, url_prefix="/api")
    api = Api()
    api.init_app(bp, add_specs=False)
    app.register_blueprint(bp)
    app.extensions["api"] = api
    app.extensions["openapi"] = {}


def register(app: Flask, ns: Namespace) -> Blueprint:
    """Add the endpoints of a namespace to `app`; return their blueprint."""
    api: Api = app.extensions["api"]
    api.add_namespace(ns)
    blueprint: Blueprint = api.blueprint
    return blueprint


def openapi(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document. It is built once."""
    document: dict[str, Any] = app.extensions["openapi"]
    if not document:
        api = app.extensions["api"]
        namespaces = (ns for ns in api.namespaces if ns is not api.default_namespace)
        tags = [{"name": ns.name, "description": ns.description} for ns in namespaces]
        document.update(build(app, tags))
    return document
