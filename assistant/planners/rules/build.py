"""A finished `Reading` becomes semantic queries.

In: a reading. Out: the queries that it may mean, best first, and the assumptions taken. Raises `Unbound` where a part of it fits
nothing in the model. Whether a query holds together is `resolve`'s question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import assert_never

from assistant.planners.rules.best_listed import unwrapped
from assistant.planners.rules.choose import nearest_dimensions, nearest_values
from assistant.planners.rules.compounds import is_compound
from assistant.planners.rules.conditions import Binder, Unbound
from assistant.planners.rules.counting import by_facts, of_other_rows, of_rows, ranked_by_rows
from assistant.planners.rules.draft import Asked, Group, NumberTest, SegmentTest, Test, ValueTest, VerbTest
from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.facts_of_people import facts_ranked, facts_tested
from assistant.planners.rules.groups import counts_groups
from assistant.planners.rules.journeys import build_journey
from assistant.planners.rules.kinds import kinds_of
from assistant.planners.rules.limits import as_having, choose_apart, split_having
from assistant.planners.rules.means import per_of, use_of
from assistant.planners.rules.moments import before_it
from assistant.planners.rules.of_the_whole import over_all
from assistant.planners.rules.ordered import descending, ordered
from assistant.planners.rules.people_by import ordering_column
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.share_numbers import number_beside
from assistant.planners.rules.shares import share_part
from assistant.planners.rules.things_with import time_of_things
from assistant.planners.rules.topics import to_deeds
from assistant.planners.rules.two_sides import made_of, those_of_sides
from semantic_layer.issues import Issue
from semantic_layer.query import (
    Aggregate,
    Attribute,
    ByBucket,
    ByDimension,
    ByTime,
    ByTimePart,
    Calculation,
    Change,
    Column,
    Filter,
    GroupBy,
    Measured,
    MetricColumn,
    MetricUse,
    Order,
    Period,
    Predicate,
    Records,
    SemanticQuery,
    Share,
)


@dataclass(frozen=True, slots=True)
class Built:
    """A query with the assumptions that were taken to write it."""

    query: SemanticQuery
    issues: tuple[Issue, ...] = ()


def build(r: Reading) -> Built:
    """The query of a reading; raises `Unbound`."""
    if _is_each_of_kinds(r) or is_compound(r):
        raise Unbound("each")
    match r.head:
        case "records":
            built = _records(r)
            return replace(built, query=unwrapped(built.query))
        case "change":
            return _change(r)
        case "aggregate" | None:
            return _aggregate(r)
        case "funnel" | "retention":
            return Built(build_journey(r), tuple(r.issues))
        case _:
            assert_never(r.head)


# --- aggregates ------------------------------------------------------------------------------------------------------------


def _tables(r: Reading) -> tuple[str, ...]:
    found = [t for asked in r.asked for name in asked.names[:1] for t in r.world.tables_of(name)]
    found += [r.world.model.dimensions[a.dimensions[0]].table for a in r.asked if not a.names and a.dimensions]
    return tuple(dict.fromkeys(found))


def _aggregate(r: Reading) -> Built:
    r = of_rows(by_facts(r))
    tables = _tables(r)
    if not tables:
        raise Unbound("metric")
    binder = Binder(r.world, tables, r.today, r.period)
    groups = bound_groups(r, tables)
    having, tests = split_having(r, groups)
    metrics = bound_metrics(r, having)
    part, others = share_part(r, tests, by_group=bool(groups))
    numbered = number_beside(r, part) if part else None
    part, tests = (
        ([], tests) if groups and numbered == "part" else (part, others)
    )  # 各城市沉睡客户的人数和占比: of all who are dormant
    where = those_of_sides(r, groups, binder.all_of(to_deeds(r, facts_tested(r, tests), tables)))
    if part:
        metrics = tuple(_finest(r, m, part) for m in metrics)
    whole = over_all(r, Share() if r.share and groups else None, groups, where)
    share = Share(part=binder.all_of(facts_tested(r, part)), beside=numbered) if part else whole
    if r.share and (share is None or _is_all(where, share) or _of_whose_channel(r, groups)):
        raise Unbound("share")
    query = Aggregate(
        metrics=metrics,
        group_by=groups,
        where=where,
        period=r.period,
        compare=r.compare,
        share=share,
        running_total=r.running and any(isinstance(g, ByTime) for g in groups),  # 今年累计多少: a total
        having=tuple(as_having(r, t, metrics) for t in having),
        count_groups=bool(having) and counts_groups(r),
    )
    if (
        r.period is not None
        and (binder.used_period or len(metrics) > 1)
        and any(_is_timeless(r, m) for m in metrics)
        and _did_some_time(r)
    ):
        raise Unbound("period")
    timeless = r.period is not None and not binder.used_period and all(_is_timeless(r, m) for m in metrics)
    until_now = timeless and r.period is not None and r.period.start is None and (r.period.end or r.today) >= r.today
    if until_now:  # 截至目前有多少会员: as of today, as they are counted anyway
        query = query.model_copy(update={"period": None})
        r.period = None
    r.period_unused = timeless and not until_now
    return Built(_chosen(r, ordered(r, query)), (*r.issues, *binder.issues))


def _did_some_time(r: Reading) -> bool:
    """今年有多少人买了女装，同期却没买鞋靴: what was done is not said to be of the time that the other deed shares."""
    return any(isinstance(t, VerbTest) and t.did and not t.same and t.period is None and t.after is None for t in r.tests)


def _is_all(where: Filter | None, share: Share) -> bool:
    """今年购买的客户里今年买过的占多少: of those that are so, all are."""
    return share.part is not None and all(part in parts_of(where) for part in parts_of(share.part))


def _of_whose_channel(r: Reading, groups: tuple[GroupBy, ...]) -> bool:
    """逛了的人里多大比例会加购，按渠道: the channel of what was done, which a share of people cannot be split by."""
    deeds = {b.table for t in r.tests if isinstance(t, VerbTest) for n in t.behaviours if (b := r.world.behaviour(n)) is not None}
    options = [set(g.dimensions) for g in r.groups if len(g.dimensions) > 1]
    made = {g.member for g in groups if isinstance(g, ByDimension)}
    others = [d for names in options if names & made for d in names - made]
    return any(deeds & set(r.world.homes(d)) for d in others)


def _chosen(r: Reading, query: SemanticQuery) -> SemanticQuery:
    return choose_apart(query, bound_metrics(r)) if isinstance(query, Aggregate) and query.having else query


def _is_each_of_kinds(r: Reading) -> bool:
    """新客和老客各贡献多少: one number each of conditions of different kinds, which one query would only join."""
    if not any(t.has("each_other") or t.text.startswith(("各", "分别")) for t in r.tokens):
        return False
    tests = sorted((t for t in r.tests if isinstance(t, ValueTest | SegmentTest)), key=lambda t: t.at)
    for a, b in pairwise(tests):
        between = [r.tokens[i] for i in r.between(a.at, b.at)]
        tied = bool(between) and all(t.has("and") and not t.is_content for t in between)
        if tied and r.is_person(a.at) and r.is_person(b.at):
            return True
    return False


def bound_metrics(r: Reading, having: Sequence[NumberTest] = ()) -> tuple[Measured, ...]:
    """The metrics of a reading, those that only its groups are tested by last."""
    found: list[Measured] = []
    for asked in r.asked:
        measured = _one_measured(r, asked)
        if measured not in found:
            found.append(measured)
    for test in having:
        use = MetricUse(metric=test.metrics[0], per=per_of(r, test.metrics[0]))
        if not any(isinstance(m, MetricUse) and m.metric == use.metric for m in found):
            found.append(use)
    return tuple(found)


def _is_timeless(r: Reading, measured: Measured) -> bool:
    return isinstance(measured, MetricUse) and measured.period is None and r.world.is_timeless(measured.metric)


def _finest(r: Reading, measured: Measured, part: Sequence[Test]) -> Measured:
    """A share of the detail is a share of the detail's total: 女装占销售额 goes by item sales on both sides."""
    if not isinstance(measured, MetricUse):
        return measured
    finer = r.world.model.metrics[measured.metric].finer
    tables = r.world.tables_of(measured.metric)
    names = [d for t in part if isinstance(t, ValueTest) for d, _ in nearest_values(r.world, t.options, tables, t.hints)[:1]]
    if finer in r.world.model.metrics and any(r.world.is_detail(tables[0], d) for d in names):
        return measured.model_copy(update={"metric": finer})
    return measured


