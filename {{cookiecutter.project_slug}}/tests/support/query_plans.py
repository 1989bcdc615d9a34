"""What the database does for a query."""

import re
from typing import Any

from sqlalchemy import Select, inspect, text

from app.extensions import db

# A small table is quickly read whole and sorted: the question is whether that could be avoided.
PREFER_INDEXES = {
    "postgresql": ["enable_seqscan = off", "enable_sort = off", "enable_bitmapscan = off"],
}
# How the databases say that they read a whole table, or sort what they have read.
WASTE = {
    "postgresql": ("Seq Scan", "Sort Key"),
    "mysql": (" ALL ", "filesort", "temporary"),
    "sqlite": (r"USE TEMP B-TREE", r"SCAN \w+ \|"),
}


def waste(query: Select[Any]) -> list[str]:
    """Return the steps of the plan for `query` that no index helps with: there should be none."""
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
        connection.invalidate()  # with its settings
    steps = [" ".join(map(str, row)) + " |" for row in rows]
    return [step for step in steps if any(re.search(words, step) for words in WASTE[dialect])]
