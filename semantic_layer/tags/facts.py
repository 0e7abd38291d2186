"""Windows and last dates: every column that one fact table gives, in one pass over it.

In: tags of kind `window` and `last_date`. Out: a SELECT per fact, grouped by the entity's key; conditions that all columns share
bound the scan, the rest filters each aggregate. Fails with `ModelError` where a metric is not a simple one or has no time.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

from semantic_layer.catalog import nearest
from semantic_layer.compiler import nodes
from semantic_layer.expressions import bind
from semantic_layer.model import LastDate, Measure, SimpleMetric, Window
from semantic_layer.tags.profile import Moment, Profile, fail
from semantic_layer.tags.reads import Read, all_of, conjuncts, joined, key_columns, named_keys, tables_of

_ZERO_IF_MISSING = ("count", "count_distinct", "sum")


@dataclass(frozen=True, slots=True)
class Fact:
    """One column of a pass over `table`: an aggregate of the rows that satisfy `conditions`, since `start` by `time`."""

    tag: str
    table: str
    value: exp.Expr
    conditions: tuple[exp.Expr, ...]
    time: Moment | None
    start: date | None = None
    zero: bool = False


def window_fact(profile: Profile, tag: str, window: Window) -> Fact:
    """A metric per member over the last days."""
    return metric_fact(profile, tag, window.metric, window.days)


def metric_fact(profile: Profile, tag: str, name: str, days: int | None) -> Fact:
    """A metric per member over the last `days` days (None: ever), nothing on or after today."""
    metric, measure = _metric(profile, tag, name)
    time = None if metric.timeless else profile.time(tag, measure.table, metric.time)
    if days is not None and time is None:
        fail("tag-no-time", tag, table=measure.table)
    start = None if days is None else profile.today - timedelta(days=days)
    conditions = [*conjuncts(measure.where, measure.table), *conjuncts(metric.where, measure.table)]
    if time is not None:
        conditions.append(time.before(profile.today))
        conditions.extend(() if start is None else (time.since(start),))
    zero = measure.agg in _ZERO_IF_MISSING
    return Fact(tag, measure.table, _aggregate(measure), tuple(conditions), time, start, zero)


def last_date_fact(profile: Profile, tag: str, last: LastDate) -> Fact:
    """The day of the last occurrence: taken from the greatest moment, which is cheaper than from each row."""
    behaviour = profile.model.behaviours.get(last.behaviour)
    if behaviour is None:
        fail("tag-unknown-name", tag, nearest(last.behaviour, profile.model.behaviours), name=last.behaviour)
    time = profile.needed_time(tag, behaviour.table, behaviour.time)
    conditions = (*conjuncts(behaviour.where, behaviour.table), time.before(profile.today))
    return Fact(tag, behaviour.table, exp.Max(this=time.column.copy()), conditions, time)


def _metric(profile: Profile, tag: str, name: str) -> tuple[SimpleMetric, Measure]:
    metric = profile.model.metrics.get(name)
    if metric is None:
        fail("tag-unknown-name", tag, nearest(name, profile.model.metrics), name=name)
    measure = profile.model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
    if not isinstance(metric, SimpleMetric) or measure is None or measure.semi_additive is not None:
        fail("tag-metric-not-simple", tag, metric=name)
    return metric, measure


def _aggregate(measure: Measure) -> exp.Expr:
    value = bind(measure.expr, measure.table, str) if measure.expr else None
    return nodes.aggregate(measure.agg, value, measure.percentile)


def fact_read(profile: Profile, table: str, facts: list[Fact]) -> Read:
    """All windows and last dates of one fact table in one pass."""
    first = facts[0].tag
    keys = key_columns(profile, first, table)
    used = tables_of((*keys, *(f.value for f in facts), *(c for f in facts for c in f.conditions)))
    shared = _shared(facts)
    columns = (exp.alias_(_filtered(profile, fact, shared), fact.tag) for fact in facts)
    select = joined(profile, first, table, used - {table})
    select = select.select(*named_keys(profile, keys), *columns, copy=False)
    if shared:
        select = select.where(all_of(shared.values()), copy=False)
    select = select.group_by(*(k.copy() for k in keys), copy=False)
    zeros = frozenset(f.tag for f in facts if f.zero)
    return Read(profile.free_name(f"{table}_facts"), select, tuple(f.tag for f in facts), zeros)


def _shared(facts: list[Fact]) -> dict[str, exp.Expr]:
    """By their SQL, the conditions that hold for every column; with them the earliest start where all are windows of one time."""
    every = [{c.sql() for c in f.conditions} for f in facts]
    shared = {c.sql(): c for c in facts[0].conditions if all(c.sql() in own for own in every)}
    times, starts = {f.time for f in facts}, [f.start for f in facts if f.start is not None]
    time = facts[0].time
    if time is not None and len(times) == 1 and len(starts) == len(facts):
        earliest = time.since(min(starts))
        shared[earliest.sql()] = earliest
    return shared


def _filtered(profile: Profile, fact: Fact, shared: dict[str, exp.Expr]) -> exp.Expr:
    rest = [c for c in fact.conditions if c.sql() not in shared]
    value = nodes.filtered(fact.value, all_of(rest))
    return exp.cast(value, "DATE") if isinstance(profile.tags[fact.tag].compute, LastDate) else value
