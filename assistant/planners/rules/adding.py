"""What a message adds to what was shown: 再加上订单数, also click rate, 京东也一起看, next to it.

In: a `Reading` of the message. Out: yes or no, for numbers and for values apart; the places up to the next stops around a word. Never
fails.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.planners.rules.ranked_again import BESIDE_IT
from assistant.planners.rules.reading import Reading, is_filler

_ADDING = ("add", "also", "with")
THEIRS = re.compile(r"(?:and|with|plus|also|add|show|include) (?:me )?their$")  # how many diamond members, then and their sales

LIKEWISE = re.compile("[按照](?:着)?(?:这个|这样|那个|同样)")
"""优惠力度也按这个看一下: another number, broken down as the one before."""


_LOOKS_TOO = re.compile("也(?:帮我)?看(?:一?下|看|一看)?")
"""也看下满减类: the same of another, and no sum of the two."""


_SO_TOO = re.compile(
    r"\W*(?:were|was|are|is|did|do|does|have|has) [a-z ]+? (?:up|down|better|worse|[a-z]+) (?:too|as well|also)\W*$"
)
"""were complaints up too: whether that is so of another number, which takes the place of the one before."""


def adds(r: Reading) -> bool:
    if (LIKEWISE.search(r.text.text) and r.asked) or _SO_TOO.match(r.text.text):
        return False
    if _LOOKS_TOO.search(r.text.text) and not r.asked:
        return False
    if (r.asked or r.tests) and any(BESIDE_IT.fullmatch(t.text) for t in r.tokens):
        return True
    if compares_values(r) or _compares_numbers(r) or any(a.has("also") and b.has("both_of") for a, b in pairwise(r.tokens)):
        return True  # 京东也一起看
    marks = [t for t in r.tokens if t.has(*_ADDING) and not t.is_content and "filler" not in t.ops and not THEIRS.search(t.text)]
    return any(t.has("add", "also") or not t.has("refer") for t in marks) or any(adds_beside(r))  # 他们的客单价: in its place


def _compares_numbers(r: Reading) -> bool:
    """GMV上个月, then 和销售额差多少; how does it compare with GMV: another number beside the one that was shown."""
    marked = any(t.has("versus") and not t.is_content for t in r.pieces)
    named = bool(r.asked) and all(a.firm and a.names for a in r.asked)
    others = r.tests or r.groups or r.share or r.period_at is not None or r.compare is not None or r.ranking is not None
    return marked and named and r.follows == "aggregate" and not others


def compares_values(r: Reading) -> bool:
    """9月app销售额, then 跟小程序比比: another value beside the one that was shown, and no other time."""
    marked = any(t.has("versus") and not t.is_content for t in r.pieces)
    groups = [g for g in r.groups if g.at not in r.apart or not _BESIDE.match(r.text.text)]  # 跟鞋靴、童装比: with what was shown
    plain = r.compare is None and not (r.asked or groups or r.period_at is not None or any(t.comparator for t in r.tokens))
    values = [t for t in r.tests_of_values() if not t.negated]
    return marked and plain and bool(values) and len(values) == len(r.tests)


_BESIDE = re.compile(
    r"(?:那|再|如果)?(?:跟|和|与|同|比|对比|相比)|(?:and |now |then |ok |how does (?:it|that) |how is (?:it|that) |put (?:it|that) )*"
    r"(?:compared?|comparing|vs|versus|against|next to|relative to|set against)(?![a-z])"
)


def adds_values(r: Reading) -> bool:
    """Whether values stand beside those before; 满减的呢，点击率也一起给我 adds a number, in a clause without the value."""
    return adds(r) and not adds_numbers_only(r, {t.at for t in r.tests_of_values()})


def adds_numbers_only(r: Reading, others: set[int]) -> bool:
    """Whether every word that adds stands in a clause with a number or a column, and none of the other places does: by level, and add
    orders; 换成华南，最后下单日期也带上."""
    metrics = {a.at for a in (*r.asked, *r.columns)}
    clauses = [between_stops(r, at) for at, t in enumerate(r.tokens) if t.has(*_ADDING) and not t.is_content]
    return bool(clauses) and bool(others) and all(c & metrics and not c & others for c in clauses)


def between_stops(r: Reading, at: int) -> set[int]:
    """The places up to the next stops around a token."""
    first = max((i + 1 for i in range(at) if r.is_break(i)), default=0)
    last = next((i for i in range(at, len(r.tokens)) if r.is_break(i)), len(r.tokens))
    return set(range(first, last))


def adds_beside(r: Reading) -> Iterator[bool]:
    """Whether a metric stands beside each word that adds: also X, X 也一起看."""
    for at, token in enumerate(r.pieces):
        if not token.has("add", "also") or token.is_content or token.has("neg"):
            continue
        before = r.pieces[at - 1] if at else None
        after = next((t for t in r.pieces[at + 1 :] if not is_filler(t)), None)
        yield before is not None and bool(before.of("metric"))
        yield (before is None or before.role == "break") and after is not None and bool(after.of("metric"))
