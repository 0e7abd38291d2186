"""English period words: in a match in a line, out an atom. The words are in en.yaml; here is only the order they stand in."""

import re
from datetime import timedelta
from functools import cache

from assistant.language.calendar import Calendar, Shift, Unit, fiscal_year_start, moved, unit_start
from assistant.language.lexicon import TimeWords, either, load_lexicon
from assistant.language.number_words import english_value
from assistant.language.rolling import ago, complete_units, rolling
from assistant.language.time_atoms import Atom, AtomKind, Builder, Rule, Window
from assistant.language.time_parts import Part, Whole, day_whole, refine_all, unit_whole, year_whole

_MOST = 1000
_CUE_REACH = 16
_ENDS = re.compile(r"\s?(?:$|[,.;:?!)'-]|(?:vs|versus|and|to|through|by|data|numbers|figures|only|please|pls)\b)")
_VERB_MONTHS = ("may", "march")
_WINDOWS: dict[str, Window] = {
    **dict.fromkeys(("before", "prior to", "preceding", "leading up to", "ahead of"), "before"),  # type: ignore[dict-item]
    **dict.fromkeys(("after", "following"), "after"),  # type: ignore[dict-item]
    **dict.fromkeys(("ending", "ended", "ending on", "to", "up to", "through"), "ending"),  # type: ignore[dict-item]
    **dict.fromkeys(("starting", "beginning", "from", "starting on", "beginning on", "commencing"), "starting"),  # type: ignore[dict-item]
}
_DIRECTIONS = (*_WINDOWS, "earlier", "prior")


def _words() -> TimeWords:
    return load_lexicon("en").time


def number(word: str) -> int | None:
    """A small whole number in digits or words."""
    word = word.strip().replace(",", "")
    value = int(word) if word.isdigit() else None
    if value is None:
        if word in ("a", "an", "one"):
            return 1
        spelled = english_value(word)
        value = None if spelled is None else int(spelled.value)
    return value if value is not None and 0 < value <= _MOST else None


def ordinal(word: str) -> int | None:
    """first, 3rd, twenty-seventh."""
    digits = re.match(r"\d+", word)
    return int(digits.group()) if digits else _words().ordinals.get(word.replace(" ", "-"))


def _kind(offset: int) -> AtomKind:
    return "running" if offset == 0 else "relative"


def _day_word(match: re.Match[str], calendar: Calendar) -> Atom:
    day = calendar.today + timedelta(days=_words().days[match.group()])
    return Atom(match.start(), match.end(), day_whole(day), kind="point")


