"""Follow-ups on a list: fewer or more of its members, further columns, another order; how many they are, and numbers of theirs.

In: a `Reading` of the message and the list before it. Out: the new query, or None where nothing changed.
"""

import re

from assistant.planners.rules.added_period import adds_period
from assistant.planners.rules.adding import adds, adds_values
from assistant.planners.rules.as_many import in_time_shown
from assistant.planners.rules.build import bound_groups, bound_metrics, is_same_column, tested_window
from assistant.planners.rules.by_date import is_of_dates
from assistant.planners.rules.choose import nearest_dimensions
from assistant.planners.rules.conditions import Binder, Unbound, possible
from assistant.planners.rules.done_with import done_with, of_deed, same_deed
from assistant.planners.rules.draft import Asked, Ranking, Test
from assistant.planners.rules.edits import joined, parts_of, periods_in, taken_out, with_condition, with_period_in
from assistant.planners.rules.gives_way import what_stays
from assistant.planners.rules.leaning import rather_this
from assistant.planners.rules.moved import moved_period
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.recut import recut
from assistant.planners.rules.same_rows import of_same_rows
from assistant.planners.rules.since_then import since_then
from semantic_layer.query import (
    Aggregate,
    Attribute,
    Behaviour,
    ByDimension,
    Column,
    Filter,
    GroupBy,
    InSet,
    MetricColumn,
    MetricUse,
    Order,
    Period,
    Predicate,
    Records,
    SemanticQuery,
    Share,
)


def changed_list(r: Reading, last: Records) -> SemanticQuery | None:
    if rather_this(r):
        return None  # pieces instead of money: of a number, not of a list
    before, last = last, recut(r, last)
    where = _list_where(r, last)
    _measures_them_all(r)
    if r.groups or r.counted or (r.asked and not r.columns):
        return _counted(r, last, where)
    binder = Binder(r.world, (r.world.model.entities[last.entity].table,), r.today, r.period)
    columns = list(last.columns)
    r.columns = [_as_chosen(r, c, last) for c in r.columns]
    ranked = r.ranking
    ordering = _column(r, binder, _measure(r, ranked, last), last.where) if ranked is not None else None
    for asked in sorted(r.columns, key=lambda a: a.at):
        same = ordering is not None and is_same_column(r, asked, ordering)
        column = ordering if same else _column(r, binder, asked, last.where)
        if column is not None and column not in columns:
            columns.append(column)
    named = _name_of(r, last)
    if named is not None and not any(isinstance(c, Attribute) and c.member == named for c in columns) and len(columns) > 0:
        columns.insert(0, Attribute(member=named))  # sales of each: which is which
    for names in r.dropped:
        columns = [c for c in columns if not (isinstance(c, Attribute) and c.member in names)]
    order, limit = last.order, last.limit
    if any(t.has("reverse") for t in r.tokens):
        order = turned(order)
    if r.ranking is not None:
        limit = r.ranking.limit or (1 if _ONE_PERSON.match(r.text.text) else limit)
        if ordering is not None:
            order = (
                Order(
                    by=ordering.member if isinstance(ordering, Attribute) else ordering.metric, descending=r.ranking.descending
                ),
            )
            columns += [ordering] if ordering not in columns else []
    offset = last.offset if (order, limit) == (last.order, last.limit) else 0
    query = last.model_copy(update={"where": where, "columns": tuple(columns), "order": order, "limit": limit, "offset": offset})
    query = _some_of_them(r, last, query)
    touched = (
        query != before or r.period_used or r.listed or r.chart is not None or r.export or any(t.has("again") for t in r.tokens)
    )
    return query if touched else None


def _measures_them_all(r: Reading) -> None:
    """平均消费, what's the AOV, behind a list: an average of all of them, and no column in which each has one of his own."""
    one = r.columns[0] if len(r.columns) == 1 and not r.asked else None
    more = r.groups or r.tests or r.ranking is not None or r.listed or adds(r)
    each = any(t.has("each_other", "per_group", "list", "with") and not t.is_content for t in r.pieces) or _EACH.search(
        r.text.text
    )
    if one is not None and one.names and r.world.is_average(one.names[0]) and not (more or each):
        r.asked, r.columns = [one], []


