"""A thing by the days that it is named after: the 618 campaign is 2026年618年中大促, last year's Double 11 campaign 2025年双十一狂欢.

In: a normalised question, the names of the domain, the calendar. Out: the words, with the one name of such a thing whose own days are
those; none where several things are named after them, or nothing is. Never fails.
"""

import re
from collections.abc import Iterator

from assistant.language.calendar import Calendar
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.text import Normalised, normalise
from assistant.language.typos import Slip
from assistant.language.values import ValueIndex

_TIE = re.compile(r"(?: |的?[这那]一?[个场次档]|的)?(?:marketing |sales |big )?")


def named_after_days(text: Normalised, index: ValueIndex, calendar: Calendar) -> Iterator[Slip]:
    """Each time with a noun right behind it whose things have names, where exactly one of the names says that very time."""
    for mention in (m for m in find_periods(text, calendar) if m.kind == "festival"):
        tie = _TIE.match(text.text, mention.end)
        start = tie.end() if tie is not None else mention.end
        if text.text[: mention.end].endswith(("期间", "期内", "那几天")):
            continue  # 618期间的活动: what went on in those days
        end, dimensions = _noun(text.text[start:], index)
        names = {value for _, name, value in index.names if name in dimensions and _says(str(value), mention, calendar)}
        if len(names) == 1:
            yield Slip(mention.start, start + end, text.text[mention.start : start + end], str(next(iter(names))))


def _noun(line: str, index: ValueIndex) -> tuple[int, set[str]]:
    """How long the longest name at the beginning of a line is, and the dimensions that it names; one thing, and not several."""
    hits = [hit for hit in index.find(line[:40]) if hit.start == 0]
    end = max((hit.end for hit in hits), default=0)
    names = {s.name for hit in hits if hit.end == end for s in hit.senses if s.kind == "dimension"}
    return (0, set()) if line[:end].isascii() and line[:end].endswith("s") else (end, names)


def _says(name: str, mention: PeriodMention, calendar: Calendar) -> bool:
    """Whether a name has the same days in it."""
    return any(m.kind == mention.kind and m.whole == mention.whole for m in find_periods(normalise(name), calendar))
