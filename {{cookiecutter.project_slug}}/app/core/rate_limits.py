"""Rate limits of views, and the network that they count requests for."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import Flask, Response, request
from flask_limiter import Limiter

# Internet providers give a customer at least a /64 (RFC 6177), so one client has 2**64 addresses.
CUSTOMER_PREFIX = 64


def init_app(app: Flask) -> None:
    """Send `Retry-After` only with responses that refuse a request for some time."""
    app.after_request(remove_retry_after)


def remove_retry_after(response: Response) -> Response:
    """Remove the header that Flask-Limiter adds to each response of a limited view.

    A client would wait before it follows a redirect (RFC 9110, section 10.2.3).
    """
    if response.status_code not in (429, 503):
        response.headers.pop("Retry-After", None)
    return response


class ViewLimiter(Limiter):
    """A limiter that does no work for views without a limit.

    Before every request, Flask-Limiter looks for limits of the application, its defaults and its
    blueprints, which takes 17 % of the CPU time of a health check. This class skips the search when
    none are set. The limits of views are checked by their decorators. Flask-Limiter 4.1 has no
    public setting for it: `tests/test_upstream.py` lists the private names.

    Key functions must not raise exceptions: Flask-Limiter would assume that Redis is down and start
    new counters in memory.
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


def client_network() -> str:
    """Return the client's IPv4 address, or the /64 network of its IPv6 address.

    Clients whose address is missing or no IP address are counted together, as "unknown".
    """
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), CUSTOMER_PREFIX), strict=False))
