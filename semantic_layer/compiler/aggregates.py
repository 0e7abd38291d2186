"""AggregatePlan -> SELECT: scans, put together by their keys, then formulas, having, shares, running totals, order and limits.

In: the plan. Out: one select whose columns are those of the plan, in order. Several scans are united row by row and grouped by
their keys: null keys meet, nothing is multiplied. One plain scan becomes one flat select, as a person would write it.
"""

from dataclasses import dataclass
from typing import assert_never

from sqlglot import exp

from semantic_layer.compiler import nodes, scans
from semantic_layer.compiler.conditions import compare
from semantic_layer.compiler.sources import Compilation
from semantic_layer.expressions import null_safe_division, parse, quotient
from semantic_layer.plan import (
    AggregatePlan,
    BucketKey,
    Computed,
    Formula,
    HavingTest,
    Leaf,
    Measurement,
    OrderTerm,
    Quotient,
    Tally,
)
from semantic_layer.query import Grain


@dataclass(frozen=True, slots=True)
class Facts:
    """What formulas read: the node of each key and of each leaf, and the select they stand in, still without columns."""

    keys: tuple[exp.Expr, ...]
    leaves: dict[str, exp.Expr]
    select: exp.Select
    flat: bool


def aggregate_select(c: Compilation, plan: AggregatePlan) -> exp.Select:
    """The whole statement of an aggregate."""
    facts = _facts(c, plan)
    columns = _columns(plan, facts)
    names = [name for name, _ in columns]
    built = facts.select
    built.set("expressions", [nodes.named(node, name) for name, node in columns])
    if facts.flat:
        nodes.group_by_position(built, len(facts.keys))
    _filter(plan, facts, dict(columns), built)
    _qualify(plan, facts, dict(columns), built)
    if plan.counted:
        return _counted(c, plan, built)
    if plan.limit_per and plan.limit is not None:
        return _first_of_each(c, plan, built)
    _order(plan, facts, names, built)
    return nodes.cut(built, plan.limit, plan.offset)


def _counted(c: Compilation, plan: AggregatePlan, built: exp.Select) -> exp.Select:
    """SELECT COUNT(*) FROM (the groups); a null group is none."""
    groups = c.alias("grouped")
    known = nodes.conj([nodes.not_null(nodes.col(k.name, groups)) for k in plan.keys])
    outer = nodes.select([nodes.named(exp.Count(this=exp.Star()), "groups")], nodes.subquery(built, groups))
    if known is not None:
        outer.set("where", exp.Where(this=known))
    return outer


def member_select(c: Compilation, plan: AggregatePlan) -> exp.Select:
    """A nested plan: a metric per member; `name` and, where compared, `name:previous`."""
    facts = _facts(c, plan)
    m = plan.measurements[0]
    columns = [nodes.named(facts.keys[0], plan.keys[0].name), nodes.named(_formula(m.value, facts), m.name)]
    if m.previous is not None:
        columns.append(nodes.named(_formula(m.previous, facts), f"{m.name}:previous"))
    facts.select.set("expressions", columns)
    return nodes.group_by_position(facts.select, 1) if facts.flat else facts.select


# --- facts -----------------------------------------------------------------------------------------------------------------


def _facts(c: Compilation, plan: AggregatePlan) -> Facts:
    key_names = tuple(k.name for k in plan.keys)
    windowed = plan.share_within is not None or plan.running or any(m.cumulative for m in plan.measurements)
    if len(plan.scans) == 1 and plan.scans[0].member is None and plan.scans[0].over is None and not windowed:
        parts = scans.built(c, plan.scans[0])
        return Facts(parts.keys, parts.aggregates, parts.source.select([], parts.where), flat=True)
    facts = c.alias("facts")
    select = scans.select(c, plan.scans[0], key_names) if len(plan.scans) == 1 else _united(c, plan, key_names)
    leaves = {a.name: nodes.col(a.name, facts) for scan in plan.scans for a in scan.aggregates}
    keys = tuple(nodes.col(name, facts) for name in key_names)
    return Facts(keys, dict(leaves), nodes.select([], nodes.subquery(select, facts)), flat=False)


def _united(c: Compilation, plan: AggregatePlan, key_names: tuple[str, ...]) -> exp.Select:
    """SELECT keys, ANY_VALUE(leaf) … FROM (scan 1 with nulls for the others UNION ALL scan 2 …) GROUP BY keys."""
    names = [a.name for scan in plan.scans for a in scan.aggregates]
    arms: list[exp.Expr] = []
    for scan in plan.scans:
        own = {a.name for a in scan.aggregates}
        columns: list[exp.Expr] = [nodes.col(k) for k in key_names]
        columns += [nodes.col(n) if n in own else nodes.named(exp.Null(), n) for n in names]
        arms.append(nodes.select(columns, nodes.subquery(scans.select(c, scan, key_names), c.alias("scan"))))
    columns = [nodes.col(k) for k in key_names]
    columns += [nodes.named(exp.AnyValue(this=nodes.col(n)), n) for n in names]
    united = nodes.subquery(nodes.union_all(arms), c.alias("united"))
    return nodes.group_by_position(nodes.select(columns, united), len(key_names))


