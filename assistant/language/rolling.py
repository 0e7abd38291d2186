"""Rolling windows and "n units ago", the same in both languages: a count and a unit in, an atom out.

N days are the N complete days that end yesterday. A week is 7 days, a month 30, a half year 180, a year (or 12 months) 365;
quarters are the N complete calendar quarters before this one. Each window also carries its other reading, N complete
calendar units.
"""

import re
from datetime import timedelta

from assistant.language.calendar import Calendar, Unit, moved, unit_start
from assistant.language.time_atoms import Atom
from assistant.language.time_parts import Whole, unit_whole

_DAYS: dict[Unit, int] = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 90, "half": 180, "year": 365}
_MOST_DAYS = 36600


def rolling_days(count: float, unit: Unit) -> int:
    """How many days `count` units are."""
    if unit == "month" and count % 12 == 0:
        return 365 * int(count / 12)
    if unit == "half" and count % 2 == 0:
        return 365 * int(count / 2)
    if unit == "year":
        return 365 * int(count) + (180 if count % 1 else 0)
    return int(count * _DAYS[unit] + 0.5)


def complete_units(count: int, unit: Unit, calendar: Calendar) -> Whole:
    """The `count` complete calendar units before the one that today lies in."""
    end = unit_start(calendar.today, unit, calendar)
    return Whole(moved(end, unit, -count), end, unit, count)


def rolling(match: re.Match[str], calendar: Calendar, count: float, unit: Unit, *, exact: bool = False) -> Atom | None:
    """The window of `count` units up to yesterday; complete calendar units where `exact` (完整, 自然, calendar) or quarters."""
    days = rolling_days(count, unit)
    if not 1 <= days <= _MOST_DAYS:
        return None
    window = Whole(calendar.today - timedelta(days=days), calendar.today, "day", days)
    if count != int(count) or unit == "day":
        return Atom(match.start(), match.end(), window, kind="rolling")
    units = complete_units(int(count), unit, calendar)
    if exact or unit == "quarter":
        return Atom(match.start(), match.end(), units, kind="relative", calendar=None if exact else window)
    return Atom(match.start(), match.end(), window, kind="rolling", calendar=units)


def ago(match: re.Match[str], calendar: Calendar, count: float, unit: Unit) -> Atom | None:
    """The whole unit that lies `count` units back: three months ago is a month, two years ago a year, 5 days ago a day."""
    if count != int(count):
        unit, count = ("month", 6) if unit == "year" else ("day", rolling_days(count, unit))
    if count * _DAYS[unit] > _MOST_DAYS:
        return None
    if unit == "half":
        unit, count = "month", count * 6
    base: Unit = "week" if unit == "fortnight" else unit
    start = moved(unit_start(calendar.today, base, calendar), unit, -int(count))
    return Atom(match.start(), match.end(), unit_whole(start, base), kind="point" if base == "day" else "relative")
