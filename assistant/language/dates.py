"""Periods in a question: in a normalised text and a business calendar, out every period expression with its days.

Conventions (retail/spec.md, "Calendar"): running periods end yesterday; 近N天 are the N complete days that end yesterday; a bare
month, quarter or festival is the latest that has begun; the end that is spoken is included. Beyond the spec: early, mid and late
(初, 中, 底) are thirds; quarters in a rolling count are complete ones; "in the last month" is 30 days. `Period` is half-open.
Deterministic, never raises, about a third of a millisecond a question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from assistant.language.calendar import Calendar, Shift, Unit, moved, unit_before, unit_start
from assistant.language.text import HAN, Normalised
from assistant.language.time_around import with_windows
from assistant.language.time_atoms import Atom, Rule, scan
from assistant.language.time_bounds import around_of, bounded, bounds_of
from assistant.language.time_en import english_rules
from assistant.language.time_festivals import festival_rules
from assistant.language.time_join import Draft, join
from assistant.language.time_merge import merge, with_second_days
from assistant.language.time_numeric import numeric_rules
from assistant.language.time_parts import Whole
from assistant.language.time_zh import chinese_rules
from semantic_layer.query import Grain, Period

PeriodKind = Literal[
    "absolute", "relative", "running", "rolling", "range", "open", "point", "festival", "anchored", "future", "all"
]

_LONGEST = 4000
_HAN = re.compile(rf"[{HAN}]")
_LATIN = re.compile(r"[a-z]")
_GAP = re.compile(rf"(?<=[{HAN}])\s(?=[{HAN}\d])|(?<=\d)\s(?=[{HAN}])")
_GRAINS: dict[Unit, tuple[Grain, int]] = {
    "day": ("day", 1),
    "week": ("week", 1),
    "fortnight": ("week", 2),
    "month": ("month", 1),
    "quarter": ("quarter", 1),
    "half": ("quarter", 2),
    "year": ("year", 1),
}


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period expression by its span in the normalised text.

    Attributes:
        period: its days, cut at today while it is running; half-open, None an open side.
        kind: how it was said. "future" lies wholly ahead; "anchored" hangs on another one (the week before); "all" is all time.
        grain, count: what it is made of: 上个月 1 month, 近30天 30 days, Q1 1 quarter, 1月到6月 6 months. They tell what the one
            before it is, and for "anchored" how far it lies away.
        running: it holds today and was cut there.
        whole: its days without the cut (this month: the whole month).
        calendar: the other reading of a rolling window of weeks, months or years: as many complete calendar units before
            this one. The one to take when the question breaks down by that same unit, `calendar_grain` (12 months by month).
        shift: for "anchored", the move that gives it from another period, with `unit_before`. Other kinds have one where they
            could be meant so too (previous 30 days, 前一周): a follow-up may apply it to the period of the conversation.
        anchor: for "anchored", the span of the mention it was resolved against; None: the text names none, `period` is
            counted from today and a follow-up must apply `shift` to the period of the conversation.
        ends: for a range, what its two ends are by themselves: "the change from Q2 to Q3" compares them.
        vague: the words leave the exact days open (few, early, 年底); the answer says which were taken.
        within: for an open one in a year or month counted from today (before June this year, 15号之前): its days there. `sure`: that
            is what it means where something is measured; before June last year may as well mean from the first day on.
    """

    start: int
    end: int
    period: Period
    kind: PeriodKind
    grain: Grain
    count: int = 1
    running: bool = False
    whole: Period = Period()  # noqa: RUF009 - frozen
    calendar: Period | None = None
    shift: Shift | None = None
    anchor: tuple[int, int] | None = None
    vague: bool = False
    ends: tuple[Period, Period] | None = None
    calendar_grain: Grain | None = None
    within: Period | None = None
    sure: bool = False


def find_periods(text: Normalised, calendar: Calendar) -> tuple[PeriodMention, ...]:
    """Every period of the text, in order, without overlaps.

    >>> from assistant.language.text import normalise
    >>> found = find_periods(normalise("去年9月和近30天的销售额"), Calendar(date(2026, 10, 20)))
    >>> [(str(m.period.start), str(m.period.end)) for m in found]
    [('2025-09-01', '2025-10-01'), ('2026-09-20', '2026-10-20')]
    """
    line, places = _compact(text.text[:_LONGEST])
    atoms = scan(line, _rules(line, calendar), calendar)
    if not atoms:
        return ()
    atoms = with_windows(line, merge(line, with_second_days(line, atoms), calendar), calendar)
    drafts = bounded(line, join(line, atoms, calendar), calendar)
    mentions = [_mention(draft, calendar) for draft in drafts]
    mentions = _anchored(mentions, drafts)
    return tuple(
        replace(mention, start=places[mention.start], end=places[mention.end - 1] + 1, anchor=_placed(mention, places))
        for mention in _apart(mentions)
    )


