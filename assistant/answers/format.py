"""Numbers and cells as people read them, in Chinese or English, and the one place where stored text is made safe for Markdown.

In: raw values of a result (None, bool, int, float, Decimal, str, date, datetime) with their format and unit. Out: text. Nothing
fails: what is not a finite number reads as missing. Fractions come in as fractions (0.12 is 12 %), money in whole currency units.

Styles: `exact` for tables (every digit that matters), `prose` for sentences (¥123.46万, ¥1.23M), `short` for charts (3 digits).
"""

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from html import unescape
from typing import Literal

from assistant.answers import dates
from assistant.qa import Cell, Column, Lang
from prompts import render
from semantic_layer.model import Format

Style = Literal["exact", "prose", "short", "stated"]
Number = int | float | Decimal

_STEPS: dict[Lang, tuple[tuple[int, str], ...]] = {
    "zh": ((10**8, "亿"), (10**4, "万")),
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K")),
}
_COMPACT_FROM = {"currency": 10**4, "integer": 10**6, "number": 10**6}
"""In prose smaller numbers keep all their digits: 20,000 customers are not "20K customers"."""


def is_number(value: Cell) -> bool:
    """Whether `value` is a finite number (truth values are not).

    >>> is_number(Decimal("1.5")), is_number(True), is_number(float("nan"))
    (True, False, False)
    """
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value)


def number(value: Cell, fmt: Format | None, lang: Lang, *, unit: str | None = None, style: Style = "prose") -> str:
    """`value` in words of its format; `unit` is the currency sign for money, else a counting word.

    A score without a unit is a balance (NPS: +32.5), with one a rating (4.12 points).

    >>> number(12345678.9, "currency", "zh", unit="¥"), number(12345678.9, "currency", "en", unit="¥")
    ('¥1,234.57万', '¥12.35M')
    >>> number(0.1234, "percent", "en"), number(-3.25, "score", "zh"), number(1234, "integer", "zh", unit="人")
    ('12.3%', '-3.3', '1,234 人')
    """
    if not is_number(value):
        return render("answers.missing", lang)
    amount = Decimal(str(value))
    match fmt:
        case "percent":
            return _percent(amount, style)
        case "currency":
            return _money(amount, lang, unit or "", style)
        case "score" if unit:
            return _counted(_grouped(amount, 2, trim=style == "stated"), unit, lang, style)
        case "score":
            return _grouped(amount, 1, signed=True)
        case "minutes" | "days":
            return render(f"answers.{fmt}", lang, value=_grouped(amount, 1, trim=True))
        case "integer" | "number" | None:
            return _counted(_plain(amount, fmt, lang, style), unit, lang, style)


def signed(value: Cell, fmt: Format | None, lang: Lang, *, unit: str | None = None, style: Style = "prose") -> str:
    """`number` with a plus sign before what is above zero: the way a difference is written."""
    text = number(value, fmt, lang, unit=unit, style=style)
    return f"+{text}" if is_number(value) and value > 0 and not text.startswith(("+", "<")) else text


def cell(value: Cell, column: Column, lang: Lang, *, style: Style = "exact") -> str:
    """A cell of `column` as text, with the labels of its values; a null group reads 未知 / unknown. Not escaped."""
    named = label_of(value, column)
    if named is None and isinstance(value, bool):
        named = render("answers.yes" if value else "answers.no", lang)
    if named is not None:
        return named if style == "prose" else capital(named)
    if value is None:
        missing = render("answers.unknown" if column.role == "key" else "answers.missing", lang)
        return missing if style == "prose" else capital(missing)
    if isinstance(value, date):
        return dates.bucket(value, column.grain, lang)
    if is_number(value) and column.role == "value":
        fmt: Format | None = "percent" if column.part in ("growth", "share") else column.format
        fmt = "number" if fmt == "score" and column.part == "attribute" else fmt  # a rating given, not a balance of many
        write = signed if column.part == "growth" else number
        return write(value, fmt, lang, unit=column.unit, style=style)
    return plain(str(value))


def label_of(value: Cell, column: Column) -> str | None:
    """The declared label of a stored value in the column's language, or None."""
    return next(
        (text for stored, text in column.labels if stored == value and isinstance(stored, bool) == isinstance(value, bool)), None
    )


def capital(text: str) -> str:
    """`text` with a capital first letter: labels are written as they stand inside a sentence."""
    return text[:1].upper() + text[1:]


