"""Sessions: the flags of the cookies, and the end of a session."""

import re
from collections.abc import Mapping

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.context import Context
from report.findings import Findings
from report.interfaces.web import csrf_token, interface
from report.registry import SECURITY, check
from report.test_app import OWNER, PASSWORD, TestApp

SAFE_SAMESITE = re.compile(r"SameSite=(Lax|Strict)")
LOGIN_VALUES = {"email": OWNER.email, "password": PASSWORD, "remember": "y"}


@check(SECURITY, 30, "Session management")
def session_management(context: Context) -> str:
    """Log in under the production configuration, check and copy the cookies, end the session."""
    findings = Findings()
    page = private_page(context)
    test_app = context.production
    names = check_flags(test_app, findings)
    check_logout(test_app, page, findings)
    check_password_change(test_app, page, findings)
    return findings.conclude(
        f"{' and '.join(names)} are Secure, HttpOnly and SameSite in production; copied cookies "
        f"were refused at {page} after logging out; a new password ended the other device's session"
    )


def private_page(context: Context) -> str:
    """Return the URL of a page that requires a session."""
    return next(
        access.route.rule
        for access in context.route_access
        if access.auth == interface.auth and not access.route.arguments and not access.route.writes
    )


def check_flags(test_app: TestApp, findings: Findings) -> list[str]:
    """Check the cookies that logging in sets; return their names."""
    response = interface.send(test_app, interface.login_route, LOGIN_VALUES)
    cookies = response.headers.getlist("Set-Cookie")
    for cookie in cookies:
        name, attributes = cookie.partition("=")[0], cookie.split("; ")[1:]
        for flag in ("Secure", "HttpOnly"):
            findings.expect(flag in attributes, f"the cookie {name} is not {flag} in production")
        is_safe = any(SAFE_SAMESITE.fullmatch(attribute) for attribute in attributes)
        findings.expect(is_safe, f"the cookie {name} is neither SameSite=Lax nor Strict")
    findings.expect(len(cookies) > 1, "logging in sets no two cookies, session and remember me")
    return [cookie.partition("=")[0] for cookie in cookies]


def check_logout(test_app: TestApp, page: str, findings: Findings) -> None:
    """Log out, and use a copy of the cookies that were valid before."""
    browser, copy = log_in(test_app)
    opens = not interface.requires_login(browser.get(page))
    findings.expect(opens, f"logging in does not open {page}")
    log_out(browser, page)
    ended = interface.requires_login(browser.get(page))
    findings.expect(ended, "logging out does not end the session")
    replayed = test_app.client(copy).get(page)
    findings.expect(
        interface.requires_login(replayed), "a copy of the cookies still works after logging out"
    )


def check_password_change(test_app: TestApp, page: str, findings: Findings) -> None:
    """Change the password on one device, and use the session of another one."""
    (here, _), (_, there) = log_in(test_app), log_in(test_app)
    values = {"current": PASSWORD, "password": f"{PASSWORD}-new", "repeated": f"{PASSWORD}-new"}
    changed = interface.send_form(here, interface.password_route, values)
    findings.expect(changed.status_code == 302, "the password cannot be changed")
    stays = not interface.requires_login(here.get(page))
    findings.expect(stays, "changing the password ends this session")
    ended = interface.requires_login(test_app.client(there).get(page))
    findings.expect(ended, "another device stays logged in after a new password")
    test_app.restore()


def log_in(test_app: TestApp) -> tuple[FlaskClient, Mapping[str, str]]:
    """Return a browser that is logged in, and a copy of its cookies."""
    browser = interface.browser(test_app)
    response = interface.send_form(browser, interface.login_route, LOGIN_VALUES)
    return browser, interface.cookies_of(response)


def log_out(browser: FlaskClient, page: str) -> TestResponse:
    """Send the form that logs out."""
    data = {"csrf_token": csrf_token(browser.get(page))}
    return browser.post(interface.logout_route, data=data)
