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
from semantic_layer.plan import AggregatePlan, Computed, Formula, HavingTest, Leaf, Measurement, OrderTerm, Quotient


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
    _filter(plan, facts, built)
    _qualify(plan, facts, dict(columns), built)
    _order(plan, facts, names, built)
    if plan.limit is not None and not plan.limit_per:
        built.set("limit", exp.Limit(expression=nodes.number(plan.limit)))
    return built


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
    windowed = plan.share_within is not None or plan.running or plan.limit_per or any(m.cumulative for m in plan.measurements)
    if len(plan.scans) == 1 and plan.scans[0].member is None and not windowed:
        parts = scans.built(c, plan.scans[0])
        return Facts(parts.keys, parts.aggregates, parts.source.select([], parts.where), flat=True)
    if len(plan.scans) == 1:
        source = nodes.subquery(scans.select(c, plan.scans[0], key_names), "facts")
    else:
        source = nodes.subquery(_united(c, plan, key_names), "facts")
    leaves = {a.name: nodes.col(a.name, "facts") for scan in plan.scans for a in scan.aggregates}
    keys = tuple(nodes.col(name, "facts") for name in key_names)
    return Facts(keys, dict(leaves), nodes.select([], source), flat=False)


def _united(c: Compilation, plan: AggregatePlan, key_names: tuple[str, ...]) -> exp.Select:
    """SELECT keys, ANY_VALUE(leaf) … FROM (scan 1 with nulls for the others UNION ALL scan 2 …) GROUP BY keys."""
    names = [a.name for scan in plan.scans for a in scan.aggregates]
    arms: list[exp.Expr] = []
    for scan in plan.scans:
        own = {a.name for a in scan.aggregates}
        columns: list[exp.Expr] = [nodes.col(k) for k in key_names]
        columns += [nodes.col(n) if n in own else nodes.named(exp.Null(), n) for n in names]
        arms.append(nodes.select(columns, nodes.subquery(scans.select(c, scan, key_names), "scan")))
    union = arms[0]
    for arm in arms[1:]:
        union = exp.Union(this=union, expression=arm, distinct=False)
    columns = [nodes.col(k) for k in key_names]
    columns += [nodes.named(exp.AnyValue(this=nodes.col(n)), n) for n in names]
    return nodes.group_by_position(nodes.select(columns, nodes.subquery(union, "united")), len(key_names))


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
        case _:
            assert_never(formula)


def _computed(formula: Computed, facts: Facts) -> exp.Expr:
    inputs = dict(formula.inputs)
    tree: exp.Expr = exp.Paren(this=null_safe_division(parse(formula.sql)))
    for column in list(tree.find_all(exp.Column)):
        column.replace(exp.Paren(this=_formula(inputs[column.name], facts)))
    return tree


def _growth(m: Measurement, facts: Facts) -> exp.Expr:
    value, previous = _formula(m.value, facts), _formula(m.previous or m.value, facts)
    return exp.Sub(this=quotient(value, previous), expression=nodes.number(1))


def _columns(plan: AggregatePlan, facts: Facts) -> list[tuple[str, exp.Expr]]:
    columns = [(k.name, node) for k, node in zip(plan.keys, facts.keys, strict=True)]
    for m in plan.measurements:
        columns += [
            (m.name if part in ("value", "running") else f"{m.name}:{part}", node) for part, node in _parts(plan, m, facts)
        ]
    return columns


def _parts(plan: AggregatePlan, m: Measurement, facts: Facts) -> list[tuple[str, exp.Expr]]:
    value = _formula(m.value, facts)
    if m.part is not None:
        return [("share", quotient(_formula(m.part, facts), value))]
    if m.cumulative is not None:
        return [("value", _running(plan, value, facts, m.cumulative.reset))]
    if plan.running:
        return [("running", _running(plan, value, facts, None))]
    if m.previous is not None:
        return [("value", value), ("previous", _formula(m.previous, facts)), ("growth", _growth(m, facts))]
    if plan.share_within is not None:
        return [("value", value), ("share", _share(plan, value, facts))]
    return [("value", value)]


def _share(plan: AggregatePlan, value: exp.Expr, facts: Facts) -> exp.Expr:
    partition = [facts.keys[i].copy() for i in plan.share_within or ()]
    return quotient(value.copy(), exp.Window(this=exp.Sum(this=value.copy()), partition_by=partition))


def _running(plan: AggregatePlan, value: exp.Expr, facts: Facts, reset: str | None) -> exp.Expr:
    at = next((i for i, k in enumerate(plan.keys) if k.grain is not None), None)
    if at is None:
        return value
    partition = [node.copy() for i, node in enumerate(facts.keys) if i != at]
    if reset is not None:
        partition.append(nodes.truncated(facts.keys[at].copy(), reset))  # type: ignore[arg-type]
    order = exp.Order(expressions=[exp.Ordered(this=facts.keys[at].copy(), desc=False, nulls_first=False)])
    frame = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
    return exp.Window(this=exp.Sum(this=value.copy()), partition_by=partition, order=order, spec=frame)


