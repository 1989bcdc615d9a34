"""Tokens: forged tokens and revoked tokens are refused."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from report.context import Context
from report.findings import Findings
from report.interfaces.api import interface
from report.project_api import User, change_password, db
from report.registry import SECURITY, check
from report.test_app import ADMIN, OTHER, OWNER, PASSWORD, TestApp

MAX_ACCESS_SECONDS = 3600
REFUSED = (401, 422)


@check(SECURITY, 35, "Token management")
def token_management(context: Context) -> str:
    """Send forged tokens, use each token for the purpose of the other, and use revoked tokens."""
    findings = Findings()
    test_app = context.production
    forged = check_forgeries(test_app, findings)
    check_purposes(test_app, findings)
    check_rotation(test_app, findings)
    check_logout(test_app, findings)
    check_password_change(test_app, findings)
    return findings.conclude(
        f"refused: {forged} forged tokens (no signature, another key, another service, changed, "
        "expired, without end), a refresh token used for access or twice, both tokens after logging "
        "out and after a new password"
    )


def status(
    test_app: TestApp, token: str, url: str = interface.account_route, method: str = "GET"
) -> int:
    """Return the status of a request with the token."""
    return test_app.client(interface.bearer(token)).open(url, method=method).status_code


def refresh_status(test_app: TestApp, token: str) -> int:
    """Return the status of a request that refreshes a token pair."""
    return status(test_app, token, interface.refresh_route, "POST")


def encode_part(content: Mapping[str, Any] | bytes) -> str:
    """Return a part of a token, encoded as RFC 7515 requires."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a token."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def sign(claims: Mapping[str, Any], key: str) -> str:
    """Return a token with these claims, signed with `key`."""
    text = f"{encode_part({'alg': 'HS256', 'typ': 'JWT'})}.{encode_part(claims)}"
    return f"{text}.{encode_part(hmac.digest(key.encode(), text.encode(), hashlib.sha256))}"


def check_forgeries(test_app: TestApp, findings: Findings) -> int:
    """Send tokens that the application did not issue; return their number."""
    token = interface.token_pair(test_app, OWNER)["access_token"]
    header, body, signature = token.split(".")
    claims, key = claims_of(token), test_app.app.config["JWT_SECRET_KEY"]
    admin = {**claims, "sub": str(ADMIN.key)}
    unsigned = encode_part({"alg": "none", "typ": "JWT"})
    forgeries = {
        "without a signature": f"{unsigned}.{body}.",
        "without a signature, of another account": f"{unsigned}.{encode_part(admin)}.",
        "of another account": f"{header}.{encode_part(admin)}.{signature}",
        "signed with another key": sign(claims, "x" * 48),
        "that has expired": sign({**claims, "exp": int(time.time()) - 60}, key),
        "of an account that is not logged in": sign(admin, key),
        "of no session": sign({**claims, "sid": 0}, key),
        "for another service": sign({**claims, "aud": "another service"}, key),
        "from another service": sign({**claims, "iss": "another service"}, key),
        "without an end": sign({name: claims[name] for name in claims if name != "exp"}, key),
        "without a type": sign({name: claims[name] for name in claims if name != "type"}, key),
    }
    findings.expect(status(test_app, token) == 200, "a fresh access token is refused")
    lifetime = claims["exp"] - claims["iat"]
    findings.expect(
        lifetime <= MAX_ACCESS_SECONDS, f"access tokens are valid for {lifetime} seconds"
    )
    for name, forged in forgeries.items():
        findings.expect(status(test_app, forged) in REFUSED, f"a token {name} is accepted")
    return len(forgeries)


def check_purposes(test_app: TestApp, findings: Findings) -> None:
    """Use each token for the purpose of the other."""
    pair = interface.token_pair(test_app, OWNER)
    access = status(test_app, pair["refresh_token"])
    findings.expect(access in REFUSED, "a refresh token gives access")
    refresh = refresh_status(test_app, pair["access_token"])
    findings.expect(refresh in REFUSED, "an access token can be refreshed")


def check_rotation(test_app: TestApp, findings: Findings) -> None:
    """Use a refresh token twice: it may be stolen, so the session must end.

    Within a few seconds it may work twice, for two tabs, but not after the next token was used.
    """
    old = interface.token_pair(test_app, OTHER)["refresh_token"]
    renewed = refreshed_pair(test_app, old)
    works = status(test_app, renewed["access_token"]) == 200
    findings.expect(works, "a refreshed token does not work")
    newest = refreshed_pair(test_app, renewed["refresh_token"])
    twice = refresh_status(test_app, old)
    findings.expect(twice in REFUSED, "a refresh token works twice")
    ended = status(test_app, newest["access_token"]) in REFUSED
    findings.expect(ended, "using a refresh token twice does not end the session")


def refreshed_pair(test_app: TestApp, token: str) -> dict[str, str]:
    """Return the pair of tokens for a refresh token."""
    response = test_app.client(interface.bearer(token)).post(interface.refresh_route)
    pair: dict[str, str] = response.get_json()
    return pair


def check_logout(test_app: TestApp, findings: Findings) -> None:
    """Use both tokens after logging out."""
    pair = interface.token_pair(test_app, OWNER)
    status(test_app, pair["access_token"], interface.logout_route, "POST")
    access = status(test_app, pair["access_token"])
    findings.expect(access in REFUSED, "the access token still works after logging out")
    refresh = refresh_status(test_app, pair["refresh_token"])
    findings.expect(refresh in REFUSED, "the refresh token still works after logging out")


def check_password_change(test_app: TestApp, findings: Findings) -> None:
    """Use a token after the password of its account was changed."""
    token = interface.token_pair(test_app, OWNER)["access_token"]
    with test_app.app.app_context():
        change_password(db.session.get_one(User, OWNER.key), f"{PASSWORD}-new")
        db.session.commit()
    ended = status(test_app, token) in REFUSED
    findings.expect(ended, "a token still works after a new password")
    test_app.restore()
