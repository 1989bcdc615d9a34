"""Sessions: the cookies that carry them, and how they end."""

import re
from collections.abc import Mapping

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.bench import OWNER, PASSWORD, Bench
from report.lab import Lab
from report.outcome import SECURITY, Findings, measure
from report.surfaces.web import surface, token_of

SAFE_SAMESITE = re.compile(r"SameSite=(Lax|Strict)")
SIGN_IN = {"email": OWNER.email, "password": PASSWORD, "remember": "y"}


@measure(SECURITY, 30, "Session management")
def session_management(lab: Lab) -> str:
    """Sign in as in production, read the cookies, copy them, and end the session."""
    findings = Findings()
    bench = lab.production
    bench.restore()
    page = private_page(lab)
    names = check_flags(bench, findings)
    check_logout(bench, page, findings)
    check_password_change(bench, page, findings)
    bench.restore()
    return findings.conclude(
        f"{' and '.join(names)} are Secure, HttpOnly and SameSite in production; copied cookies "
        f"were refused at {page} after logging out; a new password ended the other device's session"
    )


def private_page(lab: Lab) -> str:
    """Return the address of a page that asks for a session."""
    return next(
        access.route.rule
        for access in lab.access
        if access.auth == surface.auth and not access.route.arguments and not access.route.writes
    )


def check_flags(bench: Bench, findings: Findings) -> list[str]:
    """Look at the cookies that signing in sets; return their names."""
    answer = surface.send(bench, "/login", SIGN_IN)
    cookies = answer.headers.getlist("Set-Cookie")
    for cookie in cookies:
        name, attributes = cookie.partition("=")[0], cookie.split("; ")[1:]
        for flag in ("Secure", "HttpOnly"):
            findings.expect(flag in attributes, f"the cookie {name} is not {flag} in production")
        strict = any(SAFE_SAMESITE.fullmatch(attribute) for attribute in attributes)
        findings.expect(strict, f"the cookie {name} is neither SameSite=Lax nor Strict")
    findings.expect(len(cookies) > 1, "signing in set no pair of cookies, session and remember me")
    return [cookie.partition("=")[0] for cookie in cookies]


def check_logout(bench: Bench, page: str, findings: Findings) -> None:
    """Log out, and try a copy of the cookies that were valid before."""
    browser, copy = signed_in(bench)
    findings.expect(not surface.asks(browser.get(page)), f"signing in does not open {page}")
    log_out(browser, page)
    findings.expect(surface.asks(browser.get(page)), "logging out does not end the session")
    replayed = bench.caller(copy).get(page)
    findings.expect(surface.asks(replayed), "a copy of the cookies still works after logging out")


def check_password_change(bench: Bench, page: str, findings: Findings) -> None:
    """Change the password on one device, and look at the other one."""
    (here, _), (_, there) = signed_in(bench), signed_in(bench)
    new = {"current": PASSWORD, "password": f"{PASSWORD}-new", "repeated": f"{PASSWORD}-new"}
    changed = surface.fill(here, "/account/password", new)
    findings.expect(changed.status_code == 302, "the password cannot be changed")
    findings.expect(not surface.asks(here.get(page)), "changing the password ends this session")
    other = bench.caller(there).get(page)
    findings.expect(surface.asks(other), "another device stays signed in after a new password")
    bench.restore()


def signed_in(bench: Bench) -> tuple[FlaskClient, Mapping[str, str]]:
    """Return a browser that is signed in, and a copy of its cookies."""
    browser = surface.browser(bench)
    answer = surface.fill(browser, "/login", SIGN_IN)
    return browser, surface.cookies_of(answer)


def log_out(browser: FlaskClient, page: str) -> TestResponse:
    """Press the button that logs out."""
    return browser.post("/logout", data={"csrf_token": token_of(browser.get(page))})
