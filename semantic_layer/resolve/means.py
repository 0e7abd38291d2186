"""The mean of a metric over groups: sales per day, orders per store, visitors a day.

In: a metric's name, its use, what the mean is over. Out: a `Formula` that is the sum over the groups divided by how many there are;
None with issues noted. Over time: the buckets that the period touches, with those in which nothing happened (`mean-needs-period` where
it has no two ends); where a condition picks among them (weekends only), those in which something did. Over a dimension: its members that
have any. What is counted once each (visitors) is counted once in each group. What does not add up (a rate, an average, a balance), or
has no time, has no such mean: `no-mean`.
"""

from dataclasses import replace
from datetime import date, timedelta

from semantic_layer.expressions import columns_of
from semantic_layer.periods import buckets, floor
from semantic_layer.plan import (
    All,
    Any,
    ColumnRef,
    Computed,
    Condition,
    DimensionKey,
    During,
    Formula,
    Leaf,
    Negation,
    Quotient,
    Ref,
    Tally,
    Test,
)
from semantic_layer.query import ByDimension, ByTime, ByTimePart, Grain, Period, Predicate
from semantic_layer.resolve.keys import grouped
from semantic_layer.resolve.leaves import BuiltLeaf, Leaves
from semantic_layer.resolve.metrics import Builder, Use
from semantic_layer.resolve.outputs import adds, leaves_of

_GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
_ANY = Period(start=date(2000, 1, 1), end=date(2000, 1, 2))
"""A time that tells whether a metric has any; nothing is computed in it."""
_MOST_DAYS = 40_000
"""Days of which each is looked at, where there is a mean in each of several times."""


def mean(builder: Builder, name: str, use: Use, per: ByDimension | ByTime) -> Formula | None:
    """The formula of the mean."""
    total = _total(builder, name, use, per)
    if total is None:
        return None
    found = _of_times(builder, name, use, per, total) if isinstance(per, ByTime) else _of_members(builder, name, use, per, total)
    if found is None:
        builder.r.note("no-mean", use.path, metric=name)
    return found


def _total(builder: Builder, name: str, use: Use, per: ByDimension | ByTime) -> Formula | None:
    """The sum over the groups: of what adds up the whole, else each group by itself first. Notes `no-mean`, `mean-needs-period`."""
    lacks = isinstance(per, ByTime) and (use.period is None or buckets(use.period, per.grain) is None)
    if isinstance(per, ByDimension):
        use = replace(use, where=(*use.where, Predicate(member=per.member, op="is not null")))
    tried = replace(builder, leaves=Leaves())  # leaves of its own: what only tells how it adds up is not computed
    formula = tried.formula(name, replace(use, period=_ANY) if lacks else use)
    if formula is None:
        return None
    kind, leaves = adds(tried.leaves, formula), leaves_of(tried.leaves, formula)
    timeless = isinstance(per, ByTime) and not all(any(isinstance(c, During) for c in leaf.conditions) for leaf in leaves)
    if kind == "no" or timeless or any(leaf.snapshot is not None for leaf in leaves):
        builder.r.note("no-mean", use.path, metric=name)
        return None
    if lacks:
        builder.r.note("mean-needs-period", use.path)
        return None
    return builder.formula(name, use if kind == "sum" else replace(use, over=per))


# --- over members of a dimension -------------------------------------------------------------------------------------------


def _of_members(builder: Builder, name: str, use: Use, per: ByDimension, total: Formula) -> Formula | None:
    of = builder.leaves.built[total.name] if isinstance(total, Leaf) else None
    ref = grouped(builder.r, per, of.base, use.path) if of is not None else None
    if of is None or not isinstance(ref, ColumnRef):
        return None
    builder.r.note("mean-of-those", use.path, severity="assumption", name=per.member)
    return Quotient(total, _distinct(builder, of, ref, f"{name}_groups{use.slot}"))


