"""Which rows of each table a role may see: its row filters, carried along the joins to everything that belongs to them.

In: a model and the conditions that a role sets on some tables. Out: table -> condition over that table's own columns. Nothing
fails.

A table is restricted by
1. its own filters, and
2. membership in the nearest filtered tables that its rows belong to (`key IN (SELECT key FROM … WHERE …)`, nested along the
   cheapest path); a row with a null key belongs to nothing and is not seen.
3. Where the cheapest path has a join with `missing: drop` (the store of an order), rows merely may refer to the other side: that
   counts only where 1 and 2 give no condition.
The table of the domain's entity, when filtered itself, is not filtered again by what it refers to. So a role with filters on
customers and on stores sees its customers' orders wherever they were placed, its stores by name, and no other; a role with a
filter on stores alone sees what happened in them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from sqlglot import exp

from semantic_layer.model import Join, SemanticModel, profile_history

Conditions = Mapping[str, tuple[exp.Expr, ...]]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """To one row of another table: `on` pairs (column here, column there); `refers`: there may be none, and nothing is amiss."""

    to: str
    on: Pairs
    distance: int
    refers: bool
    as_text: bool


_Path = tuple[_Step, ...]


def row_conditions(model: SemanticModel, filters: Conditions) -> dict[str, exp.Expr]:
    """table -> the condition on its rows; tables that are not restricted are not there."""
    if not filters:
        return {}
    steps = _steps(model)
    known: dict[str, exp.Expr | None] = {}
    for table in model.tables:
        _condition(table, model, filters, steps, known)
    return {table: condition for table, condition in known.items() if condition is not None}


def _condition(
    table: str, model: SemanticModel, filters: Conditions, steps: Mapping[str, list[_Step]], known: dict[str, exp.Expr | None]
) -> exp.Expr | None:
    if table in known:
        return known[table]
    known[table] = None  # where two filtered tables belong to each other, the second takes the own filters of the first
    conditions = [c.copy() for c in filters.get(table, ())]
    is_settled = bool(conditions) and table == _entity_table(model)
    reached = {} if is_settled else _nearest(table, filters, steps)
    paths = {owner: path for owner, path in reached.items() if not any(step.refers for step in path)}
    if not conditions and not paths:
        paths = reached
    for owner, path in paths.items():
        inner = _condition(owner, model, filters, steps, known)
        conditions.append(_membership(path, _all(filters[owner]) if inner is None else inner))
    known[table] = _all(conditions) if conditions else None
    return known[table]


def _entity_table(model: SemanticModel) -> str | None:
    entity = model.entities.get(model.domain.entity)
    return None if entity is None else entity.table


def _all(conditions: Iterable[exp.Expr]) -> exp.Expr:
    return exp.and_(*(c.copy() for c in conditions), copy=False)


def _steps(model: SemanticModel) -> dict[str, list[_Step]]:
    """table -> the tables that a row of it belongs to: many to one, and one to one both ways."""
    steps: dict[str, list[_Step]] = {}
    for join in (*model.joins, *_history_joins(model)):
        if join.cardinality == "many_to_many":
            continue
        refers = join.missing == "drop"
        steps.setdefault(join.table, []).append(_Step(join.to, join.on, join.distance, refers, join.as_text))
        if join.cardinality == "one_to_one":
            back = tuple((there, here) for here, there in join.on)
            steps.setdefault(join.to, []).append(_Step(join.table, back, join.distance, False, join.as_text))
    return steps


def _history_joins(model: SemanticModel) -> Iterator[Join]:
    """A profile's history belongs to its entity, though no question joins it."""
    declared = {(j.table, j.to) for j in model.joins}
    for entity in model.entities.values():
        history = profile_history(entity.name)
        owner = model.tables.get(entity.table)
        if history in model.tables and owner is not None and (history, entity.table) not in declared:
            yield Join(table=history, to=entity.table, on=tuple((key, key) for key in owner.primary_key))


def _nearest(start: str, filters: Conditions, steps: Mapping[str, list[_Step]]) -> dict[str, _Path]:
    """The filtered tables that are reached from `start` without passing another, each with its cheapest path (declared first)."""
    order = count()
    heap: list[tuple[int, int, str, _Path]] = [(0, next(order), start, ())]
    done: set[str] = set()
    found: dict[str, _Path] = {}
    while heap:
        cost, _, table, path = heappop(heap)
        if table in done:
            continue
        done.add(table)
        if path and table in filters:
            found[table] = path
            continue
        for step in steps.get(table, ()):
            if step.to not in done:
                heappush(heap, (cost + step.distance, next(order), step.to, (*path, step)))
    return found


def _membership(path: _Path, condition: exp.Expr) -> exp.Expr:
    """`key IN (SELECT key FROM next WHERE condition)`, nested to the end of the path."""
    inner = condition.copy()
    for step in reversed(path):
        here, there = ([_key(pair[side], step) for pair in step.on] for side in (0, 1))
        select = exp.Select(
            expressions=there,
            from_=exp.From(this=exp.Table(this=exp.to_identifier(step.to))),
            where=exp.Where(this=inner),
        )
        key: exp.Expr = here[0] if len(here) == 1 else exp.Tuple(expressions=here)
        inner = exp.In(this=key, query=exp.Subquery(this=select))
    return inner


def _key(column: str, step: _Step) -> exp.Expr:
    return exp.cast(exp.column(column), "TEXT") if step.as_text else exp.column(column)
