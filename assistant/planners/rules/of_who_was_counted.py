"""What those are like who were counted in a time: buyers last month, then their average age; 今年复购的人, then 他们买得最多的品类.

In: a `Reading` of the message, the number of people before it, the numbers that the message makes of it. Out: those numbers of the
people who were counted, where they would be of everybody else: what people are like has no time that could limit it, and what is done by
all is more than what those did who did it twice. Numbers of people are left as they are, unless a pronoun says whose. Never fails.
"""

from assistant.planners.rules.chosen import of_the_things
from assistant.planners.rules.of_the_same import says_they
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.those_counted import who_were_counted
from semantic_layer.model import MembersMetric
from semantic_layer.query import Aggregate, ByDimension, Calculation, MetricUse, SemanticQuery


def of_who_was_counted(r: Reading, last: Aggregate, query: Aggregate) -> Aggregate:
    """The numbers, of those people."""
    use = last.metrics[0] if len(last.metrics) == 1 else None
    if not isinstance(use, MetricUse) or use.where or query.metrics == last.metrics or last.group_by:
        return query
    pointed = says_they(r)
    if r.period_at is not None and not pointed:
        return query
    like, counts = _what_they_are_like(r, query), _count_people(r, query)
    some = isinstance(r.world.model.metrics.get(use.metric), MembersMetric) or (pointed and _did_other_rows(r, use.metric, query))
    if (r.tests and query.where != last.where) or not ((like and (pointed or not counts)) or (some and pointed and not counts)):
        return query
    those = who_were_counted(r, last, use.metric)
    if those is None:
        return query
    return query.model_copy(update={"where": those, "period": None if like else query.period})


def of_the_one_shown(r: Reading, last: SemanticQuery) -> SemanticQuery:
    """which city has the most gold members, then which category do they buy most: of the people in that one city."""
    ranked = (
        isinstance(last, Aggregate) and last.limit == 1 and len(last.group_by) == 1 and isinstance(last.group_by[0], ByDimension)
    )
    if not isinstance(last, Aggregate) or not ranked or not _count_people(r, last) or not says_they(r):
        return last
    other = [g for g in r.groups if g.dimensions and getattr(last.group_by[0], "member", None) not in g.dimensions]
    return of_the_things(last) if other else last


def _did_other_rows(r: Reading, metric: str, query: Aggregate) -> bool:
    """上个月投诉客户数, then 他们买得最多的品类: what is measured is not what they were counted by."""
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)]
    tables = set(r.world.tables_of(metric))
    return bool(names) and all(not tables & set(r.world.tables_of(name)) for name in names)


def _what_they_are_like(r: Reading, query: Aggregate) -> bool:
    """Whether no time limits the numbers: average age, how many there are."""
    return all(isinstance(m, Calculation) or r.world.is_timeless(m.metric) for m in query.metrics)


def _count_people(r: Reading, query: Aggregate) -> bool:
    return any(isinstance(m, MetricUse) and r.world.counts_people(m.metric) for m in query.metrics)
