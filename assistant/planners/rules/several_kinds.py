"""Kinds that people are told by and no query counts: bought on at least 3 channels, 跨品类购买的客户, which cities have no gold members.

In: a finished `Reading` and the query made of it. Out: the places of such words, for `misread`: how often they bought, a breakdown or those
who are not gold would be another answer. Never fails.
"""

import re

from assistant.language.values import fold
from assistant.planners.rules.draft import SegmentTest, ValueTest
from assistant.planners.rules.reading import Reading


def several_kinds(r: Reading) -> list[int]:
    """The places of kinds of which people had several, or none."""
    return [] if r.follows is not None else [*_of_so_many(r), *_across(r), *_have_none(r)]


_DIFFERENT = re.compile(r"[ 的]?(?:不同|different|distinct|separate)?[ 的]?")
_AT_LEAST = re.compile(r"(?<![a-z])at (?P<least>least|most) [0-9a-z]+")
_A_FEW = 20
"""How many kinds there may be; 消费5000以上门店客户 is money."""
_UNITS = (None, "piece", "shop", "kind", "store", "item")


def _of_so_many(r: Reading) -> list[int]:
    """在3家以上门店买过, bought on at least 3 different channels: not as often as that, and no breakdown."""
    did = any(t.of("behaviour") and not t.of("metric") for t in r.tokens)
    people = any(r.is_person(i) or _counts(r, i) or t.has("who", "people") for i, t in enumerate(r.tokens))
    if r.ranking is not None and did and people:
        least = _AT_LEAST.search(r.text.text)  # at least 3 channels, as the three of the least
        return [i for i, t in enumerate(r.tokens) if least is not None and t.start == least.start("least")]
    if not did or not people:
        return []
    found = []
    for at, token in enumerate(r.tokens):
        c, n = token.comparison, token.number
        value, unit = (float(c.value), c.unit) if c is not None else (n.plain, n.unit) if n is not None else (None, None)
        few = value is not None and not token.senses and token.time is None and 1 < value < _A_FEW and unit in _UNITS
        to = next((i for i in range(at + 1, len(r.tokens)) if few and _is_kind(r, i)), None)
        if to is not None and _DIFFERENT.fullmatch(r.text.text[token.end : r.tokens[to].start]):
            found.append(to)
    return found


def _is_kind(r: Reading, at: int) -> bool:
    """Whether a word names what things can be broken down by."""
    names = [s.name for s in r.tokens[at].of("dimension")]
    return any(r.world.is_groupable(d) and not r.world.is_number(d) and not r.world.is_date(d) for d in names)


def _across(r: Reading) -> list[int]:
    """跨渠道购买的客户, cross-category buyers, 全渠道客户: of more than one, said in front of what they did or of who they are."""
    found = []
    for at, token in enumerate(r.tokens):
        whole = token.text.startswith("全") and _names_kind(r, token.text[1:])
        crossed = at > 0 and r.tokens[at - 1].text in ("跨", "cross", "全") and _is_kind(r, at)
        behind = r.step(at, 1) if whole or crossed else None
        counted = behind is not None and not whole and _counts(r, behind)
        if behind is not None and (r.tokens[behind].of("behaviour") or r.is_person(behind) or counted):
            found.append(at)
    return found


def _names_kind(r: Reading, word: str) -> bool:
    """Whether a word is a name of what things can be broken down by."""
    kinds = (d for d in r.world.model.dimensions.values() if r.world.is_groupable(d.name))
    return any(word in map(fold, (d.label.zh, *d.synonyms.zh)) for d in kinds)


def _have_none(r: Reading) -> list[int]:
    """哪些城市没有钻石客户, 没有金卡会员的城市: where there are none of them; not how many others there are everywhere."""
    told = [t for t in r.tests if isinstance(t, ValueTest | SegmentTest) and t.negated and 0 < t.at < len(r.tokens)]
    for test in told:
        neg, behind = r.step(test.at, -1), r.step(test.at, 1)
        if neg is None or not r.tokens[neg].has("neg") or _NONE.fullmatch(r.tokens[neg].text) is None:
            continue
        before = r.step(neg, -1)
        while before is not None and r.tokens[before].text in ("have", "has", "had", "got"):
            before = r.step(before, -1)
        while behind is not None and r.is_person(behind):
            behind = r.step(behind, 1)
        asks = before is not None and before > 0 and _is_place(r, before) and r.tokens[before - 1].has("which")
        last = behind is not None and r.text.text[: r.tokens[behind].start].endswith("的") and _is_place(r, behind)
        if asks or last:
            return [test.at]
    return []


_NONE = re.compile("没有?|(?:(?:have|has|had|having|got|with) )?no|without(?: any)?|do not have(?: any)?|don't have(?: any)?")


def _is_place(r: Reading, at: int) -> bool:
    return _is_kind(r, at) and not r.is_person(at) and (bool(r.tokens[at].of("entity")) or not r.tokens[at].of("value"))


def _counts(r: Reading, at: int) -> bool:
    """Whether a word names a number of people, whether or not it is used up."""
    return any(r.world.counts_people(s.name) for s in r.tokens[at].of("metric"))
