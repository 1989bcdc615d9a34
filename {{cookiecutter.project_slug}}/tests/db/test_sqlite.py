"""Connection settings of SQLite."""

from app.db.sqlite import configure_sqlite


def test_only_sqlite_gets_the_settings_of_sqlite() -> None:
    configure_sqlite(object(), None)
