"""Conditions of a plan as SQL.

In: conditions bound to the base of a `Source`. Out: boolean nodes. Membership is a semi-join (`key IN (SELECT …)`): it never
multiplies rows, whatever the other side holds.
"""

from functools import lru_cache
from typing import assert_never

from sqlglot import exp

from semantic_layer.compiler import nodes
from semantic_layer.compiler.sources import Source
from semantic_layer.expressions import parse
from semantic_layer.plan import (
    All,
    Any,
    ColumnRef,
    Condition,
    Declared,
    Doers,
    During,
    Grouped,
    Listed,
    Membership,
    Negation,
    Passing,
    Sequenced,
    Test,
)

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    ">": exp.GT,
    ">=": exp.GTE,
    "<": exp.LT,
    "<=": exp.LTE,
}


def where(source: Source, conditions: tuple[Condition, ...]) -> exp.Expr | None:
    """All conditions, or None where there are none."""
    return nodes.conj([c for c in (condition(source, part) for part in conditions) if c is not None])


def where_of_all(source: Source, conditions: tuple[Condition, ...]) -> exp.Expr | None:
    """The WHERE of a whole scan: tables whose absence fails a condition are joined inner, and no other (in `a OR b` the row that
    lacks the table of `a` may still pass `b`)."""
    strict, source.optional = source.optional, True
    built = where(source, conditions)
    source.optional = strict
    for part in conditions:
        match part:
            case Test(ref=ColumnRef() as ref) if part.op != "is null":
                source.require(ref.path)
            case During():
                source.require(part.ref.path)
            case Declared() if fails_on_null(part.sql):
                source.require(part.path)
            case _:
                pass
    return built


@lru_cache(maxsize=1024)
def fails_on_null(sql: str) -> bool:
    """Is the text a plain comparison (or several with AND), which is never true where a column is null?"""
    plain = (exp.And, exp.Paren, exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Column, exp.Identifier, exp.Literal)
    return all(isinstance(node, plain) for node in parse(sql).walk())


def condition(source: Source, part: Condition) -> exp.Expr | None:
    """One condition; None where it always holds."""
    match part:
        case Test():
            return _test(source, part)
        case Declared():
            return source.bound(part.sql, part.path, part.table)
        case During():
            return nodes.during(source.column(part.ref), part.period, part.ref.type)
        case Membership():
            return _membership(source, part)
        case Sequenced():
            return _sequenced(source, part)
        case All():
            return where(source, part.conditions)
        case Any():
            return nodes.disj([c for c in (condition(source, p) for p in part.conditions) if c is not None])
        case Negation():
            inner = condition(source, part.condition)
            return exp.Boolean(this=False) if inner is None else nodes.negated(inner)
        case _:
            assert_never(part)


def compare(left: exp.Expr, op: str, right: exp.Expr) -> exp.Expr:
    """`left op right`."""
    return _COMPARISONS[op](this=left, expression=right)


def _test(source: Source, test: Test) -> exp.Expr:
    left, type_ = source.ref(test.ref), test.ref.type
    if type_ == "timestamp" and test.values and all(len(str(v)) == len("2026-01-01") for v in test.values):
        left, type_ = exp.cast(left, "DATE"), "date"  # on that day, not at its midnight
    values = [nodes.literal(v, type_) for v in test.values]
    match test.op:
        case "is null":
            return nodes.is_null(left)
        case "is not null":
            return nodes.not_null(left)
        case "in":
            return exp.In(this=left, expressions=values)
        case "not in":
            return exp.Not(this=exp.In(this=left, expressions=values))
        case "between":
            return exp.Between(this=left, low=values[0], high=values[1])
        case "contains":
            return exp.Contains(this=exp.Lower(this=left), expression=exp.Lower(this=values[0]))
        case "starts with":
            return exp.StartsWith(this=exp.Lower(this=left), expression=exp.Lower(this=values[0]))
        case _:
            return compare(left, test.op, values[0])


def _membership(source: Source, part: Membership) -> exp.Expr:
    members: exp.Select
    match part.members:
        case Doers():
            members = _doers(source, part.members)
        case Passing():
            members = _passing(source, part.members)
        case Listed():
            members = source.c.list_query(source.c, part.members.source)
        case Grouped():
            members = _groups(source, part.members)
        case _:
            assert_never(part.members)
    inside = exp.In(this=source.column(part.key), query=exp.Subquery(this=members))
    return exp.Not(this=inside) if part.negated else inside


