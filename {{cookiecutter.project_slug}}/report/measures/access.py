"""Who may do what: credentials, ownership, privileges, privacy."""

from collections import Counter
from itertools import product

from sqlalchemy import func, select

from app.auth.models import Role, User
from app.extensions import db
from report.bench import OTHER, OWNER, Bench
from report.lab import NOBODY, Access, Lab
from report.outcome import SECURITY, Findings, measure

# What somebody might send to become an administrator.
PROMOTIONS: tuple[dict[str, object], ...] = ({"role": Role.ADMIN.value}, {"is_admin": True})


@measure(SECURITY, 40, "Authentication")
def authentication(lab: Lab) -> str:
    """Try every route without credentials, then with those it asks for.

    Who adds a route that everybody may write to declares it in pyproject.toml: `open_routes` under
    [tool.kiln] is a list of rules, such as "/contact".
    """
    findings = Findings()
    declared = open_routes(lab)
    for access in lab.access:
        check_route(lab, access, declared, findings)
    asked = Counter(access.auth for access in lab.access if access.auth != NOBODY)
    writes = [str(each.route) for each in lab.access if each.auth == NOBODY and each.route.writes]
    kinds = ", ".join(f"{count} {auth}" for auth, count in sorted(asked.items()))
    return findings.conclude(
        f"{len(lab.access)} routes tried without credentials: {asked.total()} ask for them "
        f"({kinds}); everybody may write to {', '.join(writes)} only"
    )


def open_routes(lab: Lab) -> set[str]:
    """Return the rules that everybody is meant to write to."""
    own = set(lab.project.answers.get("open_routes", []))
    return own.union(*(surface.open_routes for surface in lab.surfaces))


def check_route(lab: Lab, access: Access, declared: set[str], findings: Findings) -> None:
    """Look at what a route answered a visitor and the accounts."""
    route, status = access.route, access.visitor.status_code
    areas = tuple(area for surface in lab.surfaces for area in surface.private_areas)
    is_private = f"{route.rule}/".startswith(tuple(f"{area}/" for area in areas))
    findings.expect(status < 500, f"{route} answers a visitor {status}")
    findings.expect(status != 403, f"{route} answers a visitor 403 and never asks who it is")
    if access.auth != NOBODY:
        admitted = not all(surface.asks(access.answers[OWNER]) for surface in lab.surfaces)
        findings.expect(
            admitted or route.rule in declared, f"{route} asks even those who are signed in"
        )
        return
    findings.expect(not is_private, f"{route} is open to everybody, in a private area")
    findings.expect(
        not route.writes or route.rule in declared,
        f"{route} is open to everybody; if that is meant, name {route.rule} in open_routes under "
        "[tool.kiln] in pyproject.toml",
    )


@measure(SECURITY, 41, "Ownership")
def ownership(lab: Lab) -> str:
    """Let another account, and a visitor, send what the owner may send."""
    findings = Findings()
    bench = lab.relaxed
    found = [(surface, entry) for surface, entry in lab.entries if entry.route.names_an_object]
    for surface, entry in found:
        accepted = lab.submit(surface, entry, entry.valid).accepted
        findings.skip(not accepted, f"{entry.route}, which refused the owner's own values")
        bench.restore()
        before = bench.rows_of(OWNER)
        for person, name in ((OTHER, "another account"), (None, "a visitor")):
            lab.submit_as(person, surface, entry, entry.valid)
            unchanged = bench.rows_of(OWNER) == before
            findings.expect(unchanged, f"{entry.route}: {name} changed what is not theirs")
            bench.restore()
    routes = ", ".join(str(entry.route) for _, entry in found) or "no route names an object"
    return findings.conclude(
        f"another account and a visitor changed nothing of the owner's through {routes}"
    )


@measure(SECURITY, 42, "Privileges")
def privileges(lab: Lab) -> str:
    """Try to become an administrator by sending more values than there are inputs."""
    findings = Findings()
    entries = [(surface, entry) for surface, entry in lab.entries if entry.inputs]
    for surface, entry in entries:
        for address in (OWNER.email, "newcomer-canary@example.com"):
            own = {"email": address} if "email" in entry.valid else {}
            for person, more in product((None, OWNER), PROMOTIONS):
                lab.submit_as(person, surface, entry, entry.but(**own, **more))
            findings.expect(
                administrators(lab.relaxed) == 1, f"{entry.route} made an administrator"
            )
            lab.relaxed.restore()
    admin = [access for access in lab.access if access.auth == "Admin"]
    return findings.conclude(
        f"{len(entries)} routes were sent role=admin and nobody was promoted; "
        f"{len(admin)} routes answer an ordinary account 403"
    )


def administrators(bench: Bench) -> int:
    """Return how many accounts may administer the site."""
    with bench.app.app_context():
        query = select(func.count()).select_from(User).where(User.role == Role.ADMIN)
        return db.session.scalars(query).one()


@measure(SECURITY, 43, "Privacy")
def privacy(lab: Lab) -> str:
    """Look for addresses and hashes in what every readable route answers."""
    findings = Findings()
    hashes = [text.encode() for text in lab.relaxed.secrets()]
    read = [access for access in lab.access if not access.route.writes]
    for access in read:
        strangers = [access.visitor, access.answers[OTHER]]
        for answer in strangers:
            hidden = OWNER.email.encode() not in answer.data
            findings.expect(hidden, f"{access.route} shows a stranger somebody's e-mail address")
        for answer in [*strangers, *access.answers.values()]:
            hidden = not any(text in answer.data for text in hashes)
            findings.expect(hidden, f"{access.route} shows a password hash")
    return findings.conclude(
        f"{len(read)} routes read as a visitor, by other accounts and as administrator: no "
        "stranger saw an e-mail address, nobody a password hash"
    )
