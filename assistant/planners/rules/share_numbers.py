"""A part asked for twice: how many customers are dormant, and what share is that; 沉睡客户的人数和占比.

In: a `Reading` whose share was read, and the conditions of the part. Out: which number was asked for beside the share: what the part
comes to, or the whole of which it is one (how many tickets came in, and what share were complaints). Never fails.
"""

import re
from collections.abc import Sequence
from typing import Literal

from assistant.planners.rules.draft import Test, VerbTest
from assistant.planners.rules.reading import Reading

_COUNTS = re.compile(
    r"(?<![a-z])(?:how many|how much|the number|number|count|amount|what (?:is|are|was|were))(?![a-z])"
    r"|多少(?!比例|百分|占比)|(?<![占第])几(?![成分乎])"
)
_ALONE = re.compile(
    r"(?:比例|占比|比重|百分比|share|percentage)[^,，。;；]{0,6}(?:就行|就好|即可|就可以|就够|is enough|will do|only)"
)
"""有多少订单是带优惠的，给个比例就行: the share is all that is wanted."""
_JOINED = ("及", "及其", "以及", "和", "与", "并占", "还有")
_TURNED = re.compile(r"^(?:的)?(?:和|及|与|以及|、|,| ?(?:and|&|plus) (?:the )?)")


def number_beside(r: Reading, part: Sequence[Test]) -> Literal["part", "whole"] | None:
    """What number is asked for beside the share: that of the part, of the whole, or none."""
    at = next((i for i, t in enumerate(r.tokens) if t.has("share") and not t.of("metric")), None)
    if at is None:
        return None
    places = {t.at for t in part} | {t.after.at for t in part if isinstance(t, VerbTest) and t.after is not None}
    if _IN_PERCENT.fullmatch(r.tokens[at].text) and at > 0 and not r.tokens[at - 1].has("with") and _only_comma(r, at - 1):
        return None
    end = _joint(r, at, places) if not _ALONE.search(r.text.text[max(0, r.tokens[at].start - 4) :]) else None
    if end is None:
        return "part" if _number_follows(r, at) else None
    if _is_tight(r, at) and _measures_before(r, at):
        return "part"
    if _COUNTS.search(r.text.text[:end]) is None:
        return None
    before = [r.tokens[i].end <= end for i in places if i < len(r.tokens)]
    return "part" if all(before) else None if any(before) else "whole"


_IN_PERCENT = re.compile(r"(?:as|in) (?:an? )?(?:%|pct|percent\w*)(?: terms)?|百分比")


def _only_comma(r: Reading, at: int) -> bool:
    """how many of them had a discount, in percent: the share alone; how many, and in percent: both."""
    return "," in r.tokens[at].text or not (r.tokens[at].has("and") or r.is_break(at))


def _joint(r: Reading, at: int, places: set[int]) -> int | None:
    """Where the clause before the share ends, in the text: at `and`, at a comma, at the share's own 及; the part may stand between."""
    if r.tokens[at].text.startswith(_JOINED):
        return r.tokens[at].start
    for i in range(at - 1, -1, -1):
        token = r.tokens[i]
        if _joins(r, i) or token.has("comma") or r.is_break(i):
            return token.start
        if token.senses and i not in places and not token.has("filler", "refer"):
            return None
    return None


def _is_tight(r: Reading, at: int) -> bool:
    """人数和占比: the number and the share, joined by a word and not by a comma."""
    if r.tokens[at].text.startswith(_JOINED):
        return True
    if r.tokens[at].text.startswith(("what", "which")):
        return False
    between = at - 1
    while between >= 0 and r.tokens[between].has("filler", "refer") and not _joins(r, between):
        between -= 1
    joined = between > 0 and _joins(r, between) and not r.tokens[between].has("comma")
    return joined and not r.tokens[between - 1].has("comma")


def _joins(r: Reading, at: int) -> bool:
    """和, and; 及其 and `and their` are words of their own; 还有多少比例 asks for what is left."""
    token = r.tokens[at]
    if token.text == "还有" and at + 1 < len(r.tokens) and r.tokens[at + 1].text.startswith(("多", "几")):
        return False
    return token.has("and") or (token.has("with") and token.text.startswith(("and ", "及", "和", "与")))


def _measures_before(r: Reading, at: int) -> bool:
    """Whether what stands right before the joint is what is measured."""
    asked = {a.at for a in r.asked}
    place = at - 1
    while place >= 0 and r.tokens[place].has("and", "with", "filler") and not r.tokens[place].senses:
        place -= 1
    return place in asked or (place >= 0 and (place in r.count_words or bool(r.tokens[place].of("metric"))))


def _number_follows(r: Reading, at: int) -> bool:
    """占比和人数: the share first."""
    turned = _TURNED.match(r.text.text[r.tokens[at].end :])
    if turned is None:
        return False
    behind = r.tokens[at].end + turned.end()
    return any(t.start <= behind < t.end and (t.of("metric") or t.has("count")) for t in r.tokens)
