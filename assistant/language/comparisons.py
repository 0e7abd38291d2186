"""Comparisons around numbers: in a normalised text, out `超过一万`, `35到44岁`, `5+ orders` as operator and values.

What each word includes (retail/spec.md, "How phrases are read", and common usage where it is silent):
X以上, 及以上, 至少, 满, 起, at least, or more, 5+ include X; 超过, 大于, over, more than, above do not;
不到, 少于, under, below, less than do not; 至多, 不超过, 以内, at most, up to include X; 以下 does not (the band 18岁以下 ends
before 18), 及以下 does. A range (35到44岁, between 1k and 2k, 1000-2000元) includes both ends. 一万多 is 10,000 to the last
value before 20,000, 20多岁 and "in their 20s" 20 to 29. Never fails.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from assistant.language.lexicon import either, load_lexicon
from assistant.language.numerals import Number, NumberKind, Span, in_order, is_year_like, last_end, numbers
from assistant.language.text import Normalised

CompareOp = Literal[">=", ">", "<=", "<", "=", "between"]

_REACH = 40
_IN_THEIR = re.compile(r"(?<![a-z])in (?:their|his|her|the|your) (?:early |mid |late |mid-)?([1-9])0'?s(?![a-z])")
_CLOSED = re.compile(r"\s?(?:$|[,.;?!，。、])")
_PLUS = re.compile(r"\s?\+(?!\s?\d)")


_ONE_OF = re.compile(r"\s?(?:or|或者?|还是)\s?(?:an? )?")
_LISTED = re.compile(r"\s?(?:or|或者?|还是|、|和|跟|与|and|&|/|,)\s?(?:an? )?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number (or two) with an operator, by its span in the normalised text; "between" includes `value` and `high`."""

    start: int
    end: int
    op: CompareOp
    value: Decimal
    high: Decimal | None = None
    unit: str | None = None
    kind: NumberKind = "cardinal"

    @property
    def plain(self) -> tuple[int | float, ...]:
        """The value, or both, as int where whole, else float."""
        values = (self.value,) if self.high is None else (self.value, self.high)
        return tuple(int(value) if value == value.to_integral_value() else float(value) for value in values)


@dataclass(frozen=True, slots=True)
class _Side:
    """The comparing words of both languages on one side of a number."""

    pattern: re.Pattern[str]
    ops: dict[str, CompareOp]


@cache
def _before() -> _Side:
    ops: dict[str, CompareOp] = {}
    filler: list[str] = []
    for lang in ("zh", "en"):
        words = load_lexicon(lang).compare
        ops |= {word: op for op, group in words.before.items() for word in group}
        filler += words.filler
    return _Side(re.compile(rf"(?<![触送传抵])({either(ops)})[\s-]?(?:{either(filler)}\s?)*$"), ops)


@cache
def _after() -> _Side:
    ops: dict[str, CompareOp] = {}
    for lang in ("zh", "en"):
        ops |= {word: op for op, group in load_lexicon(lang).compare.after.items() for word in group}
    ops.pop("+", None)
    return _Side(re.compile(rf"\s?(?:的\s?)?({either(ops)})"), ops)


