"""Neighbouring period words become one: 2025年|9月|15日, Q3|of|2025, last week|Sunday, first week|of|October, 去年|前三个月.

In: the atoms of a line; out: fewer atoms. Two atoms join only where the result is a date that exists.
"""

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache

from assistant.language.calendar import Calendar, moved
from assistant.language.lexicon import either, load_lexicon
from assistant.language.time_atoms import Atom, AtomKind
from assistant.language.time_next_unit import unit_beside
from assistant.language.time_parts import Part, Whole, refine_all, settle, unit_whole

_FREE: tuple[AtomKind, ...] = ("rolling", "anchored", "all", "now", "ended")
_LONGEST_GAP = 14


@cache
def _glue() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What may stand between two words of one period: in Chinese 的; in English of, in the, a comma."""
    chinese, english = either(load_lexicon("zh").time.glue), either(load_lexicon("en").time.glue)
    return re.compile(rf"\s?(?:{chinese})?\s?"), re.compile(rf"(?:'s\s|\s?,\s?|\s|\s?\()?(?:{english}\s)*")


@cache
def _day_after() -> re.Pattern[str]:
    """The second day of `Mar 1-15`, `april 9th through seventeenth`, `8月1-15`."""
    zh, en = load_lexicon("zh").time, load_lexicon("en").time
    units = either(word for lang in ("zh", "en") for group in load_lexicon(lang).units.values() for word in group)
    ordinals = either(en.ordinals)
    day = rf"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d/%-]|[.:]\d|\s?{units}|[月年日号])"
    return re.compile(rf"\s?{either((*zh.to, *en.to))}\s?(?:the )?(?P<day>{day}|{ordinals})")


def with_second_days(line: str, atoms: list[Atom]) -> list[Atom]:
    """The atoms, and after a day of a month the bare second day of a range, in the same month."""
    found: list[Atom] = []
    for index, atom in enumerate(atoms):
        found.append(atom)
        end = atoms[index + 1].start if index + 1 < len(atoms) else len(line) + 1
        month = _month_of(atom)
        match = _day_after().match(line, atom.end) if month else None
        if match is None or match.end() > end:
            continue
        word = match["day"]
        digits = re.match(r"\d+", word)
        day = int(digits.group()) if digits else load_lexicon("en").time.ordinals[word.replace(" ", "-")]
        month = month % 12 + 1 if month and day < _day_of(atom) else month
        part = Part("day", day)
        found.append(Atom(match.start("day"), match.end(), parts=(Part("month", month or 1), part), kind="point", weak=True))
    return found


def _month_of(atom: Atom) -> int | None:
    """The month of an atom that is one day."""
    kinds = {part.kind: part.n for part in atom.parts}
    if "day" in kinds and "month" in kinds:
        return kinds["month"]
    return atom.whole.start.month if atom.whole and atom.whole.unit == "day" and atom.kind == "point" and not atom.parts else None


def _day_of(atom: Atom) -> int:
    """The day of the month of an atom that is one day."""
    days = [part.n for part in atom.parts if part.kind == "day"]
    return days[0] if days else atom.whole.start.day if atom.whole else 0


def merge(line: str, atoms: list[Atom], calendar: Calendar) -> list[Atom]:
    """The atoms with neighbours joined, left to right."""
    merged: list[Atom] = []
    for atom in atoms:
        joined = _joined(line, merged[-1], atom, calendar) if merged else None
        if joined is None and _is_impossible(merged, atom):
            merged[-1] = Atom(merged[-1].start, atom.end)
        elif joined is None:
            merged.append(atom)
        else:
            merged[-1] = joined
    return merged


def _is_impossible(merged: list[Atom], atom: Atom) -> bool:
    """Whether a day follows a month that has no such day (2月30日): the two name nothing."""
    if not merged or merged[-1].end != atom.start or [part.kind for part in atom.parts] != ["day"]:
        return False
    before = merged[-1]
    return [part.kind for part in before.parts][-1:] == ["month"] or (before.whole is not None and before.whole.unit == "month")


def _joined(line: str, a: Atom, b: Atom, calendar: Calendar) -> Atom | None:
    if b.start - a.end > _LONGEST_GAP:
        return None
    gap = line[a.end : b.start]
    chinese, english = (pattern.fullmatch(gap) is not None for pattern in _glue())
    if not (chinese or english):
        return None
    beside = unit_beside(line, a, b, calendar) if chinese else None
    reverse = english and (line[b.start].isascii() or line[a.end - 1].isascii())
    return beside or _contained(a, b, calendar) or _ordered(a, b, calendar, reverse=reverse)


def _contained(a: Atom, b: Atom, calendar: Calendar) -> Atom | None:
    """去年|前三个月, and around a day or festival 双十一|前一周, 双十一|后三天."""
    part = b.inside or (b.parts[0] if len(b.parts) == 1 and b.parts[0].kind == "first" else None)
    if part is None or a.kind in _FREE:
        return None
    if a.kind in ("festival", "point"):
        around = a.whole or settle(a.parts, calendar)
        if around is None or part.kind != "first":
            return None
        return Atom(a.start, b.end, _beside(around, part))
    whole = None if a.whole is None else refine_all(a.whole, (part,), calendar)
    if whole is None and a.whole is None and a.parts and not a.weak:
        return Atom(a.start, b.end, parts=(*a.parts, part)) if settle((*a.parts, part), calendar) else None
    if whole is None:
        return None
    inner = (*a.inner, part)
    return Atom(a.start, b.end, whole, kind=_kind(a, b), applied=_applied(a, (part,)), within=a.within or a, inner=inner)


def _beside(around: Whole, part: Part) -> Whole:
    """The n units before or after some days."""
    if part.last:
        return Whole(around.end, moved(around.end, part.unit, part.n), part.unit, part.n)
    return Whole(moved(around.start, part.unit, -part.n), around.start, part.unit, part.n)


def _ordered(a: Atom, b: Atom, calendar: Calendar, *, reverse: bool) -> Atom | None:
    """A whole with parts after it or, in English, before it; parts with parts."""
    if a.kind in _FREE or b.kind in _FREE:
        return None
    if a.whole is not None and b.whole is not None:
        return _same_days(a, b, calendar)
    if a.to_date or b.to_date:
        return None
    if a.whole is not None:
        whole = refine_all(a.whole, b.parts, calendar)
        return None if whole is None else _refined(a, b, whole, _applied(a, b.parts))
    if b.whole is not None:
        whole = refine_all(b.whole, a.parts, calendar) if reverse else None
        return None if whole is None else replace(_refined(b, a, whole, _applied(b, a.parts)), year_last=True)
    return _parts(a, b, calendar, reverse=reverse)


def _applied(container: Atom, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts that a year has been refined by, for its neighbours."""
    whole = container.whole
    if container.applied:
        return (*container.applied, *parts)
    return parts if whole is not None and whole.unit == "year" and whole.count == 1 else ()


