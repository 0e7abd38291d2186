"""Edges that a question gives by themselves: 订单按200、500、1000分档, orders by amount cut at 100, 200 and 500.

In: a `Reading` before its comparisons are read. It gains a `Group` with these edges over the number beside them, or the money of the rows
that are counted. Never fails: numbers that no word says to cut at are left to other passes.
"""

import re
from itertools import pairwise

from assistant.planners.rules.banded import count_rows
from assistant.planners.rules.draft import Group
from assistant.planners.rules.numeric import tables_counted
from assistant.planners.rules.reading import Reading

_NUMBER = r"\d(?:[\d.,]*\d)?(?:万|千|k)?(?:元|岁|单|次|天|分钟)?"
_LIST = rf"(?P<list>{_NUMBER}(?:(?:\s?[、,/和]\s?|,? and )+{_NUMBER})+)"
_SAYS_SO = "分档|分段|分组|分层|分区间|划档|划分|切分|分界线|分界|切档|切段|界限|界|断点|临界点|节点"
_CUTS = "cut|split|cuts|cut-?offs?|thresholds?|break ?points?|band edges|bucket edges|edges"
_CUT = re.compile(
    rf"(?:按|以|用){_LIST}(?:来|为|作为)?(?:{_SAYS_SO})(?:划分|分档|分段|分组)?"
    rf"|(?<![a-z])(?:with )?(?:{_CUTS})(?: at| of)? {_LIST.replace('list', 'en')}"
)
_ONE = re.compile(r"(\d(?:[\d.,]*\d)?)(万|千|k)?")
_SCALES = {"万": 10_000, "千": 1000, "k": 1000}


def read_cut_at(r: Reading) -> None:
    """The one list of edges of a question."""
    said = _CUT.search(r.text.text) if r.follows is None else None
    if said is None:
        return
    found = [(m[1].strip(",."), m[2]) for m in _ONE.finditer(said["list"] or said["en"])]
    edges = tuple(float(digits.replace(",", "")) * _SCALES.get(scale, 1) for digits, scale in found)
    inside = [i for i, t in enumerate(r.tokens) if said.start() <= t.start and t.end <= said.end()]
    of = _of_what(r, inside)
    if of is None or not inside or not all(a < b for a, b in pairwise(edges)):
        return
    at, name = of
    r.groups.append(Group(inside[0], (name,), edges=edges))
    count_rows(r, inside[0], at, name)
    r.counted, r.count_words = True, r.count_words[:1]
    r.take(*inside, at, *(i for i in r.where("by", "magnitude") if i + 1 in (at, *inside)))
    r.take(*(i for i in r.where("magnitude") if not r.tokens[i].is_content))


def _of_what(r: Reading, inside: list[int]) -> tuple[int | None, str] | None:
    """The only number that is named beside the edges; else the money of the rows that are counted."""
    outside = [i for i in range(len(r.tokens)) if i not in inside and r.free(i)]
    named = [(i, d) for i in outside for d in r.dimensions(i)[:1] if r.world.is_number(d)]
    if len({d for _, d in named}) == 1:
        return named[0]
    amounts = dict.fromkeys(a for i in outside for t in tables_counted(r, i) if (a := r.world.amount_of(t)) is not None)
    return (None, next(iter(amounts))) if len(amounts) == 1 and not named else None
