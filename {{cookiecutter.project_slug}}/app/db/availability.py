"""Classifies database errors: is the database down, busy or too slow, or is it a bug?"""

from sqlalchemy import exc

from app.db.transactions import is_conflict

# Too many connections, access denied, unknown database, server gone or shutting down, connection
# lost or killed, statement over its time limit (MySQL 3024, MariaDB 1969).
MYSQL_CODES = {1040, 1044, 1045, 1049, 1053, 1317, 1698, 1927, 1969, 2002, 2003, 2006, 2013}
MYSQL_CODES |= {3024, 4031}
# Busy, locked, read-only, interrupted by the time limit, input or output error, disk full, cannot
# open the file: https://www.sqlite.org/rescode.html
SQLITE_CODES = {5, 6, 8, 9, 10, 13, 14}
# A table or a column is missing: the migrations have not been run.
UNMIGRATED = ("42P01", "42703", 1146, 1054)


def unavailable_reason(error: BaseException) -> str:
    """Return the reason why the database could not be used, in one line, or "" if the error is a
    bug."""
    if isinstance(error, exc.TimeoutError):
        return "no connection of the pool became free in time"
    if not isinstance(error, exc.DBAPIError):
        return ""
    lost = error.connection_invalidated or isinstance(error, exc.InterfaceError)
    if lost or (isinstance(error, exc.OperationalError) and is_outage(error)):
        return one_line(error.orig)
    return ""


def is_outage(error: exc.OperationalError) -> bool:
    """Return whether the database is unavailable.

    `OperationalError` can also mean a bug, such as an unknown column.
    """
    code = error_code(error)
    if hasattr(error.orig, "sqlite_errorcode"):
        return isinstance(code, int) and code & 0xFF in SQLITE_CODES
    if isinstance(code, int):
        return is_conflict(error) or code in MYSQL_CODES
    return True


def is_unmigrated(error: exc.DBAPIError) -> bool:
    """Return whether a table or a column that the models need is missing."""
    text = str(error.orig)
    return error_code(error) in UNMIGRATED or "no such table" in text or "no such column" in text


def error_code(error: exc.DBAPIError) -> object:
    """Return the SQLSTATE of PostgreSQL, the number of MySQL or SQLite, None without one."""
    original = error.orig
    for name in ("sqlstate", "sqlite_errorcode"):
        if hasattr(original, name):
            return getattr(original, name)
    number = next(iter(getattr(original, "args", ())), None)
    return number if isinstance(number, int) else None


def one_line(error: BaseException | None) -> str:
    """Return the message of a driver's exception as one line of at most 300 characters."""
    # The arguments of PyMySQL's exceptions are a number and the message.
    message = list(getattr(error, "args", ()))[1:2] or [error]
    text = " ".join(str(message[0]).split()).partition(" Is the server running")[0]
    return text[:300] or type(error).__name__
