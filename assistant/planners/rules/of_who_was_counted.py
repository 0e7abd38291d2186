"""What those are like who were counted in a time: buyers last month, then their average age; 今年复购的人, then 他们买得最多的品类.

In: a `Reading` of the message, the number of people before it, the numbers that the message makes of it. Out: those numbers of the
people who were counted, where they would be of everybody else: what people are like has no time that could limit it, and what is done by
all is more than what those did who did it twice. Numbers of people are left as they are, unless a pronoun says whose. Never fails.
"""

import re

from assistant.planners.rules.reading import Reading
from assistant.planners.rules.those_counted import who_were_counted
from semantic_layer.model import MembersMetric
from semantic_layer.query import Aggregate, Calculation, MetricUse

_THEY = re.compile(r"(?<![a-z])(?:they|them|their|these|those)(?![a-z])|[他她]们|这[些批]")


def of_who_was_counted(r: Reading, last: Aggregate, query: Aggregate) -> Aggregate:
    """The numbers, of those people."""
    use = last.metrics[0] if len(last.metrics) == 1 else None
    if not isinstance(use, MetricUse) or use.where or query.metrics == last.metrics or r.period_at is not None or last.group_by:
        return query
    pointed = any(t.has("refer") and _THEY.search(t.text) for t in r.pieces)
    like, counts = _what_they_are_like(r, query), _count_people(r, query)
    some = isinstance(r.world.model.metrics.get(use.metric), MembersMetric)
    if (r.tests and query.where != last.where) or not ((like and (pointed or not counts)) or (some and pointed and not counts)):
        return query
    those = who_were_counted(r, last, use.metric)
    if those is None:
        return query
    return query.model_copy(update={"where": those, "period": None if like else query.period})


def _what_they_are_like(r: Reading, query: Aggregate) -> bool:
    """Whether no time limits the numbers: average age, how many there are."""
    return all(isinstance(m, Calculation) or r.world.is_timeless(m.metric) for m in query.metrics)


def _count_people(r: Reading, query: Aggregate) -> bool:
    return any(isinstance(m, MetricUse) and r.world.counts_people(m.metric) for m in query.metrics)
