"""Aggregate -> AggregatePlan: measurements with their comparisons and shares, keys, having, order, limits.

In: the query. Out: the plan and its output columns, with assumptions noted; None where anything is wrong.
"""

from dataclasses import dataclass, replace
from datetime import date

from semantic_layer.catalog import nearest
from semantic_layer.model import CumulativeMetric
from semantic_layer.periods import floor, previous_period, shift, year_before
from semantic_layer.plan import (
    AggregatePlan,
    Cumulation,
    Formula,
    HavingTest,
    Leaf,
    Measurement,
    OrderTerm,
    OutputColumn,
)
from semantic_layer.query import (
    Aggregate,
    ByBucket,
    ByDimension,
    ByTime,
    ByTimePart,
    Calculation,
    Grain,
    MetricUse,
    Order,
    Period,
)
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.filters import conjuncts
from semantic_layer.resolve.keys import key_column
from semantic_layer.resolve.metrics import Builder, Use
from semantic_layer.resolve.outputs import zeroed


@dataclass(frozen=True, slots=True)
class Against:
    """What each value is compared with: a period (moved onto the one asked by `shift`), or other conditions."""

    period: Period | None
    shift: tuple[Grain, int] | None


def aggregate_plan(r: Resolution, query: Aggregate) -> tuple[AggregatePlan, Period | None] | None:
    """The plan, and the period compared with."""
    against = _against(r, query) if query.compare is not None else None
    if query.compare is not None and query.compare.kind != "filter" and against is None:
        return None
    builder = Builder(r)
    measurements = _measurements(builder, query, against)
    keys = tuple(key_column(r, g) for g in query.group_by)
    if not _shape_is_right(r, query, keys):
        return None
    if len(measurements) != len(query.metrics):
        return None
    finished = tuple(_zeroed(builder, m) for m in measurements)
    if query.share is not None and query.share.part is None:
        _check_shares(r, finished)
    outputs = _columns(keys, finished, query)
    order = _order(r, query, outputs)
    plan = AggregatePlan(
        scans=builder.leaves.scans(),
        keys=keys,
        measurements=finished,
        share_within=_within(r, query, keys),
        running=query.running_total,
        having=_having(r, query, finished),
        order=order,
        limit=query.limit,
        limit_per=_positions(r, query.limit_per, keys, "limit_per"),
        ranked=order[0].column if query.limit is not None and query.order and order else None,
        from_day=_from_day(r, query, finished),
    )
    return plan, against.period if against else None


# --- comparison ----------------------------------------------------------------------------------------------------------


def _against(r: Resolution, query: Aggregate) -> Against | None:
    compare, period = query.compare, query.period
    if compare is None or compare.kind == "filter":
        return Against(None, None)
    if period is None or period.start is None or period.end is None:
        r.note("needs-period", "compare")
        return None
    grain = next((g.grain for g in query.group_by if isinstance(g, ByTime) and g.member is None), None)
    move = _shift(compare.kind, grain, period, compare.period)
    if compare.period is not None:
        return Against(compare.period, move)
    if compare.kind == "same_period_last_year":
        return Against(year_before(period), move)
    if grain is not None:
        return Against(Period(start=shift(period.start, grain, -1), end=shift(period.end, grain, -1)), move)
    return Against(previous_period(period, r.model.domain.week_start), None)


def _shift(kind: str, grain: Grain | None, period: Period, other: Period | None) -> tuple[Grain, int] | None:
    """How far the buckets of the other period lie behind; None without a time grain."""
    if grain is None:
        return None
    if other is not None and other.start is not None and period.start is not None:
        months = (period.start.year - other.start.year) * 12 + period.start.month - other.start.month
        if grain in ("month", "quarter", "year") and period.start.day == other.start.day:
            return ("month", months)
        return ("day", (period.start - other.start).days)
    if kind == "same_period_last_year":
        return ("day", 364) if grain == "week" else ("year", 1)
    return (grain, 1)


# --- measurements --------------------------------------------------------------------------------------------------------


def _measurements(builder: Builder, query: Aggregate, against: Against | None) -> tuple[Measurement, ...]:
    found = (_measurement(builder, query, i, used, against) for i, used in enumerate(query.metrics))
    return tuple(m for m in found if m is not None)


