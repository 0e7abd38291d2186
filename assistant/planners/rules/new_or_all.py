"""Whose number is asked for behind how many joined: 本月新客多少, then 客单价呢: of those who joined, or of everybody.

In: a `Reading` of the message, the count before it and what was made of the two. Out: both readings, those who joined first, so that the
asker chooses where their numbers differ; what says whose it is, or is of nobody, stays as it is. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from assistant.qa import Interpretation
from semantic_layer.query import Aggregate, Behaviour, ByDimension, MetricUse, SemanticQuery


def new_or_all(r: Reading, last: SemanticQuery, told: Interpretation) -> Interpretation:
    """The readings of a number of nobody in particular."""
    query = told.queries[0] if len(told.queries) == 1 else None
    if not isinstance(last, Aggregate) or not isinstance(query, Aggregate) or not _is_bare(r, last, query):
        return told
    shown = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    deed = next((d for d in r.world.model.behaviours if shown and r.world.count_of_joining(d) == shown[0]), None)
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)]
    if deed is None or len(shown) != 1 or not all(_is_of_people(r, name) for name in names):
        return told
    those = Behaviour(behaviour=deed, period=last.period)
    return replace(told, queries=(query.model_copy(update={"where": joined((those, *parts_of(query.where)))}), query))


def _is_bare(r: Reading, last: Aggregate, query: Aggregate) -> bool:
    """Whether a number is asked for, in the time of those who joined, and nothing else is said."""
    said = r.tests or r.groups or r.compare or r.ranking or r.share or r.period_at is not None
    plain = not (query.compare or query.share or last.where) and query.group_by == last.group_by
    plain = plain and all(isinstance(g, ByDimension) for g in last.group_by)
    return plain and bool(r.asked) and not said and query.period == last.period and query.where == last.where


def _is_of_people(r: Reading, name: str) -> bool:
    """Whether a number is of what people do: of facts that they are joined to, and no number of people."""
    if r.world.counts_people(name) or r.world.is_timeless(name):
        return False
    deeds = {b.table for b in r.world.model.behaviours.values()}
    return any(table in deeds for table in r.world.tables_of(name))
