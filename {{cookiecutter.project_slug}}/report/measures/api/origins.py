"""Other sites: their pages may call the API only where the configuration names them."""

from report.lab import Lab
from report.outcome import SECURITY, Findings, measure
from report.surfaces import surface_of
from report.surfaces.api import surface

ORIGINS = ("https://evil.example", "null", "https://localhost.evil.example")
ALLOW = "Access-Control-Allow-Origin"


@measure(SECURITY, 95, "CORS")
def cors(lab: Lab) -> str:
    """Ask as another site's page would, before and during a request."""
    findings = Findings()
    bench = lab.production
    bench.restore()
    routes = [route for route in bench.routes if surface_of(route, lab.surfaces) is surface]
    for route in routes:
        for origin in ORIGINS:
            client = bench.caller({"HTTP_ORIGIN": origin})
            asking = {"Access-Control-Request-Method": route.method}
            for answer in (
                client.options(bench.url(route), headers=asking),
                client.open(bench.url(route), method=route.method),
            ):
                open_to = answer.headers.get(ALLOW)
                findings.expect(open_to is None, f"{route} is open to pages of {open_to}")
    bench.restore()
    return findings.conclude(
        f"{len(routes)} routes asked as pages of {len(ORIGINS)} other sites: no answer allows them "
        "to read it; CORS_ORIGINS names those who may"
    )
