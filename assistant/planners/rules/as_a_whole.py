"""A time split into units and set against another time: 最近7天每天的活跃客户数，和前7天比; daily sales last week versus the week before.

In: a `Reading` with its breakdown, the time that is compared, and what its comparison was read as. Out: a comparison with the whole of the
other time, unit by unit, where that was named and is longer than a unit; otherwise the comparison as it was (今年每月环比: each month with
the one before it). Never fails.
"""

from assistant.language.calendar import Calendar
from assistant.language.time_relations import Comparator, comparison_period
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Compare, Grain, Period

_DAYS: dict[Grain, int] = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


def as_a_whole(r: Reading, base: Period, compare: Compare | None, comparator: Comparator, calendar: Calendar) -> Compare | None:
    """The comparison of `base`, with all of the time that the comparator names."""
    split = [g.grain for g in r.groups if g.grain] if r.groups or r.follows is None else r.talk.units
    units = [_DAYS[grain] for grain in split if grain in _DAYS]
    named = abs(comparator.shift.count) * _DAYS.get(comparator.shift.grain, 0) if comparator.shift is not None else 0
    if compare is None or compare.kind != "previous_period" or not units or named <= max(units):
        return compare
    other = comparison_period(base, comparator, calendar)
    return compare if other is None else Compare(kind="period", period=other)
