"""Numbers that choose groups (cities with sales over 1M) and numbers that choose people (who spent over 5,000).

In: the number tests of a `Reading` and the breakdown of its query. Out: those that become `Having`, and the rest, which are conditions.
A number that only chooses groups is not shown beside what was asked. Never fails.
"""

from assistant.planners.rules.draft import NumberTest, Test
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, GroupBy, Having, InGroups, Measured, MetricUse


def split_having(r: Reading, groups: tuple[GroupBy, ...]) -> tuple[list[NumberTest], list[Test]]:
    """Numbers of groups apart from conditions: 退款率超过8%的渠道, against customers who spent over 5k."""
    having, rest = [], []
    for test in r.tests:
        if isinstance(test, NumberTest) and test.metrics and groups and not _is_per_member(r, test):
            having.append(test)
        else:
            rest.append(test)
    return having, rest


def _is_per_member(r: Reading, test: NumberTest) -> bool:
    if test.period is not None:
        return True
    noun = r.step(test.at, 1) if 0 <= test.at < len(r.tokens) else None
    if noun is not None and any(s.name in g.dimensions for g in r.groups for s in r.tokens[noun].of("dimension")):
        return False  # 只看订单数超过500的大区
    asked = {name for a in r.asked for name in a.names}
    if set(test.metrics) & asked:
        return False
    count = r.world.counts.get(r.world.model.domain.entity)
    return count in asked or any(r.is_person(at) for at in range(len(r.tokens)))


def as_having(r: Reading, test: NumberTest, metrics: tuple[Measured, ...]) -> Having:
    by = next(m.metric for m in metrics if isinstance(m, MetricUse) and m.metric in test.metrics)
    part = test.part if r.compare is not None or r.share else "value"
    return Having(by=by, part=part, op=test.op, values=test.values)


def choose_apart(query: Aggregate, asked: tuple[Measured, ...]) -> Aggregate:
    """NPS by store, only stores with 20 responses: the groups are chosen by a query of their own, and what was asked is shown."""
    shown = {m.name or m.metric for m in asked if isinstance(m, MetricUse)}
    hidden = tuple(h for h in query.having if h.by not in shown)
    plain = query.compare is None and query.share is None and not query.running_total and not query.count_groups
    one = len(query.group_by) == 1 and isinstance(query.group_by[0], ByDimension)
    names = {h.by for h in hidden}
    if not (hidden and plain and one and asked) or names & {o.by for o in query.order}:
        return query
    apart = tuple(m for m in query.metrics if isinstance(m, MetricUse) and (m.name or m.metric) in names)
    groups = Aggregate(metrics=apart, group_by=query.group_by, where=query.where, period=query.period, having=hidden)
    return query.model_copy(
        update={
            "metrics": tuple(m for m in query.metrics if m not in apart),
            "where": joined((*parts_of(query.where), InGroups(groups=groups))),
            "having": tuple(h for h in query.having if h not in hidden),
        }
    )