# --- formulas ----------------------------------------------------------------------------------------------------------------


def _formula(formula: Formula, facts: Facts) -> exp.Expr:
    match formula:
        case Leaf():
            node = facts.leaves[formula.name].copy()
            return exp.Coalesce(this=node, expressions=[nodes.number(0)]) if formula.zero else node
        case Quotient():
            return quotient(_formula(formula.numerator, facts), _formula(formula.denominator, facts))
        case Computed():
            return _computed(formula, facts)
        case Tally():
            key = facts.keys[formula.key]
            cases = [exp.If(this=_key_literal(value), true=nodes.number(count)) for value, count in formula.counts]
            return exp.Case(this=key.copy(), ifs=cases)
        case _:
            assert_never(formula)


def _key_literal(value: bool | int | str) -> exp.Expr:
    """A value of a time key: the first day of a bucket, or a part of a date."""
    return nodes.literal(value, "date" if isinstance(value, str) else "integer")


def _computed(formula: Computed, facts: Facts) -> exp.Expr:
    inputs = dict(formula.inputs)
    tree: exp.Expr = exp.Paren(this=null_safe_division(parse(formula.sql)))
    for column in list(tree.find_all(exp.Column)):
        column.replace(exp.Paren(this=_formula(inputs[column.name], facts)))
    return tree


def _columns(plan: AggregatePlan, facts: Facts) -> list[tuple[str, exp.Expr]]:
    columns = [(k.name, node) for k, node in zip(plan.keys, facts.keys, strict=True)]
    for m in plan.measurements:
        columns += [(_column_name(m, part), node) for part, node in _parts(plan, m, facts)]
    return columns


def _column_name(m: Measurement, part: str) -> str:
    return m.name if part in ("value", "running") else f"{m.name}:{part}"


def _parts(plan: AggregatePlan, m: Measurement, facts: Facts) -> list[tuple[str, exp.Expr]]:
    value = _value(plan, m, m.value, facts)
    if m.part is not None:
        part = _formula(m.part, facts)
        share = ("share", quotient(part, value))
        number = part if plan.beside == "part" else value
        return [("value", number.copy()), share] if plan.beside else [share]
    if plan.running:
        return [("running", value)]
    if m.previous is not None:
        previous = _value(plan, m, m.previous, facts)
        growth = exp.Sub(this=quotient(value.copy(), previous.copy()), expression=nodes.number(1))
        return [("value", value), ("previous", previous), ("growth", growth)]
    if plan.share_within is not None:
        return [("value", value), ("share", _share(plan, value, facts))]
    return [("value", value)]


def _value(plan: AggregatePlan, m: Measurement, formula: Formula, facts: Facts) -> exp.Expr:
    """The formula, run up over time where the metric or the query says so."""
    value = _formula(formula, facts)
    if m.cumulative is not None:
        return _running(plan, value, facts, m.cumulative.reset)
    return _running(plan, value, facts, None) if plan.running else value


def _share(plan: AggregatePlan, value: exp.Expr, facts: Facts) -> exp.Expr:
    partition = [facts.keys[i].copy() for i in plan.share_within or ()]
    return quotient(value.copy(), exp.Window(this=exp.Sum(this=value.copy()), partition_by=partition))


def _running(plan: AggregatePlan, value: exp.Expr, facts: Facts, reset: Grain | None) -> exp.Expr:
    at = _time_key(plan)
    if at is None:
        return value
    partition = [node.copy() for i, node in enumerate(facts.keys) if i != at]
    if reset is not None:
        partition.append(nodes.truncated(facts.keys[at].copy(), reset))
    order = exp.Order(expressions=[exp.Ordered(this=facts.keys[at].copy(), desc=False, nulls_first=False)])
    frame = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
    return exp.Window(this=exp.Sum(this=value.copy()), partition_by=partition, order=order, spec=frame)


def _time_key(plan: AggregatePlan) -> int | None:
    """The first key that is a bucket of time: not a part of a date, not a range of numbers."""
    return next((i for i, k in enumerate(plan.keys) if k.grain is not None and k.type == "date"), None)


# --- having, limits, order -------------------------------------------------------------------------------------------------


