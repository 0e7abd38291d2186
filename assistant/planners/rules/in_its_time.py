"""People who were counted by what they did in a time, as the number that has that time: 上周注册了多少人, then 跟上上周比呢.

In: a fresh `Reading` of a message and the query before it. Out: the same number of the same people, by a metric whose time is that of
the deed, so that it can be compared with another time or broken down by it; the query itself where nothing of that is asked, or
where no metric counts who did it. Never fails.
"""

from datetime import date, timedelta

from assistant.planners.rules.edits import joined, parts_of, periods_in
from assistant.planners.rules.kin import doers
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.world import World
from semantic_layer.model import BehaviourType
from semantic_layer.query import Aggregate, Behaviour, Filter, MetricUse, Period, Predicate, SemanticQuery


def in_its_time(r: Reading, last: SemanticQuery) -> SemanticQuery:
    """The query that another time can be set beside."""
    count = r.world.counts.get(r.world.model.domain.entity)
    compares = any(t.comparator is not None or (t.has("versus") and not t.is_content) for t in r.tokens)
    splits = any(t.grain is not None for t in r.tokens)
    plain = isinstance(last, Aggregate) and last.share is None and last.compare is None and last.period is None
    if (
        not isinstance(last, Aggregate)
        or not plain
        or not (compares or splits)
        or last.metrics != (MetricUse(metric=count or ""),)
    ):
        return last
    timed = [(part, found) for part in parts_of(last.where) if (found := _timed(r, part)) is not None]
    rest = tuple(part for part in parts_of(last.where) if all(part is not own for own, _ in timed))
    if len(timed) != 1 or periods_in(joined(rest)):
        return last  # their first order in August: that there was none before August says nothing of July
    own, (metric, period) = timed[0]
    inner = parts_of(own.where) if isinstance(own, Behaviour) else ()
    where = joined((*inner, *rest))
    return last.model_copy(update={"metrics": (MetricUse(metric=metric),), "where": where, "period": period})


def _timed(r: Reading, part: Filter) -> tuple[str, Period] | None:
    """The metric that counts who did that, and when it was."""
    match part:
        case Behaviour(did=True, at_least=1, at_most=None, after=None, first=False, period=Period() as period):
            metric = doers(r.world, part.behaviour)
            return (metric, period) if metric is not None else None
    found = day_of_joining(r.world, part)
    metric = r.world.count_of_joining(found[0]) if found is not None else None
    return (metric, found[1]) if metric is not None and found is not None else None


def day_of_joining(world: World, part: Filter) -> tuple[str, Period] | None:
    """The deed, and its time, of a date of people that is the day on which they did it: registered from … to …."""
    match part:
        case Predicate(op="between", values=(str() as first, str() as last)):
            joining = next((b for b in world.model.behaviours.values() if _is_its_day(world, b, part.member)), None)
            days = Period(start=date.fromisoformat(first), end=date.fromisoformat(last) + timedelta(days=1))
            return (joining.name, days) if joining is not None else None
    return None


def _is_its_day(world: World, behaviour: BehaviourType, member: str) -> bool:
    """Whether a date of people is when they did it: the registration date."""
    dimension = world.model.dimensions.get(member)
    same = dimension is not None and dimension.table == behaviour.table
    return same and dimension is not None and behaviour.time in (dimension.name, dimension.expr)
