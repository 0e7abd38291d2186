"""Aggregate -> AggregatePlan: measurements with their comparisons and shares, keys, having, order, limits.

In: the query. Out: the plan and its output columns, with assumptions noted; None where anything is wrong.
"""

from dataclasses import dataclass, replace
from datetime import date

from semantic_layer.catalog import nearest
from semantic_layer.model import CumulativeMetric
from semantic_layer.periods import bucket_before, floor, leap_days, previous_period, shift, year_before
from semantic_layer.plan import (
    AggregatePlan,
    Cumulation,
    Formula,
    HavingTest,
    Measurement,
    OrderTerm,
    OutputColumn,
)
from semantic_layer.query import (
    Aggregate,
    ByDimension,
    ByTime,
    Calculation,
    Compare,
    Grain,
    MetricUse,
    Order,
    Period,
)
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.filters import conjuncts
from semantic_layer.resolve.keys import key_column
from semantic_layer.resolve.leaves import Leaves
from semantic_layer.resolve.means import mean
from semantic_layer.resolve.metrics import Builder, Use
from semantic_layer.resolve.outputs import part_of, zeroed
from semantic_layer.resolve.sums import check_sums
from semantic_layer.resolve.whole import whole

MOST_YEARS = 100
"""Years of days that are each compared with the same one a year before: every 29 February among them is a condition of its own."""
GROUPS = "groups"
"""The column of the number of groups."""


@dataclass(frozen=True, slots=True)
class Against:
    """What each value is compared with: a period (moved onto the one asked by `shift`, `without` days that have no counterpart),
    or other conditions."""

    period: Period | None
    shift: tuple[Grain, int] | None
    without: tuple[Period, ...] = ()


def aggregate_plan(r: Resolution, query: Aggregate) -> tuple[AggregatePlan, Period | None] | None:
    """The plan, and the period compared with."""
    query, shown = whole(r, query)
    keys = tuple(key_column(r, g, query.group_by) for g in query.group_by)
    builder = Builder(r, Leaves(frozenset(k.name.lower() for k in keys)))
    measurements = _measurements(builder, query)
    if not _shape_is_right(r, query, keys) or len(measurements) != len(query.metrics):
        return None
    check_sums(builder, query, measurements)
    finished = tuple(_zeroed(builder, m) for m in measurements)
    outputs = _columns(keys, finished, query)
    order = _order(r, query, outputs)
    if query.offset and (not query.order or query.limit_per or query.count_groups):
        r.note("offset-needs-order", "offset")
    plan = AggregatePlan(
        scans=builder.leaves.scans(),
        keys=keys,
        measurements=finished,
        share_within=_within(r, query, keys),
        running=query.running_total,
        having=_having(r, query, finished),
        order=order,
        limit=query.limit,
        offset=query.offset,
        limit_per=_positions(r, query.limit_per, keys, "limit_per"),
        ranked=order[0].column if query.limit is not None and query.order and order else None,
        from_day=_from_day(r, query, finished),
        counted=query.count_groups,
        beside=query.share.beside if query.share is not None else None,
        shown=shown,
    )
    against = _against(r, query, query.period) if query.period is not None else None
    return plan, against.period if against else None


# --- comparison ----------------------------------------------------------------------------------------------------------


def _against(r: Resolution, query: Aggregate, period: Period | None) -> Against | None:
    """What a value over `period` is compared with; notes `needs-period`, `too-many-days`. None where nothing is compared with one."""
    compare = query.compare
    if compare is None or compare.kind == "filter":
        return None
    if period is None or period.start is None or period.end is None:
        r.note("needs-period", "compare")
        return None
    grain = next((g.grain for g in query.group_by if isinstance(g, ByTime) and g.member is None), None)
    by_day_of_year = grain == "day" and compare.kind == "same_period_last_year"
    if by_day_of_year and period.end.year - period.start.year > MOST_YEARS:
        r.note("too-many-days", "compare", years=str(MOST_YEARS))
        return None
    try:
        return _beside(r, compare, period, grain)
    except (OverflowError, ValueError):  # before the first day of any calendar
        r.note("needs-period", "compare")
        return None


