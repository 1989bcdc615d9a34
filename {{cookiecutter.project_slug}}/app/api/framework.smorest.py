"""Flask-Smorest, set up for this project: our problems, our tokens, our parser."""

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, cast

import flask
import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response
from flask_jwt_extended import jwt_required
from marshmallow import Schema

from app.api import openapi_components
from app.api.parsing import parser

View = Callable[..., Response]
Decorator = Callable[[View], View]
AnySchema = Schema | type[Schema]


class Api(flask_smorest.Api):
    """Collects the operations' documentation; errors are left to `app.core.errors`."""

    def _register_error_handlers(self) -> None:
        """Register none: the application has them."""

    def _register_responses(self) -> None:
        openapi_components.add_components(self.spec)

    def _register_pagination_header(self) -> None:
        """Register none: pages name their neighbours."""


class Blueprint(flask_smorest.Blueprint):
    """A group of resources."""

    ARGUMENTS_PARSER = parser

    def arguments(self, schema: AnySchema, *, location: str = "json") -> Decorator:
        """Hand the validated body, or another part of the request, to the view."""
        # An instance: of a class, one would be made for every request.
        made = schema() if isinstance(schema, type) else schema
        return cast("Decorator", super().arguments(made, location=location))

    def response(
        self,
        status: int,
        schema: AnySchema | None = None,
        *,
        headers: Mapping[str, Any] | None = None,
        others: Collection[int] = (),
    ) -> Decorator:
        """Document what the view answers, and with which `others` it may end."""
        document = self.doc(**openapi_components.outcomes(others))
        succeed = super().response(
            status, schema, headers=headers, description=HTTPStatus(status).phrase
        )
        return lambda view: cast("View", document(succeed(view)))

    def token(self, *, optional: bool = False, refresh: bool = False) -> Decorator:
        """Let only requests with a valid token through, and document it."""
        document = self.doc(
            security=openapi_components.security(optional=optional, refresh=refresh)
        )
        require = jwt_required(optional=optional, refresh=refresh)
        return lambda view: cast("View", document(require(view)))


def init_app(app: Flask) -> None:
    """Prepare `app` for blueprints."""
    plugin = MarshmallowPlugin(schema_name_resolver=openapi_components.schema_name)
    options = openapi_components.specification(app)
    app.extensions["api"] = Api(app, spec_kwargs={**options, "marshmallow_plugin": plugin})


def register(app: Flask, bp: flask.Blueprint) -> None:
    """Add a blueprint's endpoints to `app`, and their documentation."""
    app.extensions["api"].register_blueprint(bp)


def openapi(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document."""
    return cast("dict[str, Any]", app.extensions["api"].spec.to_dict())