def join(parts: tuple[str, ...] | list[str], lang: Lang, *, last: str = "and") -> str:
    """A list in words: 甲、乙和丙 / A, B and C; `last` is `and` or `or`."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return render(f"answers.list.{last}", lang, head=render("answers.list.comma", lang).join(items[:-1]), last=items[-1])


_TESTS = {"=": "is", "!=": "is_not", ">": "over", ">=": "at_least", "<": "under", "<=": "at_most", "between": "between"}


def test_of(op: str, name: str, values: list[str], lang: Lang) -> str:
    """A test of a number in words: "refund rate is over 8%" / 退款率超过 8%."""
    return render(f"answers.filter.{_TESTS[op]}", lang, member=name, value=values[0], low=values[0], high=values[-1])


# --- safety ------------------------------------------------------------------------------------------------------------

_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~$^])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]|~$^=#+.)-])")
_LEADING = re.compile(r"^([-+=#]|\d+(?=[.)](?:\s|$)))")
_LINK = re.compile(r"(?i)(:)(?=//)|(www)(?=\.)|(@)|(javascript|data|vbscript)(?=\s*:)")


def plain(text: str) -> str:
    """`text` on one line without control, zero-width or direction-changing characters; readable, nothing active in a terminal.

    >>> plain("a\\x00b\\u202ec\\nd")
    'abc d'
    """
    spaced = re.sub(r"\s+", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs")).strip()


def escape_markdown(text: str) -> str:
    """`text` as it must stand in Markdown or HTML to be read as itself: no tag, link, emphasis or formula comes alive.

    >>> escape_markdown("<b>[x](javascript:1)")
    '&lt;b&gt;\\\\[x\\\\](javascript\u200b:1)'
    """
    safe = _MARKDOWN.sub(r"\\\1", plain(text).replace("&", "&amp;"))
    safe = _LEADING.sub(lambda m: f"{m[1]}\\" if m[1].isdigit() else f"\\{m[1]}", safe)
    safe = _LINK.sub(lambda m: f"{m[0]}\u200b", safe)
    return safe.replace("<", "&lt;").replace(">", "&gt;")


def unescaped(markdown: str) -> str:
    """What `escape_markdown` was given, without the marks of our own emphasis: for files and pictures.

    >>> unescaped(escape_markdown("a*b <c>"))
    'a*b <c>'
    """
    bare = _ESCAPED.sub(r"\1", markdown.replace("**", "")).replace("\u200b", "")
    return unescape(bare)


# --- how digits are laid out -----------------------------------------------------------------------------------------------


def _rounded(amount: Decimal, digits: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _grouped(amount: Decimal, digits: int, *, trim: bool = False, signed: bool = False) -> str:
    rounded = _rounded(amount, digits) + 0  # + 0: no "-0"
    text = f"{rounded:{'+' if signed and rounded else ''},.{digits}f}"
    return text.rstrip("0").rstrip(".") if trim and "." in text else text


def _percent(amount: Decimal, style: Style) -> str:
    hundred = amount * 100
    if style == "exact":
        return f"{_grouped(hundred, 2)}%"
    if style == "stated":
        return f"{_grouped(hundred, 4, trim=True)}%"
    if hundred and abs(hundred) < Decimal("0.05"):
        return f"{_grouped(hundred, 3, trim=True)}%"
    return f"{_grouped(hundred, 1, trim=style == 'short')}%"


def _money(amount: Decimal, lang: Lang, sign: str, style: Style) -> str:
    minus = "-" if amount < 0 and _rounded(amount, 2) else ""
    size = abs(amount)
    long = style == "stated" and len(size.normalize().as_tuple().digits) > _MOST_DIGITS
    if style == "exact" or size < _COMPACT_FROM["currency"] or long:
        short = style in ("short", "stated") or (style == "prose" and size == int(size))
        return f"{minus}{sign}{_grouped(size, 2, trim=short)}"
    return f"{minus}{sign}{_compact(size, lang, 'prose' if style == 'stated' else style)}"


_MOST_DIGITS = 3
"""Digits that a compact number keeps: a limit that somebody stated is said with all of its own."""


def _plain(amount: Decimal, fmt: Format | None, lang: Lang, style: Style) -> str:
    if style == "exact" or abs(amount) < (_COMPACT_FROM["number"] if style == "prose" else 10**4):
        return _grouped(amount, 0 if fmt == "integer" and amount == int(amount) else 2, trim=True)
    minus = "-" if amount < 0 else ""
    return f"{minus}{_compact(abs(amount), lang, style)}"


def _compact(size: Decimal, lang: Lang, style: Style) -> str:
    for step, word in _STEPS[lang]:
        scaled = size / step
        digits = max(0, 2 - scaled.adjusted()) if style == "short" or word == "K" else 2
        if _rounded(scaled, digits) >= 1:
            return f"{_grouped(scaled, digits, trim=True)}{word}"
    return _grouped(size, 2, trim=True)


def _counted(text: str, unit: str | None, lang: Lang, style: Style) -> str:
    """A counting word belongs into a sentence; a column or an axis has it in its name."""
    if not unit or style not in ("prose", "stated"):
        return text
    return render("answers.counted", lang, value=text, unit=_singular(unit) if lang == "en" and text in ("1", "-1") else unit)


def _singular(unit: str) -> str:
    """One customer, not 1 customers; irregular words stay as they are."""
    if unit.endswith(("ches", "shes", "sses", "xes")):
        return unit[:-2]
    return unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit


def as_day(value: Cell) -> date | None:
    """The date of a date or timestamp, or None."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def place(limit: int | None, offset: int) -> str:
    """Which places of an order are meant: 2, 6–10, 3+."""
    first = offset + 1
    if limit is None:
        return f"{first}+"
    return str(first) if limit == 1 else f"{first}–{offset + limit}"
