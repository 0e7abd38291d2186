"""The business calendar of a domain and arithmetic on its units; pure functions, no clock.

Weeks begin on `week_start` (0 = Monday); week 1 of a year is the one that holds 4 January, and a week belongs to the month or
quarter that holds its fourth day (ISO 8601). Dates outside 1900–2199 are refused with None by the callers.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from semantic_layer.periods import add_months, floor, shift
from semantic_layer.query import Grain, Period

Unit = Literal["day", "week", "fortnight", "month", "quarter", "half", "year"]

FIRST_YEAR, LAST_YEAR = 1900, 2199
_GRAIN_OF: dict[Unit, tuple[Grain, int]] = {
    "day": ("day", 1),
    "week": ("week", 1),
    "fortnight": ("week", 2),
    "month": ("month", 1),
    "quarter": ("quarter", 1),
    "half": ("month", 6),
    "year": ("year", 1),
}


@dataclass(frozen=True, slots=True)
class DomainFestival:
    """A festival or promotion that a domain adds or redefines: the days from (month, day) to (month, day), both included."""

    name: str
    words: tuple[str, ...]
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What relative dates are counted from. `last_day`: the last complete day of the data."""

    today: date
    week_start: int = 0
    fiscal_year_start_month: int = 1
    first_day: date | None = None
    last_day: date | None = None
    festivals: tuple[DomainFestival, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A move by `count` grains: -1 year for "the year before"."""

    grain: Grain
    count: int


def moved(day: date, unit: Unit, count: int) -> date:
    """`day` moved by `count` units.

    >>> moved(date(2026, 1, 1), "half", 1)
    datetime.date(2026, 7, 1)
    """
    grain, size = _GRAIN_OF[unit]
    return shift(day, grain, size * count)


def unit_shift(unit: Unit, count: int) -> Shift:
    """A move by `count` units, in grains."""
    grain, size = _GRAIN_OF[unit]
    return Shift(grain, size * count)


def unit_start(day: date, unit: Unit, calendar: Calendar) -> date:
    """The first day of the unit that `day` lies in."""
    match unit:
        case "half":
            return date(day.year, 1 if day.month < 7 else 7, 1)
        case "fortnight":
            return floor(day, "week", calendar.week_start)
        case _:
            return floor(day, unit, calendar.week_start)


def fiscal_year_start(day: date, calendar: Calendar) -> date:
    """The first day of the fiscal year that `day` lies in."""
    first = date(day.year, calendar.fiscal_year_start_month, 1)
    return first if first <= day else add_months(first, -12)


def fiscal_start(day: date, unit: Unit, calendar: Calendar) -> date:
    """The first day of the fiscal year, half or quarter that `day` lies in."""
    start = fiscal_year_start(day, calendar)
    while unit != "year" and moved(start, unit, 1) <= day:
        start = moved(start, unit, 1)
    return start


def week_one(year: int, calendar: Calendar) -> date:
    """The first day of week 1 of a year.

    >>> week_one(2026, Calendar(date(2026, 10, 20)))
    datetime.date(2025, 12, 29)
    """
    return floor(date(year, 1, 4), "week", calendar.week_start)


def first_week(start: date, calendar: Calendar) -> date:
    """The first day of the first week of the month, quarter or year that begins at `start`."""
    return floor(start + timedelta(days=3), "week", calendar.week_start)


def shift_period(period: Period, grain: Grain, count: int) -> Period:
    """The period moved by `count` grains, open sides staying open.

    >>> shift_period(Period(start=date(2025, 10, 1), end=date(2026, 10, 1)), "year", -1).start
    datetime.date(2024, 10, 1)
    """
    return Period(
        start=None if period.start is None else shift(period.start, grain, count),
        end=None if period.end is None else shift(period.end, grain, count),
    )


def period_days(period: Period) -> int | None:
    """The number of days of a period, None where a side is open."""
    return None if period.start is None or period.end is None else (period.end - period.start).days


def unit_before(period: Period, change: Shift) -> Period:
    """What "the week before", "the year before" mean beside a period.

    A period no longer than the unit is moved by it (September → August, last week → the week before it); beside a longer one
    it is the unit that ends where the period begins (Q3, the month before → June).

    >>> unit_before(Period(start=date(2026, 7, 1), end=date(2026, 10, 1)), Shift("month", -1)).start
    datetime.date(2026, 6, 1)
    """
    if period.start is None or period.end is None:
        return shift_period(period, change.grain, change.count)
    reach = shift(period.start, change.grain, abs(change.count))
    if period.end <= reach:
        return shift_period(period, change.grain, change.count)
    if change.count < 0:
        return Period(start=shift(period.start, change.grain, change.count), end=period.start)
    return Period(start=period.end, end=shift(period.end, change.grain, change.count))