def _measurement(
    builder: Builder, query: Aggregate, index: int, used: MetricUse | Calculation, against: Against | None
) -> Measurement | None:
    path = f"metrics[{index}]"
    own = conjuncts(query.where) + conjuncts(used.where)
    period = (used.period if isinstance(used, MetricUse) and used.period is not None else None) or query.period
    use = Use(own, period, query.group_by, path=path)
    compare = query.compare
    if compare is not None and compare.kind == "filter":
        value = _formula(builder, used, replace(use, where=own + conjuncts(compare.left)))
        previous = _formula(builder, used, replace(use, where=own + conjuncts(compare.where), slot="_previous"))
    else:
        value = _formula(builder, used, use)
        other = None if against is None else replace(use, period=against.period, shift=against.shift, slot="_previous")
        previous = None if other is None else _formula(builder, used, other)
    part = None
    if query.share is not None and query.share.part is not None:
        part = _formula(builder, used, replace(use, where=own + conjuncts(query.share.part), slot="_part"))
    if value is None or (compare is not None and previous is None):
        return None
    return _described(builder, used, value, previous, part)


def _formula(builder: Builder, used: MetricUse | Calculation, use: Use) -> Formula | None:
    return builder.formula(used.metric, use) if isinstance(used, MetricUse) else builder.calculation(used, use)


def _described(
    builder: Builder, used: MetricUse | Calculation, value: Formula, previous: Formula | None, part: Formula | None
) -> Measurement:
    if isinstance(used, Calculation):
        dimension = builder.r.model.dimensions[used.member]
        counted = used.agg in ("count", "count_distinct")
        unit = None if counted or dimension.unit is None else dimension.unit.zh
        name = used.name or f"{used.agg}_{used.member}"
        return Measurement(name, value, previous, part, "integer" if counted else dimension.format, unit, used.member)
    name = builder.replaced.get(used.metric, used.metric)
    metric = builder.r.model.metrics[name]
    unit = metric.unit.zh if metric.unit else None
    cumulation = Cumulation(metric.reset) if isinstance(metric, CumulativeMetric) else None
    return Measurement(used.name or used.metric, value, previous, part, metric.format, unit, name, cumulation)


def _zeroed(builder: Builder, m: Measurement) -> Measurement:
    leaves = builder.leaves
    return replace(
        m,
        value=zeroed(leaves, m.value),
        previous=None if m.previous is None else zeroed(leaves, m.previous),
        part=None if m.part is None else zeroed(leaves, m.part),
    )


# --- checks --------------------------------------------------------------------------------------------------------------


def _shape_is_right(r: Resolution, query: Aggregate, keys: tuple[OutputColumn, ...]) -> bool:
    before = len(r.issues)
    names = [k.name for k in keys] + [u.name or (u.metric if isinstance(u, MetricUse) else "") for u in query.metrics]
    for name in {n for n in names if n and names.count(n) > 1}:
        r.note("duplicate-output", "metrics", name=name)
    for group in query.group_by:
        match group:
            case ByDimension():
                dimension = r.dimension(group.member, "group_by")
                if dimension is not None and not dimension.groupable and not _is_key(r, dimension.name):
                    r.note("not-groupable", "group_by", dimension=group.member)
            case ByTime() | ByTimePart() | ByBucket():
                pass
    if query.compare is not None and query.share is not None:
        r.note("share-and-compare", "share")
    if query.running_total and not any(isinstance(g, ByTime) for g in query.group_by):
        r.note("running-needs-time", "running_total")
    return len(r.issues) == before


def _is_key(r: Resolution, name: str) -> bool:
    return any(name in r.model.tables[e.table].primary_key for e in r.model.entities.values())


def _check_shares(r: Resolution, measurements: tuple[Measurement, ...]) -> None:
    for m in measurements:
        if not isinstance(m.value, Leaf):
            r.note("not-additive", "share", metric=m.name)


def _within(r: Resolution, query: Aggregate, keys: tuple[OutputColumn, ...]) -> tuple[int, ...] | None:
    if query.share is None or query.share.part is not None:
        return None
    return _positions(r, query.share.within, keys, "share.within")


def _positions(r: Resolution, names: tuple[str, ...], keys: tuple[OutputColumn, ...], path: str) -> tuple[int, ...]:
    known = [k.name for k in keys]
    for name in names:
        if name not in known:
            r.note("unknown-output", path, name=name, suggestions=nearest(name, known))
    return tuple(known.index(n) for n in names if n in known)