# --- having, limits, order -------------------------------------------------------------------------------------------------


def _filter(plan: AggregatePlan, facts: Facts, built: exp.Select) -> None:
    """HAVING of a flat select, WHERE around wrapped scans; tests of shares and running totals go to QUALIFY."""
    tests = [_test(t, _having_value(plan, t, facts)) for t in plan.having if t.part not in ("share", "running")]
    tests += _ranked(plan, facts)
    condition = nodes.conj([t for t in tests if t is not None])
    if condition is None:
        return
    if facts.flat:
        built.set("having", exp.Having(this=condition))
    else:
        built.set("where", exp.Where(this=condition))


def _having_value(plan: AggregatePlan, test: HavingTest, facts: Facts) -> exp.Expr:
    m = plan.measurements[test.measurement]
    if test.part == "growth":
        return _growth(m, facts)
    return _formula(m.previous if test.part == "previous" and m.previous is not None else m.value, facts)


def _test(test: HavingTest, value: exp.Expr) -> exp.Expr:
    if test.op == "between":
        return exp.Between(this=value, low=nodes.number(test.values[0]), high=nodes.number(test.values[1]))
    return compare(value, test.op, nodes.number(test.values[0]))


def _ranked(plan: AggregatePlan, facts: Facts) -> list[exp.Expr]:
    """A ranking only ranks what has a value."""
    for m in plan.measurements:
        if plan.ranked == m.name:
            return [nodes.not_null(_formula(m.value, facts))]
        if plan.ranked == f"{m.name}:growth":
            return [nodes.not_null(_growth(m, facts))]
    return []


def _qualify(plan: AggregatePlan, facts: Facts, columns: dict[str, exp.Expr], built: exp.Select) -> None:
    tests: list[exp.Expr] = []
    for test in plan.having:
        if test.part in ("share", "running"):
            m = plan.measurements[test.measurement]
            name = f"{m.name}:share" if test.part == "share" else m.name
            tests.append(_test(test, columns[name].copy()))
    if plan.limit_per and plan.limit is not None:
        partition = [facts.keys[i].copy() for i in plan.limit_per]
        terms = [t for t in _terms(plan, facts, columns) if not isinstance(t.this, exp.Is)]
        number = exp.Window(this=exp.RowNumber(), partition_by=partition, order=exp.Order(expressions=terms))
        tests.append(exp.LTE(this=number, expression=nodes.number(plan.limit)))
    if plan.from_day is not None:
        at = next(i for i, k in enumerate(plan.keys) if k.grain is not None)
        tests.append(exp.GTE(this=facts.keys[at].copy(), expression=nodes.day(plan.from_day)))
    condition = nodes.conj(tests)
    if condition is not None:
        built.set("qualify", exp.Qualify(this=condition))


def _order(plan: AggregatePlan, facts: Facts, names: list[str], built: exp.Select) -> None:
    """Null groups last, then the order asked for, then the keys: the same rows every time."""
    if not plan.keys:
        return
    positions: dict[str, exp.Expr] = {name: exp.Literal.number(i + 1) for i, name in enumerate(names)}
    built.set("order", exp.Order(expressions=_terms(plan, facts, positions)))


def _terms(plan: AggregatePlan, facts: Facts, columns: dict[str, exp.Expr]) -> list[exp.Ordered]:
    keyed = {k.name: node for k, node in zip(plan.keys, facts.keys, strict=True)}
    by_value = any(t.column not in keyed for t in plan.order)
    terms = [_ordered(nodes.is_null(keyed[k.name].copy()), False) for k in plan.keys if k.grain is None and by_value]
    for term in plan.order:
        node = _ordinal(keyed[term.column], term) if term.column in keyed and term.values else columns[term.column].copy()
        terms.append(_ordered(node, term.descending))
    named = {t.column for t in plan.order}
    terms += [_ordered(columns[k.name].copy(), False) for k in plan.keys if k.name not in named]
    return terms


def _ordered(node: exp.Expr, descending: bool) -> exp.Ordered:
    return exp.Ordered(this=node, desc=descending, nulls_first=False)


def _ordinal(key: exp.Expr, term: OrderTerm) -> exp.Expr:
    """The place of a value in its declared order."""
    cases = [exp.If(this=nodes.literal(v, "text"), true=nodes.number(i)) for i, v in enumerate(term.values)]
    return exp.Case(this=key.copy(), ifs=cases)
