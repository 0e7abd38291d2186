"""Why a metric moved: one Change becomes aggregates, and their rows become contributions in order.

In: a `Change` and the restricted model; later the rows of the aggregates. Out: the aggregates to run (`expand`, then `refine` for
pairs of dimensions and `beside` for related metrics), and `Contribution`s. Pure: somebody else runs the queries. Fails with
`QueryError` where no dimension can explain the metric.

Additive metrics: a member contributes current - previous. Ratios R = N / D: with w the member's share of D and r its own
ratio, mix (w1 - w0)(r0 - R0) plus rate w1(r1 - r0); the sum over members is R1 - R0 (mix and rate effects).
`surprise` is what a member of an additive metric contributed beyond its fair part of the change (its share of the previous
total): it finds what falls while everything grows. For a ratio it is the contribution itself.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from sqlglot import exp

from semantic_layer.errors import QueryError
from semantic_layer.expressions import parse
from semantic_layer.issues import Issue, Place
from semantic_layer.joins import JoinGraph
from semantic_layer.model import DerivedMetric, Measure, MembersMetric, Metric, RatioMetric, SemanticModel, SimpleMetric
from semantic_layer.query import Aggregate, And, ByDimension, Change, Filter, MetricUse, Predicate
from semantic_layer.resolve import resolve
from semantic_layer.resolve.outputs import is_linear
from semantic_layer.scope import Restricted

_TOP, _BOTTOM = "change_numerator", "change_denominator"


@dataclass(frozen=True, slots=True)
class Slice:
    """One aggregate of a change: by which dimensions it cuts."""

    dimensions: tuple[str, ...]
    query: Aggregate


@dataclass(frozen=True, slots=True)
class ChangeQueries:
    """`total` has one row: current, previous, change. `slices` have a row a member; run them with `restricted`, which knows the
    numerator and denominator of a ratio under names of their own. `ratio`: slices hold both."""

    total: Aggregate
    slices: tuple[Slice, ...]
    restricted: Restricted
    ratio: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one member (of one dimension, or of a pair) did to the change, in the metric's own unit.

    `weight`: its share of the previous total (of a ratio: of the current denominator).
    """

    dimensions: tuple[str, ...]
    members: tuple[Any, ...]
    previous: float | None
    current: float | None
    contribution: float
    surprise: float
    weight: float


def expand(change: Change, restricted: Restricted) -> ChangeQueries:
    """The aggregates of a change: the total, and one per dimension that may explain it."""
    total = Aggregate(
        metrics=(MetricUse(metric=change.metric),), where=change.where, period=change.period, compare=change.compare
    )
    resolve(total, restricted)
    metric = restricted.model.metrics[change.metric]
    split, ratio = _with_parts(restricted, metric)
    metrics = (MetricUse(metric=_TOP), MetricUse(metric=_BOTTOM)) if ratio else (MetricUse(metric=change.metric),)
    if not all(_adds_up(split.model, split.model.metrics[used.metric]) for used in metrics):
        raise QueryError((Issue("no-drivers", where=Place(path="metric"), params={"metric": change.metric}),))
    slices = []
    for name in change.dimensions or _candidates(restricted.model, metric):
        query = total.model_copy(update={"metrics": metrics, "group_by": (ByDimension(member=name),)})
        if _runs(query, split) and not _fixed(change.where, name):
            slices.append(Slice((name,), query))
    if not slices:
        raise QueryError((Issue("no-drivers", where=Place(path="dimensions"), params={"metric": change.metric}),))
    return ChangeQueries(total, tuple(slices), split, ratio)


def refine(queries: ChangeQueries, found: Sequence[Contribution], most: int = 4) -> tuple[Slice, ...]:
    """Pairs among the dimensions that explain most: what falls only where two things meet."""
    best: dict[str, float] = {}
    for c in found:
        best[c.dimensions[0]] = max(best.get(c.dimensions[0], 0.0), abs(c.surprise))
    names = sorted(best, key=lambda n: -best[n])[:most]
    first = queries.slices[0].query
    pairs = []
    for pair in combinations(sorted(names), 2):
        query = first.model_copy(update={"group_by": tuple(ByDimension(member=n) for n in pair)})
        if _runs(query, queries.restricted):
            pairs.append(Slice(pair, query))
    return tuple(pairs)