@cache
def _ranges() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Between two numbers: a dash or to; and; before the first: between; after the second: 之间."""
    zh, en = load_lexicon("zh").numbers, load_lexicon("en").numbers
    return (
        re.compile(rf"\s?(?:{either((*zh.range, *en.range))})\s?"),
        re.compile(rf"\s?{either((*zh.range_and, *en.range_and))}\s?"),
        re.compile(either((*zh.between_before, *en.between_before)) + r"\s?$"),
        re.compile(r"\s?" + either((*zh.between_after, *en.between_after))),
    )


def comparisons(text: Normalised, taken: Sequence[Span] = ()) -> tuple[Comparison, ...]:
    """Every comparison of the text outside `taken`, in order.

    >>> from assistant.language.text import normalise
    >>> [(c.op, c.plain) for c in comparisons(normalise("35到44岁、消费超过1万、5单以上, csat <= 2"))]
    [('between', (35, 44)), ('>', (10000,)), ('>=', (5,)), ('<=', (2,))]
    """
    line = text.text
    found: list[Comparison] = [
        Comparison(m.start(), m.end(), "between", Decimal(int(m[1]) * 10), Decimal(int(m[1]) * 10 + 9), "year_of_age")
        for m in _IN_THEIR.finditer(line)
    ]
    spans = [*taken, *((comparison.start, comparison.end) for comparison in found)]
    listed, spans = numbers(text, spans), in_order(spans)
    at, floor = 0, 0
    while at < len(listed):
        floor = max(floor, last_end(spans, listed[at].start))
        pair = _range(line, listed[at], listed[at + 1], floor) if at + 1 < len(listed) else None
        one = pair or _single(line, listed[at], floor)
        at += 2 if pair else 1
        if one is not None:
            found.append(one)
        floor = one.end if one is not None else listed[at - 1].end
    return tuple(sorted(found, key=lambda comparison: comparison.start))


def _range(line: str, low: Number, high: Number, floor: int) -> Comparison | None:
    """`35到44岁`, `1-2万`, `between 1k and 2k`; None where two numbers merely follow each other."""
    if low.kind not in ("cardinal", "percent") or high.kind not in ("cardinal", "percent", "fraction"):
        return None
    if is_year_like(line, low) and is_year_like(line, high):
        return None
    dash, both, before, after = _ranges()
    gap = line[low.end : high.start]
    opened = before.search(line[max(floor, low.start - _REACH) : low.start])
    closed = after.match(line, high.end)
    if not (dash.fullmatch(gap) or (both.fullmatch(gap) and (opened or closed)) or _are_neighbours(line, low, high, gap)):
        return None
    low = _like(low, high)
    if low.value > high.value or (low.unit and high.unit and low.unit != high.unit):
        return None
    start = low.start - len(opened.group()) if opened else low.start
    return Comparison(
        start, closed.end() if closed else high.end, "between", low.value, high.value, high.unit or low.unit, high.kind
    )


def _are_neighbours(line: str, low: Number, high: Number, gap: str) -> bool:
    """4 or 5, 4分和5分: the two whole numbers that follow each other, which is the range of them."""
    whole = low.kind == high.kind == "cardinal" and low.scale == high.scale == 1
    if _PLUS.match(line, high.end) or _after().pattern.match(line, high.end):
        return False  # 1, 2 or 3+ orders
    joint = _ONE_OF if "point" not in (low.unit, high.unit) else _LISTED
    return whole and high.value - low.value == 1 and low.value % 1 == 0 and joint.fullmatch(gap) is not None


def _like(low: Number, high: Number) -> Number:
    """The lower end with the scale and the per cent that are written once, at the upper end: 1-2万, 10-20%."""
    if high.kind == "percent" and low.kind == "cardinal" and low.unit is None:
        return replace(low, value=low.value / 100, kind="percent")
    if high.scale > 1 and low.scale == 1 and low.unit is None and low.value < high.value / high.scale:
        return replace(low, value=low.value * high.scale, scale=high.scale)
    return low


def _single(line: str, number: Number, floor: int) -> Comparison | None:
    """A comparison with one number; None without a comparing word."""
    if number.kind in ("rank", "rank_last", "ordinal"):
        return None
    window_start = max(floor, number.start - _REACH)
    before = _before().pattern.search(line[window_start : number.start])
    after = _after().pattern.match(line, number.end)
    if after and after[1] in _before().ops and not _CLOSED.match(line, after.end()):
        after = None  # "5 orders, at least 2 items": it belongs to what follows
    plus = _PLUS.match(line, number.end)
    if before:
        op = _before().ops[before[1]]
        return _compared(number, op, window_start + before.start(), after.end() if after else number.end)
    if plus:
        unit = _unit_after(line, plus.end())
        return _compared(replace(number, unit=number.unit or unit[0]), ">=", number.start, unit[1])
    if after:
        unit = _unit_after(line, after.end()) if number.unit is None else (number.unit, after.end())
        return _compared(replace(number, unit=unit[0]), _after().ops[after[1]], number.start, unit[1])
    inside = _INSIDE.search(line[window_start : number.start]) if number.unit in ("minute", "hour") else None
    if inside:
        return _compared(number, "<=", window_start + inside.start(), number.end)
    if number.about == "over":
        return replace(_compared(number, "between", number.start, number.end), high=_before_next(number))
    return None


_INSIDE = re.compile(r"(?<![a-z])(?:within|inside(?: of)?|in no more than)(?: the first)? $")
"""a first reply within 30 minutes; days and longer are a time."""


def is_cut(line: str, at: int) -> bool:
    """Whether a line ends in a comparing word that begins before `at`: 2分或更低 is not 2分或更 and 低."""
    return any(len(word) > len(line) - at and line.endswith(word) for word in _after().ops)


def _compared(number: Number, op: CompareOp, start: int, end: int) -> Comparison:
    return Comparison(start, end, op, number.value, None, number.unit, number.kind)


def _before_next(number: Number) -> Decimal:
    """The last value that 多 reaches: 一万多元 up to 19,999.99, 二十多岁 up to 29."""
    step = max(number.step, Decimal(10) ** max(number.value.adjusted(), 0) if number.step == 1 else number.step)
    smallest = Decimal("0.01") if number.unit == "currency" else Decimal(1)
    return number.value + step - smallest


def _unit_after(line: str, end: int) -> tuple[str | None, int]:
    """The unit that follows `5+` or `5 or more`, and where it ends."""
    units = {word: unit for lang in ("zh", "en") for unit, words in load_lexicon(lang).units.items() for word in words}
    match = _unit_pattern().match(line, end)
    return (units[match[1]], match.end()) if match else (None, end)


@cache
def _unit_pattern() -> re.Pattern[str]:
    words = [word for lang in ("zh", "en") for group in load_lexicon(lang).units.values() for word in group]
    traps = either((*load_lexicon("zh").unit_traps, *load_lexicon("en").unit_traps))
    return re.compile(rf"\s?(?!{traps})({either(words)})")
