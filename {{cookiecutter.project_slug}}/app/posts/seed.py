"""Demo posts for `flask seed`."""

from collections.abc import Sequence
from datetime import timedelta

from app.auth.models import User
from app.db.types import utc_now
from app.extensions import db
from app.posts.models import Post

COUNT = 30
BODY = """\
This is **demo text**, written in [Markdown](https://commonmark.org).

- Lists, `code` and quotes work.
- Scripts do not: only harmless elements are shown.

> Delete the demo posts when you have your own.
"""


def seed(users: Sequence[User]) -> str:
    """Add posts by `users` in turn, seven hours apart. Return how many, for example "30 posts"."""
    now = utc_now()
    db.session.add_all(
        Post(
            author=users[number % len(users)],
            title=f"Demo post number {COUNT - number}",
            summary="What a post looks like, before you write your own.",
            body=BODY,
            published_at=now - timedelta(hours=7 * number),
        )
        for number in range(COUNT)
    )
    return f"{COUNT} posts"
