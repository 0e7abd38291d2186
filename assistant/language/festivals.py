"""Festivals and promotions: a name and a year in, the days [start, end) out, None where the table does not know the year.

Fixed ones, nth weekdays (Mother's Day, Black Friday), lunar ones (a table of the traditional calendar for 2020–2030; the tests
check that its intervals are whole lunar months) and seasons (spring is March to May, winter December to February).
A festival is its traditional days, not the official holiday: 春节 is the seven days from 初一, 国庆 and 五一 are the spec's,
双十一 and 618 the whole promotion. A domain may redefine any of them in its calendar.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from assistant.language.calendar import Calendar
from assistant.language.lexicon import load_lexicon
from semantic_layer.periods import add_months

_LUNAR: dict[str, dict[int, str]] = {
    "spring_festival": {
        2020: "01-25", 2021: "02-12", 2022: "02-01", 2023: "01-22", 2024: "02-10", 2025: "01-29", 2026: "02-17", 2027: "02-06",
        2028: "01-26", 2029: "02-13", 2030: "02-03",
    },
    "lantern": {
        2020: "02-08", 2021: "02-26", 2022: "02-15", 2023: "02-05", 2024: "02-24", 2025: "02-12", 2026: "03-03", 2027: "02-20",
        2028: "02-09", 2029: "02-27", 2030: "02-17",
    },
    "qingming": {
        2020: "04-04", 2021: "04-04", 2022: "04-05", 2023: "04-05", 2024: "04-04", 2025: "04-04", 2026: "04-05", 2027: "04-05",
        2028: "04-04", 2029: "04-04", 2030: "04-05",
    },
    "dragon_boat": {
        2020: "06-25", 2021: "06-14", 2022: "06-03", 2023: "06-22", 2024: "06-10", 2025: "05-31", 2026: "06-19", 2027: "06-09",
        2028: "05-28", 2029: "06-16", 2030: "06-05",
    },
    "qixi": {
        2020: "08-25", 2021: "08-14", 2022: "08-04", 2023: "08-22", 2024: "08-10", 2025: "08-29", 2026: "08-19", 2027: "08-08",
        2028: "08-26", 2029: "08-16", 2030: "08-05",
    },
    "mid_autumn": {
        2020: "10-01", 2021: "09-21", 2022: "09-10", 2023: "09-29", 2024: "09-17", 2025: "10-06", 2026: "09-25", 2027: "09-15",
        2028: "10-03", 2029: "09-22", 2030: "09-12",
    },
    "double_ninth": {
        2020: "10-25", 2021: "10-14", 2022: "10-04", 2023: "10-23", 2024: "10-11", 2025: "10-29", 2026: "10-18", 2027: "10-08",
        2028: "10-26", 2029: "10-16", 2030: "10-05",
    },
}  # fmt: skip
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_ENDS_ON_THE_DAY = frozenset({"double_11", "double_12", "618"})
_LUNAR_DAYS = {"spring_festival": 7}
_FIXED: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "new_year": ((1, 1), (1, 1)),
    "valentine": ((2, 14), (2, 14)),
    "womens_day": ((3, 8), (3, 8)),
    "labour_day": ((5, 1), (5, 5)),
    "love_day": ((5, 20), (5, 20)),
    "childrens_day": ((6, 1), (6, 1)),
    "618": ((6, 1), (6, 18)),
    "teachers_day": ((9, 10), (9, 10)),
    "national_day": ((10, 1), (10, 7)),
    "halloween": ((10, 31), (10, 31)),
    "double_11": ((11, 1), (11, 11)),
    "double_12": ((12, 1), (12, 12)),
    "christmas_eve": ((12, 24), (12, 24)),
    "christmas": ((12, 25), (12, 25)),
    "new_years_eve": ((12, 31), (12, 31)),
}


@dataclass(frozen=True, slots=True)
class _Weekday:
    """The nth weekday of a month, moved by some days, that many days long."""

    month: int
    nth: int
    weekday: int
    offset: int = 0
    days: int = 1


_MOVING = {
    "mothers_day": _Weekday(5, 2, 6),
    "fathers_day": _Weekday(6, 3, 6),
    "thanksgiving": _Weekday(11, 4, 3),
    "black_friday": _Weekday(11, 4, 3, offset=1),
    "cyber_monday": _Weekday(11, 4, 3, offset=4),
}


def festival_days(name: str, year: int, calendar: Calendar) -> tuple[date, date] | None:
    """The days [start, end) of a festival in a year.

    >>> festival_days("mid_autumn", 2026, Calendar(date(2026, 10, 20)))
    (datetime.date(2026, 9, 25), datetime.date(2026, 9, 26))
    """
    own = next((festival for festival in calendar.festivals if festival.name == name), None)
    if own is not None:
        return _between(year, own.first, own.last)
    if name in _FIXED:
        return _between(year, *_FIXED[name])
    if name in _LUNAR:
        return _lunar(name, year, 0, _LUNAR_DAYS.get(name, 1))
    if name in _MOVING:
        rule = _MOVING[name]
        first = date(year, rule.month, 1)
        start = first + timedelta(days=(rule.weekday - first.weekday()) % 7 + 7 * (rule.nth - 1) + rule.offset)
        return start, start + timedelta(days=rule.days)
    return _seasonal(name, year)


def festival_day(name: str, year: int, calendar: Calendar) -> tuple[date, date] | None:
    """The day itself (双十一当天, Christmas itself): the last of a promotion that ends on it, else the first."""
    days = festival_days(name, year, calendar)
    if days is None:
        return None
    own = next((festival for festival in calendar.festivals if festival.name == name), None)
    known = {name} if own is None else {n for n in _ENDS_ON_THE_DAY if set(load_lexicon("zh").time.festivals[n]) & set(own.words)}
    day = days[1] - timedelta(days=1) if known & _ENDS_ON_THE_DAY else days[0]
    return day, day + timedelta(days=1)


def _between(year: int, first: tuple[int, int], last: tuple[int, int]) -> tuple[date, date] | None:
    """The days between two of a year, of this and the next where the last comes before the first."""
    try:
        return date(year, *first), date(year + (last < first), *last) + timedelta(days=1)
    except ValueError:
        return None


def _lunar(name: str, year: int, offset: int, days: int) -> tuple[date, date] | None:
    day = _LUNAR[name].get(year)
    if day is None:
        return None
    start = date.fromisoformat(f"{year}-{day}") + timedelta(days=offset)
    return start, start + timedelta(days=days)


def _seasonal(name: str, year: int) -> tuple[date, date] | None:
    """A season, or what hangs on the Chinese new year: its eve, and 年货节, the four weeks before it."""
    match name:
        case "spring" | "summer" | "autumn" | "winter":
            start = date(year, _SEASONS[name], 1)
            return start, add_months(start, 3)
        case "new_year_eve_lunar":
            return _lunar("spring_festival", year, -1, 1)
        case "lunar_new_years_day":
            return _lunar("spring_festival", year, 0, 1)
        case "new_year_goods":
            return _lunar("spring_festival", year, -28, 28)
        case _:
            return None
