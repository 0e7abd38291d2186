"""Shares of a whole that is more than what is listed: Tmall and JD, each as a share of the sales of all channels.

In: an aggregate whose share runs `over` all members of a grouped dimension. Out: the aggregate without the conditions that choose some
of them, and those members by the place of their key. Issues are noted
for a name that nothing is grouped by, and for values that do not fit.
"""

from semantic_layer.catalog import nearest
from semantic_layer.plan import Literals
from semantic_layer.query import Aggregate, And, ByDimension, Filter, Predicate
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.filters import conjuncts
from semantic_layer.resolve.values import stored_values

Shown = tuple[tuple[int, Literals], ...]


def whole(r: Resolution, query: Aggregate) -> tuple[Aggregate, Shown]:
    """The query of the whole, and which values of its keys are listed."""
    over = query.share.over if query.share is not None else ()
    if not over:
        return query, ()
    places = {g.member: i for i, g in enumerate(query.group_by) if isinstance(g, ByDimension) and g.as_of is None}
    for name in over:
        if name not in places:
            r.note("unknown-output", "share.over", name=name, suggestions=nearest(name, places))
    rest: list[Filter] = []
    shown: list[tuple[int, Literals]] = []
    for i, part in enumerate(conjuncts(query.where)):
        if isinstance(part, Predicate) and part.member in over and part.member in places and part.op in ("=", "in"):
            values = stored_values(r, part, f"where[{i}]")
            shown += [(places[part.member], values)] if values is not None else []
        else:
            rest.append(part)
    where = And(filters=tuple(rest)) if len(rest) > 1 else next(iter(rest), None)
    return query.model_copy(update={"where": where}), tuple(shown)
