"""Requests that another site makes in a person's name."""

from report.bench import OWNER
from report.lab import Lab
from report.outcome import SECURITY, Findings, measure
from report.surfaces import surface_of
from report.surfaces.web import surface


@measure(SECURITY, 10, "CSRF protection")
def csrf_protection(lab: Lab) -> str:
    """Send every form without its token, signed in, under the production configuration."""
    findings = Findings()
    bench = lab.production
    bench.restore()
    credentials = surface.sign_in(bench, OWNER)
    referrer = {"HTTP_REFERER": "https://localhost/"}
    client = bench.caller({**credentials, **referrer})
    writing = [route for route in bench.routes if route.writes]
    routes = [route for route in writing if surface_of(route, lab.surfaces) is surface]
    for route in routes:
        status = client.open(bench.url(route), method=route.method).status_code
        findings.expect(status == 400, f"{route} without a token was answered {status}, not 400")
    bench.restore()
    entries = [entry for found, entry in lab.entries if found is surface]
    findings.expect(bool(entries), "no form was found")
    listed = ", ".join(str(route) for route in routes)
    return findings.conclude(f"each refused with 400 without the form's token: {listed}")
