"""Groups described by a number of theirs, which nothing else asks for: cities with more than 500 customers, 订单超过8000的月份.

In: a `Reading`, a comparison and its place. Out: the test; the noun that it describes has become a breakdown, what is compared is asked
for, and the words that say so are used up. None where it describes something else. Never fails.
"""

from assistant.language.comparisons import Comparison
from assistant.planners.rules.draft import Asked, Group, NumberTest
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import in_its_unit, unit_noun

_BETWEEN = ("with", "within", "having", "relative", "exists", "which")


def of_head(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """The test of the groups that a comparison describes."""
    if r.groups or r.asked or c.kind == "percent":
        return None
    return _of_people(r, at, c) or _of_times(r, at, c)


def _places(r: Reading, at: int) -> tuple[int | None, int | None]:
    """What is counted, and what is described: stores with more than 5 *customers*, *客户*超过5人的门店, months with *sales* above 5m."""
    if r.tokens[at].text.isascii():
        before = r.step(at, -1)
        if before is not None and r.metrics(before):
            return before, r.beyond(before, -1, *_BETWEEN)
        return r.step(at, 1), r.beyond(at, -1, *_BETWEEN)
    behind = r.step(at, 1)
    of_it = r.text.text[r.tokens[at].end :].startswith("的")
    return r.step(at, -1), behind if of_it else None


def _of_people(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """How many people each group has: they are counted, and not listed."""
    people = r.world.counts.get(r.world.model.domain.entity)
    noun, head = _places(r, at)
    if people is None or noun is None or head is None or c.unit not in ("person", None) or not r.free(noun):
        return None
    counted = (r.is_person(noun) or people in r.metrics(noun)) and not r.behaviours(noun)
    names = tuple(d for d in r.dimensions(head) if r.world.is_groupable(d) and not r.world.is_number(d))
    if not counted or not names or r.metrics(head) or not r.free(head):
        return None
    bare = not r.tokens[noun].of("value") and not r.tokens[noun].of("segment")
    r.counted = True
    r.take(noun if bare else None)
    return _made(r, at, c, Group(head, names), people, noun)


def _of_times(r: Reading, at: int, c: Comparison) -> NumberTest | None:
    """Months, days with so many of something."""
    noun, head = _places(r, at)
    grain = unit_noun(r.tokens[head].text) if head is not None and not r.tokens[head].senses else None
    if noun is None or head is None or grain is None or not (r.free(noun) and r.free(head)):
        return None
    counts = [count for e in r.entities(noun) if (count := r.world.counts.get(e)) is not None]
    metric = next((m for m in (*r.metrics(noun), *counts) if not r.world.is_timeless(m)), None)
    if metric is None:
        return None
    r.take(noun)
    return _made(r, at, c, Group(head, grain=grain), metric, noun)


def _made(r: Reading, at: int, c: Comparison, group: Group, metric: str, noun: int) -> NumberTest:
    r.groups.append(group)
    r.asked.append(Asked(noun, (metric,)))
    r.take(at, group.at)
    return NumberTest(at, c.op, in_its_unit(r.world, metric, c), (metric,), (), c.unit)
