"""English units, dates and parts of them: in a match in a line, out an atom.

The words are in en.yaml; here is only the order they stand in. Windows of time (last 30 days, a year ago) are in time_en_spans.
"""

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache

from assistant.language.calendar import Calendar, fiscal_start, moved, unit_shift, unit_start
from assistant.language.lexicon import TimeWords, either, load_lexicon
from assistant.language.rolling import rolling
from assistant.language.time_atoms import Atom, Rule, all_time, kind_of, now, rule, until_now
from assistant.language.time_en_spans import count_of, small_number, span_rules, units_alone
from assistant.language.time_numeric import full_year
from assistant.language.time_parts import Part, day_whole, refine_all, unit_whole, year_whole

_CUE_REACH = 16
_RANGE_REACH = 40
_ARTICLE = "the "
_VERB_MONTHS = ("may", "march")
_ENDS = re.compile(r"\s?(?:$|[,.;:?!)'-]|(?:vs|versus|and|to|through|by|data|numbers|figures|only|please|pls)\b)")
_DATED = re.compile(r"\s?(?:\d|'\d\d|to [a-z]+ ?\d*$)")
_STRONG_DAY = re.compile(r"\b(?:on|since|until|till|from|after|before|by) $")
_LATEST = ("past", "this past", "the past", "on")
_FREE_UNITS = ("month", "quarter")


def _words() -> TimeWords:
    return load_lexicon("en").time


def _ordinal(word: str) -> int | None:
    """first, 3rd, twenty-seventh."""
    digits = re.match(r"\d+", word)
    return int(digits.group()) if digits else _words().ordinals.get(word.replace(" ", "-"))


_OWNING = "year|month|week|quarter"
"""this years revenue: the apostrophe is often left out."""


def _day_word(match: re.Match[str], calendar: Calendar) -> Atom:
    day = calendar.today + timedelta(days=_words().days[match.group()])
    return Atom(match.start(), match.end(), day_whole(day), kind="point")


