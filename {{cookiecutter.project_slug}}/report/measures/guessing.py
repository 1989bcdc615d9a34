"""Guessing passwords and finding out addresses."""

import gc
import os
import time
from collections.abc import Mapping

from werkzeug.test import TestResponse

from app.auth import passwords
from app.auth.models import User
from app.extensions import db
from report.bench import OWNER, PASSWORD, Bench
from report.lab import Lab
from report.outcome import SECURITY, Findings, measure
from report.surfaces import Entry, Surface

MOST_ATTEMPTS = 40
WRONG = "Wrong-password-4d2b"
UNKNOWN = "nobody-canary@example.com"
# Dear enough for the time of an answer to show whether it was computed.
MEDIUM_HASH = "scrypt:4096:8:1"
# How often a time is taken, and which difference counts, in seconds; Windows counts the time of a
# thread in steps of 16 ms.
TIMINGS, CLOCK_STEPS = (8, 0.032) if os.name == "nt" else (2, 0.004)


def doors(lab: Lab) -> list[tuple[Surface, Entry]]:
    """Return where an address and a password are asked from everybody."""
    return [
        (surface, entry)
        for surface, entry in lab.entries
        if entry.who is None and {"email", "password"} <= {each.name for each in entry.inputs}
    ]


@measure(SECURITY, 110, "Throttling")
def throttling(lab: Lab) -> str:
    """Try wrong passwords under the production configuration until they are refused."""
    findings = Findings()
    told = []
    for surface, entry in doors(lab):
        lab.production.restore()
        guess = entry.but(email=OWNER.email, password=WRONG)
        count, answer = until_refused(surface, lab.production, entry, guess)
        refused = answer.status_code == 429
        findings.expect(refused, f"{entry.route} answered {MOST_ATTEMPTS} attempts in a row")
        waits = not refused or answer.headers.get("Retry-After", "").isdigit()
        findings.expect(waits, f"the answer 429 of {entry.route} lacks Retry-After")
        told.append(f"{entry.route} answers 429 with Retry-After after {count} attempts")
    lab.production.restore()
    findings.expect(bool(told), "there is no route to sign in at")
    return findings.conclude("; ".join(told))


def until_refused(
    surface: Surface, bench: Bench, entry: Entry, values: Mapping[str, object]
) -> tuple[int, TestResponse]:
    """Send the values again and again; return how often they were taken, and the last answer."""
    count, answer = 0, surface.send(bench, entry.route.rule, values)
    while answer.status_code != 429 and count < MOST_ATTEMPTS:
        count, answer = count + 1, surface.send(bench, entry.route.rule, values)
    return count, answer


@measure(SECURITY, 120, "Account enumeration")
def account_enumeration(lab: Lab) -> str:
    """Compare the answers, and the times they take, for a known and an unknown address."""
    findings = Findings()
    found = doors(lab)
    for surface, entry in found:
        known, unknown = (
            visible(surface, lab.relaxed, entry, address) for address in (OWNER.email, UNKNOWN)
        )
        lab.relaxed.restore()
        findings.expect(known == unknown, f"{entry.route} tells whether an address has an account")
        slow, fast = sorted(timings(lab, surface, entry), reverse=True)
        even = slow <= 2 * fast or slow - fast < CLOCK_STEPS
        findings.expect(
            even, f"{entry.route} takes {slow / max(fast, 0.001):.0f} times as long for one of them"
        )
    routes = " and ".join(str(entry.route) for _, entry in found)
    return findings.conclude(
        f"{routes} answer a known and an unknown address alike, in words and in time"
    )


def visible(surface: Surface, bench: Bench, entry: Entry, address: str) -> tuple[object, ...]:
    """Return all that a guesser sees of the answer, without the address itself."""
    answer = surface.send(bench, entry.route.rule, entry.but(email=address, password=WRONG))
    return (
        answer.status_code,
        answer.headers.get("Location"),
        surface.comparable(answer.text.replace(address, "address")),
    )


def timings(lab: Lab, surface: Surface, entry: Entry) -> list[float]:
    """Return how long the answers take for a known and an unknown address."""
    bench = lab.relaxed
    usual = bench.app.config["PASSWORD_METHOD"]
    bench.app.config["PASSWORD_METHOD"] = MEDIUM_HASH
    try:
        with bench.app.app_context():
            user = db.session.get_one(User, OWNER.key)
            user.password_hash = passwords.hash_password(PASSWORD)
            db.session.commit()
        # The first unknown address has the hash made that all unknown ones are compared with.
        surface.send(bench, entry.route.rule, entry.but(email=UNKNOWN, password=WRONG))
        return [
            processor_time(surface, bench, entry, address) for address in (OWNER.email, UNKNOWN)
        ]
    finally:
        bench.app.config["PASSWORD_METHOD"] = usual
        bench.restore()


def processor_time(surface: Surface, bench: Bench, entry: Entry, address: str) -> float:
    """Return the seconds that the answers compute, whatever else the machine does meanwhile."""
    values = entry.but(email=address, password=WRONG)
    # A collection of garbage in between would take longer than all else.
    collects = gc.isenabled()
    gc.disable()
    try:
        started = time.thread_time()
        for _ in range(TIMINGS):
            surface.send(bench, entry.route.rule, values)
        return time.thread_time() - started
    finally:
        if collects:
            gc.enable()
