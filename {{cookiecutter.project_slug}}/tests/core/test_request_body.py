"""Request bodies that cannot be decoded."""

from io import BytesIO

import pytest
from flask import request
from flask.testing import FlaskClient

from app import create_app
from tests.conftest import SETTINGS


class BrokenBody:
    """A chunked body in which a server finds a fault."""

    def read(self, size: int = -1) -> bytes:
        """Raise an exception of the server."""
        raise LookupError("invalid chunk size")


def test_a_body_that_cannot_be_decoded_is_a_bad_request() -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://"})

    @app.post("/size")
    def size() -> str:
        return str(len(request.get_data()))

    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    client = app.test_client()
    assert client.post("/size", data="abc", environ_overrides=chunked).text == "3"
    broken = {**chunked, "wsgi.input": BrokenBody()}
    assert client.post("/size", environ_overrides=broken).status_code == 400


@pytest.mark.parametrize("disposition", ["form-data", "form-data; file=a", "attachment"])
def test_a_field_without_a_name_is_a_bad_request(client: FlaskClient, disposition: str) -> None:
    body = f"--b\r\nContent-Disposition: {disposition}\r\n\r\ntext\r\n--b--\r\n"
    response = client.post("/login", data=body, content_type="multipart/form-data; boundary=b")
    assert response.status_code == 400


def test_a_chunked_body_that_is_too_long_is_refused() -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://", "MAX_CONTENT_LENGTH": 1000})

    @app.post("/length")
    def length() -> str:
        return str(len(request.get_data()))

    chunked = {
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_LENGTH": "",
    }
    client = app.test_client()
    right = client.post("/length", input_stream=BytesIO(b"x" * 1000), environ_overrides=chunked)
    assert right.text == "1000"
    wrong = client.post("/length", input_stream=BytesIO(b"x" * 1001), environ_overrides=chunked)
    assert wrong.status_code == 413
