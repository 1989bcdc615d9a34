"""What all models have in common."""

from app.extensions import Base


def test_every_foreign_key_is_indexed() -> None:
    for table in Base.metadata.tables.values():
        indexed = {next(iter(index.columns)).name for index in table.indexes}
        for key in table.foreign_key_constraints:
            assert next(iter(key.columns)).name in indexed, f"{table.name}: {key.name}"
