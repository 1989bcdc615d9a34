"""Create stored posts."""

from datetime import timedelta

from app.auth.models import User
from app.db.types import utc_now
from app.extensions import db
from app.posts.models import Post


def create_post(
    author: User, title: str = "A title", body: str = "A text.", *, published: bool = True
) -> Post:
    """Store and return a post."""
    post = Post(author=author, title=title, body=body, published=published)
    db.session.add(post)
    db.session.commit()
    return post


def create_posts(author: User, number: int) -> list[Post]:
    """Store and return published posts, newest first, one minute apart."""
    now = utc_now()
    posts = [
        Post(
            author=author,
            title=f"Post {age}",
            body="Text.",
            published_at=now - timedelta(minutes=age),
        )
        for age in range(number)
    ]
    db.session.add_all(posts)
    db.session.commit()
    return posts
