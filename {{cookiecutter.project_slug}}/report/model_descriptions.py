"""The section on models: their fields, and their relationships in sentences."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import CompileError
from sqlalchemy.orm import Mapper, RelationshipProperty

from report.samples import python_type, sorted_mappers

VERBS = {"MANYTOONE": "belongs to one", "ONETOMANY": "has many", "MANYTOMANY": "has many"}
ON_DELETE = {"CASCADE": ", and is deleted with it", "SET NULL": ", and stays without it"}


@dataclass(frozen=True)
class Field:
    """A column: the name of its attribute, its types in Python and SQL, and its properties."""

    name: str
    type: str
    notes: str


@dataclass(frozen=True)
class ModelDescription:
    """A model: its table, the first line of its docstring, its fields and its relationships."""

    name: str
    table: str
    about: str
    fields: list[Field]
    relationships: list[str]


def describe_models() -> list[ModelDescription]:
    """Describe every model; a model comes after the models that it refers to."""
    return [describe(mapper) for mapper in sorted_mappers()]


def describe(mapper: Mapper[Any]) -> ModelDescription:
    """Describe one model."""
    columns = [(each.key, each.columns[0]) for each in mapper.column_attrs]
    return ModelDescription(
        mapper.class_.__name__,
        mapper.local_table.description,
        (mapper.class_.__doc__ or "").strip().partition("\n")[0],
        [_field(name, column) for name, column in columns if isinstance(column, Column)],
        _relationships(mapper),
    )


def _field(name: str, column: Column[Any]) -> Field:
    properties = {
        "primary key": column.primary_key,
        "unique": bool(column.unique),
        "indexed": bool(column.index),
        "nullable": bool(column.nullable),
        "has a default": column.default is not None or column.server_default is not None,
    }
    notes = [note for note, applies in properties.items() if applies]
    notes += [f"→ {key.target_fullname}" for key in column.foreign_keys]
    return Field(name, type_names(column), ", ".join(notes))


def type_names(column: Column[Any]) -> str:
    """Return the Python type and the SQL type of a column, as far as they are known."""
    kind = python_type(column)
    try:
        sql = column.type.compile(sqlite.dialect())
    # SQLite has no such type: it belongs to another database or to another package.
    except (CompileError, NotImplementedError):
        sql = type(column.type).__name__
    return f"{kind.__name__}, {sql}" if kind else sql


def _relationships(mapper: Mapper[Any]) -> list[str]:
    """Return a sentence for each relationship, then for each foreign key without one."""
    name = mapper.class_.__name__
    sentences = [_sentence(name, each) for each in mapper.relationships]
    described = {column for each in mapper.relationships for column in each.local_columns}
    return sentences + [
        f"A {name} refers to a row of {key.column.table.name} ({key.parent.name}){_on_delete(key)}."
        for key in getattr(mapper.local_table, "foreign_keys", ())
        if key.parent not in described
    ]


def _sentence(name: str, relationship: RelationshipProperty[Any]) -> str:
    target = relationship.mapper.class_.__name__
    direction = relationship.direction.name
    has_one = direction == "ONETOMANY" and not relationship.uselist
    verb = "has one" if has_one else VERBS[direction]
    keys = [key for column in relationship.local_columns for key in column.foreign_keys]
    on_delete = "".join(_on_delete(key) for key in keys[:1])
    return f"A {name} {verb} {target} ({relationship.key}){on_delete}."


def _on_delete(key: Any) -> str:
    """Return what happens to the row when the row that it refers to is deleted."""
    return ON_DELETE.get(key.ondelete or "", "")
