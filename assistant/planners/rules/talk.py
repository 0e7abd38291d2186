"""The time that a conversation is about lends its year to a bare part of one, and its part to a bare year.

去年8月…, then 9月呢: of last year; 前年双十一…, then 去年呢: that festival, on the days that it has there.

In: a fresh `Reading` of a message that goes on from a query, the calendar. Out: the time that its words mean in this conversation, in
place of the one that they mean alone. A year is lent only where it was said, or where a bare part could not mean it. Never fails.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from assistant.language.calendar import Calendar, Shift, unit_before
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.text import normalise
from assistant.planners.rules.draft import Talk
from assistant.planners.rules.edits import parts_of, periods_in
from assistant.planners.rules.in_its_time import day_of_joining
from assistant.planners.rules.leaning import is_of_people
from assistant.planners.rules.of_years import YEAR, in_year
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.world import World
from assistant.ports import Context
from semantic_layer.query import Aggregate, ByTime, MetricUse, Period, Records, SemanticQuery

_PLAIN_YEAR = re.compile(r"今年|去年|前年|(?:20)?\d\d ?年|20\d\d|(?:this|last) year")
_BARE = ("absolute", "running", "festival", "range", "point")
"""前一周, which is counted from what is spoken of, would be the first week of a year."""
_NEXT = re.compile(r"(?:再?下一?个?|后一?个)(?:天|周|星期|月|季度)|(?:the )?next (?:day|week|month|quarter)")
_PART = 300
"""Days of what is part of a year."""


def goes_on_from(r: Reading, last: SemanticQuery, context: Context) -> None:
    """Tells a reading what it goes on from."""
    r.follows = "records" if isinstance(last, Records) else "aggregate"
    r.of_people = is_of_people(r, last)
    r.base, r.unit = getattr(last, "period", None), getattr(context, "unit", None)
    shown = tuple(m.metric for m in last.metrics if isinstance(m, MetricUse)) if isinstance(last, Aggregate) else ()
    units = tuple(g.grain for g in last.group_by if isinstance(g, ByTime)) if isinstance(last, Aggregate) else ()
    r.talk = Talk(time_of(r.world, last), getattr(context, "when", None), shown, units)


def time_of(world: World, query: SemanticQuery) -> Period | None:
    """The one time of a query: its own, that of what was done, or that in which people joined."""
    if (period := getattr(query, "period", None)) is not None:
        return period if isinstance(period, Period) else None
    where = getattr(query, "where", None)
    part = query.share.part if isinstance(query, Aggregate) and query.share is not None else None
    found = set(periods_in(where) | periods_in(part))
    found |= {day[1] for p in parts_of(where) if (day := day_of_joining(world, p)) is not None}
    return found.pop() if len(found) == 1 else None


def words_for(r: Reading, query: SemanticQuery) -> str | None:
    """The words of a message that say the time of the query made of it."""
    when = time_of(r.world, query)
    said = [t.text for t in r.tokens if t.time is not None and when is not None and t.time.period == when]
    return r.when or (said[0] if said else None)


def in_time_of_talk(r: Reading, calendar: Calendar) -> None:
    """Puts the times of a message into the year that is spoken of, or the part that is spoken of into its year."""
    _that_stretch(r)
    if r.follows is None or r.talk.period is None:
        return
    timed = [at for at, t in enumerate(r.tokens) if t.time is not None]
    found = _same_part(r, timed, calendar) or _parts_in_year(r, timed, calendar) or _next_one(r, timed, calendar)
    for at, (words, mention) in found.items():
        token, time = r.tokens[at], r.tokens[at].time
        if time is not None:
            r.tokens = (
                *r.tokens[:at],
                replace(token, time=replace(mention, start=time.start, end=time.end)),
                *r.tokens[at + 1 :],
            )
        r.when = words or None if len(found) == 1 else None


_LATELY = re.compile("(?:最近|过去|近)(?:这)?")


def _that_stretch(r: Reading) -> None:
    """近半年投诉过的客户，这半年花了多少: the stretch that was named before, and not the half of the year that runs."""
    named = {_LATELY.sub("", t.text, count=1): t for t in r.tokens if t.time is not None and _LATELY.match(t.text)}
    for at, token in enumerate(r.tokens):
        said = named.get(token.text.removeprefix("这")) if token.time is not None and token.text.startswith("这") else None
        if said is not None and said.time is not None and token.time is not None and said.start < token.start:
            same = replace(said.time, start=token.time.start, end=token.time.end)
            r.tokens = (*r.tokens[:at], replace(token, time=same), *r.tokens[at + 1 :])


# --- a bare year ----------------------------------------------------------------------------------------------------------


def _same_part(r: Reading, timed: list[int], calendar: Calendar) -> dict[int, tuple[str, PeriodMention]]:
    """去年国庆…, then 今年呢; Singles Day 2024, then 2025?: the same part of that year, which is more than the same dates of it."""
    mention = r.tokens[timed[0]].time if len(timed) == 1 else None
    words, year = _words(r, calendar), mention.period.start.year if mention is not None and mention.period.start else None
    if mention is None or year is None or words is None or not _PLAIN_YEAR.fullmatch(r.tokens[timed[0]].text.removesuffix("的")):
        return {}
    start, end = _ends(r.talk.period)
    said = YEAR.search(words) is not None or find_periods(normalise(words), calendar)[0].kind == "festival"
    if start is None or end is None or (end - start).days > _PART or start.year == year or not said or _sets_beside(r):
        return {}
    moved = in_year(words, year, calendar)
    return {timed[0]: moved} if moved is not None else {}


def _sets_beside(r: Reading) -> bool:
    """和去年比, 去年的也放上: a year that is set beside what was shown."""
    return any(t.has("versus", "add", "also", "grow", "shrink", "more_than_other", "by") and not t.is_content for t in r.pieces)


def _next_one(r: Reading, timed: list[int], calendar: Calendar) -> dict[int, tuple[str, PeriodMention]]:
    """6月…, then 下个月呢: July, and not the month that is to come; 上个月…, then 下个月呢 is that one."""
    mention = r.tokens[timed[0]].time if len(timed) == 1 else None
    base = r.talk.period
    if mention is None or base is None or mention.kind != "future" or _NEXT.fullmatch(r.tokens[timed[0]].text) is None:
        return {}
    moved = unit_before(base, Shift(mention.grain, 1))
    if base.start is None or moved.end is None or moved.end > calendar.today:
        return {}
    return {timed[0]: ("", replace(mention, period=moved, whole=moved, kind="absolute", shift=None))}


# --- a bare part of a year ------------------------------------------------------------------------------------------------


def _parts_in_year(r: Reading, timed: list[int], calendar: Calendar) -> dict[int, tuple[str, PeriodMention]]:
    """去年8月…, then 9月呢, 双十一呢, Q2呢."""
    year = _year_told(r, calendar)
    if year is None:
        return {}
    _compare_in_year(r, year, calendar)
    bare = [at for at in timed if (time := r.tokens[at].time) is not None and time.kind in _BARE and time.shift is None]
    found = {at: moved for at in bare if (moved := _bare_in(r.tokens[at].text, year, calendar)) is not None}
    begun = all(m.period.start is not None and m.period.start < calendar.today for _, m in found.values())
    return found if begun and len(found) == len(timed) else {}


def _compare_in_year(r: Reading, year: int, calendar: Calendar) -> None:
    """去年8月…, then 和9月比: what it is compared with lies in that year too."""
    for at, token in enumerate(r.tokens):
        named = token.comparator.period if token.comparator is not None else None
        said = find_periods(normalise(token.text), calendar) if named is not None else ()
        moved = _bare_in(token.text[said[0].start : said[0].end], year, calendar) if len(said) == 1 else None
        if token.comparator is not None and moved is not None and moved[1].period != r.talk.period and said[0].period == named:
            comparator = replace(token.comparator, period=moved[1].period)
            r.tokens = (*r.tokens[:at], replace(token, comparator=comparator), *r.tokens[at + 1 :])


def _bare_in(words: str, year: int, calendar: Calendar) -> tuple[str, PeriodMention] | None:
    """A part of a year that is said without one, in that year."""
    moved = None if YEAR.search(words) else in_year(words, year, calendar)
    if moved is None or moved[1].kind not in _BARE:
        return None
    whole = moved[1].whole
    inside = whole.start is not None and whole.start.year == year and moved[1].grain != "year"
    return moved if inside else None


def _year_told(r: Reading, calendar: Calendar) -> int | None:
    """The year of the conversation, where it is over and was said: 12月, on its own, is no word for last year."""
    start, end = _ends(r.talk.period)
    words = _words(r, calendar)
    if start is None or end is None or words is None or YEAR.search(words) is None:
        return None
    over = start.year == (end - timedelta(days=1)).year < calendar.today.year
    return start.year if over else None


def _words(r: Reading, calendar: Calendar) -> str | None:
    """The words for the time that is spoken of, where they still mean it."""
    words = r.talk.words
    found = find_periods(normalise(words), calendar) if words is not None else ()
    return words if len(found) == 1 and found[0].period == r.talk.period else None


def _ends(period: Period | None) -> tuple[date | None, date | None]:
    return (None, None) if period is None else (period.start, period.end)
