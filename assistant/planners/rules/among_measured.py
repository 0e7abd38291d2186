"""How many of the people whose number was shown: 金卡的平均消费, then 同意营销的有多少; what Shanghai's women spent, how many are at risk.

In: a fresh `Reading` of a message, the query before it. Out: the number of those very people in place of theirs, for the message to limit,
where it counts those who are or did something and says nothing else; else the query as it is. Never fails.
"""

import re

from assistant.planners.rules.amongst import counts_among
from assistant.planners.rules.edits import about, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Behaviour, Filter, InSegment, InSet, MetricPredicate, MetricUse, SemanticQuery


def among_measured(r: Reading, last: SemanticQuery) -> SemanticQuery:
    """The query that the message goes on from."""
    count = r.world.counts.get(r.world.model.domain.entity)
    if not isinstance(last, Aggregate) or count is None or last.where is None or last.group_by:
        return last
    if last.compare or last.share or not all(_is_of_people(r, part) for part in parts_of(last.where)):
        return last
    if any(isinstance(m, MetricUse) and (r.world.counts_people(m.metric) or r.world.is_count(m.metric)) for m in last.metrics):
        return last
    counted = Aggregate(metrics=(MetricUse(metric=count),), where=last.where)
    return counted if _HOW_MANY.search(r.text.text) and counts_among(r, counted) else last


_HOW_MANY = re.compile("的(?:一共|总共|大概)?有?(?:多少|几)|(?:多少|几)[个位名]?人|有多少|(?<![a-z])how many(?![a-z])")
"""成都单独看是多少 is the number that was shown."""


def _is_of_people(r: Reading, part: Filter) -> bool:
    """Whether a condition says what people are or did, and nothing of the rows that are measured."""
    if isinstance(part, Behaviour | InSegment | InSet | MetricPredicate):
        return True
    dimension = r.world.model.dimensions.get(about(part) or "")
    entity = r.world.entity
    return dimension is not None and entity is not None and r.world.is_about(dimension, entity)