def _one_measured(r: Reading, asked: Asked) -> Measured:
    if asked.names:
        return use_of(r, asked)
    name = asked.dimensions[0]
    window = r.world.attributes.window_of(name)
    if window is not None and asked.agg in ("sum", None):
        metric, days = window
        return MetricUse(metric=metric, period=r.last_days(days) if days is not None else None)
    agg = asked.agg or "avg"
    declared = r.world.declared(name, agg)
    if declared is not None and of_other_rows(r, declared):
        return Calculation(agg=agg, member=name)
    if declared is not None:
        return MetricUse(metric=declared)
    usual = r.world.usual_rows(r.world.model.dimensions[name].table)
    where = Predicate(member=usual[0], op="=", values=(usual[1],)) if usual else None
    return Calculation(agg=agg, member=name, where=where)


def bound_groups(r: Reading, tables: tuple[str, ...]) -> tuple[GroupBy, ...]:
    """The breakdowns of a reading, as seen from the tables of its metrics; raises `Unbound`."""
    found: list[GroupBy] = []
    homes = [r.world.homes(d)[0] for g in r.groups for d in nearest_dimensions(r.world, g.dimensions, tables, g.hints)[:1]]
    for group in sorted(r.groups, key=lambda g: g.at):
        made = _beside(r, _group(r, group, tables), homes, tables)
        if made not in found:
            found.append(made)
    return tuple(found)


