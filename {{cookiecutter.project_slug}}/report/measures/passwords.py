"""How passwords are stored."""

import re
from collections.abc import Callable

from sqlalchemy import select

from app.auth import service
from app.auth.models import User
from app.extensions import db
from report.bench import PASSWORD, production_overrides
from report.lab import Lab
from report.outcome import SECURITY, Findings, measure

# OWASP Password Storage cheat sheet: the least parallelism for each cost of scrypt (with r = 8),
# the least rounds for each memory in KiB of Argon2id, the least iterations of PBKDF2.
SCRYPT = {2**17: 1, 2**16: 2, 2**15: 3, 2**14: 5, 2**13: 10}
ARGON2 = {47104: 1, 19456: 2, 12288: 3, 9216: 4, 7168: 5}
PBKDF2 = {"sha256": 600_000, "sha512": 210_000}


@measure(SECURITY, 20, "Password hashing")
def password_hashing(lab: Lab) -> str:
    """Make two accounts with one password by the configured method, and look at what is stored."""
    findings = Findings()
    app = lab.new_app(production_overrides())
    with app.app_context():
        db.create_all()
        for name in ("a", "b"):
            service.create_user(f"{name}@example.com", name, PASSWORD)
        db.session.commit()
        first, second = db.session.scalars(select(User.password_hash)).all()
    findings.expect(first != second, "two equal passwords have equal hashes: there is no salt")
    findings.expect(PASSWORD not in first, "the password itself is stored")
    method = first.rpartition("$")[0].rpartition("$")[0]
    findings.expect(is_strong(first), f"{method or 'the method'} is weaker than OWASP's minimum")
    return findings.conclude(f"{method} with a salt for each; OWASP's minimum is met")


def is_strong(stored: str) -> bool:
    """Say whether the method and parameters in a stored hash meet OWASP's minimum."""
    return any(
        enough(*map(str, found.groups()))
        for pattern, enough in METHODS
        if (found := re.match(pattern, stored))
    )


def scrypt_is_enough(cost: str, block: str, parallel: str) -> bool:
    """Compare the parameters of scrypt."""
    return any(
        int(cost) >= least and int(block) >= 8 and int(parallel) >= threads
        for least, threads in SCRYPT.items()
    )


def argon2_is_enough(memory: str, rounds: str) -> bool:
    """Compare the parameters of Argon2id."""
    return any(int(memory) >= least and int(rounds) >= times for least, times in ARGON2.items())


def pbkdf2_is_enough(digest: str, iterations: str) -> bool:
    """Compare the parameters of PBKDF2."""
    return int(iterations) >= PBKDF2.get(digest, 10**9)


def bcrypt_is_enough(cost: str) -> bool:
    """Compare the cost of bcrypt."""
    return int(cost) >= 10


METHODS: tuple[tuple[str, Callable[..., bool]], ...] = (
    (r"scrypt:(\d+):(\d+):(\d+)\$", scrypt_is_enough),
    (r"\$argon2id\$v=\d+\$m=(\d+),t=(\d+),p=\d+\$", argon2_is_enough),
    (r"pbkdf2:(\w+):(\d+)\$", pbkdf2_is_enough),
    (r"\$2[aby]\$(\d+)\$", bcrypt_is_enough),
)
