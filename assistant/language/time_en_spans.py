"""English windows of time: last 30 days, YTD, a year ago, haven't bought in 90 days, the week before; out an atom.

The words are in en.yaml; here is only the order they stand in.
"""

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache

from assistant.language.calendar import Calendar, Unit, moved, unit_shift, unit_start
from assistant.language.lexicon import TimeWords, either, load_lexicon
from assistant.language.number_words import english_value
from assistant.language.rolling import ago, rolling
from assistant.language.time_atoms import Atom, Rule, Window, rule
from assistant.language.time_parts import Whole, day_whole, unit_whole

_MOST = 1000
_HOURS = ("hours", "hrs")
_SHORT: dict[str, Unit] = {"d": "day", "w": "week", "m": "month"}
_LAST = ("previous", "prior", "preceding", "last", "latest", "recent", "most recent")
_WINDOWS: dict[Window, tuple[str, ...]] = {
    "before": ("before", "prior to", "preceding", "leading up to", "ahead of"),
    "after": ("after", "following"),
    "ending": ("ending", "ended", "ending on", "to", "up to", "through"),
    "starting": ("starting", "beginning", "from", "starting on", "beginning on", "commencing"),
}


_SPLITTING = re.compile(
    r"(?<![a-z])(?:by|per|each|every)(?: the)? $|(?<![a-z])(?:week|month|day|quarter|year) (?:by|on|after|over) $"
)


def _words() -> TimeWords:
    return load_lexicon("en").time


def _number(word: str) -> int | None:
    if word in ("a", "an"):
        return 1
    spelled = None if word.isdigit() else english_value(word)
    value = int(word) if word.isdigit() else 0 if spelled is None else int(spelled.value)
    return value if 0 < value <= _MOST else None


def count_of(word: str) -> int | None:
    """A small whole number in digits or words; few is three, a couple two."""
    return _words().few.get(word.strip()) or _number(word.strip())


@cache
def small_number() -> str:
    """A pattern, group n, for 3, three, twenty-four, a few."""
    words = load_lexicon("en").numbers.digits
    return rf"(?P<n>\d{{1,4}}|{either((*_words().few, 'a', 'an', *words))}(?:[ -]{either(words)})?)"


_SHORT_UNITS = ("yr", "wk", "mo")


@cache
def units_alone() -> str:
    """A pattern for the units in the singular."""
    return either(word for word in _words().units if not word.endswith("s") and (len(word) > 2 or word in _SHORT_UNITS))


