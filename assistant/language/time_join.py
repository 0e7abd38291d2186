"""Period words become periods: ranges (1月到6月), open ends (since July), lists that share a year, windows around another one.

In: the merged atoms of a line; out: `Draft`s with resolved days, still in the order of the line. A year that was said once
counts for its neighbours: 2025年11月和12月, 11月到2026年2月, Q1 and Q2 2025, 今年和去年双十一.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from assistant.language.calendar import Calendar, moved, unit_start
from assistant.language.lexicon import either, load_lexicon
from assistant.language.time_atoms import Atom
from assistant.language.time_ends import between, contexts, fits_before, is_empty, settle_pair
from assistant.language.time_open import Opening, opening
from assistant.language.time_parts import Whole, refine_all, settle, unit_whole
from assistant.language.time_pieces import of_one_period

_REACH = 24
_PIECES = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """A period expression: one atom or a range of two, with what opens it. `whole`, `last`: their days once known."""

    start: int
    end: int
    atom: Atom
    whole: Whole | None = None
    other: Atom | None = None
    last: Whole | None = None
    opening: Opening | None = None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    zh, en = load_lexicon("zh").time, load_lexicon("en").time
    between = either((*zh.from_, *en.from_))
    tied = (*zh.both, *en.both, *zh.list, *en.list, *load_lexicon("zh").relations.against, *load_lexicon("en").relations.against)
    return {
        "to": re.compile(rf"\s?{either((*zh.to, *en.to))}\s?"),
        "both": re.compile(rf"\s?{either((*zh.both, *en.both))}\s?"),
        "list": re.compile(rf"\s?(?:{either((*zh.list, *en.list))})?\s?(?:the )?"),
        "share": re.compile(
            rf"\s?(?:{either((*zh.both, *en.both, 'vs', 'vs.', 'versus', '对比', '、', 'against', '比', '或'))})\s?"
        ),
        "pieces": re.compile(rf"[^.?!;。？！；]{{0,{_PIECES}}}?{either(tied)}\s?(?:in |for |during |of )?(?:the |its )?"),
        "between": re.compile(rf"{between}\s?(?:the )?$"),
        "between_after": re.compile(rf"\s?{either((*zh.between_after, *en.between_after))}"),
        "week_of": re.compile(rf"{either((*zh.week_of, *en.week_of))}\s?(?:the )?$"),
        "week_of_after": re.compile(rf"的?{either((*zh.week_of_after, *en.week_of_after))}"),
    }


def join(line: str, atoms: Sequence[Atom], calendar: Calendar) -> list[Draft]:
    """The drafts of a line, those that name no days (a lone weekday, a bare day before a unit) left out."""
    drafts = _paired(line, _without_fillers(atoms), calendar)
    drafts = [_weekly(line, draft, calendar) for draft in drafts]
    drafts = _shared(line, drafts, calendar)
    drafts = [_settled(draft, calendar) for draft in drafts]
    drafts = [draft for draft in drafts if draft.whole is not None or draft.atom.kind in ("all", "anchored")]
    return _opened(line, drafts, calendar)


def _without_fillers(atoms: Sequence[Atom]) -> list[Atom]:
    """The atoms without a `so far` or 至今 that only stands beside another one."""
    kept = []
    for at, atom in enumerate(atoms):
        near = any(
            other.kind != "ended" and min(abs(other.start - atom.end), abs(atom.start - other.end)) <= 8
            for other in (*atoms[max(0, at - 1) : at], *atoms[at + 1 : at + 2])
        )
        if atom.kind != "ended" or not atom.weak or not near:
            kept.append(replace(atom, weak=False) if atom.kind == "ended" else atom)
    return kept


def _paired(line: str, atoms: Sequence[Atom], calendar: Calendar) -> list[Draft]:
    """Each atom, or two that form a range."""
    drafts: list[Draft] = []
    at = 0
    while at < len(atoms):
        atom = atoms[at]
        after = atoms[at + 1] if at + 1 < len(atoms) else None
        floor = drafts[-1].end if drafts else 0
        apart = between(line, atom, after, floor, calendar) if after is not None else None
        if apart is not None:
            drafts.append(Draft(apart.start, apart.end, apart, apart.whole))
            at += 2
            continue
        pair = _pair(line, atom, after, floor, calendar) if after is not None else None
        around = _around(line, atom, after, calendar) if after is not None and pair is None else None
        drafts.append(pair or around or Draft(atom.start, atom.end, atom))
        at += 2 if pair or around else 1
    return drafts


def _pair(line: str, a: Atom, b: Atom, floor: int, calendar: Calendar) -> Draft | None:
    """A range: `to` between the two, or `and` with between before or 之间 after them."""
    patterns = _patterns()
    if {a.kind, b.kind} & {"rolling", "anchored", "all", "ended"} or a.kind == "now":
        return None
    if (a.weak and b.weak and not _both_dates(a, b)) or is_empty(a) or is_empty(b):
        return None
    before = patterns["between"].search(line[max(floor, a.start - _REACH) : a.start])
    behind = patterns["between_after"].match(line, b.end)
    gap = line[a.end : b.start]
    between = before is not None and "between" in before.group()
    if not (patterns["to"].fullmatch(gap) or (patterns["both"].fullmatch(gap) and (between or behind))):
        return None
    days = settle_pair(a, b, calendar)
    if days is None:
        return None
    start = a.start - len(before.group()) if before else a.start
    return Draft(start, behind.end() if behind else b.end, a, _edged(days[0], a, 3), b, _edged(days[1], b, 1))


def _both_dates(a: Atom, b: Atom) -> bool:
    """8/1-8/15 and 2000-2005: each alone could be something else."""
    return (len(a.parts) == 2 and len(b.parts) == 2) or (a.whole is not None and b.whole is not None)


def _edged(whole: Whole, atom: Atom, side: int) -> Whole:
    """ "from the end of 2007" begins after it, "to the start of 2008" ends before it."""
    if atom.edge != side:
        return whole
    return replace(whole, start=whole.end) if side == 3 else replace(whole, end=whole.start)


def _around(line: str, a: Atom, b: Atom, calendar: Calendar) -> Draft | None:
    """The week before Christmas, the 30 days ending Sept 30: a window that the next atom anchors."""
    if a.window is None or a.beside is None or b.kind in ("anchored", "all"):
        return None
    if not re.fullmatch(r"\s?(?:the |on )?", line[a.end : b.start]):
        return None
    base = b.whole or settle(b.parts, calendar)
    if base is None:
        return None
    grain, count = a.beside.grain, abs(a.beside.count)
    match a.window:
        case "before":
            start, end = moved(base.start, grain, -count), base.start
        case "after":
            start, end = base.end, moved(base.end, grain, count)
        case "ending":
            start, end = moved(base.end, grain, -count), base.end
        case "starting":
            start, end = base.start, moved(base.start, grain, count)
    atom = Atom(a.start, b.end, Whole(start, end, grain, count), kind="absolute")
    return Draft(a.start, b.end, atom, atom.whole)


def _weekly(line: str, draft: Draft, calendar: Calendar) -> Draft:
    """The week of April 10, 8月10日那周."""
    before = _patterns()["week_of"].search(line[max(0, draft.start - _REACH) : draft.start])
    after = _patterns()["week_of_after"].match(line, draft.end)
    if draft.other is not None or not (before or after):
        return draft
    day = draft.atom.whole or settle(draft.atom.parts, calendar)
    if day is None or day.unit != "day" or day.count != 1:
        return draft
    ending = before is not None and "ending" in before.group()
    start = day.start - timedelta(days=6) if ending else unit_start(day.start, "week", calendar)
    whole = unit_whole(start, "week")
    begin, end = draft.start - (len(before.group()) if before else 0), after.end() if after else draft.end
    return Draft(begin, end, Atom(begin, end, whole, kind="absolute"), whole)


def _shared(line: str, drafts: list[Draft], calendar: Calendar) -> list[Draft]:
    """Years lent between neighbours of a list."""
    found = list(drafts)
    for at in range(len(found) - 1):
        left, right = found[at], found[at + 1]
        gap = line[left.end : right.start]
        if _patterns()["pieces"].fullmatch(gap):
            left, right = found[at], found[at + 1] = _pieces(left, right, calendar)
        if _patterns()["share"].fullmatch(gap):
            found[at], found[at + 1] = _distributed(left, right, calendar)
    for at in range(1, len(found)):
        found[at] = _lent(line, found[at - 1], found[at], calendar)
    for at in range(len(found) - 2, -1, -1):
        found[at] = _lent_back(line, found[at], found[at + 1], calendar)
    return found


def _pieces(left: Draft, right: Draft, calendar: Calendar) -> tuple[Draft, Draft]:
    """9月上半月和下半月 are two halves of one month."""
    if left.other or right.other or left.whole or right.whole:
        return left, right
    a, b = of_one_period(left.atom, right.atom, calendar)
    return replace(left, atom=a), replace(right, atom=b)


def _is_year(atom: Atom) -> bool:
    return atom.whole is not None and atom.whole.unit == "year" and atom.whole.count == 1 and not atom.applied


def _distributed(left: Draft, right: Draft, calendar: Calendar) -> tuple[Draft, Draft]:
    """今年和去年9月 are two Septembers; so are September 2025 and 2026."""
    if left.other or right.other or left.atom.kind == "rolling" or right.atom.kind == "rolling":
        return left, right
    if _is_year(left.atom) and right.atom.applied and not right.atom.year_last:
        return _refined(left, right.atom, calendar), right
    if _is_year(right.atom) and left.atom.applied and left.atom.year_last:
        return left, _refined(right, left.atom, calendar)
    return left, right


def _refined(draft: Draft, like: Atom, calendar: Calendar) -> Draft:
    whole = None if draft.atom.whole is None else refine_all(draft.atom.whole, like.applied, calendar)
    if whole is None:
        return draft
    return replace(draft, atom=replace(draft.atom, whole=whole, kind=like.kind, applied=like.applied))


def _lent(line: str, left: Draft, right: Draft, calendar: Calendar) -> Draft:
    """2025年11月和12月: the second one lies in the year (or month) of the first, past the turn of the year in the next one."""
    source = left.last or left.atom.whole or left.whole
    if is_empty(right.atom) or right.atom.whole is not None or right.whole is not None or source is None or not source.lends:
        return right
    if not _patterns()["list"].fullmatch(line[left.end : right.start]):
        return right
    for context in contexts(right.atom, source.start, calendar, 1)[-2:]:
        found = None if context is None else refine_all(context, right.atom.parts, calendar)
        if found is not None and (found.start > source.start or source.start.month - found.start.month < 9):
            return replace(right, atom=replace(right.atom, whole=found, weak=False))
    return right


def _lent_back(line: str, left: Draft, right: Draft, calendar: Calendar) -> Draft:
    """Q1 and Q2 2025: the year stands at the end and counts for both."""
    source = right.atom.whole
    if is_empty(left.atom) or left.atom.whole is not None or left.whole is not None or source is None or not right.atom.year_last:
        return left
    if not _patterns()["list"].fullmatch(line[left.end : right.start]):
        return left
    found = fits_before(left.atom, source, calendar)
    return left if found is None else replace(left, atom=replace(left.atom, whole=found, weak=False, year_last=True))


def _settled(draft: Draft, calendar: Calendar) -> Draft:
    """The days of a single atom."""
    if draft.whole is not None or draft.atom.kind in ("all", "anchored"):
        return draft
    if draft.atom.whole is not None:
        return replace(draft, whole=draft.atom.whole)
    return replace(draft, whole=settle(draft.atom.parts, calendar)) if draft.atom.parts else draft


def _before_running(drafts: list[Draft], at: int, end: int) -> bool:
    """Whether 截至目前 only stresses the running period that follows it (截至目前今年的销售额)."""
    after = drafts[at + 1] if at + 1 < len(drafts) else None
    return after is not None and after.atom.kind == "running" and after.start - end <= 2


def _opened(line: str, drafts: list[Draft], calendar: Calendar) -> list[Draft]:
    """The drafts with what opens them; a weak one is left out where nothing does."""
    found: list[Draft] = []
    for at, draft in enumerate(drafts):
        floor = found[-1].end if found else 0
        ceiling = drafts[at + 1].start if at + 1 < len(drafts) else len(line)
        fixed = draft.other is not None or draft.atom.kind in ("rolling", "anchored", "all", "ended")
        span, bounds = (draft.start, draft.end), (floor, ceiling)
        opened = None if fixed else opening(line, span, bounds, at_end=draft.atom.edge == 3)
        if opened is not None and at + 1 < len(drafts) and _AND_ON.fullmatch(line[draft.end : ceiling]):
            opened = None  # on 1 October and on 1 September: two days
        if opened is not None and _STRANDED.fullmatch(line[opened.start : draft.start]):
            told = draft.atom.kind == "running" or _CAME.search(line[: opened.start])
            opened = (
                None if told else opened
            )  # which channel did we sell the most through this year; orders came through last month
        if opened is not None and draft.atom.kind == "relative" and _SO_FAR.fullmatch(line[draft.end : opened.end]):
            opened = None  # last October so far: that is over
        if draft.atom.kind == "now" and (opened is None or _before_running(drafts, at, opened.end)):
            continue
        if draft.other is None and _is_weak(draft.atom, opened):
            continue
        cut = _cut_at(line, found[-1], draft, opened, calendar) if opened is not None and found else None
        if opened is not None and cut is not None:
            found[-1] = replace(found[-1], end=opened.end, other=draft.atom, last=cut)
            continue
        found.append(draft if opened is None else replace(draft, start=opened.start, end=opened.end, opening=opened))
    return found


_SO_FAR = re.compile(" so far")
_STRANDED = re.compile(r"through (?:the )?")
_CAME = re.compile(
    r"(?<![a-z])(?:c[ao]m(?:e|es|ing)|go|goes|going|gone|went|f[ae]ll|falls|fallen|falling|gets?|got|pulled|put) $"
)
_AND_ON = re.compile(r",? and on(?: the)? ?")


def _cut_at(line: str, before: Draft, draft: Draft, opened: Opening, calendar: Calendar) -> Whole | None:
    """Where 截至9月底 only ends the year in front of it (2026年截至9月底), the days that it ends with."""
    whole = before.whole
    if before.opening or before.other or whole is None or opened.side != "until" or whole.unit not in ("year", "half", "quarter"):
        return None
    if not re.fullmatch(r"\s?(?:的|,)?\s?", line[before.end : opened.start]):
        return None
    inner = draft.atom.whole or refine_all(whole, draft.atom.parts, calendar)
    return inner if inner is not None and whole.start <= inner.start and inner.end <= whole.end else None


def _is_weak(atom: Atom, opened: Opening | None) -> bool:
    """Whether an atom that joined no other one has nothing else that makes a period of it."""
    return atom.weak and (opened is None or atom.kind in ("running", "festival"))