def _beside(r: Reading, made: GroupBy, homes: Sequence[str], tables: tuple[str, ...]) -> GroupBy:
    """The region of a store, where stores are listed by it: a twin of the dimension on the table of another breakdown."""
    if not isinstance(made, ByDimension):
        return made
    own = r.world.model.dimensions[made.member]
    entity = r.world.entity
    for home in homes:
        twin = r.world.twin(own, home)
        elsewhere = entity is not None and own.table == entity.table and home not in (own.table, *tables)
        if elsewhere and twin is not None and nearest_dimensions(r.world, (twin,), tables):
            return ByDimension(member=twin)
    return made


def _group(r: Reading, group: Group, tables: tuple[str, ...]) -> GroupBy:
    if group.sides:
        return made_of(r, group, tables)
    if group.grain is not None:
        return ByTime(grain=group.grain)
    if group.part is not None:
        return ByTimePart(part=group.part)
    if group.width is not None or group.edges:
        of = (group.dimensions or (None,))[0], (group.metrics or (None,))[0]
        return ByBucket(member=of[0], metric=of[1], period=group.period, width=group.width, edges=group.edges, below=group.below)
    names = [r.world.attributes.bands.get(name, name) for name in group.dimensions]
    if not nearest_dimensions(r.world, names, tables, group.hints):
        names += [t for name in names for table in tables if (t := r.world.twin(r.world.model.dimensions[name], table))]
    found = nearest_dimensions(r.world, names, tables, group.hints) or _kinds_within_reach(r, group, tables)
    if not found:
        raise Unbound(group.dimensions[0])
    return ByDimension(member=found[0])


def _kinds_within_reach(r: Reading, group: Group, tables: tuple[str, ...]) -> tuple[str, ...]:
    """conversion rate of campaigns by type: the kind of what the metric is about, whatever else is called a type."""
    token = r.tokens[group.at] if 0 <= group.at < len(r.tokens) else None
    if token is None or not token.has("kind_noun"):
        return ()
    names = [d for table in tables for home in r.world.around(table) for d in kinds_of(r, token.text, home)]
    return nearest_dimensions(r.world, names, tables)


# --- lists -----------------------------------------------------------------------------------------------------------------


def _records(r: Reading) -> Built:
    entity = r.world.model.entities.get(r.entity or r.world.model.domain.entity)
    if entity is None:
        raise Unbound("entity")
    binder = Binder(r.world, (entity.table,), r.today, r.period)
    ranked_by_rows(r)
    tests, facts = facts_ranked(r)
    where = binder.all_of(to_deeds(r, facts_tested(r, tests), binder.tables))
    order, column = _list_order(r, binder, facts)
    columns = _list_columns(r, binder, column)
    if any(isinstance(c, MetricColumn) and r.world.counts_people(c.metric) for c in columns):
        raise Unbound("metric")  # how many people there are is nothing that one of them has
    if columns and entity.name != r.world.model.domain.entity:  # stores with their sales: which stores
        named = next((Attribute(member=c) for c in entity.columns if r.world.is_groupable(c)), None)
        columns = columns if named is None or named in columns else (named, *columns)
    own = (
        r.period if entity.name != r.world.model.domain.entity and (not r.period_used or time_of_things(r, entity.name)) else None
    )
    limit = (r.ranking.limit or (1 if r.ranking.single else None)) if r.ranking is not None else None
    r.period_unused = r.period is not None and own is None and not r.period_used and not binder.used_period
    query = Records(entity=entity.name, columns=columns, where=where, period=own, order=order, limit=limit)
    return Built(query, (*r.issues, *binder.issues))


