"""Shares in follow-ups, and from a share back to those it was of: 占华东的多少; 物流的占多少, then 还没解决的有多少.

In: a `Reading` of a follow-up and the query before it, or its conditions. Out: what is the part and what the whole; the query of the part
alone, as numbers, where a message asks for a number or speaks of them. Raises `Unbound` where each of one thing is asked for.
"""

import re

from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Filter, Predicate


def of_the_part(r: Reading, last: Aggregate) -> Aggregate:
    """The query of those that the share was of."""
    part = last.share.part if last.share is not None else None
    if part is None or r.share or any(t.has("share") and not t.senses for t in r.tokens):
        return last
    counts = any(t.has("count") and not t.is_content for t in r.tokens) and not r.asked
    theirs = _THEY.search(r.text.text) is not None and bool(r.asked or r.groups)
    if not (counts or theirs):
        return last
    return last.model_copy(update={"share": None, "where": joined((*parts_of(last.where), part))})


_THEY = re.compile(r"[他她它]们|这些人|这批人|这些客户|(?<![a-z])(?:they|them|their|these|those)(?![a-z])")


def says_of_what(r: Reading) -> bool:
    """tickets by type, then what share is unresolved: of each of them, those that are so; 只看华东，占比也要 is another thing."""
    more = any(t.has("only", "add", "also", "refer") and not t.is_content for t in r.tokens)
    return len(list(r.tests_of_values())) == len(r.tests) == 1 and not (more or r.groups or r.asked)


def ask_of_each(r: Reading, query: Aggregate) -> None:
    """门店销售, then 线上呢, then 各占多少: of one alone there is nothing that each is; raises `Unbound`."""
    several = any(isinstance(p, Predicate) and p.op == "in" for p in parts_of(query.where))
    if not (query.group_by or several) and _EACH.search(r.text.text):
        raise Unbound("each")


_EACH = re.compile(r"^(?:那|它们|两[个者边])?(?:各自?|分别)占|(?<![a-z])(?:each|respectively)(?![a-z])")


def part_of_those(r: Reading, parts: tuple[Filter, ...]) -> tuple[Filter, Filter | None]:
    """北京有多少金卡会员, then 占北京会员的多少: what is named behind the share is the whole; else the last condition is the part."""
    mark = next((at for at, t in enumerate(r.tokens) if t.has("share") and not t.senses), len(r.tokens))
    told = r.tokens[mark] if mark < len(r.tokens) else None  # what % is JD: that is the part, and the whole only behind of
    latin = told is not None and told.text.isascii() and "of" not in r.text.text[told.start :].split()
    latin = latin or re.search(r"(?<![a-z])of (?:that|it|this|those|them|these)(?![a-z])", r.text.text) is not None
    named = {d for t in r.tests_of_values() if t.at > mark and not latin for d, _ in t.options}
    whole: tuple[Filter, ...] = tuple(p for p in parts if isinstance(p, Predicate) and p.member in named)
    part = tuple(p for p in parts if p not in whole)
    if whole and part:
        return joined(part) or parts[-1], joined(whole)
    return parts[-1], joined(parts[:-1])


OF_EACH = re.compile(
    r"(?<![a-z])(?:of|within|in) each(?! *(?:$|[?.!,;]|one|of|please|pls))(?![a-z])|(?<![a-z])of (?:its|their) own(?![a-z])"
    r"|占(?:各自?|本|该|自己)|(?:每个|各)[^,，]{1,6}[里中内]"
)
"""as a share of each region's members, and not the share of each: of all there are of each group, those that meet the conditions."""


def of_all_of_them(r: Reading, query: Aggregate) -> Aggregate:
    """今年哪个品类卖得最好, then 各占多少, what share does each have: of all of them, as the one that was shown has no others beside it."""
    each = any(t.has("each_other", "per_group") and not t.senses for t in r.tokens) or _EACH_HAS.search(r.text.text)
    return query.model_copy(update={"limit": None}) if query.limit == 1 and each and r.ranking is None else query


_EACH_HAS = re.compile(r"(?<![a-z])each(?: one)?(?: of them)?(?: (?:has|have|had|is|makes?|contributes?|gets?|takes?))?\W*$")
