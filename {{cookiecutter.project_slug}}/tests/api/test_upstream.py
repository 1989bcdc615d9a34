"""Names that `app.api.framework` overrides: a new version of the library may drop them."""

{% if cookiecutter.api_framework == "Flask-Smorest" -%}
import flask_smorest
{%- elif cookiecutter.api_framework == "Flask-RESTX" -%}
import flask_restx
{%- else -%}
import flask_restful
{%- endif %}
import pytest

from app.api.framework import Api


@pytest.mark.parametrize(
    "name",
{%- if cookiecutter.api_framework == "Flask-Smorest" %}
    ["handle_http_exception", "_register_pagination_header"],
{%- elif cookiecutter.api_framework == "Flask-RESTX" %}
    ["error_router", "_register_doc", "_register_apidoc"],
{%- else %}
    ["error_router"],
{%- endif %}
)
def test_overridden_method_exists_in_the_library(name: str) -> None:
    assert name in vars(Api)
    assert callable(getattr({{ cookiecutter.api_framework | lower | replace("-", "_") }}.Api, name))