_EACH = re.compile(r"(?<![a-z])each(?![a-z])|各自|每个?人")

_ONE_PERSON = re.compile(r"(?:那么?|其中|里面)?谁[^和跟]{0,6}最|(?:and |so |now )*who(?:'s| is| was| has| had)(?![a-z])")
"""谁最高, who has the most: one of them."""
_OF_THEM = re.compile(r"其中|里面?(?!的)|当中|(?<![a-z])(?:of|among) (?:them|those|these)(?![a-z])")
"""top 20 customers by spend, then which of them complained: of those 20."""


def _some_of_them(r: Reading, last: Records, query: Records) -> Records:
    """The list of those of the first so many who meet more conditions, and not the first so many of those who do."""
    if last.limit is None or query.limit != last.limit or query.where == last.where or not _OF_THEM.search(r.text.text):
        return query
    more = tuple(p for p in parts_of(query.where) if p not in parts_of(last.where))
    where = joined((InSet(records=_as_ranked(last)), *more))
    return query.model_copy(update={"where": where, "limit": None, "offset": 0, "limit_per": ()})


def _as_ranked(last: Records) -> Records:
    """The list with the columns alone that put it in order."""
    ranked = {o.by for o in last.order}
    return last.model_copy(
        update={"columns": tuple(c for c in last.columns if isinstance(c, MetricColumn) and c.metric in ranked)}
    )


def _shown_number(r: Reading, ranked: Ranking, last: Records) -> str | None:
    """近一年消费 in a list, or what it was chosen by, then 按消费从高到低排: the one that holds the metric, in its time."""
    windows = r.world.attributes.windows
    columns = {c.member for c in last.columns if isinstance(c, Attribute)}
    tested = {p.member for p in parts_of(last.where) if isinstance(p, Predicate) and p.member in windows.values()}
    said = r.tokens[ranked.at].text if 0 <= ranked.at < len(r.tokens) else ""
    whole = {
        m for (m, days), name in windows.items() if days is None and name in ranked.dimensions and not _is_named(r, name, said)
    }
    named = [n for (m, _), n in windows.items() if m in {*ranked.metrics, *whole}]
    held = [n for n in named if n in columns] or [n for n in named if n in tested]
    return held[0] if len(held) == 1 and ranked.period is None and r.period_at is None else None


def _as_chosen(r: Reading, asked: Asked, last: Records) -> Asked:
    """those who spent over 3000 in the last year, then add their spend: of that year, where no other time is said."""
    windows = r.world.attributes.windows
    said = r.tokens[asked.at].text if 0 <= asked.at < len(r.tokens) else ""
    whole = {m for (m, days), n in windows.items() if days is None and n in asked.dimensions and not _is_named(r, n, said)}
    tested = {p.member for p in parts_of(last.where) if isinstance(p, Predicate)}
    held = [n for (m, _), n in windows.items() if m in {*asked.names, *whole} and n in tested]
    timed = asked.period is not None or r.period_at is not None or any(t.time is not None for t in r.tokens)
    return Asked(asked.at, (), None, (held[0],)) if len(held) == 1 and not timed else asked


def _is_named(r: Reading, name: str, said: str) -> bool:
    """按累计消费: by that and nothing else."""
    return said in (r.world.model.dimensions[name].label.zh, r.world.model.dimensions[name].label.en.lower())


