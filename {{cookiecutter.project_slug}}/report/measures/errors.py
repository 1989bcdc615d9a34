"""Error pages, each provoked."""

import re

from werkzeug.test import TestResponse

from report.bench import EXCEPTION_TEXT
from report.lab import Lab
from report.outcome import SECURITY, VERIFICATION, Findings, measure
from report.routes import PROBE
from report.surfaces import Surface

CODES = (400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503)
# What only somebody who debugs should see.
LEAK = re.compile(rf"Traceback|{EXCEPTION_TEXT}|RuntimeError|File &#34;|werkzeug|sqlalchemy|\.py\b")


@measure(SECURITY, 100, "Error pages")
def error_pages(lab: Lab) -> str:
    """Look for what a program's failure tells about the program."""
    findings = Findings()
    for surface in lab.surfaces:
        for told, code, response in provoked(lab, surface):
            found = LEAK.search(response.text)
            findings.expect(
                found is None, f"the answer {code} to {told} shows {found[0] if found else ''!r}"
            )
    return findings.conclude(
        "no answer to an error, an exception with a tell-tale text included, shows a traceback, "
        "the exception or a file's name"
    )


@measure(VERIFICATION, 80, "Error handling")
def error_handling(lab: Lab) -> str:
    """Provoke every error, and look at status, type and text of the answer."""
    findings = Findings()
    codes = set()
    for surface in lab.surfaces:
        for told, code, response in provoked(lab, surface):
            status = response.status_code
            findings.expect(status == code, f"{told} was answered {status}, not {code}")
            kind = response.mimetype
            findings.expect(
                kind == surface.error_type, f"the answer {code} to {told} is {kind or 'untyped'}"
            )
            told_methods = code != 405 or "Allow" in response.headers or PROBE in told
            findings.expect(told_methods, f"the answer 405 to {told} lacks Allow")
            codes.add(code)
    types = " or ".join(surface.error_type for surface in lab.surfaces)
    listed = ", ".join(str(code) for code in sorted(codes))
    return findings.conclude(f"{listed} provoked, each answered as {types}")


def provoked(lab: Lab, surface: Surface) -> list[tuple[str, int, TestResponse]]:
    """Return requests in words, the code that each deserves, and the answers to them."""
    bench = lab.production
    bench.restore()
    client = bench.caller({"HTTP_ACCEPT": surface.error_type})
    below = f"{surface.prefix}/{PROBE}"
    found = [(f"{below}/{code}", code, client.get(f"{below}/{code}")) for code in CODES]
    door = next(each for each in bench.routes if each.writes and each.rule in surface.open_routes)
    size = bench.app.config["MAX_CONTENT_LENGTH"] + 1
    large = client.post(door.rule, data="x" * size, content_type=surface.body_type)
    return [
        *found,
        ("an unknown address", 404, client.get(f"{surface.prefix}/no-such-page")),
        ("a method that is not offered", 405, client.delete(door.rule)),
        ("a NUL character", 400, client.get(f"{surface.prefix}/no-such-page?x=%00")),
        ("a request that is too large", 413, large),
    ]
