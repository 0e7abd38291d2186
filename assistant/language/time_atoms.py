"""Period words found in a line, before they are joined: an `Atom` is one of them, with what it knows and what it still needs.

A `Rule` is a compiled pattern with a builder; `scan` runs the rules over a line and keeps the leftmost, longest atom of each
place.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.language.calendar import Calendar, Shift
from assistant.language.time_parts import Part, Whole, day_whole

Window = Literal["before", "after", "ending", "starting"]
AtomKind = Literal["absolute", "relative", "running", "rolling", "point", "festival", "anchored", "all", "now", "ended"]


@dataclass(frozen=True, slots=True)
class Atom:
    """A period word. With `whole` it is known; `parts` wait for a whole around them. With neither it names no days that exist.

    Attributes:
        calendar: the other reading of a rolling window, complete calendar units.
        inside: what it is behind a period that contains it (去年|前三个月).
        beside: how far it lies from another period (the 30 days before that, 前一周).
        window: how it may lie around the next atom (the week before Christmas, the 30 days ending …).
        weak: it counts only where it joins another atom.
        vague: the words leave the exact days open.
        to_date: it ends today.
        edge: 1 for the beginning, 3 for the end of something, which in an open or joined period is its first or last day.
        applied: the parts that a year was refined by; `year_last`: the year came after them (Q3 2025). Neighbours share them.
        within: the period that it was put into (this year of June this year), and `inner` the parts that did it.
    An atom of kind "ended" is open before its days, one of kind "now" is the end of a range.
    """

    start: int
    end: int
    whole: Whole | None = None
    parts: tuple[Part, ...] = ()
    kind: AtomKind = "absolute"
    calendar: Whole | None = None
    inside: Part | None = None
    beside: Shift | None = None
    window: Window | None = None
    weak: bool = False
    vague: bool = False
    to_date: bool = False
    edge: int = 0
    applied: tuple[Part, ...] = ()
    year_last: bool = False
    within: "Atom | None" = None
    inner: tuple[Part, ...] = ()


Builder = Callable[[re.Match[str], Calendar], Atom | None]
Rule = tuple[re.Pattern[str], Builder]


def rule(pattern: str, build: Builder) -> Rule:
    """A rule from the text of its pattern."""
    return re.compile(pattern), build


def kind_of(offset: int) -> AtomKind:
    """This is running, last and next are relative."""
    return "running" if offset == 0 else "relative"


def all_time(match: re.Match[str], _: Calendar) -> Atom:
    """有史以来, all time."""
    return Atom(match.start(), match.end(), kind="all")


def until_now(match: re.Match[str], calendar: Calendar) -> Atom:
    """至今, so far: by itself everything up to now."""
    return Atom(match.start(), match.end(), day_whole(calendar.today), kind="ended", weak=True)


def now(match: re.Match[str], calendar: Calendar) -> Atom:
    """现在, today: the end of a range."""
    return Atom(match.start(), match.end(), day_whole(calendar.today), kind="now", weak=True)


def scan(line: str, rules: Iterable[Rule], calendar: Calendar) -> list[Atom]:
    """The atoms of a line, in order, without overlaps: leftmost first, then longest, then the earlier rule."""
    found: list[tuple[int, int, int, Atom]] = []
    for rank, (pattern, build) in enumerate(rules):
        for match in pattern.finditer(line):
            atom = build(match, calendar)
            if atom is not None:
                found.append((atom.start, -atom.end, rank, atom))
    found.sort(key=lambda item: item[:3])
    kept: list[Atom] = []
    at = 0
    for start, _, _, atom in found:
        if start >= at:
            kept.append(atom)
            at = atom.end
    return kept
