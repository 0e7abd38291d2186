"""How many of a ranking, and by which number, where a message does not say it: 前五, then 倒数的呢; 消费前20, then 按订单数排.

In: a `Reading` of a follow-up, the query before it. Out: whether as many are meant; the number in the time of the one that was shown.
Never fails.
"""

import re

from assistant.planners.rules.draft import Asked, Ranking
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Attribute, MetricColumn, Period, Records

_MANY = re.compile(r"倒数|垫底|末尾|末位|靠后|最后(?!一)|(?<![a-z])(?:bottom|ones|last few|trailing)(?![a-z])")
_ONE = re.compile(r"[一1][个家名位款种]|那[个家]|哪一?[个家]|(?<![a-z])(?:one|which)(?![a-z])")


def as_many_at_the_end(r: Reading, query: Aggregate) -> bool:
    """门店销售额前五, then 倒数的呢, the worst ones: five again, from the other end."""
    return (query.limit or 0) > 1 and _MANY.search(r.text.text) is not None and _ONE.search(r.text.text) is None


def in_time_shown(r: Reading, ranked: Ranking, last: Records, *, said: str) -> Asked | None:
    """The number that is to order a list, in the time of the one that ordered it; of all time only where that is said."""
    by = last.order[0].by if last.order else None
    windows = r.world.attributes.windows
    whole = [
        m for (m, days), name in windows.items() if days is None and name in ranked.dimensions and not _is_named(r, name, said)
    ]
    metrics = tuple(dict.fromkeys((*ranked.metrics, *whole)))
    timed = ranked.period is not None or r.period_at is not None
    if by is None or len(metrics) != 1 or timed:
        return None
    for column in last.columns:
        if isinstance(column, MetricColumn) and column.metric == by and column.period is not None:
            return Asked(ranked.at, metrics, None, (), period=column.period)
        held = r.world.attributes.window_of(column.member) if isinstance(column, Attribute) and column.member == by else None
        if held is not None and held[1] is not None:
            same = windows.get((metrics[0], held[1]))
            period: Period = r.last_days(held[1])
            return Asked(ranked.at, (), None, (same,)) if same else Asked(ranked.at, metrics, None, (), period=period)
    return None


def _is_named(r: Reading, name: str, said: str) -> bool:
    """按累计订单数: by that and nothing else."""
    label = r.world.model.dimensions[name].label
    return said in (label.zh, label.en.lower())
