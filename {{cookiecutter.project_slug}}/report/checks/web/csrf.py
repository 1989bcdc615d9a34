"""Cross-site request forgery: requests that another site makes in a user's name."""

from report.context import Context
from report.findings import Findings
from report.interfaces import interface_of
from report.interfaces.web import interface
from report.registry import SECURITY, check
from report.test_app import OWNER


@check(SECURITY, 10, "CSRF protection")
def csrf_protection(context: Context) -> str:
    """Send every form without its token, logged in, under the production configuration."""
    findings = Findings()
    test_app = context.production
    credentials = interface.log_in(test_app, OWNER)
    client = test_app.client({**credentials, "HTTP_REFERER": "https://localhost/"})
    routes = [
        route
        for route in test_app.routes
        if route.writes and interface_of(route, context.interfaces) is interface
    ]
    for route in routes:
        status = client.open(test_app.url(route), method=route.method).status_code
        findings.expect(status == 400, f"{route} without a token returned {status}, not 400")
    forms = [operation for found, operation in context.operations if found is interface]
    findings.expect(bool(forms), "no form was found")
    listed = ", ".join(str(route) for route in routes)
    return findings.conclude(f"400 without the form's token: {listed}")
