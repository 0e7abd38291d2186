"""The same day of an earlier week: last Friday versus the Friday before, yesterday against the Monday before, 跟前一个周五比.

In: the day that is compared and the comparator whose words name a weekday. Out: the last such weekday before that day; None where
the words name none, or something longer is compared. Never fails.
"""

import re
from datetime import timedelta

from assistant.language.time_relations import Comparator
from semantic_layer.query import Compare, Period

_WEEK = 7
_SAME_DAY = re.compile("同一?[天日]|same day|那[同一]*天")


def weekday_before(words: str, base: Period, comparator: Comparator) -> Compare | None:
    """The last day before `base` that is the weekday of the comparator."""
    named, shift = comparator.period, comparator.shift
    if base.start is None or named is None or named.start is None or shift is None or _SAME_DAY.search(words):
        return None
    days = {(p.end - p.start).days for p in (base, named) if p.start is not None and p.end is not None}
    if (shift.grain, shift.count) != ("week", -1) or days != {1}:
        return None
    back = (base.start.weekday() - named.start.weekday()) % _WEEK or _WEEK
    start = base.start - timedelta(days=back)
    return Compare(kind="period", period=Period(start=start, end=start + timedelta(days=1)))
