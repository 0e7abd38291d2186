"""The two ends of a stretch of time: each takes the year, month or week that only the other one names, and what bounds it.

From X to Y holds both; after X (之后到) begins behind X, until before Y (之前) ends where Y begins: 五一之后到618之前, after Labour Day and
before 618. In: a line and two of its atoms; out: their days, or one atom for what lies between them. None where they fit no days.
"""

import re
from dataclasses import replace
from datetime import date
from functools import cache

from assistant.language.calendar import Calendar, moved, unit_start
from assistant.language.lexicon import either, load_lexicon
from assistant.language.time_atoms import Atom
from assistant.language.time_parts import Part, Whole, refine_all, settle, unit_whole, year_whole

_REACH = 24
_NOT_RANK = r"(?!\d|[一二三四五六七八九十百几两]|后|端|台|置|名|面|期)"


@cache
def _bounds() -> dict[str, re.Pattern[str]]:
    zh, en = load_lexicon("zh").time, load_lexicon("en").time
    since = either((*zh.from_, *en.from_, *en.since_before))
    to = either((*zh.to, *en.to))
    return {
        "after": re.compile(rf"(?:{since}\s)?{either(en.after_before)}\s?(?:the )?$"),
        "since": re.compile(rf"{since}\s?(?:the )?$"),
        "gap": re.compile(
            rf"(?P<after>{either(zh.after_after)})?\s?(?:(?P<to>{to})|的|,|、|(?:, )?(?:and|but)(?: also)?)?\s?(?:the )?"
            rf"(?P<before>{either(en.before_before)})?\s?(?:the )?"
        ),
        "before": re.compile(rf"\s?{either(zh.before_after)}{_NOT_RANK}"),
    }


def between(line: str, a: Atom, b: Atom, floor: int, calendar: Calendar) -> Atom | None:
    """五一之后到618之前, after Labour Day and before 618, from May until before 618: what lies between, without the ends left out."""
    patterns = _bounds()
    if {a.kind, b.kind} & {"rolling", "anchored", "all", "ended"} or a.kind == "now" or (a.weak and b.weak):
        return None
    gap = patterns["gap"].fullmatch(line[a.end : b.start])
    if gap is None or is_empty(a) or is_empty(b):
        return None
    head = line[max(floor, a.start - _REACH) : a.start]
    after, since = patterns["after"].search(head), patterns["since"].search(head)
    tail = patterns["before"].match(line, b.end)
    behind, ahead = bool(after or gap["after"]), bool(gap["before"] or tail)
    if not ((behind and (ahead or gap["to"])) or (ahead and (gap["to"] or since))):
        return None
    days = settle_pair(a, b, calendar)
    if days is None:
        return None
    start = days[0].end if a.edge == 3 or (behind and a.edge != 1) else days[0].start
    end = days[1].start if b.edge == 1 or (ahead and b.edge != 3) else days[1].end
    begins = after or since
    at = a.start - (len(begins.group()) if begins else 0)
    whole = Whole(start, end, "day", (end - start).days, lends=False)
    return Atom(at, tail.end() if tail else b.end, whole) if start < end else None


def is_empty(atom: Atom) -> bool:
    """Whether an atom names no days at all (2月30日)."""
    return atom.whole is None and not atom.parts


def _coarsest(atom: Atom) -> Part:
    return min(atom.parts, key=lambda part: part.rank)


def settle_pair(a: Atom, b: Atom, calendar: Calendar) -> tuple[Whole, Whole] | None:
    """The days of the two ends of a range, each taking the year, month or week that only the other one names."""
    if b.within is not None and b.within.weak and b.inner:
        b = replace(b, whole=None, parts=b.inner)  # last year's Double 11 until the end of the year: of that year
    if b.whole is None and a.whole is None and _coarsest(a).kind in ("day", "weekday") and _coarsest(b).rank < _coarsest(a).rank:
        later = settle(b.parts, calendar)
        earlier = None if later is None else fits_before(a, later, calendar)
        return None if earlier is None or later is None else (earlier, later)
    first = a.whole or (settle(a.parts, calendar) if b.whole is None or b.kind == "now" else None)
    if first is None and b.whole is not None:
        first = fits_before(a, replace(b.whole, start=b.whole.end) if b.edge == 3 else b.whole, calendar)
    if first is None:
        return None
    last = b.whole or _after(b, first, calendar)
    return None if last is None or last.end <= first.start else (first, last)


def contexts(atom: Atom, day: date, calendar: Calendar, step: int) -> tuple[Whole | None, ...]:
    """The months, weeks or years that the parts of an atom may lie in, beginning with that of `day`."""
    match _coarsest(atom).kind:
        case "day":
            month = unit_start(day, "month", calendar)
            return tuple(unit_whole(moved(month, "month", step * count), "month") for count in range(2))
        case "third" | "halves" if _coarsest(atom).unit in ("month", "quarter"):
            unit = _coarsest(atom).unit
            return tuple(unit_whole(moved(unit_start(day, unit, calendar), unit, step * count), unit) for count in range(2))
        case "weekday" | "weekend":
            week = unit_start(day, "week", calendar)
            return tuple(unit_whole(moved(week, "week", step * count), "week") for count in range(2))
        case _:
            return tuple(year_whole(day.year + step * count) for count in range(-1, 2))


def _after(b: Atom, first: Whole, calendar: Calendar) -> Whole | None:
    """The first days that fit `b` and end after `first` begins; the end of a year is that of the very year (双11之后到年底)."""
    for context in contexts(b, first.start, calendar, 1):
        found = None if context is None else refine_all(context, b.parts, calendar)
        if found is None or found.end <= first.start:
            continue
        if found.start >= first.start or (b.edge == 3 and found.end >= first.end):
            return found
    return None


def fits_before(a: Atom, last: Whole, calendar: Calendar) -> Whole | None:
    """The last days that fit `a` and begin no later than `last`."""
    for context in contexts(a, last.start, calendar, -1):
        found = None if context is None else refine_all(context, a.parts, calendar)
        if found is not None and found.start <= last.start:
            return found
    return None
