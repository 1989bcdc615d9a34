"""Rate limits that cost a request nothing unless its view has one."""

from flask_limiter import Limiter


class ViewLimiter(Limiter):
    """A limiter that looks for limits where they are: at the views, which check their own.

    Flask-Limiter also looks for limits of the whole application, its defaults and its blueprints
    before every request, which takes half of the time of a health check. There are none here
    unless somebody sets them, and then they are checked as usual.
    """

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        found = self.limit_manager
        if in_middleware and not (
            found.application_limits or found.default_limits or found._blueprint_limits
        ):
            return
        super()._check_request_limit(callable_name, in_middleware)
