"""What bounds an open period that stands beside the one it lies in: this year before June, 618之前今年, 9月15号之前的9月,
before and after 618.

In: the drafts of a line, in its order; out: fewer of them. An open one and the period around it are one stretch, from the beginning of
that period or to its end; of two open ones (before 618 and after 618 this year) both lie in the year that one of them names.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from assistant.language.calendar import Calendar, unit_start
from assistant.language.lexicon import either, load_lexicon
from assistant.language.time_atoms import Atom
from assistant.language.time_join import Draft
from assistant.language.time_open import Opening, Side
from assistant.language.time_parts import Whole, refine_all, settle, unit_whole

_GAP = re.compile(r"\s?(?:的|,|，|但|里)?\s?(?:(?:but )?(?:in|of|during|for|only) )?(?:the )?")
_UNITS = ("year", "half", "quarter", "month")


def bounded(line: str, drafts: Sequence[Draft], calendar: Calendar) -> list[Draft]:
    """The drafts, an open one and the period around it as one."""
    found: list[Draft] = []
    for draft in _both_sides(line, drafts):
        one = _bounded(line, found[-1], draft, calendar) if found else None
        if one is None:
            found.append(draft)
        else:
            found[-1] = one
    return _in_one_year(line, found, calendar)


@cache
def _other_side() -> tuple[re.Pattern[str], dict[Side, re.Pattern[str]]]:
    """The word of one side in front of that of the other (before and after 618), and behind it (618之前和之后)."""
    zh, en = load_lexicon("zh").time, load_lexicon("en").time
    words = {"before": zh.before_after, "after": zh.after_after}
    ties = either((*zh.both, "、", "及", "以及", "对比", "比", "vs"))
    behind: dict[Side, re.Pattern[str]] = {
        "before": re.compile(rf"{ties}(?P<word>{either(words['before'])})(?![\w])|{ties}(?P<long>之前|以前)"),
        "after": re.compile(rf"{ties}(?P<word>{either(words['after'])})(?![\w])|{ties}(?P<long>之后|以后)"),
    }
    return re.compile(rf"(?P<word>before|after) (?:and|vs\.?|versus|or) {either(en.glue)}?$"), behind


def _both_sides(line: str, drafts: Sequence[Draft]) -> list[Draft]:
    """before and after 618, 618之前和之后: one open on each side."""
    ahead, behind = _other_side()
    found: list[Draft] = []
    for draft in drafts:
        side = draft.opening.side if draft.opening is not None else None
        other: Side = "after" if side == "before" else "before"
        if draft.opening is None or side not in ("before", "after"):
            found.append(draft)
            continue
        first, then = ahead.search(line[: draft.start]), behind[other].match(line, draft.end)
        if first is not None and first["word"] == other:
            span = first.span("word")
            found.append(replace(draft, start=span[0], end=span[1], opening=Opening(other, *span)))
        found.append(draft)
        if then is not None:
            span = then.span("word") if then["word"] else then.span("long")
            found.append(replace(draft, start=span[0], end=span[1], opening=Opening(other, *span)))
    return found


def _bounded(line: str, a: Draft, b: Draft, calendar: Calendar) -> Draft | None:
    """The part of a period that lies before or after a day in it; None where the two are no such pair."""
    around, inner = (a, b) if b.opening is not None else (b, a)
    if around.opening is not None or around.other is not None or inner.opening is None or inner.other is not None:
        return None
    whole = around.whole if is_container(around.atom) else None
    gap = line[a.end : b.start]
    if whole is None or not _GAP.fullmatch(gap) or (inner.opening.side == "since" and re.search("[,，]", gap)):
        return None  # products launched this year, since 1 September: two times
    days = part_of(whole, inner, inner.opening, calendar)
    return None if days is None else Draft(a.start, b.end, Atom(a.start, b.end, days, within=around.atom), days)


def is_container(atom: Atom) -> bool:
    """Whether an atom is a year, quarter or month that was named, of which something can be a part."""
    whole = atom.whole
    named = atom.kind in ("absolute", "relative", "running") or bool(atom.parts)
    return named and (whole is None or (whole.unit in _UNITS and whole.count == 1))


def part_of(whole: Whole, inner: Draft, opening: Opening, calendar: Calendar) -> Whole | None:
    """What an opening leaves of a whole that its days lie in."""
    if whole.unit not in _UNITS or whole.count != 1:
        return None
    days = refine_all(whole, inner.atom.parts, calendar) if inner.atom.parts else inner.whole
    days = days or inner.whole
    if days is None or not (whole.start <= days.start and days.end <= whole.end):
        return None
    return bounds_of(whole, days, opening, inner.atom.edge)


def bounds_of(whole: Whole, days: Whole, opening: Opening, edge: int) -> Whole | None:
    """The days of a whole before, up to, from or after some days in it."""
    match opening.side:
        case "before":
            start, end = whole.start, days.end if edge == 3 else days.start
        case "until":
            start, end = whole.start, days.start if edge == 1 else days.end
        case "since":
            start, end = days.end if edge == 3 else days.start, whole.end
        case "after":
            start, end = days.start if edge == 1 else days.end, whole.end
    return Whole(start, end, "day", (end - start).days, lends=False) if start < end else None


def around_of(draft: Draft, calendar: Calendar) -> Atom | None:
    """The period that the days of an open one were put into (this year of June this year), the month of a bare 15号."""
    atom = draft.atom
    if [part.kind for part in atom.parts] == ["day"] and (day := settle(atom.parts, calendar)) is not None:
        return Atom(atom.start, atom.end, unit_whole(unit_start(day.start, "month", calendar), "month"), kind="running")
    within = atom.within
    relative = within is not None and within.kind in ("relative", "running") and is_container(within)
    return within if relative else None


def _in_one_year(line: str, drafts: Sequence[Draft], calendar: Calendar) -> list[Draft]:
    """before 618 and after 618 this year: the year that only one of two open ones names is that of both."""
    found = list(drafts)
    both = re.compile(rf"\s?,?\s?(?:{either((*load_lexicon('zh').time.list, *load_lexicon('en').time.list))})?\s?")
    for at in range(len(found) - 1):
        a, b = found[at], found[at + 1]
        if both.fullmatch(line[a.end : b.start]):
            found[at], found[at + 1] = _put_into(a, b, calendar), _put_into(b, a, calendar)
    return found


def _put_into(draft: Draft, other: Draft, calendar: Calendar) -> Draft:
    """The same festival or month in the year that its neighbour names, bounded by it where that one is."""
    within, opening = other.atom.within, draft.opening
    if opening is not None and [part.kind for part in draft.atom.parts] == ["day"]:
        month = tuple(part for part in other.atom.parts if part.kind == "month")
        days = settle((*month, *draft.atom.parts), calendar) if month else None  # 9月15号之前和20号之后
        atom = replace(draft.atom, whole=days, parts=(*month, *draft.atom.parts))
        return draft if days is None else replace(draft, atom=atom, whole=days)
    whole = within.whole if within is not None else None
    if opening is None or draft.atom.within is not None or whole is None or not draft.atom.parts:
        return draft
    if other.opening is None:
        joined = not other.atom.inner and not other.atom.parts
        days = part_of(whole, draft, opening, calendar) if joined else None
        return draft if days is None else Draft(draft.start, draft.end, Atom(draft.start, draft.end, days), days)
    inside = refine_all(whole, draft.atom.parts, calendar)
    if inside is None:
        return draft
    return replace(draft, atom=replace(draft.atom, whole=inside, within=within, inner=draft.atom.parts), whole=inside)
