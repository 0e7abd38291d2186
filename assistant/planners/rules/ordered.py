"""In which order the groups of a query come, and how many of them: the ranking of a reading, bound.

In: a `Reading` and the query without its order. Out: the query in order; raises `Unbound` where there is nothing to put in order.
"""

from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import Ranking
from assistant.planners.rules.kin import named_in_order
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, ByTime, Calculation, MetricUse, Order


def ordered(r: Reading, query: Aggregate) -> Aggregate:
    ranking = r.ranking
    if ranking is None:
        return query
    if not query.group_by:
        raise Unbound("ranking")
    by = _by(r, ranking, query)
    part = ranking.part if query.compare is not None else "value"
    falls = descending(r, ranking, by)
    limit, per = _limits(ranking, query)
    return query.model_copy(update={"order": (Order(by=by, part=part, descending=falls),), "limit": limit, "limit_per": per})


def _by(r: Reading, ranking: Ranking, query: Aggregate) -> str:
    names = [m.name or m.metric for m in query.metrics if isinstance(m, MetricUse)]
    wanted = next((n for n in ranking.metrics if n in names), None) or named_in_order(r, names)
    if wanted is not None:
        return wanted
    if names:
        return names[0]
    first = query.metrics[0]
    return first.name or (f"{first.agg}_{first.member}" if isinstance(first, Calculation) else first.metric)


def descending(r: Reading, ranking: Ranking, by: str) -> bool:
    metric = r.world.model.metrics.get(by)
    if ranking.good is None or metric is None or metric.up_is_good is None:
        return ranking.descending
    return metric.up_is_good == ranking.good


def _limits(ranking: Ranking, query: Aggregate) -> tuple[int | None, tuple[str, ...]]:
    limit = ranking.limit
    if limit is None and not (ranking.single and query.group_by):
        return None, ()
    limit = limit or 1
    others = [g.member for g in query.group_by if isinstance(g, ByDimension) and g.member not in ranking.target]
    others += [g.grain for g in query.group_by if isinstance(g, ByTime) and g.grain not in ranking.target]
    named = len(query.group_by) > 1 and ranking.target and len(others) < len(query.group_by)
    return limit, tuple(others) if named else ()
