"""A gym: members who visit, buy passes and gear, rate their coach. Tiny tables for the awkward edges of tags; nothing of retail.

`MODEL` has no tags: a test adds its own with `tagged`, fills tables with `rows` and reads the profile with `profile`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from semantic_layer.model import SemanticModel
from semantic_layer.tags import profile_statement

TODAY = date(2026, 3, 31)
_COLUMNS = {
    "members": "member_id integer, born date, joined date, plan text, club_id integer, visits integer",
    "clubs": "club_id integer, city text, opened date",
    "visits": "visit_id integer, member_id integer, entered timestamp, kind text, minutes integer, coach text",
    "receipts": "receipt_id integer, member_id integer, paid_on date, state text, amount decimal",
    "lines": "line_id integer, receipt_id integer, article_id integer, pieces integer, amount decimal",
    "articles": "article_id integer, shelf text, launched date",
    "ratings": "rating_id integer, member_id integer, rated timestamp, score integer",
    "lockers": "locker_id integer, member_id integer",
    "members_facts": "member_id integer, x integer",
    "members_layer_0": "member_id integer",
}
_TIMES = {"visits": "entered", "receipts": "paid_on", "ratings": "rated"}
_SQL = {"integer": "INTEGER", "decimal": "DECIMAL(10,2)", "text": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP"}


def _text(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


def _named(items: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {item["name"]: {"label": _text(item["name"]), **item} for item in items}


def _table(name: str) -> dict[str, Any]:
    columns = [dict(zip(("name", "type"), c.split(), strict=True)) for c in _COLUMNS[name].split(", ")]
    return {"name": name, "primary_key": [columns[0]["name"]], "columns": columns, "time": _TIMES.get(name)}


def _join(table: str, to: str, key: str, **more: Any) -> dict[str, Any]:
    return {"table": table, "to": to, "on": [[key, key]], **more}


def _measure(name: str, table: str, agg: str, expr: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "table": table, "agg": agg, "expr": expr, **more}


_MEASURES = (
    _measure("visit_rows", "visits", "count"),
    _measure("coaches", "visits", "count_distinct", "coach"),
    _measure("minutes", "visits", "sum", "minutes"),
    _measure("minutes_mean", "visits", "avg", "minutes"),
    _measure("minutes_median", "visits", "median", "minutes"),
    _measure("minutes_p90", "visits", "percentile", "minutes", percentile=0.9),
    _measure("minutes_least", "visits", "min", "minutes"),
    _measure("minutes_most", "visits", "max", "minutes"),
    _measure("paid", "receipts", "sum", "amount", where="state = 'paid'"),
    _measure("receipt_rows", "receipts", "count"),
    _measure("line_rows", "lines", "count"),
    _measure("line_amount", "lines", "sum", "amount"),
    _measure("locker_rows", "lockers", "count"),
    _measure("stock", "visits", "sum", "minutes", semi_additive={"take": "last"}),
)
_METRICS: tuple[dict[str, Any], ...] = (
    *({"kind": "simple", "name": m["name"], "measure": m["name"]} for m in _MEASURES),
    {"kind": "simple", "name": "classes", "measure": "visit_rows", "where": "kind = 'class' OR kind = 'course'"},
    {"kind": "simple", "name": "paid_lines", "measure": "line_rows", "where": "receipts.state = 'paid'"},
    {
        "kind": "simple",
        "name": "fresh_lines",
        "measure": "line_rows",
        "where": "receipts.state = 'paid' AND receipts.paid_on - articles.launched BETWEEN 0 AND 30",
    },
    {"kind": "simple", "name": "ever_visits", "measure": "visit_rows", "timeless": True},
    {"kind": "ratio", "name": "per_visit", "numerator": "paid", "denominator": "visit_rows"},
)

MODEL = SemanticModel.model_validate(
    {
        "domain": {"name": "gym", "label": _text("gym"), "entity": "members", "default_role": "all"},
        "tables": _named([_table(name) for name in _COLUMNS]),
        "joins": [
            _join("visits", "members", "member_id"),
            _join("receipts", "members", "member_id"),
            _join("lines", "receipts", "receipt_id", detail=True),
            _join("lines", "articles", "article_id"),
            _join("ratings", "members", "member_id"),
            _join("lockers", "members", "member_id"),
            _join("members", "clubs", "club_id"),
        ],
        "entities": _named([{"name": "members", "table": "members", "unit": _text("人")}]),
        "dimensions": _named(
            [
                {"name": "shelf", "table": "articles"},
                {"name": "coach", "table": "visits"},
                {"name": "visit_city", "table": "clubs", "expr": "city"},
                {"name": "is_gold", "table": "members", "expr": "plan = 'gold'", "type": "boolean"},
                {"name": "branch", "table": "clubs", "expr": "city"},
            ]
        ),
        "measures": {m["name"]: m for m in _MEASURES},
        "metrics": _named(_METRICS),
        "behaviours": _named(
            [
                {"name": "visit", "table": "visits", "entity": "members"},
                {"name": "train", "table": "visits", "entity": "members", "where": "kind = 'class'"},
                {"name": "pay", "table": "receipts", "entity": "members", "where": "state = 'paid'"},
                {"name": "rent", "table": "lockers", "entity": "members"},
            ]
        ),
    }
)


def tagged(*tags: tuple[str, str, Mapping[str, Any]], helpers: Sequence[str] = (), model: SemanticModel = MODEL) -> SemanticModel:
    """The gym with these tags: name, type, computation."""
    named = {
        name: {"name": name, "entity": "members", "type": type_, "compute": compute, "helper": name in helpers}
        for name, type_, compute in tags
    }
    return SemanticModel.model_validate({**model.model_dump(), "tags": named})


def window(metric: str, days: int | None = None) -> dict[str, Any]:
    return {"kind": "window", "metric": metric, "days": days}


def expression(text: str) -> dict[str, Any]:
    return {"kind": "expression", "expr": text}


def cases(*lines: tuple[str | bool, str | None]) -> dict[str, Any]:
    return {"kind": "cases", "cases": [{"value": value, "when": when} for value, when in lines]}


def fill(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Any], schema: str = "main") -> None:
    """Every table of the gym in `schema`, with these rows; members 1, 2 and 3 where none are given."""
    rows = {"members": [(n, None, None, None, None, None) for n in (1, 2, 3)], **rows}
    for name, columns in _COLUMNS.items():
        typed = ", ".join(f'"{c.split()[0]}" {_SQL[c.split()[1]]}' for c in columns.split(", "))
        connection.execute(f"CREATE TABLE {schema}.{name} ({typed})")
        for row in rows.get(name, ()):
            connection.execute(f"INSERT INTO {schema}.{name} VALUES ({', '.join('?' * len(row))})", list(row))


def profile(model: SemanticModel, rows: Mapping[str, Any], today: date = TODAY) -> dict[int, dict[str, Any]]:
    """The profile by member, as it comes out of DuckDB."""
    with duckdb.connect(":memory:") as connection:
        fill(connection, rows)
        cursor = connection.execute(profile_statement(model, "members", today).sql("duckdb"))
        assert cursor.description is not None
        names = [column[0] for column in cursor.description]
        return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in cursor.fetchall()}
