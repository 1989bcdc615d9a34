"""Access control: login, ownership, privileges, privacy."""

from collections import Counter
from itertools import product

from sqlalchemy import func, select

from report.context import NO_LOGIN, Context, RouteAccess
from report.findings import Findings
from report.project_api import Role, User, db
from report.registry import SECURITY, check
from report.test_app import OTHER, OWNER, TestApp

# Values that an attacker may add to become an administrator.
PROMOTIONS: tuple[dict[str, object], ...] = ({"role": Role.ADMIN.value}, {"is_admin": True})


@check(SECURITY, 40, "Authentication")
def authentication(context: Context) -> str:
    """Request every route without credentials, then with the credentials that it requires.

    A route that everybody may write to has to be declared in pyproject.toml: `open_routes` under
    [tool.kiln] is a list of rules, such as "/contact".
    """
    findings = Findings()
    declared = declared_open_routes(context)
    for access in context.route_access:
        check_route(context, access, declared, findings)
    required = Counter(each.auth for each in context.route_access if each.auth != NO_LOGIN)
    open_writes = [
        str(each.route)
        for each in context.route_access
        if each.auth == NO_LOGIN and each.route.writes
    ]
    kinds = ", ".join(f"{count} {auth}" for auth, count in sorted(required.items()))
    return findings.conclude(
        f"{len(context.route_access)} routes requested without credentials: {required.total()} "
        f"require a login ({kinds}); everybody may write only to {', '.join(open_writes)}"
    )


def declared_open_routes(context: Context) -> set[str]:
    """Return the rules that everybody may write to."""
    own = set(context.project.answers.get("open_routes", []))
    return own.union(*(interface.open_routes for interface in context.interfaces))


def check_route(
    context: Context, access: RouteAccess, declared: set[str], findings: Findings
) -> None:
    """Check the responses of one route to a visitor and to the test users."""
    route, status = access.route, access.anonymous.status_code
    findings.expect(status < 500, f"{route} returns {status} to a visitor")
    findings.expect(status != 403, f"{route} returns 403 to a visitor instead of asking to log in")
    if access.auth != NO_LOGIN:
        response = access.responses[OWNER]
        refused = all(interface.requires_login(response) for interface in context.interfaces)
        findings.expect(
            not refused or route.rule in declared, f"{route} asks to log in even after logging in"
        )
        return
    areas = [f"{area}/" for each in context.interfaces for area in each.private_areas]
    is_private = f"{route.rule}/".startswith(tuple(areas))
    findings.expect(not is_private, f"{route} is open to everybody, in a private area")
    findings.expect(
        not route.writes or route.rule in declared,
        f"{route} is open to everybody; if that is intended, add {route.rule} to open_routes under "
        "[tool.kiln] in pyproject.toml",
    )


@check(SECURITY, 41, "Ownership")
def ownership(context: Context) -> str:
    """Send the owner's values as another user and as a visitor."""
    findings = Findings()
    test_app = context.testing
    operations = [
        (interface, operation)
        for interface, operation in context.operations
        if operation.route.names_an_object
    ]
    for interface, operation in operations:
        accepted = context.submit(interface, operation, operation.valid_values).accepted
        findings.skip(not accepted, f"{operation.route}, which refused the owner's own values")
        test_app.restore()
        before = test_app.rows_of(OWNER)
        for user, name in ((OTHER, "another user"), (None, "a visitor")):
            context.submit_as(user, interface, operation, operation.valid_values)
            unchanged = test_app.rows_of(OWNER) == before
            findings.expect(unchanged, f"{operation.route}: {name} changed the owner's rows")
            test_app.restore()
    routes = ", ".join(str(each.route) for _, each in operations)
    return findings.conclude(
        "another user and a visitor changed no row of the owner through "
        f"{routes or 'any route: no route names an object'}"
    )


@check(SECURITY, 42, "Privileges")
def privileges(context: Context) -> str:
    """Try to become an administrator by sending additional fields."""
    findings = Findings()
    operations = [(interface, each) for interface, each in context.operations if each.inputs]
    for interface, operation in operations:
        for email in (OWNER.email, "newcomer-canary@example.com"):
            own = {"email": email} if "email" in operation.valid_values else {}
            for user, promotion in product((None, OWNER), PROMOTIONS):
                values = operation.values_with(**own, **promotion)
                context.submit_as(user, interface, operation, values)
            promoted = count_administrators(context.testing) != 1
            findings.expect(not promoted, f"{operation.route} made an administrator")
            context.testing.restore()
    admin = [access for access in context.route_access if access.auth == "Admin"]
    return findings.conclude(
        f"{len(operations)} routes were sent role=admin and nobody was promoted; "
        f"{len(admin)} routes return 403 to an ordinary account"
    )


def count_administrators(test_app: TestApp) -> int:
    """Return the number of accounts with the role of administrators."""
    with test_app.app.app_context():
        query = select(func.count()).select_from(User).where(User.role == Role.ADMIN)
        return db.session.scalars(query).one()


@check(SECURITY, 43, "Privacy")
def privacy(context: Context) -> str:
    """Look for e-mail addresses and password hashes in every response of a readable route."""
    findings = Findings()
    hashes = [text.encode() for text in context.testing.password_hashes()]
    readable = [access for access in context.route_access if not access.route.writes]
    for access in readable:
        strangers = [access.anonymous, access.responses[OTHER]]
        for response in strangers:
            hidden = OWNER.email.encode() not in response.data
            findings.expect(hidden, f"{access.route} shows a stranger an e-mail address")
        for response in [*strangers, *access.responses.values()]:
            hidden = not any(text in response.data for text in hashes)
            findings.expect(hidden, f"{access.route} shows a password hash")
    return findings.conclude(
        f"{len(readable)} routes read as a visitor, as other users and as an administrator: no stranger saw an e-mail address, and no response contained a password hash"
    )
