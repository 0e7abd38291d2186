"""Words for shares that are none: as a percentage, by the largest percentage, by % sales growth, 是涨是跌、百分之几.

In: a `Reading` and the place of a word for shares, or a condition. Out: whether the word only says how a rate or a change is written;
whether the condition only repeats what is counted anyway. Never fails.
"""

import re

from assistant.planners.rules.draft import Test, ValueTest
from assistant.planners.rules.reading import Reading
from semantic_layer.model import SimpleMetric


def says_nothing_new(r: Reading, at: int) -> bool:
    """Whether a word for shares only says how a rate or a change is written: as a percentage, 是涨是跌、百分之几."""
    before = r.step(at, -1)
    if before is not None and r.metrics(before) and all(map(r.world.is_average, r.metrics(before))):
        return True  # top 2 box share: the name of a rate
    moved = r.beyond(at, -1, "and", "or", "how_much", "by")
    if moved is not None and r.tokens[moved].has("grow", "shrink", "change_word") and not r.tokens[moved].is_content:
        return True
    if _grows_behind(r, at):
        return True  # by % sales growth
    grows = any(t.has("grow", "shrink") or t.comparator for t in r.tokens)
    if grows and (_PERCENT_WISE.fullmatch(r.tokens[at].text) or _BY_PERCENT.search(r.text.text[: r.tokens[at].end])):
        return True  # fell hardest, percentage-wise; by the largest percentage
    return _AS_PERCENT.match(r.tokens[at].text) is not None and only_rates(r)


def _grows_behind(r: Reading, at: int) -> bool:
    to = r.step(at, 1)
    named = to is not None and bool(r.metrics(to))
    behind = r.step(to, 1) if named and to is not None else None
    return behind is not None and r.tokens[behind].has("grow", "shrink", "change_word")


_PERCENT_WISE = re.compile(
    r"(?:percent(?:age)?|%)[ -]?wise|in (?:percent(?:age)?|%)(?: terms)?|in relative terms|百分[比数]|比例"
)
_BY_PERCENT = re.compile(
    r"(?<![a-z])(?:by (?:the )?(?:largest|highest|biggest|greatest|most|how many|what)|(?:largest|highest|biggest|greatest)) "
    r"(?:percentage|percent|%)$"
)
_AS_PERCENT = re.compile(r"(?:expressed )?(?:as|in) (?:a )?(?:%|percent\w*)(?: terms)?$|用?百分比|用?百分数")


def only_rates(r: Reading) -> bool:
    """Whether all metrics of the question are rates and averages, which have no shares."""
    names = [[s.name for s in t.of("metric")] for t in r.tokens if t.of("metric")]
    return bool(names) and all(all(map(r.world.is_average, options)) for options in names)


def is_implied(r: Reading, test: Test) -> bool:
    """有多少订单是带优惠成交的，给个比例: all orders that are counted are done, which is the part of none of them."""
    names = [name for asked in r.asked for name in asked.names if r.world.is_count(name)]
    limits = [r.world.usual_rows(table) for name in names for table in r.world.tables_of(name)[:1] if _is_limited(r, name)]
    if not isinstance(test, ValueTest) or test.negated:
        return False
    return any(limit is not None and (limit[0], (limit[1],)) in test.options for limit in limits)


def _is_limited(r: Reading, name: str) -> bool:
    metric = r.world.model.metrics[name]
    return isinstance(metric, SimpleMetric) and metric.where is not None