def _doers(source: Source, doers: Doers) -> exp.Select:
    inner = Source(source.c, doers.base)
    key = inner.column(doers.key)
    conditions = where_of_all(inner, doers.conditions)
    filters = [nodes.not_null(key.copy())] if conditions is None else [conditions, nodes.not_null(key.copy())]
    built = inner.select([key], nodes.conj(filters))
    if doers.at_least == 1 and doers.at_most is None:
        return built
    counted = (
        nodes.aggregate("count_distinct", inner.column(doers.row), None) if doers.row else nodes.aggregate("count", None, None)
    )
    tests: list[exp.Expr] = []
    if doers.at_least > 1:
        tests.append(exp.GTE(this=counted, expression=nodes.number(doers.at_least)))
    if doers.at_most is not None:
        tests.append(exp.LTE(this=counted.copy(), expression=nodes.number(doers.at_most)))
    nodes.group_by_position(built, 1).set("having", exp.Having(this=nodes.conj(tests)))
    return built


def _groups(source: Source, grouped: Grouped) -> exp.Select:
    """The groups, without the one of those that have none: NULL in a list would keep nobody from NOT IN."""
    c = source.c
    name, g = grouped.source.keys[0].name, c.alias("g")
    inner = nodes.subquery(c.group_query(c, grouped.source), g)
    return nodes.select([nodes.col(name, g)], inner, nodes.not_null(nodes.col(name, g)))


def _passing(source: Source, passing: Passing) -> exp.Select:
    plan = passing.source
    key, measurement = plan.keys[0].name, plan.measurements[0]
    c = source.c
    m = c.alias("m")
    value = nodes.col(measurement.name, m)
    if passing.value is not None:
        test = compare(value, passing.op, nodes.number(passing.value))
    else:
        other = nodes.col(f"{measurement.name}:previous", m)
        scaled = exp.Mul(this=other, expression=nodes.number(passing.factor if passing.factor is not None else 1))
        positive = exp.GT(this=other.copy(), expression=nodes.number(0))
        first = exp.Coalesce(this=value, expressions=[nodes.number(0)]) if passing.zero else value
        test = exp.And(this=compare(first, passing.op, scaled), expression=positive)
    if passing.negated:
        test = nodes.negated(test)
    known = nodes.not_null(nodes.col(key, m))
    members = nodes.subquery(c.member_query(c, plan), m)
    return nodes.select([nodes.col(key, m)], members, nodes.conj([test, known]))


def _sequenced(source: Source, part: Sequenced) -> exp.Expr:
    inner = Source(source.c, part.doers.base, prefix=source.c.prefix(f"{part.side}_{source.prefix}"))
    same = exp.EQ(this=inner.column(part.doers.key), expression=source.column(part.key))
    then, at = inner.column(part.then), source.column(part.time)
    own = where(inner, part.doers.conditions)
    tests = [same] if own is None else [own, same]
    if part.side == "first":
        return exp.EQ(this=at, expression=exp.Subquery(this=inner.select([exp.Min(this=then)], nodes.conj(tests))))
    if part.side == "last":
        last = exp.Subquery(this=inner.select([exp.Max(this=then)], nodes.conj(tests)))
        return exp.and_(*_in_order(last, at, part), copy=False)
    tests += _in_order(at, then, part) if part.side == "after" else _in_order(then, at, part)
    return exp.Exists(this=inner.select([nodes.number(1)], nodes.conj(tests)))


def _in_order(early: exp.Expr, late: exp.Expr, part: Sequenced) -> list[exp.Expr]:
    tests: list[exp.Expr] = [(exp.GT if part.later else exp.GTE)(this=late, expression=early)]
    if part.days is not None:
        day = exp.Cast(
            this=early.copy(), to=exp.DataType.build("date")
        )  # within 30 days: the 30th day after that day, to its end
        end = exp.Add(this=day, expression=nodes.interval(part.days + 1, "day"))
        tests.append(exp.LT(this=late.copy(), expression=end))
    return tests
