"""Flask-Login, which leaves those requests alone that ask for no user."""

from typing import cast

from flask import Response, g
from flask_login import LoginManager


class LazyLoginManager(LoginManager):
    """Looks into the session only where somebody asked who is there."""

    def _update_remember_cookie(self, response: Response) -> Response:
        # To look into the session makes the answer vary with the cookie (RFC 9110, section 12.5.5):
        # no cache would share a static file any more.
        if "_login_user" not in g:
            return response
        return cast("Response", super()._update_remember_cookie(response))
