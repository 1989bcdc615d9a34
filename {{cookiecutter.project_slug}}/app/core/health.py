"""Health endpoints for load balancers and orchestrators."""

from typing import Any

import structlog
from flask import Blueprint, Flask, Response, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db.availability import unavailable_reason
from app.extensions import db, limiter

bp = Blueprint("health", __name__)
limiter.exempt(bp)

ALIVE = '{"status":"ok"}'

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Add the health endpoints to `app`."""
    app.register_blueprint(bp)


@bp.get("/healthz")
def alive() -> Response:
    """Return 200 as long as the process runs. It does not query the database."""
    return Response(ALIVE, mimetype="application/json")


@bp.get("/readyz")
def ready() -> tuple[dict[str, Any], int]:
    """Return the state of the database and of Redis: 200 if the database can be reached, else 503.

    Without the database nothing works. Without Redis each process counts rate limits alone, so the
    status is "degraded" and the response still 200: a load balancer keeps the process.
    """
    database = _database_responds()
    checks = {"database": database}
    if current_app.config["REDIS_URL"]:
        checks["redis"] = _redis_responds(current_app.config["REDIS_URL"])
    status = "ok" if all(checks.values()) else "degraded" if database else "unavailable"
    results = {name: "ok" if passed else "unreachable" for name, passed in checks.items()}
    return {"status": status, "checks": results}, 200 if database else 503


def _database_responds() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("database unreachable", reason=unavailable_reason(error) or str(error))
        return False
    return True


def _redis_responds(url: str) -> bool:
    # Imported here: it takes as long as Flask, and most sites have no Redis.
    from redis import Redis, RedisError

    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except RedisError as error:
        log.warning("redis unreachable", reason=str(error))
        return False
    return True