def _beside(r: Resolution, compare: Compare, period: Period, grain: Grain | None) -> Against:
    if compare.period is not None:
        return Against(compare.period, _shift(grain, period, compare.period))
    if compare.kind == "same_period_last_year":
        return _year_ago(period, grain)
    if grain is not None:
        return Against(bucket_before(period, grain), (grain, 1))
    return Against(previous_period(period, r.model.domain.week_start), None)


def _year_ago(period: Period, grain: Grain | None) -> Against:
    """The same days one year earlier; by week, the same weeks 52 weeks earlier; by day, no 29 February beside a 28th."""
    before = year_before(period)
    if grain == "week" and period.start is not None and period.end is not None:
        return Against(Period(start=shift(period.start, "week", -52), end=shift(period.end, "week", -52)), ("week", 52))
    without = leap_days(before) if grain == "day" and before is not None else ()
    return Against(before, None if grain is None else ("year", 1), without)


def _shift(grain: Grain | None, period: Period, other: Period) -> tuple[Grain, int] | None:
    """How far the buckets of the other period lie behind; None without a time grain."""
    if grain is None or period.start is None or other.start is None:
        return None
    months = (period.start.year - other.start.year) * 12 + period.start.month - other.start.month
    if grain in ("month", "quarter", "year") and period.start.day == other.start.day:
        return ("month", months)
    return ("day", (period.start - other.start).days)


# --- measurements --------------------------------------------------------------------------------------------------------


def _measurements(builder: Builder, query: Aggregate) -> tuple[Measurement, ...]:
    found = (_measurement(builder, query, i, used) for i, used in enumerate(query.metrics))
    return tuple(m for m in found if m is not None)


def _measurement(builder: Builder, query: Aggregate, index: int, used: MetricUse | Calculation) -> Measurement | None:
    own = conjuncts(query.where) + conjuncts(used.where)
    period = (used.period if isinstance(used, MetricUse) and used.period is not None else None) or query.period
    part_where = conjuncts(query.share.part) if query.share is not None else ()
    use = Use(own, period, query.group_by, beside=part_where, path=f"metrics[{index}]")
    if query.compare is not None:
        value, previous = _both(builder, query, used, use)
    else:
        value, previous = _formula(builder, used, use), None
    part = _formula(builder, used, replace(use, where=own + part_where, slot="_part")) if part_where else None
    if value is None or (query.compare is not None and previous is None) or (part_where and part is None):
        return None
    return _described(builder, used, value, previous, part)


def _both(builder: Builder, query: Aggregate, used: MetricUse | Calculation, use: Use) -> tuple[Formula | None, Formula | None]:
    """The value, and the one compared with."""
    compare = query.compare
    if compare is not None and compare.kind == "filter":
        left, right = conjuncts(compare.left), conjuncts(compare.where)
        value = _formula(builder, used, replace(use, where=use.where + left, beside=use.beside + right))
        return value, _formula(builder, used, replace(use, where=use.where + right, beside=use.beside + left, slot="_previous"))
    against = _against(builder.r, query, use.period)
    if against is None:
        return None, None
    value = _formula(builder, used, use)
    other = replace(use, period=against.period, shift=against.shift, without=against.without, slot="_previous")
    previous = _formula(builder, used, other)
    if value is not None and value == previous and against.period != use.period:
        builder.r.note("no-time", use.path, name=used.metric if isinstance(used, MetricUse) else used.member)
    return value, previous


def _formula(builder: Builder, used: MetricUse | Calculation, use: Use) -> Formula | None:
    if isinstance(used, MetricUse):
        return builder.formula(used.metric, use) if used.per is None else mean(builder, used.metric, use, used.per)
    return builder.calculation(used, use)


def _described(
    builder: Builder, used: MetricUse | Calculation, value: Formula, previous: Formula | None, part: Formula | None
) -> Measurement:
    name = _name(used)
    if isinstance(used, Calculation):
        dimension = builder.r.model.dimensions[used.member]
        if used.agg in ("count", "count_distinct"):
            return Measurement(name, value, previous, part, "integer", None, used.member)
        own = None if dimension.type in ("integer", "decimal", "number") else dimension.type
        return Measurement(name, value, previous, part, dimension.format, dimension.unit, used.member, type=own)
    member = builder.replaced.get(used.metric, used.metric)
    metric = builder.r.model.metrics[member]
    cumulation = Cumulation(metric.reset) if isinstance(metric, CumulativeMetric) else None
    format_ = "number" if used.per is not None and metric.format == "integer" else metric.format
    return Measurement(name, value, previous, part, format_, metric.unit, member, cumulation)


