"""Query plans: whether a query uses indexes."""

import re
from typing import Any

from sqlalchemy import Select, inspect, text

from app.extensions import db

# For a small table PostgreSQL prefers a full scan. These settings make it use an index if it can.
PREFER_INDEXES = {
    "postgresql": ["enable_seqscan = off", "enable_sort = off", "enable_bitmapscan = off"],
}
# Patterns for steps of a plan that read a whole table or sort rows.
UNINDEXED = {
    "postgresql": ("Seq Scan", "Sort Key"),
    "mysql": (" ALL ", "filesort", "temporary"),
    "sqlite": (r"USE TEMP B-TREE", r"SCAN \w+ \|"),
}


def unindexed_steps(query: Select[Any]) -> list[str]:
    """Return the steps of the query plan that read a whole table or sort rows.

    A query whose conditions and order are covered by indexes returns an empty list.
    """
    dialect = db.engine.dialect.name
    explain = "EXPLAIN QUERY PLAN" if dialect == "sqlite" else "EXPLAIN"
    for table in query.columns_clause_froms if dialect == "mysql" else []:
        indexes = inspect(db.engine).get_indexes(str(table))
        names = ", ".join(str(index["name"]) for index in indexes)
        query = query.with_hint(table, f"FORCE INDEX ({names})")
    sql = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    with db.engine.connect() as connection:
        for setting in PREFER_INDEXES.get(dialect, []):
            connection.execute(text(f"SET {setting}"))
        rows = connection.exec_driver_sql(f"{explain} {str(sql).replace('%', '%%')}").all()
        connection.invalidate()  # the settings must not reach the pool
    steps = [" ".join(map(str, row)) + " |" for row in rows]
    return [step for step in steps if any(re.search(words, step) for words in UNINDEXED[dialect])]
