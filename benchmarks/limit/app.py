"""The limit: Flask by hand, no extension, doing what the baked project does for five requests.

It reads the project's own tables with the same queries, in SQL, and writes the same HTML and JSON.
What the project takes longer than this is the price of its conveniences.
"""

import hashlib
import json
import os
from datetime import UTC, datetime
from typing import Any

import jwt
from flask import Flask, Response, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Connection, Row, create_engine, text

LIST = text(
    "SELECT p.id, p.title, p.slug, p.summary, p.published_at, p.created_at, p.updated_at,"
    " u.id AS author_id, u.name AS author_name FROM posts p JOIN users u ON u.id = p.author_id"
    " WHERE p.published_at IS NOT NULL ORDER BY p.published_at DESC, p.id DESC LIMIT 21"
)
USER = (
    "SELECT u.id, u.name, u.email FROM user_sessions s JOIN users u ON u.id = s.user_id"
    " WHERE s.{} = :key AND s.expires_at > :now AND u.active"
)
USER_BY_TOKEN = text(USER.format("token_hash"))
USER_BY_ID = text(USER.format("id"))

engine = create_engine(os.environ["DATABASE_URL"], isolation_level="AUTOCOMMIT")
app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
app.config["SESSION_COOKIE_NAME"] = os.environ["SESSION_COOKIE_NAME"]


def posts(connection: Connection) -> list[Row[Any]]:
    """Return the newest posts."""
    return list(connection.execute(LIST))


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """Respond."""
    return {"status": "ok"}


@app.get("/posts/")
def posts_page() -> str:
    """Show the newest posts, and who is logged in."""
    with engine.connect() as connection:
        g.user = None
        if "_user_id" in session:
            digest = hashlib.sha256(session["_user_id"].encode()).hexdigest()
            key = {"key": digest, "now": datetime.now(UTC)}
            g.user = connection.execute(USER_BY_TOKEN, key).one()
        rows = posts(connection)
    token = generate_csrf() if g.user else ""
    return render_template("posts.html", posts=rows[:20], user=g.user, csrf_token=token)


@app.get("/api/posts")
def list_posts() -> Response:
    """Return the newest posts; a token is checked, and its user loaded, if there is one."""
    with engine.connect() as connection:
        header = request.headers.get("Authorization")
        if header:
            secret = os.environ["JWT_SECRET_KEY"]
            claims = jwt.decode(header.removeprefix("Bearer "), secret, algorithms=["HS256"])
            key = {"key": claims["sid"], "now": datetime.now(UTC)}
            connection.execute(USER_BY_ID, key).one()
        rows = posts(connection)
    items = [
        {
            "id": row.id,
            "title": row.title,
            "slug": row.slug,
            "summary": row.summary,
            "published": True,
            "published_at": row.published_at.isoformat(),
            "author": {"id": row.author_id, "name": row.author_name},
            "created_at": row.created_at.isoformat(),
            "updated_at": row.updated_at.isoformat(),
        }
        for row in rows[:20]
    ]
    return app.response_class(json.dumps({"items": items}), mimetype="application/json")
