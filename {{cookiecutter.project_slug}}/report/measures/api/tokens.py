"""Tokens: forged ones are refused, and so are those that were taken back."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from app.auth import service
from app.auth.models import User
from app.extensions import db
from report.bench import ADMIN, OTHER, OWNER, PASSWORD, Bench
from report.lab import Lab
from report.outcome import SECURITY, Findings, measure
from report.surfaces.api import PREFIX, surface

LONGEST_ACCESS = 3600
REFUSED = (401, 422)
OWN_ACCOUNT = f"{PREFIX}/users/me"
REFRESH = f"{PREFIX}/auth/refresh"


@measure(SECURITY, 35, "Token management")
def token_management(lab: Lab) -> str:
    """Forge tokens, use them for what they are not for, and use them after they were revoked."""
    findings = Findings()
    bench = lab.production
    bench.restore()
    forged = check_forgeries(bench, findings)
    check_kinds(bench, findings)
    check_rotation(bench, findings)
    check_logout(bench, findings)
    check_password_change(bench, findings)
    bench.restore()
    return findings.conclude(
        f"refused: {forged} forged tokens (no signature, another key, changed, expired), a refresh "
        "token used for access or twice, both tokens after logging out and after a new password"
    )


def status(bench: Bench, token: str, url: str = OWN_ACCOUNT, method: str = "GET") -> int:
    """Return what a request with the token is answered."""
    return bench.caller(surface.bearer(token)).open(url, method=method).status_code


def part(content: Mapping[str, Any] | bytes) -> str:
    """Return a part of a token as RFC 7515 writes it."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says."""
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def signed(claims: Mapping[str, Any], key: str) -> str:
    """Return a token of our own making."""
    text = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
    return f"{text}.{part(hmac.digest(key.encode(), text.encode(), hashlib.sha256))}"


def check_forgeries(bench: Bench, findings: Findings) -> int:
    """Try tokens that the application did not make; return how many."""
    token = surface.tokens(bench, OWNER)["access_token"]
    header, body, signature = token.split(".")
    claims, key = claims_of(token), bench.app.config["JWT_SECRET_KEY"]
    past = int(time.time()) - 60
    unsigned = part({"alg": "none", "typ": "JWT"})
    forgeries = {
        "without a signature": f"{unsigned}.{body}.",
        "without a signature, of another account": f"{unsigned}.{part({**claims, 'sub': '3'})}.",
        "of another account": f"{header}.{part({**claims, 'sub': str(ADMIN.key)})}.{signature}",
        "signed with another key": signed(claims, "x" * 48),
        "that has expired": signed({**claims, "exp": past}, key),
        "of an account that did not sign in": signed({**claims, "sub": str(ADMIN.key)}, key),
        "of no session": signed({**claims, "sid": 0}, key),
    }
    findings.expect(status(bench, token) == 200, "a fresh access token is refused")
    lifetime = claims["exp"] - claims["iat"]
    findings.expect(lifetime <= LONGEST_ACCESS, f"access tokens live for {lifetime} seconds")
    for told, forged in forgeries.items():
        findings.expect(status(bench, forged) in REFUSED, f"a token {told} is accepted")
    return len(forgeries)


def check_kinds(bench: Bench, findings: Findings) -> None:
    """Use each token for what the other one is for."""
    pair = surface.tokens(bench, OWNER)
    access = status(bench, pair["refresh_token"])
    findings.expect(access in REFUSED, "a refresh token gives access")
    refresh = status(bench, pair["access_token"], REFRESH, "POST")
    findings.expect(refresh in REFUSED, "an access token can be refreshed")


def check_rotation(bench: Bench, findings: Findings) -> None:
    """Use a refresh token twice: whoever comes second may be a thief, so both lose."""
    old = surface.tokens(bench, OTHER)["refresh_token"]
    renewed = bench.caller(surface.bearer(old)).post(REFRESH).get_json()
    works = status(bench, renewed["access_token"]) == 200
    findings.expect(works, "a refreshed token does not work")
    twice = status(bench, old, REFRESH, "POST")
    findings.expect(twice in REFUSED, "a refresh token works twice")
    ended = status(bench, renewed["access_token"]) in REFUSED
    findings.expect(ended, "using a refresh token twice does not end the session")


def check_logout(bench: Bench, findings: Findings) -> None:
    """Use both tokens after logging out."""
    pair = surface.tokens(bench, OWNER)
    status(bench, pair["access_token"], f"{PREFIX}/auth/logout", "POST")
    access = status(bench, pair["access_token"])
    findings.expect(access in REFUSED, "the access token still works after logging out")
    refresh = status(bench, pair["refresh_token"], REFRESH, "POST")
    findings.expect(refresh in REFUSED, "the refresh token still works after logging out")


def check_password_change(bench: Bench, findings: Findings) -> None:
    """Use a token after the account's password was changed."""
    token = surface.tokens(bench, OWNER)["access_token"]
    with bench.app.app_context():
        service.change_password(db.session.get_one(User, OWNER.key), f"{PASSWORD}-new")
        db.session.commit()
    ended = status(bench, token) in REFUSED
    findings.expect(ended, "a token still works after a new password")
    bench.restore()