def _rolling(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """last 30 days, past year, last 3 complete months; previous 30 days may lie beside another period."""
    words, word = _words(), (match["n"] or "1").strip()
    count = count_of(word)
    if count is None or (not match["n"] and match["prefix"].removeprefix("the ") in _LAST):
        return None
    if match["unit"] in _HOURS:
        return rolling(match, calendar, count / 24, "day")
    unit = words.units[match["unit"]]
    atom = rolling(match, calendar, count, unit, exact=match["whole"] is not None)
    if atom is None:
        return None
    beside = unit_shift(unit, -count) if match["prefix"] in words.beside else None
    return replace(atom, beside=beside, vague=word in words.few)


def _as_many(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """past 30 days against the previous 30: as many of the unit that was named before."""
    unit = either(_words().units)
    last = match["prefix"].split()[-1] in ("last", "past")
    any_ = r"\d{1,3}" if last else match["n"]
    named = re.search(rf"(?<![\d.]){any_}[ -](?P<unit>{unit})", match.string[: match.start()])
    if named is None:
        return None
    if last:
        return rolling(
            match, calendar, int(match["n"]), _words().units[named["unit"]]
        )  # in the last 30 days but not in the last 60
    grain, count = _words().units[named["unit"]], int(match["n"])
    atom = rolling(match, calendar, count, grain)
    return None if atom is None else replace(atom, beside=unit_shift(grain, -count))


def _short(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """l30d; ttm and ltm are the trailing twelve months."""
    if match["n"]:
        return rolling(match, calendar, int(match["n"]), _SHORT[match["unit"]])
    return rolling(match, calendar, 12, "month")


def _window(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """within 30 days, (haven't bought) in 90 days: the days up to now."""
    count = count_of(match["n"])
    lacking = re.search(either(_words().lacking), match.string[max(0, match.start() - 80) : match.start()])
    unit = _words().units[match["unit"]]
    if count is None or (not match["within"] and lacking is None) or (count == 1 and unit == "day"):
        return None  # resolved within a day: how long it took
    return rolling(match, calendar, count, unit)


def _ago(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """three months ago is a whole month; more than 90 days ago is everything before that day."""
    count = 0.5 if match["half"] else count_of(match["n"])
    unit = _words().units[match["unit"]]
    if count is None or not match["more"]:
        return None if count is None else ago(match, calendar, count, unit)
    window = rolling(match, calendar, count, unit)
    if window is None or window.whole is None:
        return None
    return Atom(match.start(), match.end(), day_whole(window.whole.start), kind="ended")


def _to_date(match: re.Match[str], calendar: Calendar) -> Atom:
    """YTD, month to date."""
    unit = _words().to_date[match.group()]
    whole = unit_whole(unit_start(calendar.today, unit, calendar), unit, lends=False)
    return Atom(match.start(), match.end(), whole, kind="running", to_date=True)


def _relative_to_date(match: re.Match[str], calendar: Calendar) -> Atom:
    """this year to date; last year to date: the same days of it."""
    unit, offset = _words().units[match["unit"]], _words().relative[match["rel"]]
    start = unit_start(calendar.today, unit, calendar)
    if offset >= 0:
        return Atom(match.start(), match.end(), unit_whole(start, unit, lends=False), kind="running", to_date=True)
    days = max((calendar.today - start).days, 1)
    first, end = moved(start, unit, offset), moved(start + timedelta(days=days), unit, offset)
    return Atom(match.start(), match.end(), Whole(first, max(end, first + timedelta(days=1)), "day", days), kind="relative")


def _beside(match: re.Match[str], _: Calendar) -> Atom | None:
    """the week before, the 30 days before that, a year earlier; also around the next atom: the week before Christmas."""
    count = count_of(match["n"] or "1")
    if count is None:
        return None
    window = next((window for window, words in _WINDOWS.items() if match["dir"] in words), None)
    if window in ("starting", "ending") and match["n"] is None and _SPLITTING.search(match.string[: match.start()]):
        return None  # by week from 1 August: a grain, and a period after it
    change = unit_shift(_words().units[match["unit"]], count if window in ("after", "starting") else -count)
    weak = window in ("ending", "starting") or (window == "after" and match["that"] is None)
    return Atom(match.start(), match.end(), kind="anchored", beside=change, window=window, weak=weak)


def _same_period(match: re.Match[str], _: Calendar) -> Atom:
    """this time last year, the same period last month: beside another period, else this one so far moved back."""
    change = unit_shift(_words().units[match["unit"] or match["back"]], -1)
    return Atom(match.start(), match.end(), kind="anchored", beside=change)


def span_rules() -> tuple[Rule, ...]:
    """The rules, more specific ones first."""
    words = _words()
    units, relative, single, number = either(words.units), either(words.relative), units_alone(), small_number()
    whole = rf"(?:(?P<whole>{either(words.whole)})\s|consecutive |straight )?"
    directions = either((*(word for group in _WINDOWS.values() for word in group), "earlier", "prior"))
    same = (
        r"(?:time|point|period|stretch|span|window|interval|timeframe|number of days|days?|dates?|months?|quarters?|weeks?"
        r"|holidays?|festivals?)"
    )
    big = "year|month|week|quarter"
    return (
        rule(rf"(?P<rel>{relative}) (?P<unit>{big})[- ]to[- ]date", _relative_to_date),
        rule(r"(?<!per )(?<!by )(?<!each )(?<!every )" + either(words.to_date), _to_date),
        rule(
            rf"(?<![a-z])(?:at )?(?:this|(?:the )?same|the) {same} (?:in |of )?"
            rf"(?:(?:last|the previous|the prior) (?P<unit>{big})|(?:a|one) (?P<back>{big}) (?:ago|earlier|before))",
            _same_period,
        ),
        rule(
            rf"(?P<prefix>{either(words.rolling)})(?: {number})?[ -]?{whole}(?P<unit>{units}|{either(_HOURS)})"
            rf"(?! (?:on|over) {single})",
            _rolling,
        ),
        rule(rf"{number} (?P<prefix>past|last|previous|preceding|prior) {whole}(?P<unit>{units})(?<=s)(?![a-z])", _rolling),
        rule(
            r"(?P<prefix>the) (?P<n>\d{1,3}) (?:before|prior|earlier)(?: that| those| it)?(?= ?[?.,;!)]|$| (?:by|for|and|per|in) )",
            _as_many,
        ),
        rule(
            rf"(?P<prefix>{either((*words.beside, 'last', 'the last', 'past', 'the past'))}) (?P<n>\d{{1,3}})"
            r"(?=$| ?[?.,;!)]| (?:by|for|and|per|in) )",
            _as_many,
        ),
        rule(r"(?<![a-z0-9])(?:l(?P<n>\d{1,3})(?P<unit>[dwm])|ttm|ltm)(?![a-z0-9])", _short),
        rule(
            rf"(?:(?P<within>within)|in|for) (?:(?:the|over|more than|at least|about) )?{number} (?P<unit>{units})"
            r"(?! (?:of|after|from))",
            _window,
        ),
        rule(
            rf"(?:(?P<more>more than|over|at least|longer than) )?(?:(?P<half>half) )?{number} (?P<unit>{units}) "
            r"(?:ago|back|before today|before now)(?![a-z])",
            _ago,
        ),
        rule(
            rf"(?<![a-z])(?:(?:the|a|an) )?(?:same period )?(?:(?:the|a|an) )?(?:{number} )?(?P<unit>{units}) "
            rf"(?P<dir>{directions})(?P<that> (?:that|it|those|them|then))?(?! last)",
            _beside,
        ),
    )
