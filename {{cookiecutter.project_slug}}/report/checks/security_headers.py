"""The response headers that make browsers protect their users."""

import re

from werkzeug.test import TestResponse

from report.context import Context
from report.findings import Findings
from report.registry import SECURITY, check

ONE_YEAR = 365 * 24 * 3600
SAFE_REFERRER_POLICIES = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
# Headers that name the software.
SOFTWARE_HEADERS = re.compile(r"server|via|x-powered-by|x-aspnet.*|x-debug.*", re.IGNORECASE)
UNSAFE_SOURCES = {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"}
CODE_DIRECTIVES = ("default-src", "script-src", "script-src-elem", "style-src", "object-src")


@check(SECURITY, 90, "Security headers")
def security_headers(context: Context) -> str:
    """Read the headers of every route, and of an error, under the production configuration."""
    findings = Findings()
    test_app = context.production
    readable = [each for each in test_app.routes if not each.writes and not each.is_static]
    urls = [test_app.url(route) for route in readable]
    for url in [*urls, "/no-such-page"]:
        check_headers(url, test_app.client().get(url), findings)
    return findings.conclude(
        f"{len(urls)} URLs and an error under the production configuration: a content security "
        "policy without unsafe-inline, nosniff, no framing, a referrer policy, HSTS for a year or "
        "more, and no header that names the software"
    )


def check_headers(url: str, response: TestResponse, findings: Findings) -> None:
    """Check the headers of one response."""
    headers = response.headers
    policy = parse_policy(headers.get("Content-Security-Policy", ""))
    unsafe = sorted(
        source for name in CODE_DIRECTIVES for source in UNSAFE_SOURCES & set(policy.get(name, ()))
    )
    findings.expect("default-src" in policy, f"no content security policy, for example on {url}")
    findings.expect(not unsafe, f"the content security policy of {url} has {', '.join(unsafe)}")
    findings.expect("base-uri" in policy, f"the content security policy of {url} lacks base-uri")
    nosniff = headers.get("X-Content-Type-Options") == "nosniff"
    findings.expect(nosniff, f"{url} lacks X-Content-Type-Options: nosniff")
    no_framing = headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN")
    findings.expect(
        no_framing or "frame-ancestors" in policy, f"other sites may show {url} in a frame"
    )
    referrer = headers.get("Referrer-Policy", "")
    findings.expect(referrer in SAFE_REFERRER_POLICIES, f"{url} lacks a safe Referrer-Policy")
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    long_enough = age is not None and int(age[1]) >= ONE_YEAR
    findings.expect(long_enough, "no Strict-Transport-Security for a year or more in production")
    naming = [name for name, _ in headers if SOFTWARE_HEADERS.fullmatch(name)]
    findings.expect(not naming, f"{url} names the software: {', '.join(naming)}")


def parse_policy(text: str) -> dict[str, list[str]]:
    """Return the directives of a content security policy with their sources."""
    parts = [directive.split() for directive in text.split(";") if directive.strip()]
    return {name: sources for name, *sources in parts}
