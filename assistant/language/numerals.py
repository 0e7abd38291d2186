"""Numbers in a question: in a normalised text, out every number with its span, exact value and unit, in Chinese and English.

`一千`, `三百五`, `1.5w`, `两百万`, `8%`, `百分之八`, `三成`, `一半`, `翻倍`, `1,000`, `five thousand`, `a dozen`, `前十`, `¥2k`.
Never fails. A percentage or fraction is given as a fraction (8 % = 0.08). Digits inside dates, words and codes are no numbers;
`taken` names spans that something else (a period) has already explained. Units are keys of `units` in zh.yaml and en.yaml.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from assistant.language.lexicon import either, load_lexicon
from assistant.language.number_words import chinese_value, english_value
from assistant.language.text import Normalised

NumberKind = Literal["cardinal", "ordinal", "rank", "rank_last", "percent", "fraction", "discount", "factor"]
Span = tuple[int, int]

_PREFIX_REACH = 8
_MONEY_BEFORE = re.compile(r"(?:[¥$€£]|(?<![a-z])(?:rmb|cny|usd|eur|us\$))\s?$")
_CALENDAR_AFTER = re.compile(
    r"\s?(?:月(?!均|活(?![跃动])|销|度)|号|日|年代|世纪|季度|(?:st|nd|rd|th)\s+(?:of|quarter|half|week)\b)"
)
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([-/.])\d{1,2}(?:\1\d{1,2})?|\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"(?![\d.]*\d)|(?:19|20)\d\d年|第\s?[\d一二三四五六七八九十]+\s?周"
)
_YEAR_LIKE = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit, by its span in the normalised text (currency sign, `前`, `top` and unit included).

    `about`: "about" for 约, 左右, around; "over" for 一万多, 20多岁 (the value is the lower end). `step`: the size of its last
    written digit (1万 has 10,000, 1.5 has 0.1), which tells how far 多 reaches. `scale`: what a written scale word multiplied by.
    """

    start: int
    end: int
    value: Decimal
    kind: NumberKind = "cardinal"
    unit: str | None = None
    about: Literal["about", "over"] | None = None
    step: Decimal = Decimal(1)
    scale: Decimal = Decimal(1)

    @property
    def plain(self) -> int | float:
        """The value as an int where it is whole, else a float."""
        return int(self.value) if self.value == self.value.to_integral_value() else float(self.value)


@dataclass(frozen=True, slots=True)
class _Patterns:
    digits: re.Pattern[str]
    chinese: re.Pattern[str]
    english: re.Pattern[str]
    fixed: re.Pattern[str]
    stop: re.Pattern[str]
    unit: re.Pattern[str]
    percent_after: re.Pattern[str]
    prefix: re.Pattern[str]
    suffix: re.Pattern[str]
    about_before: re.Pattern[str]
    about_after: re.Pattern[str]


def _both(attribute: str) -> tuple[str, ...]:
    return (*getattr(load_lexicon("zh").numbers, attribute), *getattr(load_lexicon("en").numbers, attribute))


def is_unit(word: str) -> bool:
    """Whether a word is a unit of numbers: orders, 单."""
    return word.strip() in _units()


@cache
def _units() -> dict[str, str]:
    return {word: unit for lang in ("zh", "en") for unit, words in load_lexicon(lang).units.items() for word in words}


@cache
def _fixed_words() -> dict[str, tuple[NumberKind, int | str, str | None]]:
    found: dict[str, tuple[NumberKind, int | str, str | None]] = {word: ("fraction", "0.5", None) for word in _both("half")}
    for lang in ("zh", "en"):
        words = load_lexicon(lang).numbers
        found |= {word: ("factor", value, None) for word, value in words.factors.items()}
        found |= {word: ("cardinal", value, "time") for word, value in words.times.items()}
    return found


@cache
def _patterns() -> _Patterns:
    zh, en = load_lexicon("zh").numbers, load_lexicon("en").numbers
    scales = "".join(zh.scales)
    han = "".join((*zh.digits, *zh.scales))
    word = either((*en.digits, *en.scales))
    article = rf"(?:(?:a|an|half a)\s+(?={either(en.scales)}))?"
    suffix = either((*en.suffixes, *en.scales))
    return _Patterns(
        digits=re.compile(
            rf"(?<![\d.])(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?(?:\s?[{scales}]+(?:[\d{han}]*[{scales}]+)*(?:\d(?!\d))?|\s?{suffix})?"
        ),
        chinese=re.compile(rf"[{han}]+"),
        english=re.compile(rf"(?<![a-z]){article}{word}(?:(?:[\s-]+|\s+and\s+){word})*(?:\s+and\s+a\s+half)?"),
        fixed=re.compile(either(_fixed_words())),
        stop=re.compile(either((*zh.stop, *en.stop))),
        unit=re.compile(
            rf"[\s-]?(?!{either((*load_lexicon('zh').unit_traps, *load_lexicon('en').unit_traps))}){either(_units())}"
        ),
        percent_after=re.compile(r"\s?" + either(_both("percent_after"))),
        prefix=re.compile(
            rf"(?:(?P<ordinal>{either(_both('ordinal'))})|(?P<rank>{either(_both('rank'))})|(?P<rank_last>{either(_both('rank_last'))})"
            rf"|(?P<percent>{either(_both('percent_before'))})|(?P<permille>{either(_both('permille_before'))}))\s?$"
        ),
        suffix=re.compile(
            rf"\s?(?:(?P<tenths>{either(_both('tenths_after'))})(?P<tenths_half>半)?|(?P<discount>{either(_both('discount_after'))})(?!线|叠)"
            rf"|(?P<factor>{either(_both('factor_after'))})|分之(?P<numerator>[{han}\d]+)|(?P<ordinal>st|nd|rd|th)(?![a-z]))"
        ),
        about_before=re.compile(either(_both("about_before")) + r"\s?$"),
        about_after=re.compile(r"\s?" + either(_both("about_after"))),
    )


