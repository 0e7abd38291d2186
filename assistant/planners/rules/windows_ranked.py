"""What groups are ranked by in a window of time: 钻石客户近一年消费最多的品类, 近90天订单数最多的渠道.

In: a `Reading` whose ranking and breakdowns are read. Out: where the words name what each of the people has (their spend in the last 365
days) and no people are ranked, the ranking goes by the metric itself, and the window is the time of the question: what people bought then,
and not what they like best. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.reading import Reading


def read_windows_ranked(r: Reading) -> None:
    """Runs before what is asked for is settled."""
    ranking = r.ranking
    if ranking is None or ranking.metrics or ranking.target == (r.world.model.domain.entity,) or r.head == "records":
        return
    held = next((w for name in ranking.dimensions if (w := r.world.attributes.window_of(name)) is not None), None)
    if held is None or r.listed or not any(g.dimensions for g in r.groups):
        return
    metric, days = held
    r.ranking = replace(ranking, metrics=(metric,), dimensions=())
    same = [a for a in r.asked if a.dimensions == ranking.dimensions and a.agg in (None, "sum")]
    r.asked = [replace(a, names=(metric,), dimensions=(), agg=None) if a in same else a for a in r.asked]
    if days is not None and r.period is None and not any(t.time is not None for t in r.tokens):
        r.period = r.last_days(days)
