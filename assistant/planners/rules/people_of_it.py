"""How many people what was shown is of: the best city, then 有多少客户; the best brand, then 有多少人买过.

In: a `Reading` of the message and the numbers before it. Out: the number of people of the very things that were shown, or None where the
message asks for something else. Those who did it, where the numbers are of what people do; else all who are such, where nothing but
what people are (and no time) limits the numbers. Never fails.
"""

from assistant.planners.rules.chosen import of_the_things
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.edits import about, parts_of
from assistant.planners.rules.headcounts import is_bare_head
from assistant.planners.rules.kin import doers
from assistant.planners.rules.of_the_same import count_of, counts_them, doers_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.those_counted import did
from semantic_layer.query import Aggregate, ByDimension, InGroups, MetricUse, SemanticQuery


def people_of_it(r: Reading, last: SemanticQuery) -> Aggregate | None:
    """The number of people, of what was shown."""
    if not isinstance(last, Aggregate) or last.count_groups:
        return None
    if (deed := _deed_asked(r, last)) is not None:
        r.take(*range(len(r.tokens)))
        r.tests, r.asked, r.counted = [], [], False
        return _who_did(r, deed, of_the_things(last))
    if _counts_those(r, last):
        return of_the_things(last)
    return _who_they_are(r, last) if counts_them(r, last) else None


def _counts_those(r: Reading, last: Aggregate) -> bool:
    """哪个城市金卡最多, then 多少人: as many as were shown of the one thing that a ranking of people chose."""
    more = r.tests or r.groups or r.share or r.compare or r.ranking or r.period_at is not None
    content = [t for t in r.tokens if t.is_content and not t.has("count")]
    heads = any(is_bare_head(t) for t in r.tokens) and all(is_bare_head(t) for t in content)
    people = [m.metric for m in last.metrics if isinstance(m, MetricUse) and r.world.counts_people(m.metric)]
    one = last.limit == 1 and len(last.group_by) == 1 and isinstance(last.group_by[0], ByDimension)
    return one and heads and not more and len(people) == len(last.metrics) == 1


def asks_who_did_it(r: Reading, last: SemanticQuery) -> bool:
    """上个月女装销量, then 有多少人买过: who did what the numbers are of, and nothing else said."""
    return isinstance(last, Aggregate) and _deed_asked(r, last) is not None


def _deed_asked(r: Reading, last: Aggregate) -> str | None:
    """The deed that the rows of the numbers are, or are parts of, where a message asks how many people did it."""
    heads = [t for t in r.tokens if (t.has("count") and t.has("people")) or t.text == "how many people"]
    content = [t for t in r.tokens if t.is_content and t not in heads]
    said = bool(heads) and len(content) == 1 and bool(content[0].of("behaviour"))
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    if not said or content[0].time or len(names) != 1 or len(last.group_by) > 1 or not (last.where or last.group_by):
        return None
    if r.world.counts_people(names[0]) or last.having or not all(isinstance(g, ByDimension) for g in last.group_by):
        return None
    tables = set(r.world.tables_of(names[0])[:1])
    tables |= {join.to for join in r.world.model.joins if join.detail and join.table in tables}
    deeds = [s.name for s in content[0].of("behaviour") if (b := r.world.behaviour(s.name)) is not None and b.table in tables]
    return deeds[0] if len(set(deeds)) == 1 else None


def _who_did(r: Reading, deed: str, rows: Aggregate) -> Aggregate:
    people = doers(r.world, deed)
    if people is not None:
        return rows.model_copy(update={"metrics": (MetricUse(metric=people),)})
    return Aggregate(metrics=count_of(r), where=did(r, deed, rows.where, rows.period))


def _who_they_are(r: Reading, last: Aggregate) -> Aggregate | None:
    """How many people there are in what was shown; None where those who did it are counted anyway."""
    if len(last.group_by) > 1 or last.having:
        return None
    rows = of_the_things(last)
    try:
        deed = doers_of(r, last)
    except Unbound:
        own = {r.world.model.entities[r.world.model.domain.entity].table}
        members = [about(p) or getattr(p, "member", None) for p in parts_of(rows.where)]
        members += [g.member if isinstance(g, ByDimension) else None for g in rows.group_by]
        of_people = all(name is not None and own & set(r.world.homes(name)) for name in members)
        things = any(isinstance(p, InGroups) for p in parts_of(rows.where))
        if not (members and of_people and (things or last.period is None)):
            return None
        return Aggregate(metrics=count_of(r), group_by=rows.group_by, where=rows.where)
    return _who_did(r, deed, rows) if last.limit is not None else None
