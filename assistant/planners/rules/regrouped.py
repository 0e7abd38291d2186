"""Breakdowns that a message adds to what was shown, puts in its place or takes away: 再按渠道拆, by month instead, 各是什么店型.

In: a `Reading` of the message and the query before it. Out: that query with other groups; the same where the message names none.
Raises `Unbound` where a breakdown fits nothing.
"""

import re

from assistant.planners.rules.adding import adds_numbers_only
from assistant.planners.rules.build import bound_groups
from assistant.planners.rules.chosen import is_thing
from assistant.planners.rules.edits import group_name, joined, other_groups, parts_of, tests, with_groups, with_metrics, without
from assistant.planners.rules.followlist import tables_of
from assistant.planners.rules.leaning import replaces
from assistant.planners.rules.put_together import without_each_day
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, GroupBy, Having, InGroups, MetricUse, Predicate


def regrouped(r: Reading, query: Aggregate) -> Aggregate:
    for names in r.dropped:
        left = tuple(m for m in query.metrics if not (isinstance(m, MetricUse) and m.metric in names))
        if left and len(left) < len(query.metrics):
            query = with_metrics(query, left)  # drop click rate
            continue
        kept = tuple(g for g in query.group_by if group_name(g) not in names)
        if len(kept) < len(query.group_by):
            query = with_groups(query, kept)
        else:
            where = query.where
            for name in names:
                where = without(where, name)
            query = query.model_copy(update={"where": where})
    if not r.groups:
        return query
    new = bound_groups(r, tables_of(r, query))
    of_them = _told_of_them(r, query, new)
    old = query.group_by if _splits(r) or of_them else other_groups(query.group_by, new, instead=replaces(r))
    old, new = (old if _splits(r) else without_each_day(r.world, old, new)), of_them or new
    groups = tuple(dict.fromkeys((*old, *new)))
    query = with_groups(query.model_copy(update={"count_groups": False}), groups)
    freed = [g.member for g in new if isinstance(g, ByDimension) and tests(query.where, g.member)]
    for member in freed if not r.tests else []:
        single = next((p for p in parts_of(query.where) if isinstance(p, Predicate) and p.member == member and p.op == "="), None)
        if single is not None:
            query = query.model_copy(update={"where": without(query.where, member)})
    return query


def with_having(query: Aggregate, having: Having) -> Aggregate:
    """The groups that pass; by a number that is not shown they are chosen, and the result keeps its columns."""
    by = query.group_by
    if any(isinstance(m, MetricUse) and (m.name or m.metric) == having.by for m in query.metrics):
        return query.model_copy(update={"having": (*(h for h in query.having if h.by != having.by), having)})
    use = (MetricUse(metric=having.by),)
    if len(by) != 1 or not isinstance(by[0], ByDimension):
        return query.model_copy(update={"metrics": (*query.metrics, *use), "having": (*query.having, having)})
    groups = Aggregate(metrics=use, group_by=by, where=query.where, period=query.period, having=(having,))
    return query.model_copy(update={"where": joined((*parts_of(query.where), InGroups(groups=groups)))})


def counted_groups(r: Reading, query: Aggregate) -> Aggregate:
    """sales per store, then how many made over 15k?, 超过1.5万的有几家: the number of the groups that are left."""
    counts = any(t.has("count") and not t.is_content for t in r.pieces)
    shown = r.asked or r.groups or r.share or any(t.has("list", "which") and not t.is_content for t in r.pieces)
    if not counts or shown or not query.having:
        return query
    return query.model_copy(update={"count_groups": True, "order": (), "limit": None, "offset": 0})


_POINTS = re.compile("(?<![a-z])(?:they|them|these|those|each)(?![a-z])|[它他她]们|都在|各在|分别在")
_WHICH = re.compile(r"^(?:那|都|分别)?(?:是|在|属于|来自)?哪[些几]|^(?:and |in |from )*which (?:[a-z]+ )?[a-z]+s\W*$")
"""在哪些城市, which regions: of things with a name, where no other number is asked for."""


def _told_of_them(r: Reading, query: Aggregate, new: tuple[GroupBy, ...]) -> tuple[GroupBy, ...]:
    """the five best stores, then 各是什么店型, which cities are they in: what those are like; nothing for a breakdown of its own."""
    shown = [g.member for g in query.group_by if isinstance(g, ByDimension)]
    told = [g.member for g in new if isinstance(g, ByDimension)]
    chosen = query.limit is not None or bool(query.having)
    if not chosen or not shown or len(query.group_by) != len(shown) or not told or len(told) != len(new) or r.asked:
        return ()
    marked = any(t.has("by") and not t.has("each_other") and not t.is_content for t in r.tokens)
    if marked or replaces(r):
        return ()
    dimensions, home = r.world.model.dimensions, r.world.model.dimensions[shown[0]].table
    if any(dimensions[name].table != home for name in shown):
        return ()
    asks = is_thing(r.world, shown[0]) and _WHICH.search(r.text.text) is not None
    points = bool(query.having) or asks or _POINTS.search(r.text.text) is not None
    own = [n if dimensions[n].table == home else r.world.twin(dimensions[n], home) if points else None for n in told]
    return tuple(ByDimension(member=name) for name in own if name is not None) if all(own) else ()


def _splits(r: Reading) -> bool:
    """Whether a breakdown comes on top of the old ones: split it by gender too, 再按渠道拆分."""
    if replaces(r) or adds_numbers_only(r, {g.at for g in r.groups}):
        return False
    return any(
        (
            t.has("also", "add")
            or t.text in ("再", "split", "split it by", "split by", "break down", "拆", "细分", "下钻到", "拆到")
        )
        and not t.is_content
        for t in r.pieces
    )
