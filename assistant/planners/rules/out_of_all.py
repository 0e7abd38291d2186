"""Of all of what a share is asked: bought both of these, then 占所有女装客户的多少, what share of all customers is that.

In: a `Reading` of a follow-up that asks for a share, and the number of people before it. Out: the share with what the message names as the
whole, and all the other conditions as the part; None where it names no whole that was a condition before. Never fails.
"""

import re

from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Behaviour, Filter, MetricUse, Predicate, Share

_OF_ALL = re.compile(
    r"占(?:了|到|比)?(?:所有|全部|全体|整个|总体?)的?(?!的)"
    r"|(?<![a-z])(?:share|percent(?:age)?|proportion|fraction|part|%) of (?:all|the total)(?: (?:the|our|of our|of the))?(?![a-z])"
)


def asks_of_all(r: Reading) -> bool:
    """what share of all women's wear customers: a whole is named, and the part is what was counted; it ends in who they are."""
    last = next((at for at in range(len(r.tokens) - 1, -1, -1) if not r.is_break(at)), None)
    said = _OF_ALL.search(r.text.text)
    front = re.match(r"(?:and |so |then |ok |also )*(?:what|which) ", r.text.text) is not None
    return said is not None and last is not None and front and said.start() < r.tokens[last].start and r.is_person(last)


def out_of_all(r: Reading, last: Aggregate) -> Aggregate | None:
    """The share of the part in the whole that is named."""
    said = _OF_ALL.search(r.text.text) if r.share else None
    count = r.world.counts.get(r.world.model.domain.entity)
    people = [m.metric for m in last.metrics if isinstance(m, MetricUse)] == [count]
    more = r.groups or r.ranking or r.compare or r.period_at is not None or any(a.names != (count,) for a in r.asked)
    if said is None or not people or more or last.group_by or last.share is not None:
        return None
    tests = list(r.tests_of_values())
    if len(tests) != len(r.tests) or len(tests) > 1 or any(t.negated or t.rank for t in tests):
        return None
    parts = parts_of(last.where)
    whole = tuple(p for p in parts if any(_says(p, t) for t in tests))
    rest = tuple(p for p in parts if p not in whole)
    named = bool(whole) if tests else any(r.is_person(at) for at, t in enumerate(r.tokens) if t.start >= said.start())
    if not rest or not named:
        return None
    return last.model_copy(update={"where": joined(whole), "share": Share(part=joined(rest))})


def _says(part: Filter, test: ValueTest) -> bool:
    """Whether a condition is what is named again: of that level; who bought women's wear, whenever that was."""
    if isinstance(part, Behaviour):
        return part.did and any(_says(p, test) for p in parts_of(part.where))
    options = dict(test.options)
    return isinstance(part, Predicate) and part.op in ("=", "in") and options.get(part.member) == part.values