def _kind(container: Atom, part: Atom) -> AtomKind:
    if part.kind in ("point", "festival"):
        return part.kind
    return "absolute" if container.kind == "absolute" else "relative"


def _refined(container: Atom, part: Atom, whole: Whole, applied: tuple[Part, ...]) -> Atom:
    start, end = min(container.start, part.start), max(container.end, part.end)
    vague, edge = part.vague or container.vague, max(part.edge, container.edge)
    within, inner = container.within or container, (*container.inner, *part.parts)
    return Atom(
        start, end, whole, kind=_kind(container, part), vague=vague, edge=edge, applied=applied, within=within, inner=inner
    )


def _parts(a: Atom, b: Atom, calendar: Calendar, *, reverse: bool) -> Atom | None:
    """9月|15日, 15|Jan, early|October, first week|of|May, Wed|22 Jan."""
    if [part.kind for part in a.parts] == ["weekday"] and any(part.kind == "day" for part in b.parts):
        return replace(b, start=a.start, weak=False)
    parts = (*a.parts, *b.parts)
    kinds = [part.kind for part in parts]
    if len(set(kinds)) < len(kinds) or not a.parts or not b.parts:
        return None  # 2月30日: there is no such day, and nothing refines it
    if "week" in kinds and ({"month", "quarter"} & set(kinds)):
        parts = tuple(Part("nth", part.n, "week") if part.kind == "week" else part for part in parts)
    forward = max(part.rank for part in a.parts) <= min(part.rank for part in b.parts)
    if not (forward or reverse) or settle(parts, calendar) is None:
        return None
    coarse = any(part.rank <= 3 for part in parts)
    kind: AtomKind = "point" if any(part.kind in ("day", "weekday") for part in parts) else "absolute"
    return Atom(
        a.start,
        b.end,
        parts=parts,
        kind=kind,
        weak=not coarse and a.weak and b.weak,
        vague=a.vague or b.vague,
        edge=max(a.edge, b.edge),
    )


def _same_days(a: Atom, b: Atom, calendar: Calendar) -> Atom | None:
    """YTD|last year, 去年|YTD: the same days of that year; 去年|本月: that month of it; 今年|YTD: just that."""
    date_to, other = (a, b) if a.to_date else (b, a)
    running, year = (date_to, other) if date_to.to_date else (b, a)
    if (
        running.whole is None
        or year.whole is None
        or year.whole.unit != "year"
        or year.kind not in ("relative", "running", "absolute")
    ):
        return None
    if running.kind != "running" or (not running.to_date and running.whole.unit not in ("week", "month", "quarter")):
        return None
    years = year.whole.start.year - calendar.today.year
    start = moved(running.whole.start, "year", years)
    if not running.to_date and running.whole.unit == "week":
        whole = unit_whole(moved(running.whole.start, "week", 52 * years), "week")
    elif not running.to_date:
        whole = unit_whole(start, running.whole.unit)
    elif years == 0:
        whole = running.whole
    else:
        days = max((calendar.today - running.whole.start).days, 1)
        whole = Whole(start, max(moved(calendar.today, "year", years), start + timedelta(days=1)), "day", days)
    return Atom(a.start, b.end, whole, kind="running" if years == 0 else "relative", to_date=years == 0)
