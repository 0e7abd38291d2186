"""Growth unit by unit: monthly growth rate of orders, 销售额月度增长率, each month with the one before it.

In: a `Reading` broken down by time, when its words for change are read. It gains the comparison with the unit before, and a time where
none is said: growth needs a beginning, and the unit that is running is no course of things. How it went (增长趋势, is it growing?) stays
as it is; which grew by most yuan is ranked by no query. Never fails.
"""

import re
from datetime import date, timedelta

from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue
from semantic_layer.periods import floor, shift
from semantic_layer.query import Aggregate, Compare, Grain, Period, SemanticQuery

_RATE = re.compile(r"(?:率|[增降]速|[增涨降跌]幅|幅度)$|(?<![a-z])(?:rates?|pace|percentage|percent|pct)(?![a-z])|%")
"""How fast, whatever else is said of it: the trend of the growth rate is one of rates."""
_AMOUNT = re.compile(r"(?:[a-z-]+ )?growths?(?: (?:numbers|figures))?|增长[额了]?")
"""What it grew, as a noun: monthly growth, 月度增长; grew and rose tell of a course."""
_ENDS = re.compile(r" |(?:的?(?:情况|数据|数字|了?多少|金额))?[?？。.!！,，]*$")


def read_unit_growth(r: Reading) -> None:
    """Runs behind what reads the words for change."""
    grain = next((g.grain for g in r.groups if g.grain), None)
    if grain is None or r.head not in (None, "aggregate"):
        return
    if r.compare is None and not (r.share or r.running) and _asks_growth(r):
        r.compare = Compare(kind="previous_period")
        r.issues.append(Issue("assumed-comparison", "assumption"))
    if r.compare is not None and r.compare.kind != "period" and r.period is None and r.base is None and r.follows is None:
        r.period = units_so_far(grain, r.today)
        last = r.today - timedelta(days=1)
        r.issues.append(Issue("assumed-period", "assumption", params={"start": str(r.period.start), "end": str(last)}))


def units_so_far(grain: Grain, today: date) -> Period:
    """The units of this year, and of the last one too where they are quarters or years."""
    start = floor(today - timedelta(days=1), "month" if grain == "day" else "year")
    return Period(start=shift(start, "year", -1) if grain in ("quarter", "year") else start, end=today)


def _asks_growth(r: Reading) -> bool:
    words = [t for t in r.tokens if t.has("grow", "shrink") and not (t.of("metric") or t.of("dimension"))]
    if any(_RATE.search(t.text) for t in words):
        return True
    nouns = [t for t in words if _AMOUNT.fullmatch(t.text) and _ENDS.match(r.text.text, t.end)]
    return bool(nouns) and not r.trend and not r.moved and len(words) == 1


_IN_AMOUNTS = re.compile(
    r"(?:增长|增加|提升|上涨|下降|减少)(?:金额|额|量|的?绝对[值额量])|增量|多少[块元]"
    r"|(?<![a-z])(?:in (?:yuan|rmb|cny|absolute terms)|(?:growth|increase) amount|amount of growth)(?![a-z])"
)


def grew_by_amount(r: Reading, query: SemanticQuery) -> list[int]:
    """今年增长额最高的大区, grew most in yuan: growth is ranked by its rate, and another region may have gained more."""
    ranked = isinstance(query, Aggregate) and any(order.part == "growth" for order in query.order)
    said = _IN_AMOUNTS.search(r.text.text) if ranked else None
    if said is None:
        return []
    near = [i for i, t in enumerate(r.tokens) if t.start < said.end() and t.end > said.start()]  # no token: in yuan
    return (near or [i for i, t in enumerate(r.tokens) if t.has("grow", "shrink")])[:1]
