"""Breakdowns of a few things that were chosen: top 3 categories, then by month; by month, then for the top 3; the five best stores, then
by category.

In: a `Reading` of the message, the numbers before it and those that the message makes of them. Out: numbers of exactly the things that
were chosen. A limit of rows is none of things once there are two breakdowns, and the things that were shown are what is asked about,
unless the message says that others take their place. Never fails.
"""

import re

from assistant.planners.rules.chosen import chosen, is_thing, within
from assistant.planners.rules.edits import with_groups
from assistant.planners.rules.leaning import replaces
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, ByTime, GroupBy


def of_the_chosen(r: Reading, last: Aggregate, query: Aggregate) -> Aggregate:
    """The numbers that a message makes of the last ones, of the things that a limit chose."""
    if query.limit is None or query.limit_per or query.count_groups:
        return query
    if _was_chosen(r, last) and r.ranking is None and query.limit == last.limit and query.metrics == last.metrics:
        return _of_those_shown(r, last, query)
    return _chosen_now(r, last, query)


def _was_chosen(r: Reading, last: Aggregate) -> bool:
    """Whether things were chosen that are spoken of; which category is best, then which channel: of all of them."""
    anew = last.limit == 1 and any(t.has("which", "who") and not t.is_content for t in r.pieces)
    return last.limit is not None and not anew and len(last.group_by) == 1 and isinstance(last.group_by[0], ByDimension)


def _of_those_shown(r: Reading, last: Aggregate, query: Aggregate) -> Aggregate:
    """top 5 provinces by orders, then split by channel, 按渠道拆开: of those five; by channel instead is of others."""
    thing = last.group_by[0]
    added = tuple(g for g in query.group_by if g not in last.group_by)
    stays = thing in query.group_by
    if not r.groups or not added or replaces(r) or (stays and all(_is_of(r, g, thing) for g in added)):
        return query
    several = last.limit != 1 and (stays or _takes_apart(r))  # the trend of the one that is best is one line
    return within(query, chosen(last, thing), (thing, *added) if several else added)


def _chosen_now(r: Reading, last: Aggregate, query: Aggregate) -> Aggregate:
    """by month, then top 3 channels, only the first two; by city, then 前五名按品类拆开: so many things, not rows."""
    if r.ranking is None or r.ranking.metrics:
        return query
    things = [g for g in query.group_by if isinstance(g, ByDimension)]
    timed = len(things) == 1 and any(isinstance(g, ByTime) for g in query.group_by)
    found = query
    if timed and r.ranking.part == "growth" and query.compare is not None and _names(r, things[0]):
        return with_groups(query, tuple(things))  # day by day against last year, then 哪个渠道涨最多: over all the days
    if r.ranking.limit is None:  # which is worse over time: both, as they went
        found = query.model_copy(update={"order": (), "limit": None}) if timed and r.groups else query
    elif (shown := _ranked_of_shown(r, last, query)) is not None:
        new = tuple(g for g in query.group_by if g not in last.group_by)
        found = within(query, chosen(query, shown), (shown, *new))
    elif timed:
        found = within(query, chosen(query, things[0]), query.group_by)
    r.ranking = r.ranking if found is query else None
    return found


def _names(r: Reading, thing: ByDimension) -> bool:
    return any(thing.member in group.dimensions for group in r.groups)


def _ranked_of_shown(r: Reading, last: Aggregate, query: Aggregate) -> ByDimension | None:
    """前五名按品类拆开, behind sales by city: the first five of what was shown, as their kind is not said, and each taken apart."""
    shown = last.group_by[0] if len(last.group_by) == 1 and isinstance(last.group_by[0], ByDimension) else None
    at = r.ranking.at if r.ranking is not None else 0
    marks = (i for i, t in enumerate(r.tokens) if i > at and t.has("by", "by_after", "also") and not t.senses)
    behind = all(g.at > next(marks, len(r.tokens)) for g in r.groups[:1])
    ends = bool(r.groups) and behind and _takes_apart(r) and not replaces(r)
    return shown if ends and shown is not None and shown not in query.group_by else None


def _takes_apart(r: Reading) -> bool:
    return _TAKES_APART.search(r.text.text) is not None


_TAKES_APART = re.compile(r"拆|细分|下钻|(?<![a-z])(?:split|break|broken|drill|slice)(?![a-z])")


def _is_of(r: Reading, group: GroupBy, thing: GroupBy) -> bool:
    """Whether each of the things has one of these: the city of a store makes no more rows."""
    if not isinstance(group, ByDimension) or not isinstance(thing, ByDimension):
        return False
    dimensions = r.world.model.dimensions
    return is_thing(r.world, thing.member) and dimensions[group.member].table == dimensions[thing.member].table
