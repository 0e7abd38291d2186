"""One scan as SQL: keys and aggregates of one fact at its own grain.

In: a `Scan`. Out: its select, and — for a statement that is nothing but this scan — the nodes of each key and aggregate.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from sqlglot import exp

from semantic_layer.compiler import nodes
from semantic_layer.compiler.conditions import where, where_of_all
from semantic_layer.compiler.sources import Compilation, Source
from semantic_layer.errors import CompileError
from semantic_layer.plan import BucketKey, DimensionKey, Key, PartKey, Scan, SidesKey, Snapshot, TimeKey
from semantic_layer.scope import scoped_table


@dataclass(frozen=True, slots=True)
class BuiltScan:
    """The parts of a scan's select, before it is put together."""

    source: Source
    keys: tuple[exp.Expr, ...]
    aggregates: dict[str, exp.Expr]
    where: exp.Expr | None


def key_node(source: Source, key: Key) -> exp.Expr:
    """The SQL of a grouping key."""
    match key:
        case DimensionKey():
            return source.ref(key.ref)
        case TimeKey():
            column = source.column(key.ref)
            if key.shift is not None:
                column = exp.Add(this=column, expression=nodes.interval(key.shift[1], key.shift[0]))
            return nodes.truncated(column, key.grain, key.week_start)
        case PartKey():
            return _part(source.column(key.ref), key.part)
        case BucketKey():
            return _bucket(source.ref(key.ref), key)
        case SidesKey():
            return _side(source, key)
        case _:
            assert_never(key)


def _part(column: exp.Expr, part: str) -> exp.Expr:
    if part == "weekend":
        return exp.GTE(this=exp.DayOfWeekIso(this=column), expression=nodes.number(6))
    if part == "weekday":
        return exp.DayOfWeekIso(this=column)
    return exp.Extract(this=exp.var(part.upper()), expression=column)


def _side(source: Source, key: SidesKey) -> exp.Expr:
    """A row that lacks what one side is told by may still be of another."""
    strict, source.optional = source.optional, True
    cases = [
        exp.If(this=where(source, conditions) or exp.Boolean(this=True), true=exp.Literal.string(name))
        for name, conditions in key.sides
    ]
    source.optional = strict
    return exp.Case(ifs=cases)


def _bucket(value: exp.Expr, key: BucketKey) -> exp.Expr:
    if key.width is not None:
        floored = exp.Floor(this=exp.Div(this=value, expression=nodes.number(key.width), typed=False, safe=False))
        return exp.Mul(this=floored, expression=nodes.number(key.width))
    tests = [((exp.GT if e in key.below else exp.GTE)(this=value.copy(), expression=nodes.number(e)), e) for e in key.edges]
    return exp.Case(ifs=[exp.If(this=test, true=nodes.number(edge)) for test, edge in reversed(tests)])


def built(c: Compilation, scan: Scan) -> BuiltScan:
    """The scan's keys, aggregates and WHERE over one source."""
    source = Source(c, scan.base, base_source=_snapshot(c, scan) if scan.snapshot else None)
    keys = tuple(key_node(source, k) for k in scan.keys)
    condition = where_of_all(source, scan.where)
    source.optional = True
    aggregates = {}
    for a in scan.aggregates:
        column = None if a.ref is None else source.column(a.ref)
        aggregates[a.name] = nodes.filtered(nodes.aggregate(a.agg, column, a.percentile), where(source, a.conditions))
    return BuiltScan(source, keys, aggregates, condition)


def select(c: Compilation, scan: Scan, key_names: tuple[str, ...]) -> exp.Select:
    """The scan as a select of its own: keys under `key_names`, then aggregates under their names."""
    if scan.over is not None:
        return _added_up(c, scan, scan.over, key_names)
    parts = built(c, scan)
    keys = [nodes.named(node, name) for node, name in zip(parts.keys, key_names, strict=True)]
    if scan.member is None:
        columns = keys + [nodes.named(node, name) for name, node in parts.aggregates.items()]
        return nodes.group_by_position(parts.source.select(columns, parts.where), len(keys))
    return _per_member(c, scan, parts, keys)


def _added_up(c: Compilation, scan: Scan, over: Key, key_names: tuple[str, ...]) -> exp.Select:
    """The aggregates of each of the groups inside each key, then their sums."""
    each = c.alias("each_group")
    inner = select(c, replace(scan, keys=(*scan.keys, over), over=None), (*key_names, "over_key"))
    columns: list[exp.Expr] = [nodes.col(name, each) for name in key_names]
    columns += [nodes.named(exp.Sum(this=nodes.col(a.name, each)), a.name) for a in scan.aggregates]
    return nodes.group_by_position(nodes.select(columns, nodes.subquery(inner, each)), len(key_names))


def _per_member(c: Compilation, scan: Scan, parts: BuiltScan, keys: list[exp.Alias]) -> exp.Select:
    """Aggregate per member inside each group, then count the members that reach each threshold."""
    if scan.member is None:
        raise CompileError("a scan per member needs its member")
    parts.source.optional = False
    member = parts.source.column(scan.member)
    known = nodes.not_null(member.copy())
    inner_where = known if parts.where is None else nodes.conj([parts.where, known])
    columns = [*keys, nodes.named(member, "member_key"), *(nodes.named(n, name) for name, n in parts.aggregates.items())]
    inner = nodes.group_by_position(parts.source.select(columns, inner_where), len(keys) + 1)
    outer: list[exp.Expr] = [nodes.col(key.alias) for key in keys]
    for a in scan.aggregates:
        reached = exp.GTE(this=nodes.col(a.name), expression=nodes.number(1 if a.at_least is None else a.at_least))
        outer.append(nodes.named(nodes.filtered(nodes.aggregate("count", None, None), reached), a.name))
    return nodes.group_by_position(nodes.select(outer, nodes.subquery(inner, c.alias("per_member"))), len(keys))


def _snapshot(c: Compilation, scan: Scan) -> exp.Expr:
    """Only the rows of the last (first) day of each bucket: semi-additive measures."""
    snapshot = scan.snapshot
    if snapshot is None or snapshot.time.path:
        raise CompileError("a semi-additive measure needs a time column of its own table")
    alias = scan.base
    time = nodes.col(snapshot.time.sql, alias)
    on_day = exp.cast(time, "DATE")
    extreme = exp.Max(this=on_day.copy()) if snapshot.take == "last" else exp.Min(this=on_day.copy())
    window = exp.Window(this=extreme, partition_by=_partition(snapshot, time))
    inner = nodes.select([exp.Star()], scoped_table(c.restricted, scan.base, alias))
    bounds = nodes.during(time.copy(), snapshot.period, snapshot.time.type)
    if bounds is not None:
        inner.set("where", exp.Where(this=bounds))
    inner.set("qualify", exp.Qualify(this=exp.EQ(this=on_day, expression=window)))
    return nodes.subquery(inner, alias)


def _partition(snapshot: Snapshot, time: exp.Expr) -> list[exp.Expr]:
    if snapshot.key is None:
        return []
    return [nodes.truncated(time.copy(), snapshot.key.grain, snapshot.key.week_start)]
