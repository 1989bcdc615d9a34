"""Request bodies that are malformed or too long: 400 or 413, not 500."""

from collections.abc import Iterable
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, abort, request


class Readable(Protocol):
    """The part of `wsgi.input` that Werkzeug reads."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""


class ChunkedBody:
    """A body of unknown length (RFC 9112, section 7.1) that raises `OSError` for any fault.

    Werkzeug turns an `OSError` into 400, and each server raises other exceptions.
    """

    def __init__(self, body: Readable) -> None:
        """Read from `body`."""
        self.body = body

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes."""
        try:
            return self.body.read(size)
        except Exception as error:
            raise OSError("The body of the request is not valid.") from error


def init_app(app: Flask) -> None:
    """Refuse chunked bodies that are too long or invalid, and fields without a name."""
    app.before_request(refuse_long_chunked_body)
    app.before_request(refuse_nameless_field)
    wsgi_app = app.wsgi_app

    def with_checked_body(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ:
            environ["wsgi.input"] = ChunkedBody(environ["wsgi.input"])
        return wsgi_app(environ, start_response)

    app.wsgi_app = with_checked_body  # type: ignore[method-assign]  # how Flask documents it


def refuse_long_chunked_body() -> None:
    """Abort with 413 for a chunked body of more than `MAX_CONTENT_LENGTH` bytes.

    Werkzeug stops reading at the limit, so a view would get the first part as the whole body.
    """
    body = request.environ["wsgi.input"]
    if isinstance(body, ChunkedBody):
        request.get_data(parse_form_data=True)
        if body.read(1):
            abort(413)


def refuse_nameless_field() -> None:
    """Abort with 400 for a part of a form without a name, which RFC 7578, section 4.2, requires.

    Werkzeug names such a field None, and the code after it expects a string.
    """
    if request.mimetype == "multipart/form-data" and None in request.form:
        abort(400, "A field of the form has no name.")
