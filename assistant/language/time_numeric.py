"""Dates, years, quarters and weeks written with digits, the same in both languages: 2026-01-31, 2026/1, 26Q1, 1H26, W38.

In: a match in a normalised line; out: an atom, or None where the digits are no date (2026-13-01, 2026 orders, over 2000).
"""

import re
from datetime import date
from functools import cache

from assistant.language.calendar import Calendar, week_one
from assistant.language.lexicon import either, load_lexicon
from assistant.language.time_atoms import Atom, Rule
from assistant.language.time_parts import Part, Whole, day_whole, refine_all, unit_whole, year_whole

_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY_FIRST = re.compile(r"(?<![\d/.-])(?:1[3-9]|2\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d(?!\d)")
_COMPARE_BEFORE = 16


def full_year(digits: str, calendar: Calendar) -> int:
    """26 → 2026, 98 → 1998: two digits are the latest year that is not far ahead.

    >>> full_year("98", Calendar(date(2026, 10, 20)))
    1998
    """
    digits = digits.strip()
    year = int(digits)
    if len(digits) > 2:
        return year
    century = calendar.today.year // 100 * 100
    return century + year if century + year <= calendar.today.year + 5 else century - 100 + year


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), match.end()


def _day_atom(match: re.Match[str], day: date | None) -> Atom | None:
    return None if day is None else Atom(*_span(match), day_whole(day), kind="point")


def _year_first(match: re.Match[str], _: Calendar) -> Atom | None:
    return _day_atom(match, make_date(int(match["y"]), _month(match["m"]), int(match["d"])))


def _month(word: str) -> int:
    return int(word) if word.isdigit() else load_lexicon("en").time.months[word]


