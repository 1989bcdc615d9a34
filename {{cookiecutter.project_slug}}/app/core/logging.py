"""Structured logs: readable lines in development, one JSON object a line in production.

Every line that a request logs has the id of the request. The response has the same id in the header
`X-Request-ID`.
"""

import logging
import re
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from structlog.typing import EventDict, Processor

QUIET_ENDPOINTS = {"health.alive", "health.ready"}
ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(\.[\w-]+)+")
# PostgreSQL quotes the values of the row that it refuses, a password hash among them.
DETAIL = re.compile(r"DETAIL: .*?(?=\n\n|\n\[SQL|\nCONTEXT|\Z)", re.DOTALL)

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Configure logging for `app`, and log every request except health checks."""
    configure(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])
    app.before_request(start_request)
    app.after_request(finish_request)


def configure(log_format: str, level: str) -> None:
    """Write the log messages of the application and of its libraries to standard error, in one
    format.

    Each line is one write, so that lines of several processes do not mix.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        # The default prints local variables, passwords among them.
        exception_formatter=structlog.dev.plain_traceback,
    )
    renderer = structlog.processors.JSONRenderer() if log_format == "json" else console
    last: list[Processor] = [structlog.processors.format_exc_info, hide_personal_data, renderer]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # Werkzeug would log each request a second time; Alembic logs every table that it compares;
    # Flask-Limiter would log the key of every limit that is exceeded.
    for name in ("werkzeug", "alembic.runtime.plugins", "alembic.autogenerate", "flask-limiter"):
        logging.getLogger(name).setLevel(logging.WARNING)


def hide_personal_data(logger: Any, method: str, facts: EventDict) -> EventDict:
    """Remove e-mail addresses and row values from the messages of databases and libraries."""
    for name, value in facts.items():
        if isinstance(value, str) and ("@" in value or "DETAIL: " in value):
            facts[name] = EMAIL.sub("(e-mail)", DETAIL.sub("DETAIL: (hidden)", value))
    return facts


def start_request() -> None:
    """Give the request an id: that of a trusted proxy, if it sent a valid one, or a new one."""
    trusted = current_app.config["TRUSTED_PROXIES"]
    given = request.environ.get("HTTP_X_REQUEST_ID", "") if trusted else ""
    g.request_id = given if ACCEPTED_ID.fullmatch(given) else secrets.token_hex(16)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def finish_request(response: Response) -> Response:
    """Log the request, and add its id to the response."""
    response.headers["X-Request-ID"] = g.request_id
    if request.endpoint not in QUIET_ENDPOINTS:
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            client=request.remote_addr,
            milliseconds=round((time.perf_counter() - g.started) * 1000, 1),
        )
    return response