def _having(r: Resolution, query: Aggregate, measurements: tuple[Measurement, ...]) -> tuple[HavingTest, ...]:
    known = [m.name for m in measurements]
    tests = []
    for i, having in enumerate(query.having):
        if having.by not in known:
            r.note("unknown-output", f"having[{i}]", name=having.by, suggestions=nearest(having.by, known))
        elif having.part not in _parts(query):
            r.note("no-such-part", f"having[{i}]", name=having.by, part=having.part)
        else:
            tests.append(HavingTest(known.index(having.by), having.part, having.op, having.values))
    return tuple(tests)


def _parts(query: Aggregate) -> tuple[str, ...]:
    """The parts that each metric of the result has, in order."""
    if query.share is not None and query.share.part is not None:
        return ("share",)
    if query.compare is not None:
        return ("value", "previous", "growth")
    if query.share is not None:
        return ("value", "share")
    return ("running",) if query.running_total else ("value",)


# --- output ----------------------------------------------------------------------------------------------------------------


def _columns(keys: tuple[OutputColumn, ...], measurements: tuple[Measurement, ...], query: Aggregate) -> tuple[OutputColumn, ...]:
    values = tuple(measured_column(m, part) for m in measurements for part in _parts(query))
    return keys + values


def measured_column(m: Measurement, part: str) -> OutputColumn:
    """The output column of one part of a measurement."""
    name = m.name if part in ("value", "running") else f"{m.name}:{part}"
    relative = part in ("growth", "share")
    format_ = "percent" if relative else m.format
    kind = "integer" if format_ == "integer" else "decimal"
    return OutputColumn(name, "value", kind, part, m.member, format_, None if relative else m.unit)  # type: ignore[arg-type]


def output_columns(query: Aggregate, plan: AggregatePlan) -> tuple[OutputColumn, ...]:
    """The columns of the result, in order."""
    return _columns(plan.keys, plan.measurements, query)


def _order(r: Resolution, query: Aggregate, outputs: tuple[OutputColumn, ...]) -> tuple[OrderTerm, ...]:
    terms = [t for i, o in enumerate(query.order) if (t := _term(r, o, outputs, f"order[{i}]")) is not None]
    return tuple(terms) if query.order else _natural_order(r, outputs)


def _term(r: Resolution, order: Order, outputs: tuple[OutputColumn, ...], path: str) -> OrderTerm | None:
    for column in outputs:
        base, _, _ = column.name.partition(":")
        if base == order.by and (column.role == "key" or column.part in (order.part, "running")):
            return OrderTerm(column.name, order.descending, _ordinal(r, column))
    only = [c for c in outputs if c.name.partition(":")[0] == order.by]
    if len(only) == 1:
        return OrderTerm(only[0].name, order.descending, _ordinal(r, only[0]))
    known = tuple(dict.fromkeys(c.name.partition(":")[0] for c in outputs))
    r.note("unknown-output", path, name=order.by, suggestions=nearest(order.by, known) or known[:3])
    return None


def _ordinal(r: Resolution, column: OutputColumn) -> tuple[str | bool | int, ...]:
    dimension = r.model.dimensions.get(column.member or "") if column.role == "key" else None
    return tuple(v.value for v in dimension.values) if dimension is not None and dimension.ordered else ()


def _natural_order(r: Resolution, outputs: tuple[OutputColumn, ...]) -> tuple[OrderTerm, ...]:
    """Time rises, declared orders rise, everything else by the first value, largest first."""
    keys = [c for c in outputs if c.role == "key"]
    values = [c for c in outputs if c.role == "value"]
    rising = [OrderTerm(c.name, False, _ordinal(r, c)) for c in keys if c.grain is not None or _ordinal(r, c)]
    falling = [OrderTerm(values[0].name, True)] if values and keys and len(rising) < len(keys) else []
    return tuple(rising + falling)


def _from_day(r: Resolution, query: Aggregate, measurements: tuple[Measurement, ...]) -> date | None:
    """Cumulative metrics read from the beginning of the data; buckets before the period are not shown."""
    grain = next((g.grain for g in query.group_by if isinstance(g, ByTime)), None)
    start = query.period.start if query.period else None
    if grain is None or start is None or not any(m.cumulative for m in measurements):
        return None
    return floor(start, grain, r.model.domain.week_start)
