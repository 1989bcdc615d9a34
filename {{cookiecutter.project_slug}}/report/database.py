"""The models: their fields, and in words how they belong together."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapper, RelationshipProperty

from report.samples import mappers

AMOUNTS = {"MANYTOONE": "belongs to one", "ONETOMANY": "has many", "MANYTOMANY": "has many"}


@dataclass(frozen=True)
class Field:
    """A column: its attribute's name, its type, and what else holds."""

    name: str
    type: str
    notes: str


@dataclass(frozen=True)
class Model:
    """A model with its fields, and its relationships in sentences."""

    name: str
    table: str
    about: str
    fields: list[Field]
    relationships: list[str]


def all_models() -> list[Model]:
    """Return every model, those that others refer to first."""
    return [described(mapper) for mapper in mappers()]


def described(mapper: Mapper[Any]) -> Model:
    """Return what there is to say of a model."""
    columns = [(each.key, each.columns[0]) for each in mapper.column_attrs]
    return Model(
        mapper.class_.__name__,
        mapper.local_table.description,
        (mapper.class_.__doc__ or "").strip().partition("\n")[0],
        [_field(name, column) for name, column in columns if isinstance(column, Column)],
        _relationships(mapper),
    )


def _field(name: str, column: Column[Any]) -> Field:
    """Return what the column holds; `Mapped[...]` decided it."""
    notes = {
        "primary key": column.primary_key,
        "unique": bool(column.unique),
        "indexed": bool(column.index),
        "may be empty": bool(column.nullable),
        "has a default": column.default is not None or column.server_default is not None,
    }
    said = [note for note, holds in notes.items() if holds]
    said += [f"→ {key.target_fullname}" for key in column.foreign_keys]
    kind = column.type.compile(sqlite.dialect())
    return Field(name, f"{column.type.python_type.__name__}, {kind}", ", ".join(said))


def _relationships(mapper: Mapper[Any]) -> list[str]:
    """Return a sentence for each relationship, then for each foreign key without one."""
    name = mapper.class_.__name__
    sentences = [_sentence(name, each) for each in mapper.relationships]
    told = {column for each in mapper.relationships for column in each.local_columns}
    return sentences + [
        f"A {name} refers to a row of {key.column.table.name} ({key.parent.name}){_fate(key)}."
        for key in mapper.local_table.foreign_keys
        if key.parent not in told
    ]


def _sentence(name: str, relation: RelationshipProperty[Any]) -> str:
    target = relation.mapper.class_.__name__
    amount = AMOUNTS[relation.direction.name]
    keys = [key for column in relation.local_columns for key in column.foreign_keys]
    fates = "".join(_fate(key) for key in keys[:1])
    return f"A {name} {amount} {target} ({relation.key}){fates}."


def _fate(key: Any) -> str:
    """Return what becomes of the row when the one it refers to is deleted."""
    fates = {"CASCADE": ", and is deleted with it", "SET NULL": ", and stays without it"}
    return fates.get(key.ondelete or "", "")
