"""The same number again, split: 2026年秋日唤醒券整体转化率多少, then 哪个大区转化最好, which region converted best.

In: a fresh `Reading` of a message and the query before it. Out: whether it asks for the number that was shown, by something, and names
no time, value or people of its own: then it is of what was asked about, though it could be asked of everything. Never fails.
"""

from assistant.planners.rules.kin import names_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, MetricUse, SemanticQuery


def drills(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message is the number of the last answer, which was one number under a condition, by something."""
    if not isinstance(last, Aggregate) or last.group_by or last.where is None or len(last.metrics) != 1:
        return False
    use = last.metrics[0]
    content = [t for t in r.tokens if t.is_content]
    numbers = [t for t in content if t.of("metric")]
    others = [t for t in content if t not in numbers and not t.grain and (not t.of("dimension") or t.of("value"))]
    people = any(r.is_person(at) for at in range(len(r.tokens)))
    if not isinstance(use, MetricUse) or len(numbers) != 1 or others or people or any(t.time or t.comparator for t in r.tokens):
        return False
    split = any(t.of("dimension") or t.grain for t in content if t not in numbers)
    same = any(s.name == use.metric for s in numbers[0].of("metric"))
    return split and (same or any(word.endswith(numbers[0].text) for word in names_of(r.world, use.metric)))
