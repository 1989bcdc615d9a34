"""CORS: the pages of other sites can read the API only when the configuration names the sites."""

from report.context import Context
from report.findings import Findings
from report.interfaces import interface_of
from report.interfaces.api import interface
from report.registry import SECURITY, check

ORIGINS = ("https://evil.example", "null", "https://localhost.evil.example")
ALLOW_ORIGIN = "Access-Control-Allow-Origin"


@check(SECURITY, 95, "CORS")
def cors(context: Context) -> str:
    """Send a preflight request and a request to every route from the pages of other sites."""
    findings = Findings()
    test_app = context.production
    routes = [
        route for route in test_app.routes if interface_of(route, context.interfaces) is interface
    ]
    for route in routes:
        for origin in ORIGINS:
            client = test_app.client({"HTTP_ORIGIN": origin})
            preflight = {"Access-Control-Request-Method": route.method}
            for response in (
                client.options(test_app.url(route), headers=preflight),
                client.open(test_app.url(route), method=route.method),
            ):
                allowed = response.headers.get(ALLOW_ORIGIN)
                findings.expect(allowed is None, f"{route} is open to pages of {allowed}")
    return findings.conclude(
        f"{len(routes)} routes requested from pages of {len(ORIGINS)} other sites: no response "
        "allows them to read it; CORS_ORIGINS names the sites that may"
    )
