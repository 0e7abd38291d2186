"""A part of each group's own: which region has the highest share of logistics tickets, 女装销售额占比今年每月变化.

In: a `Reading` whose shares, breakdowns and time are read. Out: its part, within each of the groups; a number that is some of the rows of
another one is their rate where there is one. Never fails: 今年每月销售额占全年的比例, which channel has the largest share of sales stay.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.language.values import fold
from assistant.planners.rules.draft import Test, ValueTest
from assistant.planners.rules.kin import names_of, own_limit, rate_of
from assistant.planners.rules.of_the_whole import OF_ALL_TIME
from assistant.planners.rules.reading import Reading
from semantic_layer.model import SimpleMetric

_HAS_SHARE = re.compile(
    r"(?<![a-z])(?:has|have|had|having|with|sees|saw|shows?) (?:the |our )?"
    r"(?:highest|lowest|largest|smallest|biggest|greatest|most|least|top) "
    r"(?:share|proportion|percentage|percent|fraction|portion|ratio|%) of (?:the |our |all )*"
)


def share_of_each(r: Reading) -> None:
    """The one part that is said, of each month's or each group's whole."""
    if not r.share or r.share_within or r.share_parts or r.follows is not None or r.compare is not None or r.apart or r.running:
        return
    values = [t for t in r.tests_of_values() if not t.negated and t.rank is None]
    if r.groups and not any(g.dimensions or g.metrics for g in r.groups):
        if values and r.ranking is None and OF_ALL_TIME.search(r.text.text) is None:
            r.share_within = True
        return
    if not (r.groups or r.tests or r.ranking is not None or r.steps):
        _as_rate(r)  # 三季度优惠订单占比: of all the orders
        return
    said = _HAS_SHARE.search(r.text.text) if r.ranking is not None and len(r.groups) == 1 else None
    if said is None or any(t.at < 0 or r.tokens[t.at].start < said.end() for t in r.tests):
        return
    if len(values) == len(r.tests) == 1 and _describes_rows(r, values[0]):
        r.share_parts, r.share_within = {values[0].at}, True
    elif not r.tests:
        _as_rate(r)


def _describes_rows(r: Reading, test: ValueTest) -> bool:
    """logistics tickets: a value of what is counted, and none of what it is split by."""
    behind = r.step(test.at, 1)
    split = {d for g in r.groups for d in g.dimensions}
    counted = behind is not None and bool(r.tokens[behind].of("metric") or r.tokens[behind].of("entity"))
    return counted and not split & {d for d, _ in test.options}


def _as_rate(r: Reading) -> None:
    """cancelled orders, discounted orders: the rate of them, else their part of all such rows."""
    asked = r.asked[0] if len(r.asked) == 1 and len(r.asked[0].names) == 1 else None
    name = asked.names[0] if asked is not None else ""
    metric, limit = r.world.model.metrics.get(name), own_limit(r.world, name)
    if asked is None or not isinstance(metric, SimpleMetric) or not 0 <= asked.at < len(r.tokens):
        return
    whole = _whole_of(r, metric, r.tokens[asked.at].text)
    rate = rate_of(r.world, name)
    if whole is None:
        return
    if rate is not None:
        r.asked, r.share = [replace(asked, names=(rate,))], False
        r.ranking = replace(r.ranking, metrics=()) if r.ranking is not None else None
    elif isinstance(limit, tuple) and {limit[0]} >= {s.name for s in r.tokens[asked.at].of("value")}:
        r.asked = [replace(asked, names=(whole,))]
        r.ranking = replace(r.ranking, metrics=()) if r.ranking is not None else None
        r.tests.append(ValueTest(asked.at, ((limit[0], (limit[1],)),)))
        r.share_parts, r.share_within = {asked.at}, True


def _whole_of(r: Reading, metric: SimpleMetric, text: str) -> str | None:
    """The number of all the rows that the last word of its name counts: orders, of discounted orders; nothing of complaints."""
    for name, other in r.world.model.metrics.items():
        same = isinstance(other, SimpleMetric) and other.measure == metric.measure and name != metric.name
        words = {fold(w) for w in names_of(r.world, name)} if same else set()
        if any(text.endswith(f" {word}") for word in words) or (same and _ends_in_rows(r, name, text)):
            return name
    return None


def _ends_in_rows(r: Reading, name: str, text: str) -> bool:
    """优惠订单: a word that ends in what the rows are called, all of which the other number counts."""
    entity = next((e for e, count in r.world.counts.items() if count == name), None)
    if entity is None or text.isascii() or own_limit(r.world, name) is not False:
        return False
    label, more = r.world.model.entities[entity].label.zh, r.world.model.entities[entity].synonyms.zh
    return any(text != word and text.removesuffix("数").endswith(word) for word in (label, *more))


def part_of_rows(r: Reading, named: Sequence[Test]) -> list[Test]:
    """投诉占工单的比例，华东和华南分别多少: the part is said in front of its whole, and what is told apart is each one's."""
    share = next((at for at, t in enumerate(r.tokens) if t.has("share") and not t.is_content), None)
    told = bool(r.apart) and len(named) == len(r.asked) == 1 and isinstance(named[0], ValueTest)
    return list(named) if told and share is not None and named[0].at < share < r.asked[0].at else []


def leaves_out(r: Reading, test: Test) -> bool:
    """share of revenue by channel, leave stores out: one of the groups is gone, and the others are no part of anything."""
    groups = {name for group in r.groups for name in group.dimensions}
    return isinstance(test, ValueTest) and test.negated and any(name in groups for name, _ in test.options)
