"""People by how a number of their own changed: 今年消费比去年多的客户, members who ordered less this quarter than last quarter.

In: a `Reading` before its comparisons and rankings are read. It gains a test of a metric per member in one period against the same metric
in another; the words that say so are used up. Only where people are described by it: a number of groups that rose or fell is
`growth`'s. Never fails; the way of the change without a measure, or a measure without a way, stays unread.
"""

from assistant.language.calendar import Calendar
from assistant.planners.rules.draft import NumberTest
from assistant.planners.rules.moments import comparing, usual_period
from assistant.planners.rules.numeric import measured
from assistant.planners.rules.reading import Reading
from semantic_layer.periods import previous_period, year_before
from semantic_layer.query import Compare, Period

_MORE, _LESS = ("grow", "compare_high"), ("shrink", "compare_low")


def read_own_changes(r: Reading) -> None:
    """Each comparator beside a word for more or less, behind what people spent or did."""
    for at, token in enumerate(r.tokens):
        way = _way(r, at) if token.comparator is not None and r.free(at) else None
        measure = _measure(r, at, way) if way is not None else None
        if way is None or measure is None or token.comparator is None or not _of_people(r, at, way, measure[0]):
            continue
        calendar = Calendar(r.today)
        when = next((i for i in _clause(r, at) if r.free(i) and r.tokens[i].time is not None), None)
        time = r.tokens[when].time if when is not None else None
        base = time.period if time is not None else usual_period(token.comparator, calendar)
        before = _before(base, comparing(base, token.comparator, calendar))
        if before is not None and before != base:
            fell = r.tokens[way].has(*_LESS) and not r.tokens[way].has(*_MORE)
            r.tests.append(NumberTest(way, "<" if fell else ">", (), (measure[1],), period=base, against=before))
            r.take(at, way, measure[0], when)


def _way(r: Reading, at: int) -> int | None:
    """The word for more or less: behind the comparator in Chinese, in front of it in English, with a time between them."""
    latin = r.tokens[at].text.isascii()
    near = r.step(at, -1 if latin else 1)
    if near is not None and r.tokens[near].time is not None and latin:
        near = r.step(near, -1)
    said = near is not None and r.free(near) and r.tokens[near].has(*_MORE, *_LESS) and not r.tokens[near].senses
    return near if said else None


def _measure(r: Reading, at: int, way: int) -> tuple[int, str] | None:
    """What people have more or less of: the place, and the metric."""
    latin = r.tokens[at].text.isascii()
    place = r.step(way if latin else at, -1)
    if place is not None and r.tokens[place].time is not None:
        place = r.step(place, -1)
    if place is None or not r.free(place):
        return None
    found = measured(r, place, None)
    names = (
        found[0] if found is not None else tuple(n for b in r.behaviours(place) if (n := r.world.count_of_deeds(b)) is not None)
    )
    name = next((n for n in names if not r.world.counts_people(n) and not r.world.is_timeless(n)), None)
    return None if name is None else (place, name)


def _of_people(r: Reading, at: int, way: int, measure: int) -> bool:
    """Whether it is people who are described: 比去年多的客户, members who spent more."""
    if not r.has_person() or r.asked or any(r.tokens[i].grain for i in _clause(r, at)):
        return False
    if r.tokens[at].text.isascii():
        who = r.beyond(measure, -1, "who", "relative", "with", "people")
        return who is not None and (r.is_person(who) or r.tokens[who].has("people") or r.counts_people(who))
    behind = r.step(way, 1)
    named = behind is not None and (r.is_person(behind) or r.tokens[behind].has("people"))
    return named or r.text.text[r.tokens[way].end :].startswith("的有")


def _clause(r: Reading, at: int) -> list[int]:
    """The places around a comparator, up to a break."""
    start = next((i for i in range(at, -1, -1) if r.is_break(i)), -1)
    end = next((i for i in range(at, len(r.tokens)) if r.is_break(i)), len(r.tokens))
    return [i for i in range(start + 1, end) if i != at]


def _before(base: Period, compare: Compare | None) -> Period | None:
    if compare is None:
        return None
    if compare.kind == "same_period_last_year":
        return year_before(base)
    return previous_period(base) if compare.kind == "previous_period" else compare.period