def _measure(r: Reading, ranked: Ranking, last: Records) -> Asked:
    """What orders the list; highest first, and nothing more: the only number that it shows."""
    numbers = [c for c in r.columns if c.names or any(r.world.is_number(d) for d in c.dimensions)]
    bare = not (ranked.metrics or ranked.dimensions) and len(numbers) == 1
    shown = _shown_number(r, ranked, last)
    if shown is not None:
        return Asked(ranked.at, (), None, (shown,))
    said = r.tokens[ranked.at].text if 0 <= ranked.at < len(r.tokens) else ""
    if not bare and (last_shown := _pointed_column(r, ranked, last)) is not None:
        return last_shown
    if not bare and (then := in_time_shown(r, ranked, last, said=said)) is not None:
        return then
    if not (numbers or ranked.metrics or ranked.dimensions) and (only := _only_number(r, ranked, last)) is not None:
        return only
    return numbers[0] if bare else Asked(ranked.at, ranked.metrics, None, ranked.dimensions)


def _only_number(r: Reading, ranked: Ranking, last: Records) -> Asked | None:
    """带上累计消费, then 排个序: by the only number that the list shows, where it has no order yet."""
    shown = [c for c in last.columns if isinstance(c, MetricColumn) or r.world.is_number(c.member)]
    if len(shown) != 1 or last.order or ranked.limit is not None:
        return None
    only = shown[0]
    if isinstance(only, MetricColumn):
        return Asked(ranked.at, (only.metric,), period=only.period)
    return Asked(ranked.at, (), None, (only.member,))


_BY_IT = re.compile(r"(?<![a-z])(?:by|on) (?:it|that|this|that one|this one|that column|this column|the new column)(?![a-z])")


def _pointed_column(r: Reading, ranked: Ranking, last: Records) -> Asked | None:
    """add their spend in the last 365 days, then sort by it: by the column that was shown last."""
    if ranked.metrics or ranked.dimensions or not last.columns:
        return None
    dates = [c.member for c in last.columns if isinstance(c, Attribute) and r.world.is_date(c.member)]
    if len(dates) == 1 and any(is_of_dates(t.text) for t in r.tokens if t.has("descending", "ascending")):
        return Asked(ranked.at, (), None, (dates[0],))  # with last order date, then most recent first
    if not _BY_IT.search(r.text.text):
        return None
    column = last.columns[-1]
    if isinstance(column, MetricColumn):
        return Asked(ranked.at, (column.metric,), period=column.period)
    return Asked(ranked.at, (), None, (column.member,))


def _list_where(r: Reading, last: Records) -> Filter | None:
    binder = Binder(r.world, (r.world.model.entities[last.entity].table,), r.today, r.period)
    where = last.where
    period = r.period if r.period_at is not None else None
    ordered = r.ranking is not None and bool(r.ranking.metrics or r.ranking.dimensions)
    known = periods_in(where)
    if period is not None and not (r.asked or r.columns or ordered) and len(known) == 1:
        if adds_period(r, last):
            raise Unbound("period")  # who complained in August, then add September: in either month, or in both
        where = with_period_in(where, moved_period(r, next(iter(known))) or period)
    where = since_then(r, where)
    for test in [same_deed(r, of_same_rows(r, t, last), where) for t in r.tests]:
        done = done_with(r, where, test, extend=adds_values(r)) or _of_their_deed(r, binder, where, test)
        part = binder.bind(test) if done is None else None
        where = done or where
        if isinstance(part, Predicate) and part.op in ("!=", "not in"):
            where = taken_out(where, part)
        elif part is not None:
            where = with_condition(what_stays(r, where, part, adds=adds_values(r)), part, extend=adds_values(r))
    return possible(where)


def _of_their_deed(r: Reading, binder: Binder, where: Filter | None, test: Test) -> Filter | None:
    """What no people are, said of what they did."""
    try:
        binder.bind(test)
    except Unbound:
        return of_deed(r, where, test)
    return None


