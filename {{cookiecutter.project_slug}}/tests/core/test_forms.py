"""Forms: text that no database can store."""

from io import BytesIO

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FileField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from app.auth.models import User
from app.core.forms import Form
from tests.support.factories import PASSWORD, count_rows

NUL = "a\0b"


class Sample(Form):
    """A form with several kinds of fields."""

    name = StringField("Name", [DataRequired()])
    body = TextAreaField("Body", validators=[Optional()])
    tags = FieldList(StringField("Tag"))
    choices = SelectMultipleField("Choices", validate_choice=False)
    file = FileField("File")


@pytest.mark.parametrize(
    ("field", "name"), [("name", "name"), ("body", "body"), ("tags", "tags-0"), ("choices",) * 2]
)
def test_every_field_refuses_a_nul_character(app: Flask, field: str, name: str) -> None:
    values = {"name": "a", "body": "b", "tags-0": "c", "choices": "d"}
    with app.test_request_context(method="POST", data=values):
        assert Sample().validate()
    with app.test_request_context(method="POST", data=values | {name: NUL}):
        form = Sample()
        assert not form.validate()
        assert list(form.errors) == [field]
        assert "cannot be stored" in str(form.errors)


def test_a_file_is_not_a_text(app: Flask) -> None:
    file = (BytesIO(b"content"), "name.txt")
    with app.test_request_context(method="POST", data={"name": file, "file": file}):
        form = Sample()
        assert (form.name.data, form.file.data.filename) == (None, "name.txt")
        assert list(form.errors) == []
        assert not form.validate()
        assert list(form.errors) == ["name"]


@pytest.mark.parametrize("values", [{"name": 1}, {"name": ["a"]}, [1], 1, "a", None])
def test_forms_read_no_json(app: Flask, values: object) -> None:
    with app.test_request_context(method="POST", json=values):
        assert not Sample().validate()


def test_values_may_be_given(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "sent"}):
        assert Sample(MultiDict({"name": "given"})).data["name"] == "given"
        assert Sample(None).data["name"] is None


def test_a_body_without_a_length_is_refused_too(app: Flask) -> None:
    body = f"name=a%00b&email=a@example.com&password={PASSWORD.replace(' ', '+')}".encode()
    response = app.test_client().post(
        "/register",
        input_stream=BytesIO(body),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
            "CONTENT_LENGTH": "",
        },
    )
    assert response.status_code == 200
    assert "cannot be stored" in response.text
    assert count_rows(User) == 0
