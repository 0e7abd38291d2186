"""Tables, joins and entities: columns exist, keys fit, no join multiplies rows, no two paths are equally near."""

import heapq
from collections.abc import Iterator, Mapping

from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue
from semantic_layer.lint.subject import At, Subject
from semantic_layer.model import ColumnType, Entity, Join, Table

_FAMILY: Mapping[ColumnType, str] = {"integer": "number", "decimal": "number", "number": "number"}


def lint_tables(subject: Subject) -> Iterator[Issue]:
    """Every table that was written (profile tables are the loader's own)."""
    for table in subject.model.tables.values():
        if ("tables", table.name) in subject.origins.entries:
            yield from _table(subject, table)


def _table(subject: Subject, table: Table) -> Iterator[Issue]:
    at: At = ("tables", table.name)
    if not table.primary_key:
        near = nearest(f"{table.name}_id", (c.name for c in table.columns))
        yield subject.issue("no-primary-key", (*at, "primary_key"), near, table=table.name)
    for name in table.primary_key:
        yield from subject.column(table.name, name, (*at, "primary_key"))
    seen: set[str] = set()
    for position, column in enumerate(table.columns):
        if column.name in seen:
            yield subject.issue("duplicate-column", (*at, "columns", position), column=column.name, table=table.name)
        seen.add(column.name)
        if column.pii is not None and column.pii not in subject.model.domain.pii:
            near = nearest(column.pii, subject.model.domain.pii)
            yield subject.issue("undeclared-pii", (*at, "columns", position, "pii"), near, name=column.pii)
    if table.time is not None:
        yield from check_time(subject, table.name, table.time, (*at, "time"))


def check_time(subject: Subject, home: str, time: str, at: At) -> Iterator[Issue]:
    """A time is a column (or `table.column` of a table that a row belongs to) with dates in it."""
    owner, _, name = time.rpartition(".")
    table = subject.model.tables.get(owner or home)
    if owner and owner not in subject.names("tables"):
        yield from subject.declared("tables", owner, at)
        return
    if table is None:
        return
    column = table.column(name)
    if column is None:
        yield subject.no_column(table, name, at)
    elif column.type not in ("date", "timestamp"):
        dates = tuple(c.name for c in table.columns if c.type in ("date", "timestamp"))
        yield subject.issue("time-not-a-date", at, dates[:3], column=name, table=table.name, type=column.type)
    elif home in subject.model.tables and table.name not in subject.graph.reachable(home):
        yield subject.issue("unreachable-table", at, table=table.name, home=home)


def has_time(subject: Subject, table: str) -> bool:
    """Has the table a time of its own, or is it written wrong somewhere else (reported there)?"""
    found = subject.model.tables.get(table)
    return found is None or found.time is not None


# --- joins ---------------------------------------------------------------------------------------------------------------


def lint_joins(subject: Subject) -> Iterator[Issue]:
    """Every join that was written, and tables that a row can belong to in two equally near ways."""
    for number, join in subject.joins.items():
        yield from _join(subject, join, ("joins", number))
    for table in subject.model.tables:
        yield from _ambiguous(subject, table)


def _join(subject: Subject, join: Join, at: At) -> Iterator[Issue]:
    yield from subject.declared("tables", join.table, (*at, "table"))
    yield from subject.declared("tables", join.to, (*at, "to"))
    for position, (here, there) in enumerate(join.on):
        yield from subject.column(join.table, here, (*at, "on", position))
        yield from subject.column(join.to, there, (*at, "on", position))
        if not join.as_text:
            yield from _types(subject, join, (here, there), (*at, "on", position))
    if join.cardinality == "many_to_many":
        yield subject.issue("unsafe-join", (*at, "cardinality"), ("many_to_one", "one_to_one"), table=join.table, to=join.to)
        return
    yield from _key(subject, join, at)


