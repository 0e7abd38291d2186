"""Why what was shown changed: 为什么, 哪个大区拖后腿, which channel is behind it.

In: a `Reading` of a follow-up that asks for reasons, and the numbers before it with the message's conditions. Out: the change of that
number, explained by the dimensions that the message names; None where there is no number of its own or no time in which it could have
changed, which is then asked for. Raises `Unbound` where a dimension is named that the number has not.
"""

from assistant.planners.rules.choose import nearest_dimensions
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.moments import before_it
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Change, MetricUse


def why_of_it(r: Reading, last: Aggregate, where: Aggregate) -> Change | None:
    """The change to explain. `where`: the same numbers under the conditions of the message."""
    use = next((m for m in last.metrics if isinstance(m, MetricUse)), None)
    period = r.period or last.period
    if use is None or period is None:
        return None
    metric = r.asked[0].names[0] if r.asked and r.asked[0].names else use.metric
    compare = r.compare or last.compare or before_it(r)
    return Change(metric=metric, period=period, compare=compare, dimensions=_by(r, metric), where=where.where)


def _by(r: Reading, metric: str) -> tuple[str, ...]:
    """Which of the dimensions are asked about: 哪个大区拖后腿."""
    found: list[str] = []
    for group in r.groups:
        near = nearest_dimensions(r.world, group.dimensions, r.world.tables_of(metric), group.hints)
        if group.dimensions and not near:
            raise Unbound("by")
        found += near[:1]
    return tuple(dict.fromkeys(found))


def lacks_its_time(r: Reading, last: object) -> bool:
    """退款率最高的品类, then 为什么: the rate of all days has not changed; over which time it did is asked back."""
    return r.head == "change" and isinstance(last, Aggregate) and r.period is None and last.period is None and not r.unread()