def _apart(mentions: Sequence[PeriodMention]) -> list[PeriodMention]:
    """Leftmost, then longest: no word of time is used twice (昨天这周)."""
    kept: list[PeriodMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _placed(mention: PeriodMention, places: Sequence[int]) -> tuple[int, int] | None:
    return None if mention.anchor is None else (places[mention.anchor[0]], places[mention.anchor[1] - 1] + 1)


def _compact(line: str) -> tuple[str, Sequence[int]]:
    """The line without spaces between Chinese characters and digits, and where each character stood."""
    gaps = [match.start() for match in _GAP.finditer(line)]
    if not gaps:
        return line, range(len(line))
    left_out = set(gaps)
    places = [place for place in range(len(line)) if place not in left_out]
    return "".join(line[place] for place in places), places


def _rules(line: str, calendar: Calendar) -> list[Rule]:
    """The rules that a line can match at all: Chinese, digits, English."""
    rules = [*festival_rules(calendar.festivals)]
    if _HAN.search(line):
        rules += chinese_rules()
    if any(char.isdigit() for char in line):
        rules += numeric_rules()
    if _LATIN.search(line):
        rules += english_rules()
    return rules


def _mention(draft: Draft, calendar: Calendar) -> PeriodMention:
    """A draft's days, opened and cut at today."""
    atom, whole = draft.atom, draft.whole
    if atom.kind == "all":
        return PeriodMention(draft.start, draft.end, Period(), "all", "day")
    if whole is None:
        return _beside_today(draft, calendar)
    if atom.kind == "ended":
        ended = Period(end=whole.start)
        return PeriodMention(draft.start, draft.end, ended, "open", "day", 1, whole=ended)
    if draft.opening is not None:
        return _open(draft, whole, calendar)
    if draft.last is not None:
        return _range(draft, whole, draft.last, calendar)
    grain, count = _GRAINS[whole.unit]
    full = Period(start=whole.start, end=whole.end)
    kind: PeriodKind = "absolute" if atom.kind == "now" else atom.kind
    period, running = _cut(full, calendar)
    if atom.kind == "rolling":
        period, running = full, False
    if whole.start > calendar.today:
        kind = "future"
    elif running and kind in ("absolute", "relative"):
        kind = "running"
    mention = PeriodMention(draft.start, draft.end, period, kind, grain, count * whole.count, running, full)
    mention = replace(mention, shift=atom.beside, vague=atom.vague)
    if atom.calendar is None:
        return mention
    other = Period(start=atom.calendar.start, end=atom.calendar.end)
    return replace(mention, calendar=other, calendar_grain=_GRAINS[atom.calendar.unit][0])


def _cut(full: Period, calendar: Calendar) -> tuple[Period, bool]:
    """A period without the days that hold no data yet; today by itself, and a unit that begins today, stay today."""
    today = calendar.today
    if full.start is None or full.end is None or not full.start <= today < full.end:
        return full, False
    return Period(start=full.start, end=max(today, full.start + timedelta(days=1))), True


def _range(draft: Draft, first: Whole, last: Whole, calendar: Calendar) -> PeriodMention:
    """From the first day of one to the last day of the other."""
    full = Period(start=first.start, end=last.end)
    period, running = _cut(full, calendar)
    kind: PeriodKind = "future" if first.start > calendar.today else "range"
    grain, count = _made_of(first, last)
    vague = draft.atom.vague or (draft.other is not None and draft.other.vague)
    ends = (Period(start=first.start, end=first.end), Period(start=last.start, end=last.end))
    return PeriodMention(draft.start, draft.end, period, kind, grain, count, running, full, vague=vague, ends=ends)


def _made_of(first: Whole, last: Whole) -> tuple[Grain, int]:
    """The unit that a range is counted in: that of its ends where they agree, else days."""
    if first.unit == last.unit and first.unit != "day":
        grain, size = _GRAINS[first.unit]
        count, day = 0, first.start
        while day < last.end and count < 1000:
            day, count = moved(day, first.unit, 1), count + 1
        return grain, count * size
    return "day", (last.end - first.start).days


def _open(draft: Draft, whole: Whole, calendar: Calendar) -> PeriodMention:
    """since, after, before, until; up to today where the end is open and today is not before it."""
    assert draft.opening is not None  # noqa: S101 - the caller has looked
    edge = draft.atom.edge
    match draft.opening.side:
        case "since":
            period = _from(whole.end if edge == 3 else whole.start, calendar)
        case "after":
            period = _from(whole.start if edge == 1 else whole.end, calendar)
        case "before":
            period = Period(end=whole.end if edge == 3 else whole.start)
        case "until":
            end = whole.start if edge == 1 else whole.end
            period = Period(end=calendar.today if whole.start <= calendar.today < end else end)
    grain, count = _GRAINS[whole.unit]
    running = period.end == calendar.today and period.start is not None
    kind: PeriodKind = "future" if period.start is not None and period.start > calendar.today else "open"
    if running and period.start == unit_start(calendar.today, whole.unit, calendar) and draft.atom.kind == "running":
        kind = "running"
    mention = PeriodMention(
        draft.start, draft.end, period, kind, grain, count * whole.count, running, period, vague=draft.atom.vague
    )
    return _within(mention, draft, calendar)


def _within(mention: PeriodMention, draft: Draft, calendar: Calendar) -> PeriodMention:
    """The days of an open period in the year or month that it was put into."""
    around, opening = around_of(draft, calendar), draft.opening
    if around is None or around.whole is None or draft.whole is None or opening is None or opening.side == "since":
        return mention
    part = bounds_of(around.whole, draft.whole, opening, draft.atom.edge)
    if part is None or part.start >= calendar.today:
        return mention
    within = _cut(Period(start=part.start, end=part.end), calendar)[0]
    sure = opening.side == "before" and (around.kind == "running" or around.whole.unit == "month")
    return mention if within == mention.period else replace(mention, within=within, sure=sure)


def _from(start: date, calendar: Calendar) -> Period:
    return Period(start=start, end=calendar.today) if start < calendar.today else Period(start=start)


def _beside_today(draft: Draft, calendar: Calendar) -> PeriodMention:
    """An anchored period before its anchor is known: counted from this unit so far."""
    change = draft.atom.beside or Shift("year", -1)
    start = unit_start(calendar.today, change.grain, calendar)
    period = unit_before(_cut(Period(start=start, end=moved(start, change.grain, 1)), calendar)[0], change)
    if draft.atom.window is not None:
        period = Period(start=moved(start, change.grain, change.count), end=moved(start, change.grain, change.count + 1))
    return PeriodMention(draft.start, draft.end, period, "anchored", change.grain, abs(change.count), False, period, shift=change)


def _anchored(mentions: list[PeriodMention], drafts: Sequence[Draft]) -> list[PeriodMention]:
    """The mentions, those that hang on another one resolved against the one before them, else the one behind."""
    found = list(mentions)
    for at, (mention, draft) in enumerate(zip(mentions, drafts, strict=True)):
        base = next((other for other in reversed(mentions[:at]) if other.kind not in ("anchored", "all")), None)
        if mention.kind == "anchored":
            base = base or next((other for other in mentions[at + 1 :] if other.kind not in ("anchored", "all")), None)
        elif not (mention.shift and base and _is_like(mention, base, draft.atom)):
            continue
        if base is not None and mention.shift is not None:
            period = _weekday_before(base.period, draft.atom) or unit_before(base.period, mention.shift)
            found[at] = replace(
                mention, period=period, kind="anchored", whole=period, running=False, calendar=None, anchor=(base.start, base.end)
            )
    return found


def _weekday_before(base: Period, atom: Atom) -> Period | None:
    """The last Friday before a day, where a weekday was named (the Friday before)."""
    weekday = next((part.n for part in atom.inner if part.kind == "weekday"), None) if atom.beside is not None else None
    if weekday is None or base.start is None:
        return None
    start = base.start - timedelta(days=(base.start.weekday() - weekday) % 7 or 7)
    return Period(start=start, end=start + timedelta(days=1))


def _is_like(mention: PeriodMention, base: PeriodMention, atom: Atom) -> bool:
    """Whether `previous 30 days` beside `last 30 days` means the ones before those: the same unit and as many; 同一天 beside a day."""
    if atom.kind == "point":
        return (base.grain, base.count) == ("day", 1)
    if atom.kind == "rolling" and base.kind == "rolling":
        return (mention.grain, mention.count) == (base.grain, base.count)
    return (
        mention.shift is not None
        and base.kind != "rolling"
        and (base.grain, base.count) == (mention.shift.grain, -mention.shift.count)
    )
