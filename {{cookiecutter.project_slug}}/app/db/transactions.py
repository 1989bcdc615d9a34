"""Transactions: done without where a request only reads, run once more where one lost a race."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from app.extensions import db

T = TypeVar("T")

ATTEMPTS = 3
# Deadlock and serialisation failure (PostgreSQL); lock wait timeout, deadlock and changed record
# (MySQL, MariaDB); busy and busy snapshot (SQLite).
CONFLICTS = {"40P01", "40001", 1205, 1213, 1020, 5, 517}


def use_autocommit() -> None:
    """Let the request read in autocommit mode, which saves the database two round trips.

    Call it first in a view that writes nothing and needs no snapshot across several queries.
    """
    if not db.session().in_transaction():
        db.session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def commit_with_retry(work: Callable[[], T]) -> T:
    """Run `work`, commit, and return what it returned.

    Where the database ended the transaction in favour of another one, `work` runs again: it must
    therefore do nothing but read and change rows. The last failure is raised.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _once(work)
        except OperationalError as error:
            if not is_conflict(error):
                raise
    return _once(work)


def is_conflict(error: OperationalError) -> bool:
    """Say whether another transaction is to blame, so that a second try may succeed."""
    original = error.orig
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorcode", None)
    if code is None and original is not None and original.args:
        code = original.args[0]
    return code in CONFLICTS


def _once(work: Callable[[], T]) -> T:
    try:
        result = work()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return result