def _relative(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """this month, last quarter; "the last year" and "past month" are rolling windows, as is any fortnight."""
    words = _words()
    word, unit = match["rel"], words.units[match["unit"]]
    if match["fiscal"]:
        start = moved(fiscal_year_start(calendar.today, calendar), unit, words.relative[word])
        return Atom(match.start(), match.end(), unit_whole(start, unit), kind=_kind(words.relative[word]))
    offset = words.relative[word]
    article = match.string[max(0, match.start() - 4) : match.start()] == "the " and word == "last"
    if offset == -1 and ((article and unit in ("week", "month", "year") and not match["whole"]) or unit == "fortnight"):
        return rolling(match, calendar, 1, unit)
    start = moved(unit_start(calendar.today, unit, calendar), unit, offset)
    beside = _shift(unit, -1) if word.removeprefix("the ") in ("previous", "prior", "preceding") else None
    whole = unit_whole(start, unit, lends=unit == "year")
    return Atom(match.start(), match.end(), whole, kind=_kind(offset), beside=beside)


def _before_last(match: re.Match[str], calendar: Calendar) -> Atom:
    """the month before last."""
    unit = _words().units[match["unit"]]
    start = moved(unit_start(calendar.today, unit, calendar), unit, -2)
    return Atom(match.start(), match.end(), unit_whole(start, unit), kind="relative")


def _weekend(match: re.Match[str], calendar: Calendar) -> Atom:
    offset = _words().relative.get(match["rel"], -1)
    week = unit_whole(moved(unit_start(calendar.today, "week", calendar), "week", offset), "week")
    return Atom(match.start(), match.end(), refine_all(week, (Part("weekend"),), calendar), kind="point")


def _relative_weekday(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """last Monday is last week's; past and on Monday are the latest one before today."""
    words = _words()
    day, word = words.weekdays[match["day"]], match["rel"]
    if word in ("past", "this past", "on", "the past"):
        back = (calendar.today.weekday() - day - 1) % 7 + 1
        return Atom(match.start(), match.end(), day_whole(calendar.today - timedelta(days=back)), kind="point")
    week = unit_whole(moved(unit_start(calendar.today, "week", calendar), "week", words.relative[word]), "week")
    return Atom(match.start(), match.end(), refine_all(week, (Part("weekday", day),), calendar), kind="point")


def _weekday(match: re.Match[str], _: Calendar) -> Atom:
    part = Part("weekday", _words().weekdays[match["day"]])
    return Atom(match.start(), match.end(), parts=(part,), kind="point", weak=True)


def _relative_month(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """last September is last year's; this September this year's; next March the next to come."""
    words = _words()
    month, offset = words.months[match["month"]], words.relative[match["rel"]]
    year = calendar.today.year + offset
    if offset > 0 and month > calendar.today.month:
        year -= 1
    whole = year_whole(year)
    part = None if whole is None else refine_all(whole, (Part("month", month),), calendar)
    return None if part is None else Atom(match.start(), match.end(), part, kind="relative")


def _month(match: re.Match[str], _: Calendar) -> Atom | None:
    """A month by name; may and march only where the neighbours do not make a verb of them."""
    word = match["month"]
    if word in _VERB_MONTHS and _is_verb(match):
        return None
    return Atom(match.start(), match.end(), parts=(Part("month", _words().months[word]),))


@cache
def _verb_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = _words()
    months = [word for word in words.months if word not in _VERB_MONTHS]
    return (
        re.compile(rf"(?:{either((*words.month_cues, *months))}|\d)\s?$"),
        re.compile(either(words.verb_before) + r"\s?$"),
        re.compile(rf"\s(?:{either(words.verb_after)})"),
    )


def _is_verb(match: re.Match[str]) -> bool:
    """Whether may or march is a verb: beside a pronoun or another verb, and without a word that announces a month."""
    cue, before, after = _verb_patterns()
    head = match.string[max(0, match.start() - _CUE_REACH) : match.start()]
    if re.match(r"\s?(?:\d|'\d\d|to [a-z]+ ?\d*$)", match.string[match.end() :]):
        return False
    if after.match(match.string, match.end()) and not cue.search(head):
        return True
    if cue.search(head):
        return False
    alone = not head.strip() or not head.rstrip()[-1].isalnum()
    return before.search(head) is not None or not (alone or _ENDS.match(match.string, match.end()))


def _month_day(match: re.Match[str], _: Calendar) -> Atom | None:
    """Mar 15, the 5th of March, 22 Jan: no year yet."""
    day = ordinal(match["day"])
    if day is None or not 1 <= day <= 31:
        return None
    parts = (Part("month", _words().months[match["month"]]), Part("day", day))
    return Atom(match.start(), match.end(), parts=parts, kind="point")


def _day(match: re.Match[str], _: Calendar) -> Atom | None:
    """the 15th: of the month that the text names, else the latest."""
    day = ordinal(match["day"])
    strong = re.search(r"\b(?:on|since|until|till|from|after|before|by) $", match.string[: match.start()][-8:])
    if day is None or not 1 <= day <= 31:
        return None
    return Atom(match.start(), match.end(), parts=(Part("day", day),), kind="point", weak=strong is None)


def _quarter(match: re.Match[str], _: Calendar) -> Atom | None:
    n = ordinal(match["n"])
    return None if n is None or n > 4 else Atom(match.start(), match.end(), parts=(Part("quarter", n),))


def _third(match: re.Match[str], _: Calendar) -> Atom:
    n, _unit = _words().thirds[match["word"]]
    edge = n if match["word"].endswith(" of") else 0
    return Atom(match.start(), match.end(), parts=(Part("third", n),), weak=True, vague=True, edge=edge)


def _halves(match: re.Match[str], _: Calendar) -> Atom:
    n, unit = _words().halves[match.group()]
    return Atom(match.start(), match.end(), parts=(Part("halves", n, unit),))


def _first(match: re.Match[str], _: Calendar) -> Atom | None:
    """first 3 months, the last 10 days of: of a period that is named, else months and quarters of this year."""
    n, unit = number(match["n"]), _words().units[match["unit"]]
    last = _words().first[match["prefix"]]
    if n is None:
        return None
    return Atom(
        match.start(), match.end(), parts=(Part("first", n, unit, last=last),), weak=last or unit not in ("month", "quarter")
    )


def _nth(match: re.Match[str], _: Calendar) -> Atom | None:
    """first week of, last day of, third Friday of."""
    last = match["n"] in ("last", "final")
    n = 1 if last else ordinal(match["n"])
    if n is None:
        return None
    words = _words()
    if match["day"]:
        part = Part("weekday", words.weekdays[match["day"]], last=last, name=str(n))
    else:
        part = Part("nth", n, words.units[match["unit"]], last=last)
    return Atom(match.start(), match.end(), parts=(part,), weak=True)


def _container(match: re.Match[str], calendar: Calendar) -> Atom:
    """the year, the month: this one, where something else is part of it."""
    unit = _words().units[match["unit"]]
    whole = unit_whole(unit_start(calendar.today, unit, calendar), unit)
    return Atom(match.start(), match.end(), whole, kind="running", weak=True)


def _shift(unit: Unit, count: int) -> Shift | None:
    match unit:
        case "day" | "week" | "month" | "quarter" | "year":
            return Shift(unit, count)
        case "half":
            return Shift("month", 6 * count)
        case "fortnight":
            return Shift("week", 2 * count)


def _rolling(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """last 30 days, past year, previous two quarters, last 3 complete months; previous … may lie beside another period."""
    words = _words()
    prefix = match["prefix"].removeprefix("the ")
    word = (match["n"] or "1").strip()
    unit = words.units.get(match["unit"])
    hours = unit is None
    count = words.few.get(word) or number(word)
    if count is None or (
        not match["n"] and prefix in ("previous", "prior", "preceding", "last", "latest", "recent", "most recent")
    ):
        return None
    if hours:
        return rolling(match, calendar, count / 24, "day")
    assert unit is not None  # noqa: S101 - for the type checker: hours have been dealt with
    atom = rolling(match, calendar, count, unit, exact=match["whole"] is not None)
    if atom is None:
        return None
    beside = _shift(unit, -count) if match["prefix"] in words.beside else None
    return Atom(atom.start, atom.end, atom.whole, kind=atom.kind, calendar=atom.calendar, beside=beside, vague=word in words.few)


def _short_rolling(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """l30d, ttm."""
    if match["n"]:
        return rolling(match, calendar, int(match["n"]), {"d": "day", "w": "week", "m": "month"}[match["u"]])  # type: ignore[arg-type]
    return Atom(
        match.start(), match.end(), rolling_year(calendar), kind="rolling", calendar=complete_units(12, "month", calendar)
    )


def rolling_year(calendar: Calendar) -> Whole:
    """The last 365 days."""
    return Whole(calendar.today - timedelta(days=365), calendar.today, "day", 365)


def _window(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """within 30 days, (haven't bought) in 90 days: the days up to now."""
    words = _words()
    count = words.few.get(match["n"].strip()) or number(match["n"])
    lacking = re.search(either(words.lacking), match.string[: match.start()])
    if count is None or (not match["within"] and lacking is None):
        return None
    return rolling(match, calendar, count, words.units[match["unit"]])


def _ago(match: re.Match[str], calendar: Calendar) -> Atom | None:
    words = _words()
    word = match["n"].strip()
    count, unit = words.few.get(word) or number(word), words.units[match["unit"]]
    if count is None or not match["more"]:
        return None if count is None else ago(match, calendar, count, unit)
    window = rolling(match, calendar, count, unit)
    if window is None or window.whole is None:
        return None
    return Atom(match.start(), match.end(), day_whole(window.whole.start), kind="ended")


def _to_date(match: re.Match[str], calendar: Calendar) -> Atom:
    unit = _words().to_date[match.group()]
    whole = unit_whole(unit_start(calendar.today, unit, calendar), unit, lends=False)
    return Atom(match.start(), match.end(), whole, kind="running", to_date=True)


def _beside(match: re.Match[str], _: Calendar) -> Atom | None:
    """the week before, the 30 days before that, a year earlier; also around the next atom: the week before Christmas."""
    words = _words()
    word = (match["n"] or "1").strip()
    count = words.few.get(word) or number(word)
    if count is None:
        return None
    window = _WINDOWS.get(match["dir"])
    change = _shift(words.units[match["unit"]], count if window in ("after", "starting") else -count)
    weak = window in ("ending", "starting") or (window == "after" and match["that"] is None)
    return Atom(match.start(), match.end(), kind="anchored", beside=change, window=window, weak=weak)


def _this_time(match: re.Match[str], calendar: Calendar) -> Atom:
    """this time last year, the same period last year: beside another period, else this year so far moved back."""
    return Atom(match.start(), match.end(), kind="anchored", beside=Shift("year", -1))


def _all(match: re.Match[str], _: Calendar) -> Atom:
    return Atom(match.start(), match.end(), kind="all")


def _until_now(match: re.Match[str], calendar: Calendar) -> Atom:
    """so far, to date, by itself: everything up to now."""
    return Atom(match.start(), match.end(), day_whole(calendar.today), kind="ended", weak=True)


def _now(match: re.Match[str], calendar: Calendar) -> Atom:
    return Atom(match.start(), match.end(), day_whole(calendar.today), kind="now", weak=True)


@cache
def english_rules() -> tuple[Rule, ...]:
    """The rules, more specific ones first."""
    words = _words()
    months, weekdays, units = either(words.months), either(words.weekdays), either(words.units)
    relative = either(words.relative)
    single = either(word for word, unit in words.units.items() if not word.endswith("s") and len(word) > 2)
    ordinals = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{either((*words.ordinals, 'last', 'final'))})"
    day = rf"(?P<day>(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?|{either(words.ordinals)})(?![\d,]\d|\d|[a-z:%]|\.\d)"
    n = rf"(?P<n>\d{{1,4}}|{either((*words.few, 'a', 'an', *load_lexicon('en').numbers.digits))}(?:[ -]{either(load_lexicon('en').numbers.digits)})?)"
    whole = rf"(?:(?P<whole>{either(words.whole)})\s|consecutive |business |straight )?"
    of_time = rf"(?=,? (?:of|in) (?:the )?(?:{months}|{relative}|(?:19|20)\d\d|q[1-4]|h[12]|year|month|quarter|{ordinals}))"
    trap = either(words.day_traps)
    dash = r"\s?(?:-|~|to|until|till|through|thru|and)\s?(?:the )?"

    def rule(pattern: str, build: Builder) -> Rule:
        return re.compile(pattern), build

    return (
        rule(either(words.days), _day_word),
        rule(either(words.all_time), _all),
        rule(either(words.to_date), _to_date),
        rule(rf"(?:the )?(?P<unit>{single}) before last(?![a-z])", _before_last),
        rule(
            r"(?<![a-z])(?:at )?(?:this|(?:the )?same|the) (?:time|point|period|day|days|dates|date|month|quarter|week) (?:in |of )?"
            r"(?:last year|a year ago|the (?:year before|previous year|prior year)|a year (?:earlier|before)|one year (?:earlier|ago))",
            _this_time,
        ),
        rule(
            rf"(?:the )?(?P<n>{ordinals})[ -](?:(?P<day>{weekdays})|(?P<unit>day|week|month|quarter)){of_time}(?:(?<= quarter)(?!))?",
            _nth,
        ),
        rule(
            rf"(?:the )?(?P<n>{either([k for k, v in words.ordinals.items() if v <= 4])}|[1-4](?:st|nd|rd|th))[ -](?:quarter|qtr)(?!s)",
            _quarter,
        ),
        rule(rf"(?P<prefix>{either(words.first)}) {n}[ -]?(?P<unit>{units}){of_time}", _first),
        rule(rf"(?P<prefix>the first|first) {n} (?P<unit>months|quarters)", _first),
        rule(
            rf"(?<!the )(?P<rel>{relative}) (?P<whole>{either(words.whole)} )?(?P<fiscal>(?:fiscal|financial) )?(?P<unit>{single})(?!-| before last|\s?-? ?to)",
            _relative,
        ),
        rule(
            rf"(?<=the )(?P<rel>last) (?P<whole>{either(words.whole)} )?(?P<fiscal>(?:fiscal|financial) )?(?P<unit>{single})(?!-)",
            _relative,
        ),
        rule(rf"(?P<rel>{relative}|(?:this )?past) weekend", _weekend),
        rule(rf"(?<![a-z])(?P<rel>{relative}|on|this past|past|the past) (?P<day>{weekdays})", _relative_weekday),
        rule(rf"(?P<day>{weekdays})", _weekday),
        rule(rf"(?P<rel>{relative}) (?P<month>{months})(?!\s\d{{1,2}}(?!\d))", _relative_month),
        rule(rf"(?P<month>{months})\.?,?[\s-]?(?:the )?{day}(?!\s?(?:{trap}|of (?:the )?{months}))", _month_day),
        rule(rf"(?:the )?{day}(?:-| | day |)(?: ?of )?(?:the )?(?P<month>{months})", _month_day),
        rule(rf"(?P<month>{months})\.?", _month),
        rule(
            rf"(?:the )?{day}(?={dash}(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?|{either(words.ordinals)})[ -]?(?:of )?(?:the )?(?:{months}|(?:this|last) month))",
            _day,
        ),
        rule(rf"(?:the )?{day}(?= (?:of )?(?:this|last|the) (?:month))", _day),
        rule(
            rf"(?:the )(?P<day>\d{{1,2}}(?:st|nd|rd|th))(?! (?:of|quarter|half|week|month|century|time|order|purchase)|[a-z])",
            _day,
        ),
        rule(
            rf"(?P<word>{either(words.thirds)})[ -]?(?=(?:the |our )?(?:{months}|{relative}|(?:19|20)\d\d|q[1-4]|h[12]|year|month|quarter|week|this))",
            _third,
        ),
        rule(either(words.halves), _halves),
        rule(rf"(?<=of )(?:(?:the|our) )?(?P<unit>{single})", _container),
        rule(
            rf"(?P<prefix>{either(words.rolling)})(?: {n})?[ -]?{whole}(?P<unit>{units}|hours|hrs)(?! (?:on|over|by) )", _rolling
        ),
        rule(rf"{n} (?P<prefix>past|last|previous|preceding|prior) {whole}(?P<unit>{units})", _rolling),
        rule(r"(?<![a-z0-9])(?:l(?P<n>\d{1,3})(?P<u>[dwm])|ttm|ltm)(?![a-z0-9])", _short_rolling),
        rule(
            rf"(?:(?P<within>within)|in|for) (?:the |over |more than |at least |about )*{n} (?P<unit>{units})(?! (?:of|after|from))",
            _window,
        ),
        rule(
            rf"(?:(?P<more>more than|over|at least|longer than) )?{n} (?P<unit>{units}) (?:ago|back|before today|before now)(?![a-z])",
            _ago,
        ),
        rule(
            rf"(?<![a-z])(?:(?:the|a|an) )?(?:same period )?(?:(?:the|a|an) )?(?:{n} )?(?P<unit>{units}) (?P<dir>{either(_DIRECTIONS)})(?P<that> (?:that|it|those|them|then))?(?! last)",
            _beside,
        ),
        rule(either(words.until_now), _until_now),
        rule(either(words.now), _now),
    )
