"""Why nothing was found: which of several conditions leaves nothing.

In: the outcome of a list or an aggregate, and the `Execution` of its asker. Out: one sentence of Markdown, or None where something
was found or the answer already names the only condition there is. Runs the same query with fewer conditions, one row each, in what
is left of the answer's time. Nothing may fail: what cannot be tried is not told.
"""

from collections.abc import Sequence

import prompts
from assistant.answers.conditions import explain_filter
from assistant.errors import EngineError
from assistant.execution import Execution, Outcome
from assistant.qa import Cell, Column
from semantic_layer.errors import QueryError
from semantic_layer.query import Aggregate, And, Filter, Records

MOST = 6
"""Conditions that are tried one by one."""


def emptied(outcome: Outcome, run: Execution) -> str | None:
    """Which condition left nothing."""
    query = outcome.query
    if not isinstance(query, Aggregate | Records) or found(outcome.result.columns, outcome.result.rows):
        return None
    try:
        return _threshold(query, run) or _condition(query, run)
    except (QueryError, EngineError):
        return None


def found(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether there is anything in a result: a key, a value, or a count above zero."""
    return any(_tells(cell, column) for row in rows for cell, column in zip(row, columns, strict=True))


def _tells(cell: Cell, column: Column) -> bool:
    if cell is None:
        return False
    return column.role == "key" or column.type != "integer" or cell != 0


def _threshold(query: Aggregate | Records, run: Execution) -> str | None:
    """The conditions on the values of the groups, where they are what leaves nothing."""
    if isinstance(query, Records) or not query.having:
        return None
    every = {
        "having": (),
        "order": (),
        "limit": None,
        "limit_per": (),
        "count_groups": False,
    }  # as rows, even if they were counted
    groups = run.run(query.model_copy(update=every)).result
    if not found(groups.columns, groups.rows):
        return None
    return prompts.render("answers.say.nothing.threshold", run.lang, count=f"{len(groups.rows):,}")


def _condition(query: Aggregate | Records, run: Execution) -> str | None:
    """The condition that no row meets, or the one that leaves nothing of what met those before it."""
    parts = _parts(query.where)
    if not 2 <= len(parts) <= MOST or not _any(query, (), run):
        return None  # without any condition there is nothing either: it is the period, and the sentence has said so
    blamed = next((("alone", part) for part in parts if not _any(query, (part,), run)), None)
    if blamed is None:
        last = next((parts[n - 1] for n in range(2, len(parts) + 1) if not _any(query, parts[:n], run)), None)
        blamed = ("together", last) if last is not None else None
    if blamed is None:
        return None
    name, part = blamed
    return prompts.render(f"answers.say.nothing.{name}", run.lang, condition=explain_filter(part, run.model, run.lang))


def _parts(where: Filter | None) -> tuple[Filter, ...]:
    if isinstance(where, And):
        return tuple(part for inner in where.filters for part in _parts(inner))
    return () if where is None else (where,)


def _any(query: Aggregate | Records, parts: tuple[Filter, ...], run: Execution) -> bool:
    """Whether anything meets these conditions."""
    where = And(filters=parts) if len(parts) > 1 else next(iter(parts), None)
    less: Aggregate | Records
    if isinstance(query, Records):
        less = Records(entity=query.entity, period=query.period, where=where, limit=1)
    else:
        less = Aggregate(metrics=query.metrics, group_by=query.group_by, period=query.period, where=where, limit=1)
    result = run.run(less).result
    return found(result.columns, result.rows)
