"""Flask-Login without `Vary: Cookie` on public responses; it also deletes the cookies of expired
sessions."""

from typing import Any, cast

from flask import Response, current_app, g, request, session
from flask_login import LoginManager, current_user, logout_user


class LazyLoginManager(LoginManager):
    """Reads the session after a request only if the view or a template asked for the user.

    Reading it adds `Vary: Cookie` to the response (RFC 9110, section 12.5.5), so that a cache could
    not share static files. Flask-Login has no public setting for it: `tests/test_upstream.py` lists
    the private names.
    """

    def _load_user(self) -> None:
        """Load the user; remove the cookies of a session that has ended.

        Otherwise every later request would query the database for that session.
        """
        super()._load_user()
        has_cookie = current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies
        if not current_user.is_authenticated and (has_cookie or "_user_id" in session):
            logout_user()

    def _clear_cookie(self, response: Response) -> None:
        """Delete the remember cookie; browsers delete a `__Host-` cookie only if it is Secure."""
        config = current_app.config
        response.delete_cookie(
            config["REMEMBER_COOKIE_NAME"],
            secure=config["REMEMBER_COOKIE_SECURE"],
            httponly=True,
            samesite=config["REMEMBER_COOKIE_SAMESITE"],
        )

    def _load_user_from_remember_cookie(self, cookie: str) -> Any:
        # Flask-Login compares the signature by hmac.compare_digest(), which raises TypeError for
        # characters outside of ASCII; no cookie that it has made contains one.
        return super()._load_user_from_remember_cookie(cookie) if cookie.isascii() else None

    def _update_remember_cookie(self, response: Response) -> Response:
        if "_login_user" not in g:
            return response
        return cast("Response", super()._update_remember_cookie(response))
