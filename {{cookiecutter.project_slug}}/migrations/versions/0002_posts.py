"""Create the tables of posts and of the words in them.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.db.types import UtcDateTime, sortable_string

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the tables."""
    create_posts()
    create_post_words()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("post_words")
    op.drop_table("posts")


def create_posts() -> None:
    """Create the table of posts."""
    long_text = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("body", long_text, nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
{%- if cookiecutter.__web %}
        sa.Column("body_html", long_text, nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=True),
{%- endif %}
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
            name=op.f("fk_posts_author_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
{%- if cookiecutter.__web %}
        sa.UniqueConstraint(
            "author_id", "submission_key", name=op.f("uq_posts_author_id_submission_key")
        ),
{%- endif %}
        sqlite_autoincrement=True,
    )
    for column in ("published_at", "title"):
        op.create_index(f"ix_posts_{column}_id", "posts", [column, "id"])
    for column in ("published_at", "updated_at"):
        columns = ["author_id", column, "id"]
        op.create_index(f"ix_posts_author_id_{column}_id", "posts", columns)


def create_post_words() -> None:
    """Create the table of the search index."""
    op.create_table(
        "post_words",
        sa.Column("word", sortable_string(40), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["posts.id"],
            name=op.f("fk_post_words_post_id_posts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "post_id", name=op.f("pk_post_words")),
    )
    op.create_index("ix_post_words_post_id_word", "post_words", ["post_id", "word"])
