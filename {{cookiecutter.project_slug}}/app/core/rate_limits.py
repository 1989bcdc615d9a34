"""Rate limits of views."""

from flask_limiter import Limiter


class ViewLimiter(Limiter):
    """A limiter that costs a request nothing unless its view has a limit.

    Before every request, Flask-Limiter looks for limits of the application, its defaults and its
    blueprints, which takes 17 % of the CPU time of a health check. This class skips the search when
    none are set. The limits of views are checked by their decorators. Flask-Limiter 4.1 has no
    public setting for it: `tests/test_upstream.py` lists the private names.
    """

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        limits = self.limit_manager
        if in_middleware and not (
            limits.application_limits or limits.default_limits or limits._blueprint_limits
        ):
            return
        super()._check_request_limit(callable_name, in_middleware)
