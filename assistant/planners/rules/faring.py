"""How something fares, in a question that asks why: weak, trails every other channel, 天猫为什么这么弱.

In: a `Reading` of a why-question. Out: the words for how it fares are used up, and so are the others that it is held against: that it
fares worse than they do is why it is asked, and neither a condition nor a breakdown. Never fails; outside of a why-question nothing is
taken, as there such words may choose rows.
"""

import re

from assistant.planners.rules.reading import Reading

_THAN = re.compile(
    r"(?:than|behind|below|versus|vs\.?|against|unlike|and not|compared (?:to|with)|relative to"
    r"|比|没有?|不如|不及|低于|落后于?|输给?)(?: the)?"
)
_GAP = re.compile("差(?:距|别|异|(?:了|得)?(?:这么|那么)?(?:多|大|远))")
_END = ("worst", "least", "shrink")
"""lagging, 垫底, 不如"""


def read_faring(r: Reading) -> None:
    """Takes what says how it fares."""
    if r.head != "change" or not _compared(r) or _GAP.search(r.text.text):
        return  # 9月天猫怎么没涨起来: against which time? 为什么差这么多: between which two?
    for at in r.where("rest"):
        kind = _kind_of(r, at)
        tied = _tied(r, at)
        behind = _fare_better(r, kind or at) if _opens(r, at) else []
        if tied or behind:
            r.take(at, kind, *tied, *behind, *_paces(r, kind or at))
    r.take(*(at for at in r.where("faring") if not r.tokens[at].is_content))
    r.take(*(at for at in r.where("vague") if not r.tokens[at].is_content and not _describes(r, at)))


def _compared(r: Reading) -> bool:
    """Whether it is said what it fares worse than it did: year on year, against Q2, or what was shown before."""
    told = any(t.comparator is not None for t in r.tokens)
    return r.follows is not None or told or sum(t.time is not None for t in r.tokens) > 1


def _describes(r: Reading, at: int) -> bool:
    """为什么好客户流失了: good ones, and not how it fares."""
    behind = at + 1
    return behind < len(r.tokens) and r.tokens[behind].is_content


def _kind_of(r: Reading, at: int) -> int | None:
    """the other channels, 别的渠道: the noun behind, which names a breakdown and no value of one."""
    noun = r.step(at, 1)
    return noun if noun is not None and r.dimensions(noun) and not r.value_options(noun) else None


def _tied(r: Reading, at: int) -> list[int]:
    """trails every other channel, 比别的渠道慢: the words right in front by which others are what something is held against."""
    before = [i for i in range(max(0, at - 3), at) if not r.tokens[i].is_content]
    stops = [i for i in before if r.is_break(i)]
    near = [i for i in before if i > max(stops, default=-1)]
    marks = [
        i
        for i in near
        if r.tokens[i].has("versus", "more_than_other", "neg", "faring", *_END) or _THAN.fullmatch(r.tokens[i].text)
    ]
    return [i for i in near if i >= marks[0]] if marks else []


def _opens(r: Reading, at: int) -> bool:
    """why so little? other categories grew much more: a clause of its own, behind the question or in front of it."""
    before = [i for i in range(at) if not r.tokens[i].has("filler", "and", "but", "then") or r.is_break(i)]
    return not before or r.is_break(before[-1])


def _fare_better(r: Reading, at: int) -> list[int]:
    """grew much more, 都涨得更多, did fine: how the others fare, up to the stop."""
    end = next((i for i in range(at + 1, len(r.tokens)) if r.is_break(i)), len(r.tokens))
    words = list(range(at + 1, end))
    fares = [i for i in words if r.tokens[i].has("grow", "shrink", "comparative", "faring")]
    plain = all(not r.tokens[i].is_content and r.tokens[i].role != "unread" and r.tokens[i].time is None for i in words)
    return words if fares and plain and len(fares) > 0 and _more_than_one(r) else []


def _more_than_one(r: Reading) -> bool:
    """Whether the why stands in another clause: why did other categories grow asks of these themselves."""
    return any(r.is_break(i) for i in range(len(r.tokens) - 1))


def _paces(r: Reading, at: int) -> list[int]:
    """比别的渠道慢, 涨得多: the pace behind the others."""
    end = next((i for i in range(at + 1, len(r.tokens)) if r.is_break(i)), len(r.tokens))
    return [
        i
        for i in range(at + 1, min(end, at + 3))
        if r.tokens[i].has("comparative", "compare_low", "compare_high") and not r.tokens[i].is_content
    ]


_THAN_OTHERS = re.compile(r"比(?:别|其[他它余])|(?<![a-z])(?:than|behind) (?:the |all |any )?(?:others?|rest)(?![a-z])")
"""为啥比别的品类涨得少: of what was shown, and not of the others."""


def against_others(r: Reading) -> bool:
    """Whether the others are only what something is held against: why so little? other categories grew much more."""
    rest = [at for at, t in enumerate(r.tokens) if t.has("rest")]
    used = r.head == "change" and bool(rest) and all(at in r.used for at in rest)
    return used or _THAN_OTHERS.search(r.text.text) is not None
