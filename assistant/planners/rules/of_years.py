"""A part of a year, and apart from it the years that it is of: National Day sales 2026 vs 2025, 9月新增会员，今年和去年对比.

In: a `Reading` and the periods that its words name. Out: the part in each of those years, festivals on the days that they have there.
Periods that are no such pair come back as they were. Never fails.
"""

import re

from assistant.language.calendar import Calendar
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.text import normalise
from assistant.planners.rules.reading import Reading
from semantic_layer.periods import shift, year_before
from semantic_layer.query import Compare, Period

YEAR = re.compile(r"(?:今年|去年|前年|(?:20)?\d\d ?年|(?<!\d)20\d\d(?!\d)|(?<![a-z])(?:this|last) year)的?")
_DAYS = 366
_WHOLE_YEAR = re.compile(
    r"全年|整年|(?<![a-z])(?:(?:as a|the|a) whole|(?:whole|full|entire) year|all of (?:20\d\d|last year))(?![a-z])"
)


def parts_of_years(r: Reading, places: list[int], calendar: Calendar) -> tuple[list[int], list[PeriodMention]]:
    """The periods of the question: a part of a year joined with the one year, or the two, that stand apart from it."""
    mentions = [(at, m) for at in places if (m := r.tokens[at].time) is not None]
    years = [at for at, m in mentions if m.grain == "year" and m.count == 1 and m.kind in ("relative", "running", "absolute")]
    parts = [at for at, m in mentions if m.kind in ("festival", "absolute", "running") and m.grain != "year"]
    as_they_were = places, [m for _, m in mentions]
    if len(parts) != 1 or len(years) not in (1, 2) or len(mentions) != 1 + len(years):
        return as_they_were
    joined = [_joined(r.tokens[parts[0]].text, r.tokens[at].text, calendar) for at in years]
    found = [m for m in joined if m is not None]
    if len(found) < len(years):
        return as_they_were
    r.take(*(parts if len(years) > 1 else years))
    if len(years) == 1:
        r.when = spoken(r.tokens[parts[0]].text, r.tokens[years[0]].text)
    return (parts if len(years) == 1 else years), found


def spoken(part: str, year: str) -> str:
    """A part of a year and the year, as one says them: 去年双十一, Q3 2024."""
    return f"{part} {year}" if year.isascii() else f"{year}{part}"


def _joined(part: str, year: str, calendar: Calendar) -> PeriodMention | None:
    """What both words mean as one: 国庆, 26年."""
    text = spoken(part, year)
    found = find_periods(normalise(text), calendar)
    return found[0] if len(found) == 1 and found[0].end - found[0].start >= len(text) - 2 else None


def in_year(words: str, year: int, calendar: Calendar) -> tuple[str, PeriodMention] | None:
    """A part of a year said with another year (国庆, Q3 2024): those words, and what they mean; None where it is no part of one."""
    part = YEAR.sub("", words).strip()
    said = str(year) if part.isascii() else f"{year}年"
    found = _joined(part, said, calendar) if part else None
    return None if found is None else (spoken(part, said), found)


def in_that_year(r: Reading, base: Period, compare: Compare | None, calendar: Calendar) -> Compare | None:
    """Q3 revenue vs 2025: the third quarter of that year, and not all of it; a comparison of anything else stays."""
    other = compare.period if compare is not None else None
    if compare is None or other is None or None in (base.start, base.end, other.start, other.end):
        return compare
    if _WHOLE_YEAR.search(r.text.text):
        return compare
    if not _is_year(other, calendar) or not _is_part(base) or base.start.year == other.start.year:  # type: ignore[union-attr]
        return compare
    years = other.start.year - base.start.year  # type: ignore[union-attr]
    said = _said_in_year(r, other, calendar)
    moved = said or Period(start=shift(base.start, "year", years), end=shift(base.end, "year", years))  # type: ignore[arg-type]
    running = base.end == calendar.today or moved == year_before(base)
    return Compare(kind="same_period_last_year") if years == -1 and running else Compare(kind="period", period=moved)


def _said_in_year(r: Reading, year: Period, calendar: Calendar) -> Period | None:
    """The words of the period that is compared, with the other year in front of them."""
    words = r.tokens[r.period_at].text if r.period_at is not None else r.talk.words
    if words is None or year.start is None:
        return None
    found = in_year(words, year.start.year, calendar)
    return found[1].period if found is not None else None


def _is_year(period: Period, calendar: Calendar) -> bool:
    """A calendar year, or as much of it as has passed."""
    if period.start is None or period.end is None or (period.start.month, period.start.day) != (1, 1):
        return False
    return period.end in (shift(period.start, "year", 1), calendar.today)


def _is_part(period: Period) -> bool:
    if period.start is None or period.end is None:
        return False
    return (period.end - period.start).days < _DAYS - 1 and shift(period.start, "year", 1) > period.end
