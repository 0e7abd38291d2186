"""So many of some people, whichever: 给我50个沉睡客户, 随机抽100个金卡会员, 沉睡客户里随便挑20个.

In: a `Reading` whose order is read. Out: a limit without an order, with an issue that says so. Only where a word for handing over stands
right before the number, and nothing says what comes first; a bare 沉睡客户前50个 stays a question: the first by what? Never fails.
"""

import re

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import Ranking
from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue

_GIVES = re.compile(
    "(?:给我|给|来|抽|抽取|抽样|随机|随便|任意|任选|挑|挑选|选|选取|取|拉|导|圈|捞|找|要)(?:出|出来|个|一批)?$"
    "|(?<![a-z])(?:any|give me|send me|pick|draw|pull|export)(?: any| a random)? $"
)
_UNITS = ("piece", "person", None)


def any_of_them(r: Reading) -> None:
    """The limit."""
    ordered = any(t.has("sort", "most", "least", "best", "worst", "descending", "ascending") for t in r.tokens)
    if r.ranking is not None or ordered or r.follows is not None or r.groups or r.share or r.compare is not None:
        return
    if any(t.of("metric") for t in r.tokens) and not any(t.has("with") for t in r.tokens):
        return
    at = next((i for i in range(len(r.tokens)) if _is_wanted(r, i)), None)
    number = r.tokens[at].number if at is not None else None
    if at is None or number is None:
        return
    r.ranking = Ranking(at, limit=int(number.value), anyhow=True)
    r.listed, r.of_people = True, True
    r.take(at)
    r.issues.append(Issue("any-of-them", "assumption", params={"count": str(int(number.value))}))


def _is_wanted(r: Reading, at: int) -> bool:
    """A whole number of people behind a word for handing over: in front of them, or at the end of what tells of them."""
    token = r.tokens[at]
    number = token.number
    if not r.free(at) or number is None or number.kind != "cardinal" or not isinstance(number.plain, int) or token.senses:
        return False
    if number.unit not in _UNITS or number.value < 1 or token.comparison is not None:
        return False
    if not _GIVES.search(r.text.text[: token.start]):
        return False
    behind = at + 1
    while behind < len(r.tokens) and r.tokens[behind].has("filler", "what_about", "refer") and not r.tokens[behind].is_content:
        behind += 1
    ends = behind >= len(r.tokens) or r.is_break(behind) or (r.tokens[behind].has("with") and not r.tokens[behind].is_content)
    said = any(_tells_people(r, i) for i in range(at))
    if number.unit == "person":
        return said or not ends
    return (
        said if ends else any(_tells_people(r, i) for i in range(behind, len(r.tokens))) and not r.tokens[behind].of("dimension")
    )


def _tells_people(r: Reading, at: int) -> bool:
    return r.is_person(at) or describes_people(r, at)
