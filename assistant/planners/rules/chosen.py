"""The few things that a limit chose, as a condition: one of the five provinces with the most orders.

In: numbers by one dimension with an order and a limit; numbers that are to be of those alone. Out: the groups, the numbers within them,
whether they are things with a name of their own. Never fails.
"""

from assistant.planners.rules.edits import joined, parts_of, with_groups
from assistant.planners.rules.world import World
from semantic_layer.query import Aggregate, GroupBy, InGroups, MetricUse


def is_thing(world: World, name: str) -> bool:
    """Whether each value of a dimension is one thing, and none of the people: a store, and no city that they live in."""
    table, main = world.model.dimensions[name].table, world.model.domain.entity
    return any(e.table == table and key != main and name in e.columns[:2] for key, e in world.model.entities.items())


def chosen(ranked: Aggregate, thing: GroupBy) -> Aggregate:
    """The things that a limit chose, by the number (or its growth) that orders them."""
    by = {order.by for order in ranked.order}
    uses = tuple(m for m in ranked.metrics if isinstance(m, MetricUse) and (m.name or m.metric) in by) or ranked.metrics[:1]
    grown = any(order.part != "value" for order in ranked.order)
    return Aggregate(
        metrics=uses,
        group_by=(thing,),
        where=ranked.where,
        period=ranked.period,
        compare=ranked.compare if grown else None,
        order=ranked.order,
        limit=ranked.limit,
    )


def within(query: Aggregate, things: Aggregate, groups: tuple[GroupBy, ...]) -> Aggregate:
    """The numbers of these things alone, all rows of them."""
    free = query.model_copy(
        update={"order": (), "limit": None, "where": joined((*parts_of(query.where), InGroups(groups=things)))}
    )
    return with_groups(free, groups)


def of_the_things(last: Aggregate) -> Aggregate:
    """The numbers of what a limit chose, altogether where it is one thing."""
    if last.limit is None or not last.group_by:
        return last.model_copy(update={"order": (), "compare": None, "share": None})
    things = chosen(last, last.group_by[0])
    kept = () if last.limit == 1 else last.group_by
    return within(last.model_copy(update={"compare": None, "share": None}), things, kept)
