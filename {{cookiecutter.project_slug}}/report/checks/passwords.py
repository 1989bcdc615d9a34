"""The strength of password hashes."""

import re
from collections.abc import Callable

from sqlalchemy import select

from report.context import Context
from report.findings import Findings
from report.project_api import Role, User, db
from report.registry import SECURITY, check
from report.test_app import PASSWORD, add_account, create_tables, production_overrides

# The minimum parameters of the OWASP Password Storage Cheat Sheet. scrypt with r = 8: cost ->
# parallelism. Argon2id: memory in KiB -> iterations. PBKDF2: digest -> iterations.
SCRYPT = {2**17: 1, 2**16: 2, 2**15: 3, 2**14: 5, 2**13: 10}
ARGON2 = {47104: 1, 19456: 2, 12288: 3, 9216: 4, 7168: 5}
PBKDF2 = {"sha256": 600_000, "sha512": 210_000}


@check(SECURITY, 20, "Password hashing")
def password_hashing(context: Context) -> str:
    """Create two accounts with one password as in production; check the stored hashes."""
    findings = Findings()
    app = context.new_app(production_overrides())
    with app.app_context():
        create_tables()
        for key, name in enumerate(("a", "b"), 1):
            add_account(f"{name}@example.com", name, Role.USER, key)
        db.session.commit()
        first, second = db.session.scalars(select(User.password_hash)).all()
    findings.expect(first != second, "two equal passwords have equal hashes: there is no salt")
    findings.expect(PASSWORD not in first, "the password itself is stored")
    method = first.rpartition("$")[0].rpartition("$")[0]
    findings.expect(is_strong(first), f"{method or 'the method'} is weaker than OWASP's minimum")
    return findings.conclude(f"{method} with a salt for each account; OWASP's minimum is met")


def is_strong(stored: str) -> bool:
    """Return whether the method and parameters of a stored hash meet OWASP's minimum."""
    return any(
        is_enough(*map(str, match.groups()))
        for pattern, is_enough in METHODS
        if (match := re.match(pattern, stored))
    )


def scrypt_is_enough(cost: str, block: str, parallel: str) -> bool:
    """Compare the parameters of scrypt with the minimum."""
    return any(
        int(cost) >= minimum and int(block) >= 8 and int(parallel) >= parallelism
        for minimum, parallelism in SCRYPT.items()
    )


def argon2_is_enough(memory: str, rounds: str) -> bool:
    """Compare the parameters of Argon2id with the minimum."""
    return any(
        int(memory) >= minimum and int(rounds) >= iterations
        for minimum, iterations in ARGON2.items()
    )


def pbkdf2_is_enough(digest: str, iterations: str) -> bool:
    """Compare the parameters of PBKDF2 with the minimum."""
    return int(iterations) >= PBKDF2.get(digest, 10**9)


def bcrypt_is_enough(cost: str) -> bool:
    """Compare the cost of bcrypt with the minimum."""
    return int(cost) >= 10


METHODS: tuple[tuple[str, Callable[..., bool]], ...] = (
    (r"scrypt:(\d+):(\d+):(\d+)\$", scrypt_is_enough),
    (r"\$argon2id\$v=\d+\$m=(\d+),t=(\d+),p=\d+\$", argon2_is_enough),
    (r"pbkdf2:(\w+):(\d+)\$", pbkdf2_is_enough),
    (r"\$2[aby]\$(\d+)\$", bcrypt_is_enough),
)
