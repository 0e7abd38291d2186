"""Number words to values: in `三百五`, `1.5万`, `12万5千`, `二零二六`, `five thousand two hundred`, `1,000`, out an exact value.

None where the characters make no number (十十, 百, "thousand million and").
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from assistant.language.lexicon import load_lexicon

_MOST_CHARS = 30
_SECTION = 10000  # 万 and 亿 multiply all that stands before them
_MOST_SCALE = Decimal(10**9)
_PIECE = re.compile(r"(?P<digits>\d+(?:\.\d+)?)|(?P<char>.)")
_SUFFIXED = re.compile(r"(?P<digits>[\d,]+(?:\.\d+)?)\s?(?P<suffix>[a-z]+)?$")


@dataclass(frozen=True, slots=True)
class Value:
    """A value, the size of its last written digit, and the scale word that multiplied it (1 without one)."""

    value: Decimal
    step: Decimal
    scale: Decimal


def _last_digit(digits: str) -> Decimal:
    """The size of the last digit written: 0.1 in 1.5, 1 in 15."""
    return Decimal(1).scaleb(-len(digits.partition(".")[2]))


def _suffixed(word: str) -> Value | None:
    """1,000 · 1.5w · 2k · 3 million."""
    match = _SUFFIXED.match(word)
    if match is None:
        return None
    digits = match["digits"].replace(",", "")
    words = load_lexicon("en").numbers
    scale = Decimal((words.suffixes | words.scales).get(match["suffix"] or "", 1))
    try:
        return Value(Decimal(digits) * scale, _last_digit(digits) * scale, scale)
    except InvalidOperation:
        return None


def chinese_value(word: str) -> Value | None:
    """The value of Chinese numerals and of digits with Chinese or English scales.

    >>> [str(chinese_value(word).value) for word in ("三百五", "1.5万", "一万零五十", "二零二六", "两百万", "12万5千")]
    ['350', '15000.0', '10050', '2026', '2000000', '125000']
    """
    word = word.replace(" ", "")
    if len(word) > _MOST_CHARS:
        return None
    plain = _suffixed(word)
    if plain is not None:
        return plain
    digits = load_lexicon("zh").numbers.digits
    if all(char in digits for char in word):
        return _positional(word)
    return _scaled(word)


def _positional(word: str) -> Value | None:
    """二零二六 → 2026; 五一 and 三五 are no numbers."""
    digits = load_lexicon("zh").numbers.digits
    if len(word) == 2:
        return None
    value = Decimal("".join(str(digits[char]) for char in word))
    return Value(value, Decimal(1), Decimal(1))


def _scaled(word: str) -> Value | None:
    """Numerals with 十 百 千 万 亿; a last digit right after a scale counts tenths of it (三百五, 1万2)."""
    words = load_lexicon("zh").numbers
    total, section, current = Decimal(0), Decimal(0), None
    scale, step, lowest, after_zero = Decimal(1), Decimal(1), _MOST_SCALE, False
    for piece in _PIECE.finditer(word.replace(",", "")):
        if piece["digits"] or piece["char"] in words.digits:
            if current is not None and current != 0:
                return None
            text = piece["digits"] or str(words.digits[piece["char"]])
            after_zero = after_zero or text == "0"
            current, step = Decimal(text), _last_digit(text)
            continue
        scale = Decimal(words.scales.get(piece["char"], 0))
        if scale == 0 or (scale < _SECTION and scale >= lowest):
            return None
        step = scale if current is None else _last_digit(str(current)) * scale
        if scale >= _SECTION:
            section = (section + (current or 0)) or Decimal(1)
            total = (total + section) * scale if 0 < total < scale else total + section * scale
            section, lowest = Decimal(0), _MOST_SCALE
        else:
            section += (1 if current is None or (current == 0 and after_zero) else current) * scale
            lowest = scale
        current, after_zero = None, False
    if current is not None:
        tenth = scale > 10 and not after_zero and current < 10 and current == current.to_integral_value()
        section += current * (scale / 10 if tenth else 1)
        step = scale / 10 if tenth else Decimal(1)
    largest = max((Decimal(size) for char, size in words.scales.items() if char in word), default=Decimal(1))
    return Value(total + section, step, largest)


@cache
def _english() -> tuple[dict[str, int], dict[str, int]]:
    words = load_lexicon("en").numbers
    return words.digits, words.scales


def english_value(phrase: str) -> Value | None:
    """The value of English number words.

    >>> [str(english_value(w).value) for w in ("five thousand", "two hundred and fifty", "a dozen", "half a million")]
    ['5000', '250', '12', '500000.0']
    """
    digits, scales = _english()
    if phrase.startswith("half a "):
        scale = Decimal(scales.get(phrase.rpartition(" ")[2], 1))
        return Value(scale / 2 + Decimal("0.0"), scale / 2, scale)
    total, current, scale = Decimal(0), Decimal(0), Decimal(1)
    before = 100
    for word in re.split(r"[\s-]+", phrase):
        if word in ("and", "a", "an"):
            continue
        if word == "half":
            current += scale / 2
        elif word in digits:
            value = digits[word]
            if before < 20 or (before < 100 and value >= 10):
                return None
            current += Decimal(value)
            before = value or 1
        else:
            size = scales[word]
            scale = Decimal(size)
            before = 100
            if size == 100:
                current = (current or Decimal(1)) * 100
            else:
                total, current = total + (current or Decimal(1)) * size, Decimal(0)
    whole = total + current
    step = scale if whole % scale == 0 else Decimal(1)
    return Value(whole, step, scale)
