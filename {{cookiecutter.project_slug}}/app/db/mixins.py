"""Mixin classes with columns that several models have."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.db.types import UtcDateTime, utc_now

# For `__table_args__`. Without it, SQLite gives the id of a deleted last row to the next row: an
# old URL, editor or token would then belong to a different object. The other databases never
# reuse ids. See https://www.sqlite.org/autoinc.html
NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


class Timestamps:
    """Adds the columns `created_at` and `updated_at` to a model; Python sets both."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime(), default=utc_now, sort_order=1)
    updated_at: Mapped[datetime] = mapped_column(
        UtcDateTime(), default=utc_now, onupdate=utc_now, sort_order=1
    )
