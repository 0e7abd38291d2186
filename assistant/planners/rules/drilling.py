"""The same number again, split: 2026年秋日唤醒券整体转化率多少, then 哪个大区转化最好, which region converted best.

In: a fresh `Reading` of a message and the query before it. Out: whether it asks for the number that was shown, by something, and names
no time, value or people of its own: then it is of what was asked about, though it could be asked of everything; whether it only splits,
or points at some two. Never fails.
"""

import re

from assistant.planners.rules.kin import names_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, MetricUse, SemanticQuery


def drills(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message is the number of the last answer, which was one number under a condition, by something."""
    if not isinstance(last, Aggregate) or last.group_by or last.where is None:
        return False
    shown = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    only = any(t.has("only") and not t.is_content for t in r.pieces)  # 触达人次和活动转化率, then 按活动拆开，只看转化率
    content = [t for t in r.tokens if t.is_content]
    numbers = [t for t in content if t.of("metric")]
    others = [t for t in content if t not in numbers and not t.grain and (not t.of("dimension") or t.of("value"))]
    people = any(r.is_person(at) for at in range(len(r.tokens)))
    if len(numbers) != 1 or others or people or any(t.time or t.comparator for t in r.tokens) or not (len(shown) == 1 or only):
        return False
    split = any(t.of("dimension") or t.grain for t in content if t not in numbers)
    same = any(s.name in shown for s in numbers[0].of("metric"))
    return split and (same or any(word.endswith(numbers[0].text) for name in shown for word in names_of(r.world, name)))


def is_by(r: Reading, at: int) -> bool:
    """按活动拆开: things by which what was shown is split, and nothing to be counted."""
    return at > 0 and r.tokens[at - 1].has("by") and bool(r.tokens[at].of("dimension"))


_SOME_TWO = re.compile(r"[这那](?:[两几三四])[家个场款种类位](?:$|\w*)|both(?: of(?: the| these| those)?)?")


def of_some_two(r: Reading) -> bool:
    """both campaigns, 这两家门店, as the first message: which ones they are was never said."""
    marks = [at for at, t in enumerate(r.tokens) if _SOME_TWO.fullmatch(t.text) and not t.senses]
    nouns = [to for at in marks if (to := r.step(at, 1)) is not None and r.tokens[to].of("entity")]
    return bool(nouns) and r.follows is None and not any(t.of("value") and not t.of("entity") for t in r.tokens)
