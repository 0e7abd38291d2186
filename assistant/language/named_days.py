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
        end, dimensions, kept = _noun(text.text[start:], index)
        found = {str(value) for _, name, value in index.names if name in dimensions and _says(str(value), mention, calendar)}
        if len(found) == 1:
            written = text.text[mention.start : start + end]
            tail = text.text[start : start + end] if kept else ""
            yield Slip(mention.start, start + end, written, _with(next(iter(found)), tail))


def _with(name: str, noun: str) -> str:
    """The name with its noun, where the noun is a part of what is measured: 618 campaign conversion."""
    return f"{name} {noun}" if noun.isascii() and noun else f"{name}{noun}"


def _noun(line: str, index: ValueIndex) -> tuple[int, set[str], bool]:
    """How long the name at the beginning of a line is, and the dimensions that it names; one thing, and not several. And whether
    it begins a longer name of something that is measured: 活动的转化率."""
    hits = [hit for hit in index.find(line[:40]) if hit.start == 0]
    named = [hit for hit in hits if any(s.kind == "dimension" for s in hit.senses)]
    end = max((hit.end for hit in named), default=0)
    longer = [hit for hit in hits if hit.end > end]
    if any(s.kind != "metric" for hit in longer for s in hit.senses) or (line[:end].isascii() and line[:end].endswith("s")):
        return 0, set(), False
    names = {s.name for hit in named if hit.end == end for s in hit.senses if s.kind == "dimension"}
    return end, names, bool(longer)


def _says(name: str, mention: PeriodMention, calendar: Calendar) -> bool:
    """Whether a name has the same days in it."""
    return any(m.kind == mention.kind and m.whole == mention.whole for m in find_periods(normalise(name), calendar))