def _name(used: MetricUse | Calculation) -> str:
    """The name of the output column."""
    return used.name or (used.metric if isinstance(used, MetricUse) else f"{used.agg}_{used.member}")


def _zeroed(builder: Builder, m: Measurement) -> Measurement:
    leaves = builder.leaves
    return replace(
        m,
        value=zeroed(leaves, m.value),
        previous=None if m.previous is None else zeroed(leaves, m.previous),
        part=None if m.part is None else part_of(leaves, m.part),
    )


# --- checks --------------------------------------------------------------------------------------------------------------


def _shape_is_right(r: Resolution, query: Aggregate, keys: tuple[OutputColumn, ...]) -> bool:
    before = len(r.issues)
    names = [k.name for k in keys] + [_name(u) for u in query.metrics]
    lower = [n.lower() for n in names]
    for name in dict.fromkeys(n for n in names if lower.count(n.lower()) > 1):
        r.note("duplicate-output", "metrics", name=name)
    for group in query.group_by:
        dimension = r.dimension(group.member, "group_by") if isinstance(group, ByDimension) else None
        named = dimension is not None and _names_things_of(r, query, dimension.table)
        if dimension is not None and not dimension.groupable and not _is_key(r, dimension.name) and not named:
            r.note("not-groupable", "group_by", dimension=dimension.name)
    if query.compare is not None and query.share is not None:
        r.note("share-and-compare", "share")
    if query.running_total and not any(isinstance(g, ByTime) for g in query.group_by):
        r.note("running-needs-time", "running_total")
    if query.running_total and (query.compare is not None or query.share is not None):
        r.note("running-alone", "running_total")
    if query.limit_per and query.limit is None:
        r.note("limit-per-needs-limit", "limit_per")
    if query.count_groups and not any(isinstance(g, ByDimension) for g in query.group_by):
        r.note("counting-needs-groups", "count_groups")
    if query.count_groups and (query.share is not None or query.running_total or query.limit is not None):
        r.note("counting-alone", "count_groups")
    return len(r.issues) == before


def _is_key(r: Resolution, name: str) -> bool:
    return any(name in r.model.tables[e.table].primary_key for e in r.model.entities.values())


def _names_things_of(r: Resolution, query: Aggregate, table: str) -> bool:
    """Whether the things of a table are told apart by name: the budget of each campaign makes no groups of its own."""
    names = {
        e.columns[0] for e in r.model.entities.values() if e.table == table and e.columns and e.name != r.model.domain.entity
    }
    return any(isinstance(group, ByDimension) and group.member in names for group in query.group_by)


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
        return ("value", "share") if query.share.beside else ("share",)
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
    kind = m.type if m.type is not None and not relative else kind
    return OutputColumn(name, "value", kind, part, m.member, format_, None if relative else m.unit)  # type: ignore[arg-type]


def output_columns(query: Aggregate, plan: AggregatePlan) -> tuple[OutputColumn, ...]:
    """The columns of the result, in order."""
    if plan.counted:
        return (OutputColumn(GROUPS, "value", "integer", "value", plan.keys[0].member, "integer"),)
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
    """Time, numbers and declared orders rise; everything else by the first value, largest first."""
    keys = [c for c in outputs if c.role == "key"]
    values = [c for c in outputs if c.role == "value"]
    rising = [OrderTerm(c.name, False, _ordinal(r, c)) for c in keys if c.grain is not None or _is_number(c) or _ordinal(r, c)]
    falling = [OrderTerm(values[0].name, True)] if values and keys and len(rising) < len(keys) else []
    return tuple(rising + falling)


def _is_number(column: OutputColumn) -> bool:
    """A score, a bucket of amounts: read along the scale."""
    return column.type in ("integer", "number")


def _from_day(r: Resolution, query: Aggregate, measurements: tuple[Measurement, ...]) -> date | None:
    """Cumulative metrics read from the beginning of the data; buckets before the period are not shown."""
    grain = next((g.grain for g in query.group_by if isinstance(g, ByTime)), None)
    start = query.period.start if query.period else None
    if grain is None or start is None or not any(m.cumulative for m in measurements):
        return None
    return floor(start, grain, r.model.domain.week_start)
