"""Health endpoints for load balancers and orchestrators."""

from typing import Any

import structlog
from flask import Blueprint, Flask, Response, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

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
    """Say that the process answers; touches nothing else."""
    return Response(ALIVE, mimetype="application/json")


@bp.get("/readyz")
def ready() -> tuple[dict[str, Any], int]:
    """Say whether the database, and Redis where it is configured, can be reached: 200 or 503."""
    checks = {"database": _database_answers()}
    if current_app.config["REDIS_URL"]:
        checks["redis"] = _redis_answers(current_app.config["REDIS_URL"])
    healthy = all(checks.values())
    answers = {name: "ok" if passed else "unreachable" for name, passed in checks.items()}
    return {
        "status": "ok" if healthy else "unavailable",
        "checks": answers,
    }, 200 if healthy else 503


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("database unreachable", reason=str(error))
        return False
    return True


def _redis_answers(url: str) -> bool:
    # Imported here: it takes as long as Flask, and most sites have no Redis.
    from redis import Redis, RedisError

    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except RedisError as error:
        log.warning("redis unreachable", reason=str(error))
        return False
    return True
