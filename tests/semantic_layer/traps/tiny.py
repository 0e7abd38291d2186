"""Trap models: a few tables of a few rows, with the right number and the wrong one known.

`tiny(...)` builds the model from short texts and puts the rows into DuckDB; `ask` resolves, compiles, guards and runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from semantic_layer.compiler import compile_plan
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery
from semantic_layer.resolve import resolve
from semantic_layer.scope import Scope, restrict

Spec = dict[str, Any]


def label(name: str) -> Spec:
    return {"zh": name, "en": name}


def table(columns: str, time: str | None = None) -> Spec:
    """`columns`: "id integer, at date"; the first is the primary key."""
    pairs = [c.split() for c in columns.split(", ")]
    return {"primary_key": (pairs[0][0],), "columns": [{"name": n, "type": t} for n, t in pairs], "time": time}


def join(from_: str, to: str, on: str, **more: Any) -> Spec:
    """`on`: "here=there"."""
    here, there = on.split("=")
    return {"table": from_, "to": to, "on": [(here, there)], **more}


@dataclass(frozen=True)
class Tiny:
    """A model with its rows."""

    model: SemanticModel
    connection: duckdb.DuckDBPyConnection

    def sql(self, query: SemanticQuery, role: str = "all", **attributes: str) -> str:
        restricted = restrict(self.model, Scope(role, attributes))
        return compile_plan(resolve(query, restricted), restricted).sql

    def ask(self, query: SemanticQuery, role: str = "all", **attributes: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(self.sql(query, role, **attributes)).fetchall()


def _named(members: Mapping[str, Spec]) -> Spec:
    return {name: {"name": name, "label": label(name), **fields} for name, fields in members.items()}


_SQL_TYPES = {"integer": "BIGINT", "decimal": "DECIMAL(12,2)", "number": "DOUBLE", "text": "VARCHAR"}


def tiny(
    tables: Mapping[str, Spec],
    rows: Mapping[str, Sequence[tuple[Any, ...]]],
    *,
    joins: Sequence[Spec] = (),
    dimensions: Mapping[str, Spec] | None = None,
    measures: Mapping[str, Spec] | None = None,
    metrics: Mapping[str, Spec] | None = None,
    behaviours: Mapping[str, Spec] | None = None,
    entity: str | None = None,
    roles: Mapping[str, Spec] | None = None,
) -> Tiny:
    """The model and its rows."""
    home = entity or next(iter(tables))
    model = SemanticModel.model_validate(
        {
            "domain": {"name": "tiny", "label": label("tiny"), "entity": "member", "default_role": "all"},
            "tables": _named(tables),
            "joins": joins,
            "entities": _named({"member": {"table": home, "unit": label("")}}),
            "dimensions": _named(dimensions or {}),
            "measures": {n: {"name": n, **m} for n, m in (measures or {}).items()},
            "metrics": _named(metrics or {}),
            "behaviours": _named(behaviours or {}),
            "roles": _named({"all": {"may_list": True}, **(roles or {})}),
        }
    )
    connection = duckdb.connect(":memory:")
    for name, spec in tables.items():
        columns = ", ".join(f'"{c["name"]}" {_SQL_TYPES.get(c["type"], c["type"].upper())}' for c in spec["columns"])
        connection.execute(f'CREATE TABLE "{name}" ({columns})')
        if rows.get(name):
            marks = ", ".join("?" for _ in spec["columns"])
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', list(rows[name]))
    return Tiny(model, connection)
