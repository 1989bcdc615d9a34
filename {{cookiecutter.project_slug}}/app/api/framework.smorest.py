"""Flask-Smorest with the tokens, errors and request parser of this project."""

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, cast

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from werkzeug.exceptions import HTTPException

from app.api import openapi_components, problems
from app.api.parsing import parser
from app.api.schemas import ProblemSchema
from app.core import errors

View = Callable[..., Response]
Decorator = Callable[[View], View]
AnySchema = Schema | type[Schema]


class Api(flask_smorest.Api):
    """Registers blueprints and collects their OpenAPI document."""

    ERROR_SCHEMA = ProblemSchema
    # The content type of errors. `Blueprint.response` sets that of successful responses.
    DEFAULT_RESPONSE_CONTENT_TYPE = problems.CONTENT_TYPE

    def handle_http_exception(self, error: HTTPException) -> ResponseReturnValue:
        """Return the response that the rest of the application gives to `error`."""
        return errors.handle_http_exception(error)

    def _register_pagination_header(self) -> None:
        """Do not register the pagination header: it would add two schemas that no operation
        uses."""


class Blueprint(flask_smorest.Blueprint):
    """The endpoints below one URL, such as `/api/users`."""

    ARGUMENTS_PARSER = parser

    @property
    def tag(self) -> dict[str, str]:
        """The tag of the endpoints in the OpenAPI document."""
        name = openapi_components.tag_name(self.url_prefix)
        return {"name": name, "description": self.description}

    def route(self, rule: str, **options: Any) -> Callable[[Any], Any]:
        """Register a `MethodView` below the blueprint's URL."""
        return cast("Callable[[Any], Any]", super().route(rule, tags=[self.tag["name"]], **options))

    def arguments(self, schema: AnySchema, *, location: str = "json") -> Decorator:
        """Validate the JSON body or the query string, and pass the result to the view.

        `location` is "json" or "query". A request with other fields or invalid values is refused
        with 422.
        """
        # webargs would make an instance of a class for every request, which takes 50 to 80 µs.
        instance = schema() if isinstance(schema, type) else schema
        return cast("Decorator", super().arguments(instance, location=location))

    def response(
        self,
        status: int,
        schema: AnySchema | None = None,
        *,
        headers: Mapping[str, Any] | None = None,
        alternatives: Collection[int] = (),
    ) -> Decorator:
        """Document the response of a view; `alternatives` are the other statuses it can have."""
        success = super().response(
            status,
            schema,
            headers=headers,
            content_type="application/json",
            description=HTTPStatus(status).phrase,
        )
        others = self.doc(**openapi_components.alternative_responses(alternatives))
        return lambda view: cast("View", others(success(view)))


# Adds members to the OpenAPI operation of a view.
doc: Callable[..., Decorator] = Blueprint.doc


def init_app(app: Flask) -> None:
    """Add an `Api` to `app`."""
    plugin = MarshmallowPlugin(schema_name_resolver=openapi_components.schema_name)
    options = openapi_components.specification(app)
    api = Api(app, spec_kwargs={**options, "marshmallow_plugin": plugin, "tags": []})
    openapi_components.add_security_schemes(api.spec)
    app.extensions["api"] = api


def register(app: Flask, blp: Blueprint) -> Blueprint:
    """Add the endpoints of a blueprint to `app`; return the blueprint."""
    api = app.extensions["api"]
    api.register_blueprint(blp)
    # Flask-Smorest's own list has the names of the blueprints; these tags replace it.
    api.spec.options["tags"].append(blp.tag)
    return blp


def openapi(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document."""
    return cast("dict[str, Any]", app.extensions["api"].spec.to_dict())
