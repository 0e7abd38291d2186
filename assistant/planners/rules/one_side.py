"""One side of a comparison, spoken of alone: 上周比前一周, then 上周的主要是哪些区域; grew fastest, then top 5 brands, same quarter.

In: a `Reading` of a follow-up, the numbers before it and what the message makes of them. Out: the query without its comparison, where the
message names the time of one side and nothing that is compared, or ranks other things by the number itself. By region alone keeps what it
is compared with. Never fails.
"""

import re

from assistant.language.calendar import Calendar
from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.edits import group_name
from assistant.planners.rules.reading import Reading
from semantic_layer.periods import previous_period, year_before
from semantic_layer.query import Aggregate, Compare, MetricUse, Period, SemanticQuery

_COMPARING = ("versus", "more_than_other", "compare_low", "compare_high", "grow", "shrink", "change_word", "comparative")


def joined_then(r: Reading, last: Aggregate) -> None:
    """本月新增会员…, then 这个月的都是从哪些渠道注册的: when they did what the number counts is its own time, and no condition."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    for test in [t for t in r.tests if isinstance(t, VerbTest)]:
        own = len(names) == 1 and any(r.world.count_of_joining(name) == names[0] for name in test.behaviours)
        plain = test.did and not test.objects and test.after is None and test.behind is None and not test.same
        at = next((i for i, t in enumerate(r.tokens) if t.time is not None), None)
        if own and plain and test.period is not None and at is not None and r.period_at is None and not r.asked:
            r.tests = [t for t in r.tests if t is not test]
            r.period, r.period_at = test.period, at


_SAME_TWO = re.compile(
    r"(?<![a-z])(?:for |in |over |across )?(?:the |those |these )?same two (?:quarters|months|weeks|years|periods)(?![a-z])"
    r"|(?:还是|同样是?|也是|就)?[这那]两个(?:季度|月|星期|周|年)"
)


def same_two(r: Reading, last: SemanticQuery) -> None:
    """Q3 vs Q2…, then tickets by type, same two quarters: the two that were compared, which stay."""
    beside, said = getattr(last, "compare", None), _SAME_TWO.search(r.text.text)
    if said is None or not isinstance(beside, Compare) or beside.kind == "filter" or r.compare is not None:
        return
    places = [i for i, t in enumerate(r.tokens) if t.start < said.end() and said.start() < t.end]
    r.take(*places)
    if r.period_at in places:
        r.period, r.period_at = None, None


def of_one_side(r: Reading, last: Aggregate, query: Aggregate) -> Aggregate:
    """What the message makes of a comparison, without it where one side is meant."""
    if query.compare is None or query.compare != last.compare or r.compare is not None or _compares(r):
        return query
    more = bool(r.groups) or r.ranking is not None
    named = r.period_at is not None or any(t.has("same_period", "same") and not t.is_content for t in r.tokens)
    alone = more and named and any(_is_side(query.period, side) for side in _sides(r, last))
    if not (alone or _ranks_anew(r, last, query)):
        return query
    order = () if r.ranking is not None else tuple(o.model_copy(update={"part": "value"}) for o in query.order)
    return query.model_copy(update={"compare": None, "order": order})


def _compares(r: Reading) -> bool:
    if _SAME_TWO.search(r.text.text):
        return True
    words = (t for t in r.tokens if not t.is_content or t.comparator is not None)
    return any(t.comparator is not None or t.has(*_COMPARING) for t in words)


def _sides(r: Reading, last: Aggregate) -> tuple[Period | None, ...]:
    """The time that was shown, and the one that it was compared with."""
    if last.compare is None or last.period is None:
        return ()
    match last.compare.kind:
        case "period":
            return (last.period, last.compare.period)
        case "same_period_last_year":
            return (last.period, year_before(last.period))
    return (last.period, previous_period(last.period, Calendar(r.today).week_start))


def _is_side(named: Period | None, side: Period | None) -> bool:
    """本月对比上月同期, then 上月的…: the month, of which only as many days were compared."""
    if named is None or side is None or named.start is None or side.start is None or named.end is None or side.end is None:
        return False
    return named.start == side.start and named.end >= side.end


def _ranks_anew(r: Reading, last: Aggregate, query: Aggregate) -> bool:
    """which categories grew fastest, then top 5 brands; 卖得最好的是哪个: by the number itself, and not by how it grew."""
    grown = bool(last.order) and last.order[0].part == "growth"
    if not grown or r.ranking is None or r.ranking.part == "growth":
        return False
    shown = {group_name(g) for g in last.group_by}
    others = any(group_name(g) not in shown for g in query.group_by)
    sells = 0 <= r.ranking.at < len(r.tokens) and r.tokens[r.ranking.at].has("sells_high", "sells_low")
    return others or sells or bool(r.ranking.metrics)