def beside(change: Change, restricted: Restricted, driver: Contribution) -> tuple[Aggregate, ...]:
    """Related metrics inside the first driver: what else moved there."""
    conditions: list[Filter] = [change.where] if change.where is not None else []
    for name, value in zip(driver.dimensions, driver.members, strict=True):
        conditions.append(
            Predicate(member=name, op="is null") if value is None else Predicate(member=name, op="=", values=(value,))
        )
    where = And(filters=tuple(conditions)) if conditions else None
    metric = restricted.model.metrics[change.metric]
    candidates = (
        Aggregate(metrics=(MetricUse(metric=name),), where=where, period=change.period, compare=change.compare)
        for name in metric.related
    )
    return tuple(q for q in candidates if _runs(q, restricted))


def contributions(part: Slice, rows: Iterable[Sequence[Any]], *, ratio: bool) -> tuple[Contribution, ...]:
    """The contributions of one slice, from its rows (keys; value, previous, growth; for ratios twice)."""
    width = len(part.dimensions)
    cells = [(tuple(row[:width]), [_number(v) for v in row[width:]]) for row in rows]
    return _ratio(part, cells) if ratio else _additive(part, cells)


def says_more(pair: Sequence[Contribution]) -> bool:
    """False where one dimension of the pair determines the other (a province lies in one region): it says nothing new."""
    rows = {c.members for c in pair}
    return all(len({members[side] for members in rows}) < len(rows) for side in (0, 1))


def ranked(found: Iterable[Contribution], *, least: float = 0.05) -> tuple[Contribution, ...]:
    """The drivers in order, the most telling first; `least`: who did less than that part of the overall change is left out.

    Telling is a surprise for the size of who caused it, |surprise| / √weight, as a deviation is measured against its spread: so
    the one cell that falls stands before the row and the column that it lies in. The size is of both times together, as where
    two counts are compared the spread is of their sum: three orders that became nine are no main reason.
    """
    members = list(found)
    change = {c.dimensions: 0.0 for c in members}
    for c in members:
        change[c.dimensions] += c.contribution
    whole = max((abs(v) for v in change.values()), default=0.0)
    told = [c for c in members if abs(c.contribution) >= least * whole and c.surprise]
    return tuple(sorted(told, key=lambda c: (-_telling(c), len(c.dimensions))))


def _telling(c: Contribution) -> float:
    return abs(c.surprise) / math.sqrt(max(c.weight, 1e-6))


# --- decomposition -----------------------------------------------------------------------------------------------------------


def _additive(part: Slice, cells: list[tuple[tuple[Any, ...], list[float | None]]]) -> tuple[Contribution, ...]:
    now = sum(v[0] or 0.0 for _, v in cells)
    before = sum(v[1] or 0.0 for _, v in cells)
    found = []
    for members, values in cells:
        current, previous = values[0] or 0.0, values[1] or 0.0
        delta = current - previous
        fair = (now - before) * previous / before if before else 0.0
        size = (previous + current) / (before + now) if before + now > 0 else 0.0
        weight = max(size, 0.001)
        found.append(Contribution(part.dimensions, members, previous, current, delta, delta - fair, weight))
    return tuple(found)


def _ratio(part: Slice, cells: list[tuple[tuple[Any, ...], list[float | None]]]) -> tuple[Contribution, ...]:
    sums = [sum(v[i] or 0.0 for _, v in cells) for i in (0, 1, 3, 4)]
    _, n0, d1, d0 = sums
    if not d1 or not d0:
        return ()
    overall = n0 / d0
    found = []
    for members, v in cells:
        top1, top0, low1, low0 = v[0] or 0.0, v[1] or 0.0, v[3] or 0.0, v[4] or 0.0
        w1, w0 = low1 / d1, low0 / d0
        r1, r0 = (top1 / low1 if low1 else None), (top0 / low0 if low0 else None)
        mix = (w1 - w0) * ((r0 if r0 is not None else overall) - overall)
        rate = w1 * ((r1 if r1 is not None else 0.0) - (r0 if r0 is not None else overall)) if low1 else 0.0
        found.append(Contribution(part.dimensions, members, r0, r1, mix + rate, mix + rate, w1))
    return tuple(found)


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


# --- numerator and denominator -----------------------------------------------------------------------------------------------


