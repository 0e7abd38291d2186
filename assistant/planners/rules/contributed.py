"""What is said to be contributed: 高价值客户贡献率 is their part of the money, contributed most to growth is an amount and no rate.

In: a `Reading` before its rankings are read; later, one whose metrics are. Out: what contributed to a change becomes the question why it
changed; a contribution without a number is one of the headline metric, with an issue that says so. Never fails.
"""

import re

from assistant.planners.rules.draft import Asked
from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue

_CHANGE = r"(?:growth|growing|increase|rise|uplift|gain|decline|decrease|drop|fall|slump|dip)"
_TO_CHANGE = re.compile(
    r"(?<![a-z])contribut(?:e|es|ed|ing|ors?|ions?) (?:(?:the )?(?:most|more|least) )?(?:to|towards?) [^,.;?]*?"
    rf"(?<![a-z]){_CHANGE}(?![a-z])"
    "|对[^,，。;；?？]{0,12}?(?:增长|增加|上涨|增量|下降|下滑|下跌|减少)[^,，。;；?？]{0,4}?的?贡献"
    "|(?:增长|增量|下降|下滑)(?:的)?贡献"
)
_LARGEST = ("steepest", "most", "least", "max", "best")


def read_contributed(r: Reading) -> None:
    """各大区对今年增长的贡献: why it grew, by region. Which one contributed most goes by an amount, which no ranking of changes does."""
    said = _TO_CHANGE.search(r.text.text) if r.follows is None and r.head is None else None
    if said is None or not any(t.has("grow", "shrink") for t in r.tokens):
        return
    if _largest(r, said.start(), said.end()):
        return
    r.head = "change"
    words = ("贡献", "contribut")
    given = (at for at, t in enumerate(r.tokens) if said.start() <= t.start < said.end() and t.text.startswith(words))
    r.take(*r.where("grow", "shrink"), *given)


def _largest(r: Reading, start: int, end: int) -> list[int]:
    """The places of words that say that it is the largest part."""
    return [i for i, t in enumerate(r.tokens) if start <= t.start <= end + _NEAR and t.has(*_LARGEST)]


def contributed_most(r: Reading) -> list[int]:
    """which region contributed most to growth, as the one that grew fastest: a question back."""
    said = _TO_CHANGE.search(r.text.text) if r.follows is None and r.head != "change" else None
    return _largest(r, said.start(), said.end())[:1] if said is not None and r.groups else []


_NEAR = 6
"""How far behind 贡献 it may be said that it is the largest: 贡献率是最大的."""
_GIVES = re.compile("贡献[了出]*$")
_GIVEN = re.compile("贡献|(?<![a-z])contribut")


def money_contributed(r: Reading) -> None:
    """老客贡献率, 金卡会员的贡献, contribution of gold members: of the headline metric, where nothing else is counted; no heads."""
    told = any(t.of("metric") and not (t.of("value") or t.of("segment")) for t in r.tokens)
    how_much = [
        i for i, t in enumerate(r.tokens) if _GIVES.search(r.text.text[: t.start]) and not t.senses
    ]  # 年消费过万的贡献了多少
    counts = set(r.count_words) - set(how_much) or told
    counts = counts or any(t.has("count", "money_verb") for i, t in enumerate(r.tokens) if i not in how_much)
    given = any(_GIVEN.search(p.text) and not p.senses for p in r.pieces)
    first = next(iter(r.world.model.metrics), None)
    lists = r.listed or r.ranking is not None or any(t.has("who") for t in r.tokens)
    if not given or counts or lists or r.asked or r.follows is not None or r.head == "change" or first is None:
        return
    r.asked.append(Asked(0, (first,), firm=False))
    r.take(*(at for at, t in enumerate(r.tokens) if _GIVEN.search(t.text) and not t.senses))
    r.issues.append(Issue("assumed-metric", "assumption", params={"metric": r.world.model.label(first, r.lang)}))
