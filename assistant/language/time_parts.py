"""The pieces that a period expression is made of, and how they resolve to days.

A `Whole` is a stretch of calendar that is already known (last month, 2025); a `Part` still needs one around it (September, Q3,
the 15th, 上旬, the first week). `refine` puts a part into a whole, `settle` finds the latest whole in which it has begun.
None where a date does not exist (30 February, week 60) or lies outside 1900–2199.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, assert_never

from assistant.language.calendar import FIRST_YEAR, LAST_YEAR, Calendar, Unit, first_week, moved, unit_start, week_one
from assistant.language.festivals import festival_day, festival_days
from semantic_layer.periods import floor

PartKind = Literal["half", "quarter", "month", "festival", "week", "third", "halves", "nth", "first", "day", "weekday", "weekend"]

# coarse to fine: the order in which parts are put into a whole
_RANK: dict[PartKind, int] = {
    "half": 1, "quarter": 2, "month": 3, "festival": 3, "week": 3, "first": 4, "halves": 4, "nth": 5, "third": 5, "day": 6,
    "weekend": 7, "weekday": 8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whole:
    """Known days [start, end), made of `count` units. `lends`: its year was said and counts for its neighbours too."""

    start: date
    end: date
    unit: Unit
    count: int = 1
    lends: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a larger period: the nth half, quarter, month, week, day or weekday of it; a festival; its first or last n
    units; its third (1 early, 2 mid, 3 late) or one of its two halves. `last` counts from the end."""

    kind: PartKind
    n: int = 0
    unit: Unit = "day"
    last: bool = False
    name: str = ""

    @property
    def rank(self) -> int:
        """Coarse parts first."""
        return _RANK[self.kind]


