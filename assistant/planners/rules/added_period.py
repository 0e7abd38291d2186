"""Another period beside the one that was shown: 加上8月, 加上去年的, add August, and then and July.

In: a `Reading` of the message and the numbers before it, with the period that the message names. Out: the numbers of both periods,
the later one against the earlier one, or month by month where they follow each other and are more than two; None where nothing is
added. Raises `Unbound` where the two cannot stand beside each other: all time and a year of it, shares, a third period from elsewhere.
"""

import re
from datetime import date

from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByTime, Compare, Period, SemanticQuery


def adds_period(r: Reading, query: SemanticQuery) -> bool:
    """Whether a message names a period and no more than that it comes on top of what was shown; raises `Unbound` for two of them."""
    plain = [t for t in r.pieces if not t.is_content]
    if r.asked or r.tests or r.groups or r.ranking is not None or r.share or r.period_at is None:
        return False
    if sum(t.time is not None for t in r.tokens) > 1 and any(t.has("add") for t in plain):
        raise Unbound("period")  # August, then add September and October: three periods, and the first would go
    if r.compare is not None:
        return False
    if any(t.has("versus", "swap", "only", "drop", "except") for t in plain) or any(t.of("metric") for t in r.tokens):
        return False
    two = isinstance(query, Aggregate) and query.compare is not None and query.compare.kind == "period"
    adds = any(t.has("add") for t in plain) or _TOGETHER.search(r.text.text) is not None
    return adds or (two and _AND.match(r.text.text) is not None)


_TOGETHER = re.compile(r"^(?:再?[和跟与同连把]|together with |along with ).*(?:一起|一并|一块)|^(?:together|along) with ")
"""和8月一起看."""
_AND = re.compile(r"(?:and|还有|以及|再)(?: also| then)? ?(?!what|how)(?!.*(?:呢|\?)\W*$)")
"""and July, behind two periods; and July? asks for that month alone."""


def with_period(query: Aggregate, named: Period) -> Aggregate:
    """The numbers of what was shown and of the period that is added."""
    shown = query.period
    if shown is None or _held(named, shown) or (query.share is not None and query.share.part is not None) or query.running_total:
        raise Unbound("period")
    if query.compare is not None:
        return _of_three(query, shown, named)
    timed = any(isinstance(g, ByTime) for g in query.group_by)
    if timed and (whole := _end_to_end(shown, named)) is not None:
        return query.model_copy(update={"period": whole, "share": None})
    later, earlier = (named, shown) if _starts(named) > _starts(shown) else (shown, named)
    return query.model_copy(update={"period": later, "compare": Compare(kind="period", period=earlier), "share": None})


def _held(named: Period, shown: Period) -> bool:
    """Whether one of the two periods is a part of the other: its numbers are in there already."""
    if None in (named.start, named.end, shown.start, shown.end):
        return True
    first, second = (named, shown) if _starts(named) >= _starts(shown) else (shown, named)
    return first.end <= second.end or (first.start == second.start)  # type: ignore[operator]


def _of_three(query: Aggregate, later: Period, named: Period) -> Aggregate:
    """add August, then and July: each month by itself, as three do not stand beside each other otherwise."""
    earlier = query.compare.period if query.compare is not None and query.compare.kind == "period" else None
    both = _end_to_end(later, earlier) if earlier is not None else None
    whole = _end_to_end(both, named) if both is not None else None
    if whole is None or earlier is None or not all(map(_is_month, (earlier, named))) or _starts(later).day != 1:
        raise Unbound("period")
    if any(isinstance(g, ByTime) for g in query.group_by):
        raise Unbound("period")
    months = (ByTime(grain="month"), *query.group_by)
    return query.model_copy(update={"period": whole, "compare": None, "group_by": months, "order": (), "limit": None})


def _end_to_end(one: Period, other: Period) -> Period | None:
    """The period that two make up which follow each other."""
    first, second = sorted((one, other), key=_starts)
    return Period(start=first.start, end=second.end) if first.end == second.start else None


def _starts(period: Period) -> date:
    return period.start or date.min


def _is_month(period: Period) -> bool:
    if period.start is None or period.end is None:
        return False
    return period.start.day == 1 and 28 <= (period.end - period.start).days <= 31 and period.end.day == 1