def _with_parts(restricted: Restricted, metric: Metric) -> tuple[Restricted, bool]:
    """The model with a ratio's two sides as metrics; False for what adds up by itself."""
    model = restricted.model
    sides = _sides(model, metric)
    if sides is None:
        return restricted, False
    measures, (top, bottom) = sides
    extended = model.model_copy(
        update={"measures": {**model.measures, **measures}, "metrics": {**model.metrics, _TOP: top, _BOTTOM: bottom}}
    )
    return replace(restricted, model=extended), True


def _sides(model: SemanticModel, metric: Metric) -> tuple[Mapping[str, Measure], tuple[Metric, Metric]] | None:
    match metric:
        case RatioMetric():
            both = (_alias(model, metric.numerator, _TOP), _alias(model, metric.denominator, _BOTTOM))
            return {}, both
        case DerivedMetric():
            division = _division(parse(metric.expr))
            if division is None:
                return None
            return {}, (_derived(metric, division[0], _TOP), _derived(metric, division[1], _BOTTOM))
        case SimpleMetric():
            measure = model.measures[metric.measure]
            return _average(metric, measure) if measure.agg == "avg" else None
        case _:
            return None


def _division(tree: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """The two sides of a / b, of 100 * (a / b) and of a / b * 100."""
    tree = tree.unnest()
    if isinstance(tree, exp.Div):
        return tree.this, tree.expression
    if not isinstance(tree, exp.Mul):
        return None
    for side, factor in ((tree.this.unnest(), tree.expression), (tree.expression.unnest(), tree.this)):
        if isinstance(side, exp.Div) and isinstance(factor.unnest(), exp.Literal):
            return exp.Mul(this=exp.Paren(this=side.this), expression=factor), side.expression
    return None


def _adds_up(model: SemanticModel, metric: Metric) -> bool:
    """Do the parts of the metric make the whole? Medians, extremes, cumulative metrics and differences of rates have no parts."""
    match metric:
        case SimpleMetric():
            return model.measures[metric.measure].agg in ("sum", "count", "count_distinct")
        case MembersMetric():
            return True
        case DerivedMetric():
            return is_linear(metric.expr) and all(_adds_up(model, model.metrics[name]) for name in metric.metrics)
        case _:
            return False


def _alias(model: SemanticModel, name: str, new: str) -> Metric:
    return DerivedMetric(name=new, label=model.metrics[name].label, expr=name, metrics=(name,))


def _derived(metric: DerivedMetric, tree: exp.Expr, new: str) -> Metric:
    names = tuple(dict.fromkeys(c.name for c in tree.find_all(exp.Column)))
    return DerivedMetric(name=new, label=metric.label, expr=tree.sql(dialect="duckdb"), metrics=names)


def _average(metric: SimpleMetric, measure: Measure) -> tuple[Mapping[str, Measure], tuple[Metric, Metric]]:
    total = measure.model_copy(update={"name": _TOP, "agg": "sum"})
    rows = measure.model_copy(update={"name": _BOTTOM, "agg": "count"})
    sides = tuple(metric.model_copy(update={"name": m.name, "measure": m.name, "finer": None}) for m in (total, rows))
    return {_TOP: total, _BOTTOM: rows}, (sides[0], sides[1])


# --- which dimensions ----------------------------------------------------------------------------------------------------------


def _candidates(model: SemanticModel, metric: Metric) -> tuple[str, ...]:
    """The metric's declared drivers, else every dimension with declared values that lives near its fact."""
    if metric.drivers:
        return metric.drivers
    home = _home(model, metric)
    graph = JoinGraph(model)
    near = [d for d in model.dimensions.values() if d.groupable and d.values and d.pii is None and not d.tag]
    return tuple(
        d.name
        for d in near
        if home is not None and (graph.distance(home, d.table) or 0) <= 1 and graph.path(home, d.table) is not None
    )


def _home(model: SemanticModel, metric: Metric) -> str | None:
    match metric:
        case SimpleMetric():
            return model.measures[metric.measure].table
        case RatioMetric():
            return _home(model, model.metrics[metric.denominator])
        case DerivedMetric():
            return _home(model, model.metrics[metric.metrics[-1]])
        case _:
            return None


def _fixed(where: Filter | None, name: str) -> bool:
    """A dimension that the question already fixes to one value explains nothing."""
    match where:
        case Predicate():
            return where.member == name and where.op == "="
        case And():
            return any(_fixed(part, name) for part in where.filters)
        case _:
            return False


def _runs(query: Aggregate, restricted: Restricted) -> bool:
    try:
        resolve(query, restricted)
    except QueryError:
        return False
    return True