def year_whole(year: int, *, lends: bool = True) -> Whole | None:
    """A calendar year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return Whole(date(year, 1, 1), date(year + 1, 1, 1), "year", lends=lends)


def unit_whole(start: date, unit: Unit, count: int = 1, *, lends: bool = True) -> Whole:
    """`count` units from `start` on."""
    return Whole(start, moved(start, unit, count), unit, count, lends)


def day_whole(day: date) -> Whole:
    """One day."""
    return Whole(day, day + timedelta(days=1), "day")


def refine(whole: Whole, part: Part, calendar: Calendar) -> Whole | None:
    """The part of a whole, None where the whole has no such part."""
    found = _refined(whole, part, calendar)
    if found is None or not (FIRST_YEAR <= found.start.year <= LAST_YEAR) or found.end <= found.start:
        return None
    return replace(found, lends=whole.lends)


def _refined(whole: Whole, part: Part, calendar: Calendar) -> Whole | None:  # noqa: C901 - one case a kind of part
    match part.kind:
        case "half" | "quarter":
            return _nth_of_year(whole, part.kind, part.n)
        case "month":
            return _month(whole, part.n)
        case "festival":
            return _festival(whole, part, calendar)
        case "week":
            return _nth_week(whole, part.n, calendar)
        case "third":
            return _third(whole, part)
        case "halves":
            return _halves(whole, part.n)
        case "nth":
            return _nth(whole, part, calendar)
        case "first":
            return _first(whole, part)
        case "day":
            return _day(whole, part.n)
        case "weekday":
            return _weekday(whole, part, calendar)
        case "weekend":
            return _weekend(whole, calendar)
        case _:
            assert_never(part.kind)


def _festival(whole: Whole, part: Part, calendar: Calendar) -> Whole | None:
    """A festival of a year, or with `last` the day itself (双十一当天)."""
    if whole.unit != "year" or whole.count != 1:
        return None
    days = (festival_day if part.last else festival_days)(part.name, whole.start.year, calendar)
    return None if days is None else Whole(*days, "day", (days[1] - days[0]).days)


def _nth_of_year(whole: Whole, unit: Literal["half", "quarter"], n: int) -> Whole | None:
    if whole.unit != "year" or whole.count != 1 or not 1 <= n <= (2 if unit == "half" else 4):
        return None
    return unit_whole(moved(whole.start, unit, n - 1), unit)


def _month(whole: Whole, n: int) -> Whole | None:
    """The month numbered n that lies in a year, half or quarter."""
    if whole.unit not in ("year", "half", "quarter"):
        return None
    start = date(whole.start.year + (n < whole.start.month), n, 1)
    return unit_whole(start, "month") if whole.start <= start < whole.end else None


def _nth_week(whole: Whole, n: int, calendar: Calendar) -> Whole | None:
    """Week n of a year or the nth week of a month or quarter; a week belongs where its fourth day is."""
    if n < 1 or whole.unit not in ("year", "half", "quarter", "month"):
        return None
    first = week_one(whole.start.year, calendar) if whole.unit == "year" else first_week(whole.start, calendar)
    start = first + timedelta(weeks=n - 1)
    return unit_whole(start, "week") if start + timedelta(days=3) < whole.end else None


def _third(whole: Whole, part: Part) -> Whole | None:
    """Early, mid, late: days 1–10, 11–20, 21– of a month; the thirds of a quarter or year; two, two and three days of a week."""
    days = (whole.end - whole.start).days
    match whole.unit:
        case "month" if whole.count == 1:
            cuts = (0, 10, 20, days)
        case "week" if whole.count == 1:
            cuts = (0, 2, 4, days)
        case "year" | "half" | "quarter" | "month":
            months = (whole.end.year - whole.start.year) * 12 + whole.end.month - whole.start.month
            if months % 3:
                return None
            return unit_whole(moved(whole.start, "month", months // 3 * (part.n - 1)), "month", months // 3)
        case _:
            return None
    return Whole(whole.start + timedelta(days=cuts[part.n - 1]), whole.start + timedelta(days=cuts[part.n]), "day", days // 3)


def _halves(whole: Whole, n: int) -> Whole | None:
    """The first or second half: of a month its days 1–15 and 16–, of a year or more its months."""
    days = (whole.end - whole.start).days
    if whole.unit == "month" and whole.count == 1:
        middle = whole.start + timedelta(days=15)
        return Whole(whole.start, middle, "day", 15) if n == 1 else Whole(middle, whole.end, "day", days - 15)
    if whole.unit == "year" and whole.count == 1:
        return unit_whole(moved(whole.start, "half", n - 1), "half")
    middle = whole.start + timedelta(days=days // 2)
    return Whole(whole.start, middle, "day", days // 2) if n == 1 else Whole(middle, whole.end, "day", days - days // 2)


def _nth(whole: Whole, part: Part, calendar: Calendar) -> Whole | None:
    """The nth or the last day, week, month or quarter of a whole."""
    if part.unit == "week":
        if not part.last:
            return _nth_week(whole, part.n, calendar)
        start = floor(whole.end - timedelta(days=4), "week", calendar.week_start) - timedelta(weeks=part.n - 1)
        return unit_whole(start, "week") if start + timedelta(days=3) >= whole.start else None
    start = moved(whole.end, part.unit, -part.n) if part.last else moved(whole.start, part.unit, part.n - 1)
    return unit_whole(start, part.unit) if whole.start <= start < whole.end else None


def _first(whole: Whole, part: Part) -> Whole | None:
    """The first or last n units of a whole."""
    if part.last:
        start = moved(whole.end, part.unit, -part.n)
        return Whole(start, whole.end, part.unit, part.n) if start >= whole.start else None
    end = moved(whole.start, part.unit, part.n)
    return Whole(whole.start, end, part.unit, part.n) if end <= whole.end else None


def _day(whole: Whole, n: int) -> Whole | None:
    """The day numbered n of a month, or of the one month of a whole that has begun with it."""
    if whole.unit != "month" or whole.count != 1:
        return None
    day = whole.start + timedelta(days=n - 1)
    return day_whole(day) if n >= 1 and day < whole.end else None


def _weekday(whole: Whole, part: Part, calendar: Calendar) -> Whole | None:
    """A weekday of a week; the nth or last one of a month or longer; of a day, that day if it is one."""
    if whole.unit == "week" and whole.count == 1:
        start = floor(whole.start, "week", calendar.week_start)
        return day_whole(start + timedelta(days=(part.n - calendar.week_start) % 7))
    if whole.unit == "day":
        return whole
    nth = int(part.name or 0)
    if nth == 0:
        return None
    if part.last:
        last = whole.end - timedelta(days=1)
        return day_whole(last - timedelta(days=(last.weekday() - part.n) % 7))
    day = whole.start + timedelta(days=(part.n - whole.start.weekday()) % 7 + 7 * (nth - 1))
    return day_whole(day) if day < whole.end else None


def _weekend(whole: Whole, calendar: Calendar) -> Whole | None:
    """Saturday and Sunday of a week."""
    if whole.unit != "week" or whole.count != 1:
        return None
    start = floor(whole.start, "week", calendar.week_start)
    saturday = start + timedelta(days=(5 - calendar.week_start) % 7)
    return Whole(saturday, saturday + timedelta(days=2), "day", 2)


def refine_all(whole: Whole, parts: tuple[Part, ...], calendar: Calendar) -> Whole | None:
    """All parts put into a whole, coarse ones first."""
    found: Whole | None = whole
    for part in sorted(parts, key=lambda part: part.rank):
        if found is None:
            return None
        found = refine(found, part, calendar)
    return found


def candidates(parts: tuple[Part, ...], calendar: Calendar, years: tuple[int, ...]) -> tuple[Whole, ...]:
    """The wholes, latest first, that parts without one may lie in: years, the last months or the last weeks."""
    first = min(parts, key=lambda part: part.rank)
    if first.kind in ("weekday", "weekend") and not first.name:
        week = unit_start(calendar.today, "week", calendar)
        return tuple(unit_whole(week - timedelta(weeks=back), "week", lends=False) for back in range(2))
    if first.kind in ("half", "quarter", "month", "festival", "week") or first.unit in ("year", "quarter", "month"):
        unit: Unit = first.unit if first.kind in ("third", "halves") and first.unit != "day" else "year"
        if unit == "year":
            return tuple(whole for year in years if (whole := year_whole(year, lends=False)))
    else:
        unit = "month"
    start = unit_start(calendar.today, unit, calendar)
    return tuple(unit_whole(moved(start, unit, -back), unit, lends=False) for back in range(4))


def settle(parts: tuple[Part, ...], calendar: Calendar) -> Whole | None:
    """The latest days that fit the parts and have begun (a weekday: before today); the next ones where none has."""
    today = calendar.today
    years = tuple(range(today.year + 1, today.year - 9, -1))
    later = None
    for whole in candidates(parts, calendar, years):
        found = refine_all(whole, parts, calendar)
        if found is None:
            continue
        if found.start <= today and not (found.start == today and parts[0].kind == "weekday"):
            return replace(found, lends=False)
        later = found
    return None if later is None else replace(later, lends=False)
