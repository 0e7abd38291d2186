"""A clause that goes on about those who were listed or counted: gold members, then who complained this year; who also bought shoes.

In: a `Reading` of the message and the query before it. Out: yes or no. Never fails. A clause has nobody of its own; a question does
(who are our best customers), and so has one that puts people in order.
"""

import re

from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, MetricUse, Records, SemanticQuery


def goes_on_about_them(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message is nothing but a clause about those whom the last query lists or counts."""
    text = r.text.text.strip()
    if not _is_of_some(r, last) or (_CLAUSE.match(text) is None and _LISTED.match(text) is None):
        return False
    if _LISTED.match(r.text.text.strip()) is not None:
        return not any(r.is_person(at) or t.time for at, t in enumerate(r.tokens))
    named = any(r.is_person(at) or t.of("entity") for at, t in enumerate(r.tokens) if not t.of("value"))
    ordered = any(t.has("most", "least", "best", "worst", "count", "share", "by", "which") and not t.is_content for t in r.tokens)
    told = any(t.of("behaviour") or t.of("value") or t.of("segment") or t.comparison for t in r.tokens)
    return told and not (named or ordered)


def _is_of_some(r: Reading, last: SemanticQuery) -> bool:
    """Whether the last query is of some people, and not of all of them."""
    if isinstance(last, Records):
        return last.entity == r.world.model.domain.entity and (last.where is not None or last.limit is not None)
    if not isinstance(last, Aggregate) or last.group_by or last.share is not None:
        return False
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    people = len(names) == len(last.metrics) and all(map(r.world.counts_people, names))
    return people and (last.where is not None or last.period is not None)


_CLAUSE = re.compile(
    r"(?:and |but |or |then |ok |now )*(?:who|that)(?: (?:have|had|did|do|has))?"
    r"(?: (?:also|then|still|only|both|ever|once|later|recently))*"
    r" (?!is the|are the|are our|are they|are these|was the|were the|are we)[a-z]"
)
_LISTED = re.compile(
    "(?:那|把|就)?(?:还|再|从来|一直)?(?:没|未|不).{1,8}?的(?:都|也|给我|帮我|单独)*[拉列导捞出筛挑](?:个|一下|一份|出来?|成)*(?:名单|清单|来|出来)?"
)
"""没下过单的拉个名单: of those who were spoken of."""
