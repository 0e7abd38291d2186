"""The two ends of a range that are compared: sales growth from Q2 to Q3, how did complaints change from August to September.

In: a `Reading` and the one range that it names. Out: both ends, the earlier one first; None where the range is one stretch of time.
Never fails.
"""

from assistant.language.dates import PeriodMention
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period


def compared_ends(r: Reading, mention: PeriodMention) -> tuple[Period, Period] | None:
    """how did complaints change from August to September: one end against the other, where a word for change stands there."""
    words = r.where("grow", "shrink", "comparative", "change_word")
    grows = any(not r.tokens[at].is_content or (r.tokens[at].has("grow") and r.step(at, -1) in _metrics(r)) for at in words)
    changes = r.moved or r.head == "change" or grows
    grown = r.ranking is not None and r.ranking.part == "growth"  # which grew fastest from August to September
    split = any(g.grain or g.part for g in r.groups) or r.trend
    fits = (changes and (r.ranking is None or (r.ranking.limit is None and not r.ranking.single))) or grown
    return mention.ends if fits and not split and (mention.count == 2 or _are_alike(mention)) else None


def _are_alike(mention: PeriodMention) -> bool:
    """grew the most between Q3 last year and Q3 this year: the same days of two years."""
    if mention.ends is None:
        return False
    (a, b), (c, d) = ((end.start, end.end) for end in mention.ends)
    if a is None or b is None or c is None or d is None:
        return False
    return (a.month, a.day) == (c.month, c.day) and a.year != c.year and b <= c


def _metrics(r: Reading) -> set[int]:
    return {asked.at for asked in r.asked if asked.names}
