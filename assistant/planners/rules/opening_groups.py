"""A breakdown that opens the question: category by channel sales, gender split by region, loyalty breakdown, RFM tiers, how many in each.

In: a `Reading` whose marked breakdowns are read. It gains the breakdown by the dimension that it begins with; where nothing but what people
are like is broken down, and no number, time or thing is named, they are counted. Never fails: a place (region breakdown) may be that of
any number, so which one is asked back.
"""

from itertools import pairwise

from assistant.planners.rules.draft import Group
from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.reading import Reading


def read_opening_groups(r: Reading) -> None:
    """The dimension that the question begins with, and people counted by it."""
    if r.follows is not None or r.head is not None or not r.tokens:
        return
    alone = _asks_nothing_else(r)
    at = next((i for i, t in enumerate(r.tokens) if not (t.has("total", "list") and not t.is_content)), 0)
    measured = any(t.of("metric") for t in r.tokens[at + 1 :])
    if _opens(r, at) and ((_crosses(r, at) and (measured or alone)) or (alone and _is_counted(r, at))):
        r.groups.insert(0, Group(at, tuple(d for d in r.dimensions(at) if r.world.is_groupable(d))))
        r.take(at, at + 1 if r.tokens[at + 1].has("by", "distribution") and not r.tokens[at + 1].senses else None)
    if alone and r.groups and all(_is_of_people(r, g) for g in r.groups) and _is_spread(r):
        r.counted = True


def _opens(r: Reading, at: int) -> bool:
    """A dimension by its name alone: no value of anything, no date, and people are no breakdown."""
    token = r.tokens[at]
    names = [d for d in r.dimensions(at) if r.world.is_groupable(d)]
    named = bool(names) and not token.of("metric") and not r.is_person(at) and (not token.of("value") or bool(token.of("entity")))
    return named and not any(r.world.is_number(d) or r.world.is_date(d) for d in names)


def _crosses(r: Reading, at: int) -> bool:
    """category by channel …: by something else, which is a breakdown already; store by store is one."""
    mark = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    if mark is None or not (mark.grain is not None or (mark.has("by") and not mark.senses)):
        return False
    other = next((g for g in r.groups if g.at in (at + 1, at + 2)), None)
    return other is not None and not set(other.dimensions) & {s.name for s in r.tokens[at].of("dimension")}


def _asks_nothing_else(r: Reading) -> bool:
    """No number, no time, no thing, nothing done: only dimensions and what people are like."""
    named = any(
        t.of("metric") or t.of("behaviour") or t.time is not None or t.grain is not None or t.number is not None for t in r.tokens
    )
    ordered = any(t.has("most", "least", "best", "worst", "versus", "why") and not t.is_content for t in r.tokens)
    ordered = ordered or any(t.has("share") and t.text != "mix" for t in r.tokens)
    things = any(t.of("entity") and not r.is_person(i) for i, t in enumerate(r.tokens))
    kinds = any(a.has("by") and b.has("kind_noun") and b.of("dimension") for a, b in pairwise(r.tokens))  # churn risk by level
    return not (named or ordered or things or kinds or r.ranking is not None or r.listed)


def _is_counted(r: Reading, at: int) -> bool:
    """lifecycle stages count; RFM segments, how many in each: how many there are, behind the one dimension."""
    behind = [t for t in r.tokens[at + 1 :] if t.role != "break"]
    counts = {"count", "by", "each_other", "per_group", "distribution", "breakdown"}
    marked = bool(behind) and all(not t.is_content and bool(t.ops & counts) for t in behind)
    return marked and not r.groups and _is_of_people(r, Group(at, r.dimensions(at)))


def _is_of_people(r: Reading, group: Group) -> bool:
    """Whether a breakdown is by what people are like, and by nothing that a place or a thing may be called as well."""
    return bool(group.dimensions) and all(describes_members(r, d) for d in group.dimensions)


def _is_spread(r: Reading) -> bool:
    """Whether one of the breakdowns tells people apart and not places, which any number may be by."""
    own = [d for g in r.groups for d in g.dimensions if not _has_twin(r, d)]
    marked = any(t.has("distribution", "breakdown", "by", "count", "by_after") and not t.is_content for t in r.tokens)
    return bool(own) and marked


def _has_twin(r: Reading, name: str) -> bool:
    """A region is that of people, and of stores as well."""
    dimension = r.world.model.dimensions[name]
    tables = {d.table for d in r.world.model.dimensions.values()}
    return any(r.world.twin(dimension, table) is not None for table in tables)
