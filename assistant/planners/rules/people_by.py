"""People in the order of a number of theirs, said in short: unhappy diamonds by lifetime spend, at-risk members by orders in the last 90 days.

In: a `Reading` that names no order otherwise. Out: the ranking of their list, its words used up; None where nobody is described in
front, where anything is counted or split there, or where more than a time stands behind the number. Never fails.
"""

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import Ranking
from assistant.planners.rules.reading import Reading

_OTHERWISE = ("count", "share", "by", "by_after", "per_group", "each_other", "distribution", "trend", "avg", "total", "how_much", "versus")


def people_by(r: Reading) -> Ranking | None:
    """The order of the people that are described in front of `by`."""
    by = next((at for at in r.where("by") if r.tokens[at].text == "by" and not r.tokens[at].is_content), None)
    at = r.beyond(by, 1, "total", "count", "refer") if by is not None else None
    if by is None or at is None or r.follows is not None or r.groups or not _describes(r, by):
        return None
    window = r.window_metric(at)
    metrics = tuple(m for m in r.metrics(at) if (m, None) in r.world.attributes.windows)
    if window is None and (not metrics or r.entities(at)):
        return None
    behind = at + 1
    time = r.tokens[behind].time if window is None and behind < len(r.tokens) else None
    end = behind + (time is not None)
    if end < len(r.tokens) and not r.is_break(end):
        return None
    r.take(*range(by, end))
    r.listed = True
    dimensions = tuple(d for d in r.dimensions(at) if r.world.attributes.window_of(d) is not None)
    if window is not None:
        named = tuple(s.name for s in r.tokens[at].of("dimension") if r.world.attributes.window_of(s.name) == window)
        return Ranking(at, dimensions=dimensions or named, target=(r.world.model.domain.entity,))
    return Ranking(at, metrics=metrics, target=(r.world.model.domain.entity,), period=time.period if time is not None else None)


def _describes(r: Reading, by: int) -> bool:
    """Whether people are described there, and nothing is asked of them but who they are."""
    front = [r.tokens[i] for i in range(by)]
    what = any(describes_people(r, i) and (t.of("value") or t.of("segment")) for i, t in enumerate(front))
    asks = any(t.has(*_OTHERWISE) and not t.is_content for t in front)
    return what and not asks and not any(t.of("metric") and not t.of("entity") for t in front)