def _relative(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """this month, last quarter; "the last year" and "past month" are rolling windows, as is any fortnight."""
    word, unit = match["rel"], _words().units[match["unit"]]
    offset = _words().relative[word]
    article = word == "last" and match.string[: match.start()].endswith(_ARTICLE)
    if offset == -1 and ((article and unit in ("week", "month", "year") and not match["whole"]) or unit == "fortnight"):
        return rolling(match, calendar, 1, unit)
    first = fiscal_start if match["fiscal"] else unit_start
    whole = unit_whole(moved(first(calendar.today, unit, calendar), unit, offset), unit, lends=unit == "year")
    beside = unit_shift(unit, -1) if word.removeprefix(_ARTICLE) in ("previous", "prior", "preceding") else None
    return Atom(match.start(), match.end(), whole, kind=kind_of(offset), beside=beside)


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
    """last Monday is last week's; past Monday is the latest one before today, on Monday too unless a week is named."""
    part, word = Part("weekday", _words().weekdays[match["day"]]), match["rel"]
    if word in _LATEST:
        return Atom(match.start(), match.end(), parts=(part,), kind="point")
    week = unit_whole(moved(unit_start(calendar.today, "week", calendar), "week", _words().relative[word]), "week")
    return Atom(match.start(), match.end(), refine_all(week, (part,), calendar), kind="point")


def _weekday_before(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """the Friday before (that), the previous Friday: of the week before the day that was named; the Friday before last."""
    part, weeks = Part("weekday", _words().weekdays[match["day"]]), -2 if match["last"] else -1
    week = unit_whole(moved(unit_start(calendar.today, "week", calendar), "week", weeks), "week")
    whole = refine_all(week, (part,), calendar)
    if match["last"]:
        return Atom(match.start(), match.end(), whole, kind="point")
    return Atom(match.start(), match.end(), whole, kind="point", beside=unit_shift("week", -1), inner=(part,))


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
    if _DATED.match(match.string, match.end()) or cue.search(head):
        return False
    if after.match(match.string, match.end()) or before.search(head):
        return True
    alone = not head.strip() or not head.rstrip()[-1].isalnum()
    return not (alone or _ENDS.match(match.string, match.end()))


def _month_of_year(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """Mar '26."""
    year = year_whole(full_year(match["y"], calendar))
    part = Part("month", _words().months[match["month"]])
    whole = None if year is None else refine_all(year, (part,), calendar)
    return None if whole is None else Atom(match.start(), match.end(), whole, applied=(part,), year_last=True)


def _unit_end(match: re.Match[str], _: Calendar) -> Atom:
    """year-end, month end; the end of what stands before it (last month end)."""
    part = Part("third", 3, _words().units[match["unit"] or "day"])
    return Atom(match.start(), match.end(), parts=(part,), weak=not match["unit"], vague=True, edge=3)


def _month_day(match: re.Match[str], _: Calendar) -> Atom | None:
    """Mar 15, the 5th of March, 22 Jan: no year yet."""
    day = _ordinal(match["day"])
    if day is None or not 1 <= day <= 31:
        return None
    parts = (Part("month", _words().months[match["month"]]), Part("day", day))
    return Atom(match.start(), match.end(), parts=parts, kind="point")


def _day(match: re.Match[str], _: Calendar) -> Atom | None:
    """the 15th: of the month that the text names, else the latest."""
    day = _ordinal(match["day"])
    strong = _STRONG_DAY.search(match.string[max(0, match.start() - 8) : match.start()])
    if day is None or not 1 <= day <= 31:
        return None
    return Atom(match.start(), match.end(), parts=(Part("day", day),), kind="point", weak=strong is None)


@cache
def _opened_range() -> re.Pattern[str]:
    """A month and a day in front of the `and` of a range: between June 1 and 18."""
    return re.compile(
        rf"(?<![a-z])between (?:the )?{either(_words().months)}\.? ?(?:the )?\d{{1,2}}(?:st|nd|rd|th)? and (?:the )?$"
    )


def _closing_day(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """The 18 of between June 1 and 18: a day of that month."""
    before = _opened_range().search(match.string[max(0, match.start() - _RANGE_REACH) : match.start()])
    atom = _day(match, calendar) if before is not None else None
    return None if atom is None else replace(atom, weak=False)


def _quarter(match: re.Match[str], _: Calendar) -> Atom | None:
    n = _ordinal(match["n"])
    return None if n is None or n > 4 else Atom(match.start(), match.end(), parts=(Part("quarter", n),))


def _third(match: re.Match[str], _: Calendar) -> Atom:
    n, _unit = _words().thirds[match["word"]]
    edge = n if match["word"].endswith(" of") else 0
    return Atom(match.start(), match.end(), parts=(Part("third", n),), weak=True, vague=True, edge=edge)


def _halves(match: re.Match[str], _: Calendar) -> Atom:
    n, unit = _words().halves[match.group()]
    return Atom(match.start(), match.end(), parts=(Part("halves", n, unit),))


def _first_half(match: re.Match[str], _: Calendar) -> Atom:
    """The first of first and second half."""
    return Atom(match.start(), match.end(), parts=(Part("halves", 1, "year"),))


def _first(match: re.Match[str], _: Calendar) -> Atom | None:
    """first 3 months, the last 10 days of: of a period that is named, else months and quarters of this year."""
    n, unit = count_of(match["n"]), _words().units[match["unit"]]
    last = _words().first[match["prefix"]]
    if n is None:
        return None
    weak = last or unit not in _FREE_UNITS
    return Atom(match.start(), match.end(), parts=(Part("first", n, unit, last=last),), weak=weak)


_BESIDE_QUARTER = re.compile(
    r"(?:first|second|third|fourth|[1-4](?:st|nd|rd|th)|last|this) (?:quarter|qtr)(?!s)[^.?!]{0,40}"
    r"(?<![a-z])(?:with|to|than|than in|vs\.?|versus|against|over|from|and)\s$"
)


def _other_quarter(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """in the third quarter compared with the second: a quarter as well."""
    return _quarter(match, calendar) if _BESIDE_QUARTER.search(match.string[: match.start()]) else None


def _nth(match: re.Match[str], _: Calendar) -> Atom | None:
    """first week of, last day of, third Friday of."""
    last = match["n"] in ("last", "final")
    n = 1 if last else _ordinal(match["n"])
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


def _named_rules() -> tuple[Rule, ...]:
    """Days, units counted from today, months and quarters by name."""
    words = _words()
    months, weekdays, relative = either(words.months), either(words.weekdays), either(words.relative)
    single, whole = units_alone(), rf"(?P<whole>{either(words.whole)} )?(?P<fiscal>(?:fiscal|financial) )?"
    first_four = either(word for word, n in words.ordinals.items() if n <= 4)
    latest = either(_LATEST)
    return (
        rule(either(words.days), _day_word),
        rule(rf"(?:the )?(?P<unit>{single}) before last(?: (?P=unit))?(?![a-z])", _before_last),
        rule(rf"(?:the )?(?P<n>{first_four}|[1-4](?:st|nd|rd|th))[ -](?:quarter|qtr)(?!s)", _quarter),
        rule(
            rf"the (?P<n>{first_four})(?= (?:to|and|or|vs|versus|than|than in) (?:the )?(?:{first_four}) (?:quarter|qtr)(?!s))",
            _quarter,
        ),
        rule(rf"(?:in )?the (?P<n>{first_four})(?=\s?(?:[?.!,;:)]|$|(?:by|per|for|and|in) ))", _other_quarter),
        rule(rf"(?<!the )(?P<rel>{relative}) {whole}(?P<unit>{single})(?!-| before last|[- ]to[- ]date)", _relative),
        rule(rf"(?<!the )(?P<rel>this|last) {whole}(?P<unit>{_OWNING})s(?= [a-z])", _relative),
        rule(rf"(?<=the )(?P<rel>last) {whole}(?P<unit>{single})(?!-)", _relative),
        rule(rf"(?P<rel>{relative}|(?:this )?past) weekend", _weekend),
        rule(rf"(?<![a-z])(?P<rel>{relative}|{latest}) (?P<day>{weekdays})", _relative_weekday),
        rule(
            rf"(?:the )?(?P<day>{weekdays}) (?:before|prior|earlier)(?:(?P<last> last)| (?:that|it|then))?"
            r"(?=\s?(?:$|[?.!,;:)]|(?:by|for|and|in|or) ))",
            _weekday_before,
        ),
        rule(rf"the (?:previous|prior|preceding) (?P<day>{weekdays})(?P<last>(?!))?", _weekday_before),
        rule(rf"(?P<day>{weekdays})", _weekday),
        rule(rf"(?P<rel>{relative}) (?P<month>{months})(?!\s\d{{1,2}}(?!\d))", _relative_month),
        rule(rf"(?P<month>{months})\.?,?\s?'(?P<y>\d\d)(?!\d)", _month_of_year),
        rule(rf"(?P<month>{months})\.?", _month),
    )


def _day_rules() -> tuple[Rule, ...]:
    """Days of a month, with it or by themselves."""
    words = _words()
    months, ordinals = either(words.months), either(words.ordinals)
    nth = r"\d{1,2}(?:st|nd|rd|th)"
    day = rf"(?P<day>(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?|{ordinals})(?![\d,]\d|\d|[a-z%]|:\d|\.\d)"
    number = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{ordinals})"
    to = r"\s?(?:-|~|to|until|till|through|thru)\s?(?:the )?(?:the )?"
    ranged = rf"{to}{number}[ -]?(?:of )?(?:the )?(?:{months}|(?:this|last) month)"
    listed = rf"{number}[ -]?(?:of )?(?:the )?{months}|(?:(?:{nth}|{ordinals})(?: of)?|\d{{1,2}} of)(?: the)? (?:this|last) month"
    beside = rf"\s?and\s?(?:the )?{number} (?:this|last) month"  # on 4 and 5 last month; a score of 4 and 5 last month is no day
    after = "|".join(rf"(?<={word} {digits} and )" for word in ("on", "between", "the") for digits in (r"\d", r"\d\d"))
    in_month = "(?= (?:this|last|the) month)"  # a score of 4 or 5 last month
    not_day = "of|quarter|half|week|month|century|time|order|purchase"
    return (
        rule(
            rf"(?P<month>{months})\.?,?[\s-]?(?:the )?{day}(?!\s?(?:{either(words.day_traps)}|of (?:the )?{months}))", _month_day
        ),
        rule(rf"(?:the )?{day}(?:-| | day |)(?: ?of )?(?:the )?(?P<month>{months})", _month_day),
        rule(rf"(?:the )?{day}(?={ranged}|\s?and\s?(?:the )?(?:{listed}))", _day),
        rule(rf"(?:(?<=on )|(?<=between )|the ){day}(?={beside})", _day),
        rule(rf"(?:the )?{day}(?= of (?:this|last|the) month)", _day),
        rule(rf"(?:the |(?=\d{{1,2}}(?:st|nd|rd|th))|(?<=on )|(?<=from )|(?<=to )|{after}|(?<=[-~])){day}{in_month}", _day),
        rule(rf"the (?P<day>{nth})(?! (?:{not_day})|[a-z])", _day),
        rule(rf"(?<= ){day}(?!\s?(?:{either(words.day_traps)}|{either(words.units)}|{either(words.months)}))", _closing_day),
    )


def _part_rules() -> tuple[Rule, ...]:
    """Thirds, halves, the first n and the nth of a period."""
    words = _words()
    months, relative, single = either(words.months), either(words.relative), units_alone()
    units, weekdays = either(words.units), either(words.weekdays)
    ordinals = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{either((*words.ordinals, 'last', 'final'))})"
    dated = rf"(?:{months}|{relative}|(?:19|20)\d\d|q[1-4]|h[12]|year|month|quarter|week|this|{ordinals})"
    of_time = rf"(?=,? (?:of|in) (?:the )?{dated})"
    number = small_number()
    return (
        rule(rf"(?:the )?(?P<n>{ordinals})[ -](?:(?P<day>{weekdays})|(?P<unit>day|week|month|quarter)){of_time}", _nth),
        rule(rf"(?P<prefix>{either(words.first)}) {number}[ -]?(?P<unit>{units}){of_time}", _first),
        rule(rf"(?P<prefix>the first|first) {number} (?P<unit>months|quarters)", _first),
        rule(rf"(?P<word>{either(words.thirds)})[ -]?(?=(?:the |our )?{dated})", _third),
        rule(r"(?<![a-z])(?P<unit>year|month|quarter)[ -]end(?![a-z])", _unit_end),
        rule(r"(?:(?<=month)|(?<=year)|(?<=quarter))(?P<unit>) end(?![a-z])", _unit_end),
        rule(either(words.halves), _halves),
        rule(
            r"(?:the )?(?P<n>first|1st)(?= (?:and|vs\.?|versus|or|to|against) (?:the )?(?:second|2nd|last|latter) half)",
            _first_half,
        ),
        rule(rf"(?<=of )(?:(?:the|our) )?(?P<unit>{single})", _container),
    )


@cache
def english_rules() -> tuple[Rule, ...]:
    """The rules, more specific ones first."""
    words = _words()
    return (
        rule(either(words.all_time) + "(?! of)", all_time),
        *_part_rules(),
        *_named_rules(),
        *_day_rules(),
        *span_rules(),
        rule(either(words.until_now), until_now),
        rule(either(words.now), now),
    )
