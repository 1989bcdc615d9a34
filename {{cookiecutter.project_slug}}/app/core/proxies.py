"""Reverse proxies and host names: which headers the application believes.

A client can write anything into `Host` and the X-Forwarded headers (OWASP Web Security Testing
Guide, "Testing for Host Header Injection").
"""

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, request
from werkzeug.exceptions import BadHost, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

HEALTH_CHECKS = ("/healthz", "/readyz")
# A name or an IPv4 address, or an IPv6 address in brackets, and a port of at most 65535.
PORT = r"(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
HOST = re.compile(rf"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]){PORT}")
ABSOLUTE_URL = re.compile(r"https?://([^/?#]*)[/\\]*(.*)", re.IGNORECASE)


def init_app(app: Flask) -> None:
    """Trust the configured proxies and hosts, and repeat no other host in a redirect."""
    if app.config["TRUSTED_HOSTS"]:
        exempt_health_checks(app, app.config["TRUSTED_HOSTS"][0])
    if app.config["TRUSTED_PROXIES"]:
        trust_proxies(app, app.config["TRUSTED_PROXIES"])
    app.before_request(refuse_impossible_host)
    app.after_request(make_location_relative)


def trust_proxies(app: Flask, count: int) -> None:
    """Take the client's address and scheme from the X-Forwarded headers of `count` proxies.

    The host is taken from them only with `TRUST_FORWARDED_HOST`: a proxy that does not set
    X-Forwarded-Host passes on what the client wrote there.
    """
    hosts = count if app.config["TRUST_FORWARDED_HOST"] else 0
    proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=hosts)
    app.wsgi_app = proxied  # type: ignore[method-assign]  # how Flask documents it


def exempt_health_checks(app: Flask, trusted_host: str) -> None:
    """Accept health checks for any host: load balancers send an address instead of a name."""
    wsgi_app = app.wsgi_app

    def with_trusted_host(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in HEALTH_CHECKS:
            environ["HTTP_HOST"] = trusted_host.removeprefix(".")
        return wsgi_app(environ, start_response)

    app.wsgi_app = with_trusted_host  # type: ignore[method-assign]  # how Flask documents it


def refuse_impossible_host() -> None:
    """Abort with 400 for a host that is not a name or an address, perhaps with a port.

    Werkzeug replaces some of them by an empty host in the URLs that it makes, and raises
    `ValueError` for an IPv6 address or an international name that cannot exist.
    """
    host = request.environ.get("HTTP_HOST", "")
    try:
        is_valid = HOST.fullmatch(host) is not None and bool(request.host_url)
        host.partition(":")[0].encode().decode("idna")  # Python 3.13 finds faults only here
    except ValueError:
        is_valid = False
    if host and not is_valid:
        request.routing_exception = BadHost()
        raise request.routing_exception


def is_host_accepted() -> bool:
    """Tell whether the host of the request is valid and trusted; `url_for` fails if it is not."""
    return not isinstance(request.routing_exception, BadHost | SecurityError)


def make_location_relative(response: Response) -> Response:
    """Remove the scheme and the host of the request from the header Location.

    Werkzeug's redirect to a missing slash holds the header Host, which anybody can have written
    into a cache (RFC 9110, section 10.2.2, allows relative references).
    """
    found = ABSOLUTE_URL.fullmatch(response.headers.get("Location", ""))
    if found and found[1].lower() == request.host.lower():
        response.headers["Location"] = f"/{found[2]}"
    return response
