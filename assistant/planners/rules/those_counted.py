"""Who was counted, now that they are to be listed: how many buyers in September, then list them; 上个月投诉客户数, 是哪些人.

In: a `Reading` of the message and the numbers before it. Out: the conditions that those people meet. What did not count people has
nobody to list: `Unbound`, so that the message becomes a question back; but `who did that`, said of deeds, means those who did them.
"""

from datetime import timedelta

from assistant.planners.rules.chosen import of_the_things
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.edits import about, joined, parts_of
from assistant.planners.rules.kin import doers
from assistant.planners.rules.reading import Reading
from semantic_layer.model import MembersMetric
from semantic_layer.query import Aggregate, Behaviour, ByDimension, Filter, InGroups, MetricUse, Period, Predicate


def whom(r: Reading, last: Aggregate, *, described: bool = False) -> Filter | None:
    """The conditions of the people that the numbers were of. `described`: numbers of some people (sales of gold members)

    are of them, where no time leaves it open who of them is meant."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    plain = bool(names) and len(names) == len(last.metrics)
    if plain and all(r.world.is_timeless(name) and r.world.counts_people(name) for name in names):
        things = len(last.group_by) == 1 and isinstance(last.group_by[0], ByDimension) and last.limit is not None
        return of_the_things(last).where if things else last.where
    often = r.world.model.metrics.get(names[0]) if plain and len(names) == 1 else None
    if isinstance(often, MembersMetric) and not last.group_by and (those := who_were_counted(r, last, names[0])) is not None:
        return those
    deed = _deed_counted(r, names[0]) if plain and len(names) == 1 else None
    if deed is not None:
        return did(r, deed, last.where, last.period)
    if described and last.where is not None and last.period is None and names_people(r):
        return last.where
    raise Unbound("people")


def who_were_counted(r: Reading, last: Aggregate, metric: str) -> Filter | None:
    """The condition that those meet whom a metric counts in its time: bought, bought at least twice; None where they did nothing in one."""
    told = r.world.model.metrics.get(metric)
    for deed in r.world.model.behaviours:
        if doers(r.world, deed) == metric:
            return did(r, deed, last.where, last.period)
        if (
            isinstance(told, MembersMetric)
            and r.world.count_of_deeds(deed) == told.metric
            and told.at_least == int(told.at_least)
        ):
            often = {"at_least": int(told.at_least)}
            parts = parts_of(did(r, deed, last.where, last.period))
            return joined(tuple(p.model_copy(update=often) if getattr(p, "behaviour", None) == deed else p for p in parts))
    return None


def _deed_counted(r: Reading, metric: str) -> str | None:
    """What those did whom a metric counts: bought, of buyers; of a count of deeds only where it is asked who did them."""
    who = names_people(r)
    for name in r.world.model.behaviours:
        counts = (doers(r.world, name), r.world.count_of_joining(name), r.world.count_of_deeds(name) if who else None)
        if metric in counts:
            return name
    return None


def names_people(r: Reading) -> bool:
    """who are they, 是哪些人, these customers: and not just them."""
    told = any(t.has("who", "people") and not (t.is_content or t.has("refer")) for t in r.pieces)
    return told or any(r.is_person(at) for at in range(len(r.tokens))) or any(r.are_those(t) for t in r.tokens)


def did(r: Reading, deed: str, where: Filter | None, period: Period | None) -> Filter | None:
    """That they did it, in its time; conditions on what was done go with the deed, those on people stay beside it."""
    own = {r.world.model.entities[r.world.model.domain.entity].table}
    told = [(p, about(p) or (p.member if isinstance(p, InGroups) else None)) for p in parts_of(where)]
    with_deed = [p for p, name in told if name is not None and not own & set(r.world.homes(name))]
    beside = tuple(p for p in parts_of(where) if p not in with_deed)
    return joined((Behaviour(behaviour=deed, where=joined(tuple(with_deed)), period=period), *beside))


def told_beside(r: Reading, query: Aggregate) -> tuple[Filter, ...]:
    """The conditions, but for the one that the number's own time says: September sign-ups with no order, as a share of all of them."""
    parts = parts_of(query.where)
    if len(parts) == 1 and isinstance(parts[0], Behaviour) and parts[0].after is not None:
        return (parts[0].after, parts[0])  # 去年双十一买过的, then 后来再没买过的, then 占多少: of those who did the first
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)]
    joined_then = any(r.world.count_of_joining(name) in names for name in r.world.model.behaviours)
    if not joined_then or query.period is None or query.period.start is None or query.period.end is None:
        return parts_of(query.where)
    days = (query.period.start.isoformat(), (query.period.end - timedelta(days=1)).isoformat())
    return tuple(p for p in parts_of(query.where) if not (isinstance(p, Predicate) and p.values == days)) or parts_of(query.where)