def _year_last(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """01/22/2016 is month first, 21/04/2016 day first: whichever exists, else as another date of the line, else month first."""
    first, second, year = int(match["a"]), int(match["b"]), full_year(match["y"], calendar)
    if _DAY_FIRST.search(match.string):
        first, second = second, first
    return _day_atom(match, make_date(year, first, second) or make_date(year, second, first))


def _named_middle(match: re.Match[str], calendar: Calendar) -> Atom | None:
    return _day_atom(match, make_date(full_year(match["y"], calendar), _month(match["m"]), int(match["d"])))


def _year_month(match: re.Match[str], _: Calendar) -> Atom | None:
    start = make_date(int(match["y"]), int(match["m"]), 1)
    return None if start is None else Atom(*_span(match), unit_whole(start, "month"))


def _year_part(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """2026Q1, Q1 2026, 26H1, 1H26."""
    year = year_whole(full_year(match["y"], calendar))
    quarter = match["q"]
    part = Part("quarter", int(quarter)) if quarter else Part("half", int(match["h"]))
    whole = None if year is None else refine_all(year, (part,), calendar)
    year_last = match.start("y") > max(match.start("q"), match.start("h"))
    return None if whole is None else Atom(*_span(match), whole, applied=(part,), year_last=year_last)


def _part(match: re.Match[str], _: Calendar) -> Atom:
    return Atom(*_span(match), parts=(Part("quarter", int(match["q"])) if match["q"] else Part("half", int(match["h"])),))


def _year_week(match: re.Match[str], calendar: Calendar) -> Atom | None:
    year, number = int(match["y"]), int(match["w"])
    start = week_one(year, calendar).toordinal() + 7 * (number - 1)
    whole = unit_whole(date.fromordinal(start), "week")
    return Atom(*_span(match), whole) if 1 <= number <= 53 else None


def _week(match: re.Match[str], _: Calendar) -> Atom | None:
    number = int(match["w"])
    return Atom(*_span(match), parts=(Part("week", number),)) if 1 <= number <= 53 else None


def _month_day(match: re.Match[str], _: Calendar) -> Atom | None:
    """10/1 and 8.15: a date only beside a word that says so, or in a range."""
    first, second = int(match["a"]), int(match["b"])
    if first > 12:
        first, second = second, first
    if not (1 <= first <= 12 and 1 <= second <= 31):
        return None
    weak = not _date_cue().search(match.string[max(0, match.start() - 14) : match.start()])
    return Atom(*_span(match), parts=(Part("month", first), Part("day", second)), kind="point", weak=weak)


def _decade(match: re.Match[str], _: Calendar) -> Atom:
    """1990s: ten years."""
    return Atom(match.start(), match.end(), unit_whole(date(int(match["y"]), 1, 1), "year", 10))


@cache
def _date_cue() -> re.Pattern[str]:
    zh, en = load_lexicon("zh").time, load_lexicon("en").time
    words = (
        *zh.from_,
        *zh.until_before,
        "到",
        "至",
        *en.since_before,
        *en.until_before,
        *en.before_before,
        *en.after_before,
        "on",
        "from",
    )
    return re.compile(either(words) + r"\s?$")


@cache
def _things() -> re.Pattern[str]:
    """English words for what can be counted: behind a recent year they are its orders, not as many."""
    units = load_lexicon("en").units
    words = [word for kind in ("order", "person", "piece") for word in units.get(kind, ()) if word.endswith("s")]
    return re.compile(rf" {either(words)}")


@cache
def _not_year() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before or after four digits that are an amount: over 2000, 2000 orders."""
    compare = [word for lang in ("zh", "en") for group in load_lexicon(lang).compare.before.values() for word in group]
    compare = [word for word in compare if word not in ("=", "==", "up to")]
    units = [word for lang in ("zh", "en") for group in load_lexicon(lang).units.values() for word in group]
    units += [
        *load_lexicon("en").numbers.suffixes,
        *load_lexicon("zh").numbers.scales,
        "%",
        "多",
        "余",
        "以上",
        "以下",
        "及以上",
        "or more",
    ]
    traps = either((*load_lexicon("zh").unit_traps, *load_lexicon("en").unit_traps))
    return (
        re.compile(rf"(?:{either(compare)}|top|bottom|前|[¥$€£#号])\s?$"),
        re.compile(rf"\s?(?!{traps})(?:\+|{either(units)})(?!份|度|内|里)"),
    )


def _bare_year(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """Four digits that may be a year, unless a unit or a comparison makes an amount of them; 2026 orders are this year's."""
    line, start = match.string, match.start()
    before, after = _not_year()
    window = line[max(0, start - _COMPARE_BEFORE) : start]
    recent = calendar.today.year - 5 <= int(match["y"]) <= calendar.today.year
    things = recent and _things().match(line, match.end()) is not None
    if (after.match(line, match.end()) and not things) or (
        before.search(window) and not re.search(r"year\s(?:is\s)?[a-z ]+$|[年]\s?$", line[:start][-30:])
    ):
        return None
    year = int(match["y"])
    whole = year_whole(year)
    round_number = year % 500 == 0
    cue = re.search(r"(?:\b(?:in|of|since|for|during|year|by|fy|cy)|[年自从])\s?$", window)
    return None if whole is None else Atom(*_span(match), whole, weak=round_number and cue is None)


@cache
def numeric_rules() -> tuple[Rule, ...]:
    """The rules for digits, most specific first."""
    months = either(load_lexicon("en").time.months)
    month, day = r"(?P<m>0?[1-9]|1[0-2])", r"(?P<d>0?[1-9]|[12]\d|3[01])"
    two, end = r"(?P<y>(?:19|20)?\d\d)", r"(?![\d])(?!\.\d)"
    not_year = r"(?![\d_])(?![.,:]\d)(?!年|\s?'?s(?![a-z]))"
    half = r"(?:q(?P<q>[1-4])|h(?P<h>[12]))"

    def rule(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern)

    return (
        (rule(rf"(?<!\d){_YEAR}\s?(?P<sep>[-/.])\s?{month}\s?(?P=sep)\s?{day}{end}"), _year_first),
        (rule(rf"(?<!\d){_YEAR}(?P<sep>[-/ ])(?P<m>{months})(?P=sep){day}{end}"), _year_first),
        (rule(rf"(?<![\d.]){_YEAR}(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"), _year_first),
        (rule(rf"(?<!\d){_YEAR} (?P<m>0[1-9]|1[0-2]) (?P<d>0[1-9]|[12]\d|3[01])(?!\d)"), _year_first),
        (rule(r"(?<![\d/.])(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?:(?P=sep)|,\s?)(?P<y>(?:19|20)\d\d)(?!\d)"), _year_last),
        (rule(rf"(?<!\d){day}[-/](?P<m>{months})[-/]{two}(?!\d)"), _named_middle),
        (rule(rf"(?<!\d){_YEAR}(?P<m>0[1-9]|1[0-2])(?!\d)(?!\s?[元单人次个万%])"), _year_month),
        (rule(rf"(?<!\d){_YEAR}\s?[-/.]\s?{month}{end}(?!\s?/\d)(?!\s?[元单人次个万%月年])"), _year_month),
        (rule(rf"(?<![\d/.-]){month}\s?[-/]\s?{_YEAR}{end}"), _year_month),
        (rule(rf"(?<!\d){two}(?:-|/|年|\s)?的?{half}(?![\d])"), _year_part),
        (rule(rf"(?<![a-z0-9]){half}(?:\s?[-/']?\s?)(?P<y>(?:19|20)\d\d|(?<=['-])\d\d)(?!\d|年)"), _year_part),
        (rule(rf"(?<![a-z0-9]){half} (?P<y>2\d)(?=\s?(?:vs|versus|[,.?]|$|and |to |compared|against))"), _year_part),
        (rule(r"(?<![a-z0-9.])(?:(?P<q>[1-4])q|(?P<h>[12])h)(?P<y>\s?20\d\d|2\d)(?![\da-z])"), _year_part),
        (rule(rf"(?<![a-z0-9]){half}(?![\da-z])"), _part),
        (rule(r"(?<=q[1-4][-~到至])(?P<q>[1-4])(?P<h>(?!))?(?![\d])"), _part),
        (rule(rf"(?<!\d){_YEAR}\s?(?:-|年)?\s?w(?:eek\s?|k\s?)?(?P<w>\d{{1,2}})(?!\d)"), _year_week),
        (rule(rf"(?<![a-z])(?:fy|(?:the )?fiscal (?:year )?)\s?'?{two}(?!\d)(?:\s?-?q(?P<q>[1-4]))?"), _fiscal),
        (rule(rf"(?<![a-z])q(?P<q>[1-4]) ?(?:of )?(?:fy|fiscal (?:year )?)\s?'?{two}(?!\d)"), _fiscal),
        (rule(r"(?<![\w.])(?:the )?w(?:eek |eek|k |k|)(?:no\.? ?|number |#)?(?P<w>\d{1,2})(?![\d\w])"), _week),
        (rule(r"(?<![\d/.])(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?![\d/%])(?!\.\d)"), _month_day),
        (
            rule(rf"(?:(?:the )?(?:calendar )?year (?:of )?|(?<![a-z])cy\s?)?(?<![\d.,¥$€£:/_])(?<!\d[-~]){_YEAR}{not_year}"),
            _bare_year,
        ),
        (rule(r"(?:the )?(?<![\d'])(?P<y>(?:19|20)\d0)(?:'s|\ss|s)(?![a-z])"), _decade),
        (rule(rf"(?<=(?:19|20)\d\d[-~]){_YEAR}{not_year}"), _bare_year),
    )


def _fiscal(match: re.Match[str], calendar: Calendar) -> Atom | None:
    """FY26, fiscal 2026, FY26 Q2, Q2 FY26."""
    year = fiscal_whole(full_year(match["y"], calendar), calendar)
    quarter = match["q"]
    if year is None or not quarter:
        return None if year is None else Atom(*_span(match), year)
    whole = refine_all(year, (Part("quarter", int(quarter)),), calendar)
    return None if whole is None else Atom(*_span(match), whole)


def fiscal_whole(year: int, calendar: Calendar) -> Whole | None:
    """A fiscal year, named after the calendar year that it ends in (the same one where it begins in January)."""
    month = calendar.fiscal_year_start_month
    start = make_date(year - (month > 1), month, 1)
    return None if start is None else unit_whole(start, "year")
