"""What numbers are for, said beside the question: for the weekly pack: …; … for the September close; 月度复盘用.

In: a normalised question and its best cover. Out: the spans that name the occasion (a review, a pack, a close), without any time in
them, which stays in the question: revenue for the September close is of September. Only words for occasions make one, as a name that
nobody knows (Blue Whale: …) may well be a condition; what is set aside is told to the asker. Never fails.
"""

import re
from collections.abc import Iterator

from assistant.language.asides import Span, any_of
from assistant.language.mentions import Cover
from assistant.language.text import Normalised

_TIME = "#"
_SORT = any_of("occasion_sorts")
_OCCASION = any_of("occasions")
_IS_SORT = re.compile(_SORT)
"""month-end numbers, monday kick-off: a sort of occasion, and no time."""
_IS_WORD = re.compile(rf"{_SORT}|{_OCCASION}")
_INSIDE = rf"(?:(?:{_SORT}|{_TIME}+) )*(?:{_OCCASION})"
_HEAD = re.compile(
    rf"(?:(?:this is |it's )?for )?(?:(?:the|our|my|this|a|an) )?{_INSIDE}(?: (?:for|of)(?: the| our)?)?(?: {_TIME}+)? ?:(?=\s*\S)"
)
_TAIL = re.compile(
    rf"(?:,|(?<=\S) -|(?<=\S))? ?(?<![a-z])for (?:the|our|my|this|a|an|tomorrow's|today's) {_INSIDE} ?(?=[:,.!]|$)"
)
_CHINESE = re.compile(
    "[,，;；] *(?:这是|我)?(?:要|想)?(?:给|做|写|准备|用于|用来|拿去)?(?:老板|领导|董事会|部门|团队)?(?:做|写|看)?"
    "(?:月度|季度|年度|周度|每周|每月|周|月|季|年)?(?:复盘|汇报|周报|月报|日报|季报|例会|周会|月会|晨会|早会|月结|总结|ppt|述职|开会)"
    "(?:的?时候)?(?:要用|用的|用|里用|使用|上用)[。.!！ ]*$"
)


def occasions(text: Normalised, cover: Cover) -> tuple[Span, ...]:
    """The spans that name what the numbers are for."""
    return tuple(span for span in _spans(text.text, cover) if not _tells_more(span, cover))


def _spans(line: str, cover: Cover) -> Iterator[Span]:
    masked = line
    for piece in cover:
        if piece.time is not None and not piece.senses and not _IS_SORT.fullmatch(piece.text):
            masked = masked[: piece.start] + _TIME * (piece.end - piece.start) + masked[piece.end :]
    found = [m for m in (_HEAD.match(masked), _TAIL.search(masked), _CHINESE.search(line)) if m is not None]
    for match in found:
        yield from _without_times(masked, match.start(), match.end())


def _without_times(masked: str, start: int, end: int) -> Iterator[Span]:
    for part in re.finditer(rf"[^{_TIME}]+", masked[start:end]):
        if re.search(r"\w", part[0]):
            yield start + part.start(), start + part.end()


def _tells_more(span: Span, cover: Cover) -> bool:
    """Whether a word of the model stands there: a sales review may be one of sales."""
    inside = (p for p in cover if p.start < span[1] and p.end > span[0])
    named = (p for p in inside if not p.has("filler") and not _IS_WORD.fullmatch(p.text))  # a review is a survey, too
    return any(s.kind in ("metric", "value", "segment", "entity") for p in named for s in p.senses)
