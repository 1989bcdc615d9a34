"""The tables of a new project.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
{%- if cookiecutter.__posts %}
from sqlalchemy.dialects import mysql
{%- endif %}

from app.db.types import UtcDateTime, exact_string{% if cookiecutter.__posts %}, sortable_string{% endif %}

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the tables."""
    create_users()
    create_user_sessions()
{%- if cookiecutter.__posts %}
    create_posts()
    create_post_words()
{%- endif %}


def downgrade() -> None:
    """Drop the tables."""
{%- if cookiecutter.__posts %}
    op.drop_table("post_words")
    op.drop_table("posts")
{%- endif %}
    op.drop_table("user_sessions")
    op.drop_table("users")


def create_users() -> None:
    """Create the table of accounts."""
    roles = sa.Enum("user", "admin", name="role", native_enum=False, length=16)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", exact_string(254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("role", roles, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )


def create_user_sessions() -> None:
    """Create the table of signed-in devices."""
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_sessions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    op.create_index(op.f("ix_user_sessions_expires_at"), "user_sessions", ["expires_at"])
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"])
{%- if cookiecutter.__posts %}


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
{%- if cookiecutter.__web %}
        sa.Column("body_html", long_text, nullable=False),
{%- endif %}
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
{%- if cookiecutter.__web %}
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
    )
    for column in ("published_at", "title"):
        op.create_index(f"ix_posts_{column}_id", "posts", [column, "id"])
    for column in ("published_at", "updated_at"):
        columns = ["author_id", column, "id"]
        op.create_index(f"ix_posts_author_id_{column}_id", "posts", columns)


def create_post_words() -> None:
    """Create the table of the words that posts are found by."""
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
{%- endif %}
