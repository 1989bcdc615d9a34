"""The headers that tell browsers how to protect people."""

import re

from werkzeug.test import TestResponse

from report.lab import Lab
from report.outcome import SECURITY, Findings, measure

ONE_YEAR = 365 * 24 * 3600
SAFE_REFERRER_POLICIES = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
# Headers that tell attackers what runs here.
TALKATIVE = re.compile(r"server|via|x-powered-by|x-aspnet.*|x-debug.*", re.IGNORECASE)
UNSAFE_SOURCES = {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"}
CODE_DIRECTIVES = ("default-src", "script-src", "script-src-elem", "style-src", "object-src")


@measure(SECURITY, 90, "Security headers")
def security_headers(lab: Lab) -> str:
    """Read the headers of every page, and of an error, under the production configuration."""
    findings = Findings()
    bench = lab.production
    bench.restore()
    urls = [bench.url(route) for route in bench.routes if not route.writes and not route.is_static]
    for url in [*urls, "/no-such-page"]:
        check(url, bench.caller().get(url), findings)
    return findings.conclude(
        f"{len(urls)} addresses and an error read over HTTPS as in production: a content security "
        "policy without unsafe-inline, nosniff, no framing, a referrer policy, HSTS for a year or "
        "more, and no header that tells the software"
    )


def check(url: str, response: TestResponse, findings: Findings) -> None:
    """Look at the headers of one answer."""
    headers = response.headers
    policy = parsed_policy(headers.get("Content-Security-Policy", ""))
    framing = (
        headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") or "frame-ancestors" in policy
    )
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    talkative = [name for name, _ in headers if TALKATIVE.fullmatch(name)]
    unsafe = sorted(
        source for name in CODE_DIRECTIVES for source in UNSAFE_SOURCES & set(policy.get(name, ()))
    )
    findings.expect("default-src" in policy, "no content security policy, for example on " + url)
    findings.expect(not unsafe, f"the content security policy of {url} has {', '.join(unsafe)}")
    findings.expect("base-uri" in policy, f"the content security policy of {url} lacks base-uri")
    nosniff = headers.get("X-Content-Type-Options") == "nosniff"
    findings.expect(nosniff, f"{url} lacks X-Content-Type-Options: nosniff")
    findings.expect(framing, f"{url} may be framed by other sites")
    referrer = headers.get("Referrer-Policy", "")
    findings.expect(referrer in SAFE_REFERRER_POLICIES, f"{url} lacks a safe Referrer-Policy")
    lasting = age is not None and int(age[1]) >= ONE_YEAR
    findings.expect(lasting, "no Strict-Transport-Security for a year or more in production")
    findings.expect(not talkative, f"{url} tells the software: {', '.join(talkative)}")


def parsed_policy(text: str) -> dict[str, list[str]]:
    """Return the directives of a content security policy with their sources."""
    parts = [directive.split() for directive in text.split(";") if directive.strip()]
    return {name: sources for name, *sources in parts}
