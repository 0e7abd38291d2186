"""A question as it was typed in; the same question in one spelling out, with a map back to the asker's own words.

One spelling means: NFKC (full-width digits and letters become plain), simplified characters, lower case, plain quotes, dashes and
spaces, nothing invisible. `。` and `、` stay: they tell sentences and enumerations apart. Never fails, whatever the text holds.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from assistant.language.lexicon import load_lexicon

if TYPE_CHECKING:
    from opencc import OpenCC

Language = Literal["zh", "en"]

HAN = "\u3400-\u9fff"
_FOLDED = {
    **dict.fromkeys("“”„‟″〝〞", '"'),
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("‐‑‒–—―−﹘", "-"),
    **dict.fromkeys("〜∼～˜", "~"),
    **dict.fromkeys("→⇒➔➜➡", "、"),  # 浏览→加购→支付
    **dict.fromkeys("≧⩾", "≥"),
    **dict.fromkeys("≦⩽", "≤"),
    "。": "。",
    "｡": "。",
    "〇": "〇",
    "⁄": "/",
}
_GLUED = re.compile(r"(?<![a-z0-9])(?:q[1-4]|h[12])(?=[a-z]{2})|(?<=[a-z]{2})(?=q[1-4](?![a-z0-9]))")
"""Q3GMV, GMVQ3: a quarter and a name written as one word."""
_MOST_MARKS = 8  # composing a longer run of combining marks takes quadratic time
_TOKEN = re.compile(rf"(?P<zh>[{HAN}]+)|(?P<number>\d+(?:[.,]\d+)*)|(?P<en>[^\W\d_{HAN}]+(?:'[a-z]+)?)")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A question in one spelling. `starts[i]`, `ends[i]`: where character i of `text` came from in `original`."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `original` that [start, end) of `text` was read from.

        >>> normalise("　８月 销售额").original_span(0, 2)
        (1, 3)
        """
        start, end = max(start, 0), min(end, len(self.text))
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.original)
            return at, at
        return self.starts[start], self.ends[end - 1]

    def shown(self, start: int, end: int) -> str:
        """The asker's own words for [start, end) of `text`."""
        first, last = self.original_span(start, end)
        return self.original[first:last]


@dataclass(frozen=True, slots=True)
class Token:
    """A run of Chinese characters, an English word (with its 's) or a number, by its span in the normalised text."""

    start: int
    end: int
    text: str
    kind: Literal["zh", "en", "number"]


@lru_cache(maxsize=4096)
def _fold(cluster: str) -> str:
    """One character with its combining marks, in the one spelling; may be empty, may be several characters."""
    out = []
    for char in unicodedata.normalize("NFKC", cluster).lower():
        folded = _FOLDED.get(char, char)
        category = unicodedata.category(folded)
        if folded.isspace():
            out.append(" ")
        elif category in ("Cc", "Cf", "Cn") or "\ufe00" <= folded <= "\ufe0f" or folded >= "\U000e0000":
            continue
        elif category == "Cs":
            out.append("\ufffd")
        else:
            out.append(folded)
    return "".join(out)


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=8192)
def _is_plain(char: str) -> bool:
    """Whether a character is outside the reach of conversion: not Chinese, or in the simplified standard GB 2312."""
    if not "\u3400" <= char <= "\u9fff" or char == "〇":
        return True
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _simplify(text: str) -> str:
    """The same text in simplified characters, character for character."""
    if text.isascii() or all(map(_is_plain, text)):
        return text
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    single = [_converter().convert(char) if not _is_plain(char) else char for char in text]
    return "".join(new if len(new) == 1 else old for new, old in zip(single, text, strict=True))


def normalise(text: str) -> Normalised:
    """The question in one spelling, leading, trailing and repeated spaces removed.

    >>> normalise("ＡＯＶ　ｂｙ 銷售額？").text
    'aov by 销售额?'
    """
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at, size = 0, len(text)
    while at < size:
        end = at + 1
        while end < size and end - at < _MOST_MARKS and unicodedata.combining(text[end]):
            end += 1
        for char in _fold(text[at:end]):
            if char == " " and (not chars or chars[-1] == " "):
                continue
            chars.append(char)
            starts.append(at)
            ends.append(end)
        at = end
    if chars and chars[-1] == " ":
        chars.pop()
    for place in sorted((m.end() for m in _GLUED.finditer("".join(chars))), reverse=True):
        chars.insert(place, " ")
        starts.insert(place, starts[place])
        ends.insert(place, starts[place])
    size = len(chars)
    return Normalised(text, _simplify("".join(chars)), tuple(starts[:size]), tuple(ends[:size]))


def tokens(text: Normalised) -> tuple[Token, ...]:
    """English words, numbers and runs of Chinese characters, in order.

    >>> [(token.kind, token.text) for token in tokens(normalise("top10 城市 of today's"))]
    [('en', 'top'), ('number', '10'), ('zh', '城市'), ('en', 'of'), ('en', "today's")]
    """
    found = []
    for match in _TOKEN.finditer(text.text):
        kind: Literal["zh", "en", "number"] = "zh" if match["zh"] else "number" if match["number"] else "en"
        found.append(Token(match.start(), match.end(), match.group(), kind))
    return tuple(found)


def detect_language(text: str | Normalised) -> Language:
    """The language to answer in: that of the sentence's frame, not of the names in it.

    >>> detect_language("各 region 的 refund rate"), detect_language("华东 sales last month")
    ('zh', 'en')
    """
    normal = text if isinstance(text, Normalised) else normalise(text)
    pieces = tokens(normal)
    chinese = sum(len(piece.text) for piece in pieces if piece.kind == "zh")
    english = [piece.text for piece in pieces if piece.kind == "en"]
    if not chinese or not english:
        return "zh" if chinese or not english else "en"
    frame = _frame_words(normal.text)
    opener = english[0] in load_lexicon("en").openers and pieces[0].kind == "en"
    function_words = sum(word in load_lexicon("en").frame for word in english)
    quoted = sum(piece.kind == "zh" for piece in pieces) == 1 and chinese < len(english)
    if opener and function_words >= 2 and (frame <= 1 or quoted):
        return "en"
    return "zh" if frame or chinese > 2 * len(english) + function_words else "en"


def _frame_words(text: str) -> int:
    """How many Chinese grammar words (的, 多少, 上个月 …) a text holds."""
    return sum(1 for _ in load_lexicon("zh").frame_pattern.finditer(text))
