"""A list of those who are in a list: 近一年花钱最多的20个会员是谁，列一下消费金额.

In: the query of a list. Out: where nothing but belonging to another list of the same people limits it, that list itself, in its order and
with the columns of both: shown by the way they were chosen, and not by their ids. Anything else as it is. Never fails.
"""

from semantic_layer.query import InSet, Records, SemanticQuery


def unwrapped(query: SemanticQuery) -> SemanticQuery:
    """The list that another one stands for."""
    if not isinstance(query, Records) or not isinstance(query.where, InSet):
        return query
    inner = query.where.records
    own = query.order or query.limit is not None or query.offset or query.limit_per or query.distinct or query.period is not None
    if own or inner.entity != query.entity or not inner.order or inner.limit_per or inner.distinct:
        return query
    columns = (*query.columns, *(column for column in inner.columns if column not in query.columns))
    return inner.model_copy(update={"columns": columns})