def _filter(plan: AggregatePlan, facts: Facts, columns: dict[str, exp.Expr], built: exp.Select) -> None:
    """HAVING of a flat select, WHERE around wrapped scans; tests of what windows compute go to QUALIFY."""
    tests = [test for test in _tests(plan, columns) if test.find(exp.Window) is None]
    condition = nodes.conj(tests)
    if condition is None:
        return
    if facts.flat:
        built.set("having", exp.Having(this=condition))
    else:
        built.set("where", exp.Where(this=condition))


def _tests(plan: AggregatePlan, columns: dict[str, exp.Expr]) -> list[exp.Expr]:
    """The tests of having; a ranking only ranks what has a value."""
    tests = []
    for test in plan.having:
        m = plan.measurements[test.measurement]
        tests.append(_test(test, columns[_column_name(m, test.part)].copy()))
    ranked = plan.ranked
    if ranked is not None and any(ranked in (m.name, f"{m.name}:growth") for m in plan.measurements):
        tests.append(nodes.not_null(columns[ranked].copy()))
    return tests


def _test(test: HavingTest, value: exp.Expr) -> exp.Expr:
    if test.op == "between":
        low, high = sorted(test.values)
        return exp.Between(this=value, low=nodes.number(low), high=nodes.number(high))
    return compare(value, test.op, nodes.number(test.values[0]))


def _qualify(plan: AggregatePlan, facts: Facts, columns: dict[str, exp.Expr], built: exp.Select) -> None:
    tests = [test for test in _tests(plan, columns) if test.find(exp.Window) is not None]
    at = _time_key(plan)
    if plan.from_day is not None and at is not None:
        tests.append(exp.GTE(this=facts.keys[at].copy(), expression=nodes.day(plan.from_day)))
    for place, values in plan.shown:
        listed = [nodes.literal(value, plan.keys[place].type) for value in values]
        tests.append(exp.In(this=facts.keys[place].copy(), expressions=listed))
    condition = nodes.conj(tests)
    if condition is not None:
        built.set("qualify", exp.Qualify(this=condition))


def _first_of_each(c: Compilation, plan: AggregatePlan, built: exp.Select) -> exp.Select:
    """The first rows of each group, ranked over the finished table: what windows computed in it can be ranked by."""
    names = [node.alias for node in built.expressions]
    listed = c.alias("listed")
    columns = {name: nodes.col(name, listed) for name in names}
    facts = Facts(tuple(columns[k.name] for k in plan.keys), {}, nodes.select([], nodes.subquery(built, listed)), flat=False)
    partition = [facts.keys[i].copy() for i in plan.limit_per]
    terms = [t for t in _terms(plan, facts, dict(columns)) if not isinstance(t.this, exp.Is)]
    number = exp.Window(this=exp.RowNumber(), partition_by=partition, order=exp.Order(expressions=terms))
    outer = facts.select
    outer.set("expressions", list(columns.values()))
    outer.set("qualify", exp.Qualify(this=exp.LTE(this=number, expression=nodes.number(plan.limit or 1))))
    _order(plan, facts, names, outer)
    return outer


def _order(plan: AggregatePlan, facts: Facts, names: list[str], built: exp.Select) -> None:
    """Null groups last (the range under all edges first), then the order asked for, then the keys: the same rows every time."""
    if not plan.keys:
        return
    positions: dict[str, exp.Expr] = {name: exp.Literal.number(i + 1) for i, name in enumerate(names)}
    built.set("order", exp.Order(expressions=_terms(plan, facts, positions)))


def _terms(plan: AggregatePlan, facts: Facts, columns: dict[str, exp.Expr]) -> list[exp.Ordered]:
    keyed = {k.name: node for k, node in zip(plan.keys, facts.keys, strict=True)}
    by_value = any(t.column not in keyed for t in plan.order)
    of_scan = zip(plan.keys, plan.scans[0].keys, strict=False)
    under = {k.name for k, cut in of_scan if isinstance(cut, BucketKey) and cut.edges}  # no key: below all of them
    terms = [_ordered(nodes.is_null(keyed[k.name].copy()), False) for k in plan.keys if k.grain is None and by_value]
    for term in plan.order:
        node = _ordinal(keyed[term.column], term) if term.column in keyed and term.values else columns[term.column].copy()
        terms.append(_ordered(node, term.descending, first=term.column in under and not term.descending))
    named = {t.column for t in plan.order}
    terms += [_ordered(columns[k.name].copy(), False, first=k.name in under) for k in plan.keys if k.name not in named]
    return terms


def _ordered(node: exp.Expr, descending: bool, *, first: bool = False) -> exp.Ordered:
    return exp.Ordered(this=node, desc=descending, nulls_first=first)


def _ordinal(key: exp.Expr, term: OrderTerm) -> exp.Expr:
    """The place of a value in its declared order."""
    cases = [exp.If(this=nodes.literal(v, "text"), true=nodes.number(i)) for i, v in enumerate(term.values)]
    return exp.Case(this=key.copy(), ifs=cases)
