"""Last year's own time where nothing else says when: 去年10月同期的订单数; and whether a part of last year is this year's beside it.

In: a `Reading`, a comparator and what its words name. Out: the days that are asked about themselves, or this year's that are compared
with them. Words for the same days of last year that leave open which (去年这几天) stay unread where no time is named. Never fails.
"""

import re
from datetime import date

from assistant.language.calendar import Calendar
from assistant.language.time_relations import Comparator
from assistant.planners.rules.reading import Reading
from semantic_layer.periods import shift
from semantic_layer.query import Period

_DAYS = 366
_IN_BOTH = re.compile(r"last year (?:in|during|for) ")
_LAST_YEAR = re.compile("去年|(?<![a-z])last year")
_OF_ITSELF = re.compile(r"(?:去年|上年|上一年|昨年|前年|20\d\d年)(?!.*[比较])\S+")


def is_of_itself(r: Reading, at: int, comparator: Comparator, calendar: Calendar) -> bool:
    """去年10月同期的订单数 are those of last year, as many days of that month as this one has had; no comparison is asked for."""
    if r.follows is not None or not _OF_ITSELF.fullmatch(r.tokens[at].text) or r.where("versus", "grow", "shrink", "change_word"):
        return False
    other = comparator.period if comparator.kind == "period" else None
    if other is None or other.start is None or other.end is None:
        r.strict.add(at)
        return True
    years = calendar.today.year - other.start.year
    begun = shift(other.start, "year", years)
    begun = begun if begun < calendar.today else shift(begun, "year", -1)
    days = min((calendar.today - begun).days, (other.end - other.start).days)
    r.period, r.period_at = Period(start=other.start, end=date.fromordinal(other.start.toordinal() + days)), at
    r.take(at)
    return True


def is_in_both(words: str) -> bool:
    """vs last year in September: of both years."""
    return _IN_BOTH.search(words) is not None


def year_later(period: Period, today: date) -> Period | None:
    """H1 vs H1 last year: the bare one is this year's, as far as it has come."""
    if period.start is None or period.end is None:
        return None
    start, end = shift(period.start, "year", 1), shift(period.end, "year", 1)
    return Period(start=start, end=min(end, today)) if start < today else None


def this_year(r: Reading, at: int, comparator: Comparator) -> Period | None:
    """sales vs last year in September, 和去年9月比: this September, where nothing else is named."""
    other = comparator.period
    if other is None or other.start is None or other.end is None or not _LAST_YEAR.search(r.tokens[at].text):
        return None
    part = other.start.year == r.today.year - 1 and (other.end - other.start).days < _DAYS - 1
    return year_later(other, r.today) if part else None


def is_own_time(r: Reading, at: int) -> bool:
    """线上线下业绩对比今年: nothing else has a time, and what still runs is when, not what it is compared with."""
    comparator = r.tokens[at].comparator
    other = comparator.period if comparator is not None and comparator.kind == "period" else None
    runs = other is not None and other.start is not None and other.end is not None and other.end >= r.today
    if not runs or r.period is not None or r.follows is not None or any(t.time for t in r.tokens):
        return False
    if r.groups or any(r.world.is_groupable(d) for i in range(len(r.tokens)) for d in r.dimensions(i)):
        r.period, r.period_at = other, at
        r.take(at)
    else:
        r.strict.add(at)
    return True
