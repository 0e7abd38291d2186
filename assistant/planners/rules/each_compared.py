"""Each of the values that are listed, where two times are compared: Golden Week, East and South China, this year vs last year.

In: a `Reading` whose comparison is read. Out: a breakdown among the values of its only list, each with both numbers. Never fails: all of
them together (合计, combined, A or B), lists of people that are split by something else, and single values stay conditions.
"""

from assistant.planners.rules.draft import Group, ValueTest
from assistant.planners.rules.reading import Reading

_WHOLE = ("together", "total", "or", "share", "running", "avg")


def each_compared(r: Reading) -> None:
    """A row each."""
    if r.compare is None or r.follows is not None or r.head not in ("aggregate", None) or r.share or r.ranking is not None:
        return
    lists = [t for t in r.tests_of_values() if _lists(r, t) and t.at not in r.apart]
    whole = any(t.has(*_WHOLE) and not t.is_content for t in r.tokens)
    if len(lists) != 1 or whole or any(g.dimensions or g.sides for g in r.groups):
        return
    test = lists[0]
    kept = tuple(d for d, _ in test.options if d not in r.world.attributes.favourites or d in test.hints)
    r.groups.append(Group(test.at, kept, hints=test.hints))
    r.apart.append(test.at)


def _lists(r: Reading, test: ValueTest) -> bool:
    """Several, by a word each: not 金卡及以上, nor a campaign of which there is one every year."""
    name, values = test.options[0]
    own = {s.value for s in r.tokens[test.at].of("value") if s.name == name}
    return len(values) > 1 and not test.negated and test.rank is None and not set(values) <= own
