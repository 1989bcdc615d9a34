"""Spares requests what Flask does for each of them, though few need it or the result is known."""

from functools import lru_cache

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class LazyCookieSessionInterface(SecureCookieSessionInterface):
    """Sessions for which nothing is done where there is no cookie and nobody asks."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session in the request's cookie, or a new one."""
        if "HTTP_COOKIE" in request.environ:
            return super().open_session(app, request)
        return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, where the session has to be kept or removed."""
        if session or session.accessed:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Let `app` do for a request what that request needs."""
    app.session_interface = LazyCookieSessionInterface()
    # Of each hook and view, in each request: is it a coroutine? It stays what it is.
    remembered = lru_cache(maxsize=1024)(app.ensure_sync)
    app.ensure_sync = remembered  # type: ignore[method-assign]  # of this application only