def _distinct(builder: Builder, of: BuiltLeaf, ref: ColumnRef, name: str) -> Leaf:
    """How many values of `ref` the rows have that a leaf is of."""
    counted = replace(of, name=name, agg="count_distinct", ref=ref, percentile=None, member=None, at_least=None, over=None)
    return Leaf(builder.leaves.add(counted), False)


# --- over time ---------------------------------------------------------------------------------------------------------------


def _of_times(builder: Builder, name: str, use: Use, per: ByTime, total: Formula) -> Formula | None:
    period, first = use.period or Period(), builder.r.model.domain.week_start
    if per.member is not None:
        return None
    if any(isinstance(day, date) and floor(day, per.grain, first) != day for day in (period.start, period.end)):
        builder.r.note(f"mean-cut-{per.grain}", use.path, severity="assumption", count=str(buckets(period, per.grain, first)))
    for leaf in leaves_of(builder.leaves, total):
        time = next(c.ref for c in leaf.conditions if isinstance(c, During))
        by_time = any(isinstance(k, DimensionKey) and _is_of_time(k.ref, time) for k in leaf.keys)
        if by_time or any(_picks_times(c, time) for c in leaf.conditions):
            return _of_some_days(builder, f"{name}_days{use.slot}", leaf, time, total) if per.grain == "day" else None
    timed = [i for i, g in enumerate(use.groups) if isinstance(g, ByTime | ByTimePart)]
    if not timed:
        return Computed(f"total / {buckets(period, per.grain, first)}", (("total", total),))
    group = use.groups[timed[0]]
    if len(timed) > 1 or use.shift is not None or not isinstance(group, ByTime | ByTimePart) or group.member is not None:
        return None
    counts = _tally(period, group, per.grain, first)
    return None if counts is None else Quotient(total, Tally(timed[0], counts))


def _picks_times(condition: Condition, time: ColumnRef) -> bool:
    """Whether a condition, beside the period, is about the time itself: weekends only, mornings."""
    match condition:
        case Test():
            return _is_of_time(condition.ref, time)
        case All() | Any():
            return any(_picks_times(inner, time) for inner in condition.conditions)
        case Negation():
            return _picks_times(condition.condition, time)
        case _:
            return False


def _is_of_time(ref: Ref, time: ColumnRef) -> bool:
    return isinstance(ref, ColumnRef) and ref.table == time.table and time.sql in columns_of(ref.sql)


def _of_some_days(builder: Builder, name: str, leaf: BuiltLeaf, time: ColumnRef, total: Formula) -> Formula:
    days = replace(time, sql=f"CAST({time.sql} AS DATE)", type="date")
    builder.r.note("mean-of-days", "metrics", severity="assumption")
    return Quotient(total, _distinct(builder, leaf, days, name))


def _tally(
    period: Period, group: ByTime | ByTimePart, grain: Grain, week_start: int
) -> tuple[tuple[bool | int | str, int], ...] | None:
    """How many buckets of a grain lie in each group of time, by its key; None where the group is no longer than they are."""
    if period.start is None or period.end is None or (period.end - period.start).days > _MOST_DAYS:
        return None
    if isinstance(group, ByTime) and _GRAINS.index(grain) >= _GRAINS.index(group.grain):
        return None
    found: dict[bool | int | str, set[date]] = {}
    for passed in range((period.end - period.start).days):
        day = period.start + timedelta(days=passed)
        for key in _keys(day, group, week_start):
            found.setdefault(key, set()).add(floor(day, grain, week_start))
    return tuple((key, len(inside)) for key, inside in found.items())


def _keys(day: date, group: ByTime | ByTimePart, week_start: int) -> tuple[bool | int | str, ...]:
    """The groups that a day lies in: one; of the hours, every one."""
    if isinstance(group, ByTime):
        return (floor(day, group.grain, week_start).isoformat(),)
    parts: dict[str, tuple[bool | int | str, ...]] = {
        "weekday": (day.isoweekday(),),
        "weekend": (day.isoweekday() > 5,),
        "month": (day.month,),
        "quarter": ((day.month + 2) // 3,),
        "hour": tuple(range(24)),
    }
    return parts[group.part]