def _types(subject: Subject, join: Join, pair: tuple[str, str], at: At) -> Iterator[Issue]:
    tables = subject.model.tables.get(join.table), subject.model.tables.get(join.to)
    columns = [table.column(name) if table is not None else None for table, name in zip(tables, pair, strict=True)]
    left, right = columns
    if left is None or right is None or _FAMILY.get(left.type, left.type) == _FAMILY.get(right.type, right.type):
        return
    fitting = [c.name for c in (tables[1].columns if tables[1] is not None else ()) if c.type == left.type]
    yield subject.issue(
        "join-type-mismatch",
        at,
        (*nearest(left.name, fitting), "as_text: true"),
        left=f"{join.table}.{left.name}",
        left_type=left.type,
        right=f"{join.to}.{right.name}",
        right_type=right.type,
    )


def _key(subject: Subject, join: Join, at: At) -> Iterator[Issue]:
    """A row may belong to one row of the other side only if it is joined by that side's whole key."""
    to = subject.model.tables.get(join.to)
    if to is None or not to.primary_key:
        return
    there = {column for _, column in join.on}
    if there != set(to.primary_key) and all(to.column(c) is not None for c in there):
        key = ", ".join(to.primary_key)
        yield subject.issue("join-not-primary-key", (*at, "on"), to.primary_key, to=join.to, key=key, on=", ".join(sorted(there)))


def _ambiguous(subject: Subject, table: str) -> Iterator[Issue]:
    """Tables that two paths of the same least distance lead to: which of them is meant is chance."""
    for to, (distance, ways) in _cheapest_paths(subject, table).items():
        if len(ways) > 1:
            joins = [(n, j) for n, j in subject.joins.items() if n in ways]
            at: At = ("joins", joins[-1][0]) if joins else ("joins", "0")
            routes = tuple(f"{j.table} → {j.to} ({', '.join(a for a, _ in j.on)})" for _, j in joins)
            yield subject.issue("ambiguous-path", at, routes, "warning", table=table, to=to, distance=str(distance))


def _cheapest_paths(subject: Subject, start: str) -> dict[str, tuple[int, set[str]]]:
    """Each reachable table with its least distance and the numbers of the joins that are last on a path of that distance."""
    best: dict[str, tuple[int, set[str]]] = {start: (0, set())}
    queue = [(0, start)]
    while queue:
        cost, here = heapq.heappop(queue)
        if cost > best[here][0]:
            continue
        for number, to, distance in _steps(subject, here):
            known = best.get(to)
            if known is None or cost + distance < known[0]:
                best[to] = (cost + distance, {number})
                heapq.heappush(queue, (cost + distance, to))
            elif cost + distance == known[0]:
                known[1].add(number)
    return best


def _steps(subject: Subject, table: str) -> Iterator[tuple[str, str, int]]:
    """The joins that lead on from a table: number, where to, distance."""
    for number, join in enumerate(subject.model.joins):
        name = subject.numbers[number]
        if join.table == table and join.cardinality != "many_to_many":
            yield name, join.to, join.distance
        if join.to == table and join.cardinality == "one_to_one":
            yield name, join.table, join.distance


# --- entities ------------------------------------------------------------------------------------------------------------


def lint_entities(subject: Subject) -> Iterator[Issue]:
    """Every entity: its table with a key of one column, its first day, the columns that its lists show."""
    for entity in subject.model.entities.values():
        yield from _entity(subject, entity)


def _entity(subject: Subject, entity: Entity) -> Iterator[Issue]:
    at: At = ("entities", entity.name)
    yield from subject.declared("tables", entity.table, (*at, "table"))
    table = subject.model.tables.get(entity.table)
    if table is None:
        return
    if len(table.primary_key) > 1:
        yield subject.issue("composite-entity-key", ("tables", table.name, "primary_key"), entity=entity.name, table=table.name)
    if entity.since is not None:
        yield from check_time(subject, table.name, entity.since, (*at, "since"))
    for position, name in enumerate(entity.columns):
        yield from subject.declared("dimensions", name, (*at, "columns", position))
        dimension = subject.model.dimensions.get(name)
        if dimension is not None and not subject.reaches(table.name, dimension):
            yield subject.issue("unreachable-member", (*at, "columns", position), name=name, table=table.name)
