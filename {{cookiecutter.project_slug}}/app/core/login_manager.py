"""Flask-Login for responses that caches may share."""

from typing import Any, cast

from flask import Response, g
from flask_login import LoginManager


class LazyLoginManager(LoginManager):
    """Reads the session after a request only if the view or a template asked for the user.

    Reading it adds `Vary: Cookie` to the response (RFC 9110, section 12.5.5), so that a cache could
    not share static files. Flask-Login has no public setting for it: `tests/test_upstream.py` lists
    the private names.
    """

    def _load_user_from_remember_cookie(self, cookie: str) -> Any:
        # Flask-Login compares the signature by hmac.compare_digest(), which raises TypeError for
        # characters outside of ASCII; no cookie that it has made contains one.
        return super()._load_user_from_remember_cookie(cookie) if cookie.isascii() else None

    def _update_remember_cookie(self, response: Response) -> Response:
        if "_login_user" not in g:
            return response
        return cast("Response", super()._update_remember_cookie(response))