def _counted(r: Reading, last: Records, where: Filter | None) -> SemanticQuery | None:
    """How many they are, by what, or a number of theirs: over the same people."""
    metrics = bound_metrics(r)
    if not metrics:
        count = r.world.counts.get(last.entity)
        metrics = (MetricUse(metric=count),) if count else ()
    if not metrics:
        return None
    kept: Filter | None = where
    if last.limit is not None or last.period is not None:  # the products launched this year, then by category
        more = tuple(p for p in parts_of(where) if p not in parts_of(last.where))
        narrowed = last.limit is not None and bool(more) and all(p in parts_of(where) for p in parts_of(last.where))
        those = InSet(records=_as_ranked(last).model_copy(update={"where": last.where if narrowed else where}))
        kept = joined((those, *more)) if narrowed else those  # 最高的20个, then 华东的有几个: of those 20
    query = Aggregate(metrics=metrics, where=kept, period=r.period if r.period_at is not None else None)
    groups = bound_groups(r, tables_of(r, query)) if r.groups else _each_of(r, last)
    share = Share() if r.share and groups else None
    return query.model_copy(update={"group_by": groups, "share": share, "compare": r.compare})


def _each_of(r: Reading, last: Records) -> tuple[GroupBy, ...]:
    """今年新开了哪几家店, then 它们三季度业绩分别多少: things that have names are told apart by them."""
    each = [at for at in r.where("each_other") if not r.tokens[at].is_content]
    each += [at for at, t in enumerate(r.tokens) if t.text.startswith("各") and not t.is_content and at not in each]
    name = _name_of(r, last) or _listed_values(last)
    if not (each or _OF_EACH.search(r.text.text)) or name is None:
        return ()
    r.take(*each)
    return (ByDimension(member=name),)


_OF_EACH = re.compile(r"(?<![a-z])each\W*$")


def _listed_values(last: Records) -> str | None:
    """金卡和钻石会员, then 各多少人: those of each of the values that a condition lists."""
    lists = [p.member for p in parts_of(last.where) if isinstance(p, Predicate) and p.op == "in" and len(p.values) > 1]
    return lists[0] if len(lists) == 1 else None


def _name_of(r: Reading, last: Records) -> str | None:
    """What the things of a list are called; people are only numbers."""
    if last.entity == r.world.model.domain.entity:
        return None
    return next((c for c in r.world.model.entities[last.entity].columns if r.world.is_groupable(c)), None)


def _column(r: Reading, binder: Binder, asked: Asked, where: Filter | None) -> Column | None:
    asked = tested_window(r, asked, asked.period)
    dimensions = nearest_dimensions(r.world, asked.dimensions, binder.tables)
    if dimensions:
        return Attribute(member=dimensions[0])
    for metric in asked.names:
        period = asked.period or r.column_period(asked.at) or _counted_in(r, where, metric)
        attribute = binder.attribute(metric, period)
        return Attribute(member=attribute) if attribute else MetricColumn(metric=metric, period=period)
    return None


def _counted_in(r: Reading, where: Filter | None, metric: str) -> Period | None:
    """近半年投诉过2次以上的客户有几个, then 名单带上投诉次数: when they did what the column counts."""
    deeds = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.did and p.period is not None]
    found = {p.period for p in deeds if r.world.count_of_deeds(p.behaviour) == metric}
    return next(iter(found)) if len(found) == 1 else None


def tables_of(r: Reading, query: Aggregate) -> tuple[str, ...]:
    found = [t for m in query.metrics if isinstance(m, MetricUse) for t in r.world.tables_of(m.metric)]
    found += [r.world.model.dimensions[m.member].table for m in query.metrics if not isinstance(m, MetricUse)]
    return tuple(dict.fromkeys(found))


def falls(r: Reading, ranking: Ranking, by: str) -> bool:
    metric = r.world.model.metrics.get(by)
    if ranking.good is None or metric is None or metric.up_is_good is None:
        return ranking.descending
    return metric.up_is_good == ranking.good


def turned(order: tuple[Order, ...]) -> tuple[Order, ...]:
    """倒过来: the same order from its other end."""
    return tuple(o.model_copy(update={"descending": not o.descending}) for o in order)
