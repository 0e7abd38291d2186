"""A part that the whole cannot have at once: of those who bought children's wear, what share bought women's wear.

In: a finished aggregate with the share of a part. Out: the same of people, who did the one and did the other, where the number counts
who did something; None where nothing is wrong. Raises `Unbound` where no row can be both: 0 % would be told of everything.
"""

from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.kin import doers
from assistant.planners.rules.world import World
from semantic_layer.query import Aggregate, Behaviour, Filter, MetricUse, Predicate, SemanticQuery, Share


def of_those_who_did(world: World, query: SemanticQuery) -> Aggregate | None:
    """The query of people who did both."""
    part = query.share.part if isinstance(query, Aggregate) and query.share is not None else None
    if part is None or not isinstance(query, Aggregate) or query.group_by:
        return None
    ours, whole = parts_of(part), parts_of(query.where)
    against = [w for w in whole if any(_excludes(p, w) for p in ours)]
    if not against:
        return None
    use = query.metrics[0]
    names = list(world.model.behaviours)
    deed = next((b for b in names if isinstance(use, MetricUse) and doers(world, b) == use.metric), None)
    count = world.counts.get(world.model.domain.entity)
    if deed is None or count is None or len(query.metrics) != 1:
        raise Unbound("share")
    mine = tuple(f for f in whole if _is_theirs(world, f))
    first = Behaviour(behaviour=deed, where=joined(tuple(f for f in whole if f not in mine)), period=query.period)
    then = Behaviour(behaviour=deed, where=joined(ours), period=query.period)
    where = joined((*mine, first))
    return Aggregate(
        metrics=(MetricUse(metric=count),),
        where=where,
        share=Share(part=then, beside=query.share.beside if query.share else None),
    )


def _excludes(a: Filter, b: Filter) -> bool:
    """Two values of one dimension, of which a row has one."""
    if not isinstance(a, Predicate) or not isinstance(b, Predicate) or a.member != b.member:
        return False
    return a.op in ("=", "in") and b.op in ("=", "in") and not set(a.values) & set(b.values)


def _is_theirs(world: World, part: Filter) -> bool:
    """Whether a condition is of the people themselves, and not of what they did."""
    dimension = world.model.dimensions.get(part.member) if isinstance(part, Predicate) else None
    return world.entity is not None and dimension is not None and world.is_about(dimension, world.entity)