def _list_order(r: Reading, binder: Binder, facts: Filter | None = None) -> tuple[tuple[Order, ...], Column | None]:
    ranking = r.ranking
    if ranking is None or ranking.anyhow:
        return (), None
    measure = Asked(ranking.at, ranking.metrics, None, ranking.dimensions)
    if not (ranking.metrics or ranking.dimensions):
        measure = ordering_column(r, ranking) or measure
    measure = tested_window(r, measure, ranking.period)
    period = measure.period or ranking.period or r.period or r.deed_period(measure.at)
    column = _column(r, binder, measure, period)
    if facts is not None and measure.names:
        column = MetricColumn(metric=measure.names[0], period=period, where=facts)
    if column is None and any(t.has("that_value") for t in r.tokens) and len(r.columns) == 1:
        column = _column(r, binder, r.columns[0], r.period)  # 附近90天消费金额，金额高的排前面
    numbers = [t for t in r.tests if isinstance(t, NumberTest) and t.dimensions]
    if column is None and len(numbers) == 1 and not (ranking.metrics or ranking.dimensions or r.columns):
        column = _column(r, binder, Asked(ranking.at, (), None, numbers[0].dimensions), None)  # spend above 30,000, largest first
    if column is None:
        raise Unbound("order")
    name = column.member if isinstance(column, Attribute) else column.metric
    return (Order(by=name, descending=descending(r, ranking, name)),), column


def tested_window(r: Reading, measure: Asked, period: Period | None) -> Asked:
    """近一年消费超过5000的客户，按消费降序: the spend of the same window, where the order names none."""
    if period is not None or r.period is not None:
        return measure
    windows = {name: metric for (metric, days), name in r.world.attributes.windows.items() if days is not None}
    tested = [d for t in r.tests if isinstance(t, NumberTest) for d in t.dimensions if windows.get(d) in measure.names]
    if not tested and r.ranking is not None and r.ranking.at == measure.at:  # 要近一年消费，按消费从高到低
        tested = [d for c in r.columns for d in c.dimensions if windows.get(d) in measure.names]
    if len(tested) == 1:
        return Asked(measure.at, dimensions=(tested[0],))
    same = {t.period for t in r.tests if isinstance(t, NumberTest) and t.period and set(t.metrics) & set(measure.names)}
    return replace(measure, period=next(iter(same))) if len(same) == 1 else measure


def _column(r: Reading, binder: Binder, asked: Asked, period: Period | None) -> Column | None:
    dimensions = nearest_dimensions(r.world, asked.dimensions, binder.tables)
    if dimensions:
        return Attribute(member=dimensions[0])
    for metric in asked.names:
        attribute = binder.attribute(metric, period)
        r.period_used = r.period_used or period is not None
        if attribute is not None:
            return Attribute(member=attribute)
        return MetricColumn(metric=metric, period=period)
    return None


def _list_columns(r: Reading, binder: Binder, ordering: Column | None) -> tuple[Column, ...]:
    found: list[Column] = []
    for asked in sorted(r.columns, key=lambda a: a.at):
        same = ordering if ordering is not None and is_same_column(r, asked, ordering) else None
        shown = tested_window(r, asked, asked.period)
        column = same or _column(r, binder, shown, shown.period or r.column_period(asked.at))
        if column is None:
            raise Unbound(asked.names[0] if asked.names else asked.dimensions[0])
        if column not in found:
            found.append(column)
    if ordering is not None and ordering not in found:
        found.append(ordering)  # 累计消费前50的会员，带上城市: by what they are chosen is shown as well
    return tuple(found)


def is_same_column(r: Reading, asked: Asked, ordering: Column) -> bool:
    """Whether a column named in short (with spend) is the one that orders the list (lifetime spend)."""
    if isinstance(ordering, MetricColumn):
        return ordering.metric in asked.names
    window = r.world.attributes.window_of(ordering.member)
    return window is not None and window[0] in asked.names


# --- why -------------------------------------------------------------------------------------------------------------------


def _change(r: Reading) -> Built:
    if not r.asked or not r.asked[0].names or r.period is None:
        raise Unbound("metric")
    tables = _tables(r)
    binder = Binder(r.world, tables, r.today, r.period)
    names = [n for g in r.groups for n in nearest_dimensions(r.world, g.dimensions, tables, g.hints)[:1]]
    query = Change(
        metric=r.asked[0].names[0],
        period=r.period,
        compare=r.compare or before_it(r),
        dimensions=tuple(names),
        where=binder.all_of(r.tests),
    )
    return Built(query, (*r.issues, *binder.issues))
