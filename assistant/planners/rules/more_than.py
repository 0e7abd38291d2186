"""One value against another by a word that compares: is AOV higher for gold than for silver, 华东比华南多卖多少, 女装比男装高百分之多少.

In: a fresh `Reading`. Out: the words for more and less, and those that ask by how much, used up: they rank nothing and ask for no share,
what the answer shows is both. Never fails: where nothing but a number or a time is compared with, nothing is touched.
"""

import re
from collections.abc import Iterator

from assistant.planners.rules.reading import Reading

_HIGHER = ("comparative", "compare_high", "compare_low", "fastest", "slowest")
_HOW_FAR = re.compile(
    "百分之(?:多少|几)|多少?个?(?:百分)?点|几个?(?:百分)?点|(?:by )?what per ?cent(?:age)?|how many per ?cent(?:age)?(?: points)?"
)
_THAN = re.compile("than(?![a-z])")


def read_more_than(r: Reading) -> None:
    """The words around the one that sets two values against each other."""
    for at in r.where("versus", "more_than_other"):
        english = _THAN.match(r.tokens[at].text) is not None
        if r.tokens[at].is_content or not (english or r.tokens[at].text == "比") or not _faces_values(r, at):
            continue
        words = [i for i in _side(r, at, -1 if english else 1) if _compares(r, i)]
        if words:
            r.take(*words[:1], *_how_far(r))
        return


def _side(r: Reading, at: int, by: int) -> Iterator[int]:
    """The places before or behind, nearest first."""
    return iter(range(at + by, len(r.tokens) if by > 0 else -1, by))


def _compares(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    only = all(s.kind == "value" for s in token.senses)
    more = token.has(*_HIGHER) or (token.has("grow", "shrink") and token.text[:1] in "多少")  # 少卖
    return r.free(at) and more and only and token.comparison is None and token.number is None


def _faces_values(r: Reading, at: int) -> bool:
    """Whether values of one dimension stand on both sides, or people of two kinds."""
    near = [{d for i in _side(r, at, by) for d, _ in _options(r, i)} for by in (-1, 1)]
    return bool(near[0] & near[1])


def _options(r: Reading, at: int) -> tuple[tuple[str, object], ...]:
    if r.tokens[at].has(*_HIGHER):
        return ()
    named = [s for s in r.tokens[at].senses if s.kind in ("segment", "behaviour")]  # 老客比新客, 投诉过的比没投诉过的
    return (*r.value_options(at), *((s.kind if s.kind == "segment" else s.name, True) for s in named))


def _how_far(r: Reading) -> Iterator[int]:
    """百分之多少, by what percent: how much more, and no part of anything."""
    for at in r.where("share"):
        if _HOW_FAR.fullmatch(r.tokens[at].text):
            yield at
            yield from (i for i in (at - 1,) if i >= 0 and r.tokens[i].text == "by")