def numbers(text: Normalised, taken: Sequence[Span] = ()) -> tuple[Number, ...]:
    """Every number of the text outside `taken`, in order, without overlaps.

    >>> from assistant.language.text import normalise
    >>> [(n.plain, n.unit) for n in numbers(normalise("近一年消费超过1.5w元的前十名"))]
    [(1, 'year'), (15000, 'currency'), (10, 'person')]
    """
    line = text.text
    explained = in_order([*taken, *(match.span() for match in _DATE.finditer(line))])
    words = in_order([match.span() for match in _patterns().stop.finditer(line)])
    found: list[Number] = []
    at = 0
    for raw in sorted(_candidates(line), key=lambda number: (number.start, -number.end)):
        if raw.start < at or _touches(raw, explained) or _touches(raw, words):
            continue
        number = _complete(line, raw, max(at, last_end(explained, raw.start)))
        if number is not None:
            found.append(raw if _touches(number, explained) else number)
            at = found[-1].end
    return tuple(found)


def in_order(spans: list[Span]) -> list[Span]:
    """The spans in order, overlapping ones as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def last_end(spans: Sequence[Span], place: int) -> int:
    """Where the last span that begins before a place ends, 0 without one; the spans are in order and apart."""
    at = bisect_left(spans, (place, 0))
    return spans[at - 1][1] if at else 0


def _touches(number: Number, blocked: list[Span]) -> bool:
    """Whether a number overlaps one of the spans, which are in order and apart."""
    at = bisect_left(blocked, (number.end, 0))
    return at > 0 and blocked[at - 1][1] > number.start


def _candidates(line: str) -> Iterator[Number]:
    patterns = _patterns()
    for match in patterns.digits.finditer(line):
        number = _from_digits(line, match)
        if number is not None:
            yield number
    for match in patterns.chinese.finditer(line):
        value = chinese_value(match.group())
        if value is not None:
            yield Number(match.start(), match.end(), value.value, step=value.step, scale=value.scale)
    for match in patterns.english.finditer(line):
        value = english_value(match.group())
        if value is not None:
            yield Number(match.start(), match.end(), value.value, step=value.step, scale=value.scale)
    for match in patterns.fixed.finditer(line):
        kind, amount, unit = _fixed_words()[match.group()]
        yield Number(match.start(), match.end(), Decimal(amount), kind, unit)


def _from_digits(line: str, match: re.Match[str]) -> Number | None:
    """A number that begins with a digit; None inside a code such as q3 or abc-12."""
    start, end = match.span()
    before = re.search(r"([a-z]+)-?$", line[max(0, start - 7) : start])
    scaled = re.search(r"\d[kwm]-$", line[max(0, start - 3) : start])  # 5k-20k
    if (
        before
        and not scaled
        and before[1] not in ("top", "bottom", "rmb", "cny", "usd", "first", "last", "best", "over", "under")
    ):
        return None
    value = chinese_value(match.group())
    if value is None:
        return None
    if start and line[start - 1] == "-" and not re.search(r"(?:[\w.%)]|\d\s)-$", line[max(0, start - 3) : start]):
        return Number(start - 1, end, -value.value, step=value.step, scale=value.scale)
    return Number(start, end, value.value, step=value.step, scale=value.scale)


def _complete(line: str, raw: Number, floor: int) -> Number | None:
    """The number with its prefix, percent sign, unit and 多 or 左右; None where it is no number at all."""
    if _CALENDAR_AFTER.match(line, raw.end):
        return None
    if raw.kind in ("factor", "fraction"):
        return raw
    number = _with_suffix(line, _with_prefix(line, raw, floor))
    if number.kind in ("cardinal", "rank", "rank_last"):
        number = _with_unit(line, number)
        number = _demoted(line, number)
    number = _with_about(line, number, floor)
    if number.kind == "cardinal" and number.unit is None and _is_loose(line, raw):
        return None
    if number.end < len(line) and line[number.end].isascii() and line[number.end].isalpha() and line[number.end - 1].isdigit():
        return number if line.startswith("s", number.end) and not line[number.end + 1 : number.end + 2].isalpha() else None
    return number


def _is_loose(line: str, raw: Number) -> bool:
    """Whether a lone numeral (一, 十, one) has nothing near that makes it a number."""
    word = line[raw.start : raw.end]
    if word == "one":
        return True
    if len(word) == 1 and not word.isdigit():
        before = line[max(0, raw.start - _PREFIX_REACH) : raw.start]
        return not either_compare_before().search(before) and not re.match(r"\s?(?:以|及以|到|至|~|-)", line[raw.end :])
    return False


@cache
def either_compare_before() -> re.Pattern[str]:
    """Matches a comparing word (超过, at least …) at the end of a text."""
    words = [word for lang in ("zh", "en") for group in load_lexicon(lang).compare.before.values() for word in group]
    filler = either(word for lang in ("zh", "en") for word in load_lexicon(lang).compare.filler)
    return re.compile(rf"{either(words)}\s?(?:{filler}\s?)*$")


def _with_prefix(line: str, number: Number, floor: int) -> Number:
    window = line[max(floor, number.start - _PREFIX_REACH) : number.start]
    money = _MONEY_BEFORE.search(window)
    if money:
        return replace(number, start=number.start - len(money.group()), unit="currency")
    match = _patterns().prefix.search(window)
    if match is None:
        return number
    start = number.start - len(match.group())
    match match.lastgroup:
        case "ordinal":
            return replace(number, start=start, kind="ordinal")
        case "rank":
            return replace(number, start=start, kind="rank")
        case "rank_last":
            return replace(number, start=start, kind="rank_last")
        case "percent":
            return replace(number, start=start, kind="percent", value=number.value / 100, step=number.step / 100)
        case _:
            return replace(number, start=start, kind="percent", value=number.value / 1000, step=number.step / 1000)


def _with_suffix(line: str, number: Number) -> Number:
    if number.kind != "cardinal":
        return number
    percent = _patterns().percent_after.match(line, number.end)
    if percent:
        return replace(number, end=percent.end(), kind="percent", value=number.value / 100, step=number.step / 100)
    match = _patterns().suffix.match(line, number.end)
    if match is None:
        return number
    end = match.end()
    if match["tenths"]:
        half = Decimal("0.05") if match["tenths_half"] else Decimal(0)
        return replace(number, end=end, kind="fraction", value=number.value / 10 + half)
    if match["discount"]:
        divisor = 100 if number.value >= 10 else 10
        return replace(number, end=end, kind="discount", value=number.value / divisor)
    if match["factor"]:
        return replace(number, end=end, kind="factor")
    if match["ordinal"]:
        return replace(number, end=end, kind="ordinal")
    numerator = chinese_value(match["numerator"])
    if numerator is None or not number.value:
        return number
    kind: NumberKind = "percent" if number.value == 100 else "fraction"
    return replace(number, end=end, kind=kind, value=numerator.value / number.value, step=numerator.step / number.value)


def _with_unit(line: str, number: Number) -> Number:
    over = re.compile(rf"\s?{either(_both('over'))}(?!于|少|久|次)").match(line, number.end)
    after = over.end() if over else number.end
    match = _patterns().unit.match(line, after)
    if over and (match or line[over.start() :].startswith(("多", "余"))):
        number = replace(number, about="over", end=over.end())
    elif over:
        match = _patterns().unit.match(line, number.end)
    if match is None:
        return number
    return replace(number, end=match.end(), unit=_units()[match.group().strip(" -")])


def _demoted(line: str, number: Number) -> Number:
    """`前30天`, `first 6 months` and `后两周` are windows of time, not ranks."""
    if number.kind in ("rank", "rank_last") and number.unit in ("day", "week", "month", "quarter", "year", "hour", "minute"):
        match = _patterns().prefix.match(line, number.start) or re.match(
            r"\D*?(?=[\d零〇一二两三四五六七八九十百]|[a-z]+$)", line[number.start :]
        )
        width = len(match.group()) if match else 0
        return replace(number, kind="cardinal", start=min(number.start + width, number.end - 1))
    return number


def _with_about(line: str, number: Number, floor: int) -> Number:
    after = _patterns().about_after.match(line, number.end)
    if after and number.about is None:
        return replace(number, end=after.end(), about="about")
    before = _patterns().about_before.search(line[max(floor, number.start - 14) : number.start])
    if (
        before
        and number.about is None
        and not (before.group().strip() == "近" and number.unit in ("day", "week", "month", "quarter", "year"))
    ):
        return replace(number, start=number.start - len(before.group()), about="about")
    return number


def is_year_like(line: str, number: Number) -> bool:
    """Whether a number without a unit may be a year."""
    return number.unit is None and _YEAR_LIKE.fullmatch(line[number.start : number.end]) is not None
