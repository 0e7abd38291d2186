"""The first people of each group: 每个大区消费最高的3个客户, top 3 customers by spend in each region.

In: a finished `Reading` whose ranking is of people, with a breakdown by what they have. Out: `r.each`, the breakdown, and the reading is
that of a list; then the list with so many of each. Never fails: a breakdown by anything else stays one.
"""

from assistant.planners.rules.choose import nearest_dimensions
from assistant.planners.rules.reading import Reading
from semantic_layer.model import profile_table
from semantic_layer.query import Attribute, Records, SemanticQuery


def read_best_of_each(r: Reading) -> None:
    """Ranked people beside a breakdown: so many of each of its groups."""
    entity, ranking = r.world.entity, r.ranking
    ranked = ranking is not None and ranking.limit is not None and ranking.target == (r.world.model.domain.entity,)
    measured = ranking is not None and bool(ranking.metrics or ranking.dimensions)
    if entity is None or not (ranked and measured) or not r.groups or r.follows is not None:
        return
    count = r.world.counts.get(r.world.model.domain.entity)
    if r.share or r.compare is not None or any(a.names != (count,) or a.firm for a in r.asked):
        return
    own = {entity.table, profile_table(entity.name)}
    theirs = all(g.dimensions and all(own & set(r.world.homes(d)) for d in g.dimensions) for g in r.groups)
    each = [nearest_dimensions(r.world, g.dimensions, (entity.table,), g.hints)[:1] for g in r.groups]
    if not theirs or not all(each):
        return  # the ten of each channel who ordered most: the channel of what they ordered
    r.each = tuple(name for names in each for name in names)
    r.head, r.groups, r.asked = "records", [], []


def of_each(r: Reading, query: SemanticQuery) -> SemanticQuery | None:
    """The list with so many of each; None where a list of each was read and the query is none."""
    if not r.each:
        return query
    if not isinstance(query, Records) or not query.limit or not query.order:
        return None
    shown = {c.member for c in query.columns if isinstance(c, Attribute)}
    columns = (*(Attribute(member=name) for name in r.each if name not in shown), *query.columns)
    return query.model_copy(update={"limit_per": r.each, "columns": columns})
