"""Security events in the log (OWASP ASVS 5.0, section 16.3). Each has the id of the account and the
IP address of the client.

Events of commands have no IP address. E-mail addresses are not logged.
"""

from typing import Any

import structlog
from flask import has_request_context, request
from sqlalchemy import Connection, event
from sqlalchemy.orm.attributes import get_history

from app.auth.models import User

log = structlog.get_logger()


def log_event(name: str, account: User | None, **facts: str) -> None:
    """Log an event of `account`. It is None if the e-mail address has no account."""
    client = request.remote_addr if has_request_context() else None
    log.info(name, account=account.id if account else None, client=client, **facts)


@event.listens_for(User, "after_update")
def log_changes(mapper: Any, connection: Connection, user: User) -> None:
    """Log each change of an account's role, and that it was locked or unlocked."""
    if get_history(user, "role").has_changes():
        log_event("role changed", user, role=user.role.value)
    if get_history(user, "active").has_changes():
        log_event("account unlocked" if user.active else "account locked", user)
