"""People in the order of a number of theirs, said in short: unhappy diamonds by lifetime spend, at-risk members by 90-day orders.

In: a `Reading` that names no order otherwise. Out: the ranking of their list, its words used up; None where nobody is described in
front, where anything is counted or split there, or where more than a time stands behind the number. Never fails.
"""

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import Asked, Ranking
from assistant.planners.rules.reading import Reading

_OTHERWISE = (
    "count",
    "share",
    "by",
    "by_after",
    "per_group",
    "each_other",
    "distribution",
    "trend",
    "avg",
    "total",
    "how_much",
    "versus",
)


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


def ordering_column(r: Reading, ranking: Ranking) -> Asked | None:
    """The one number that is shown, or the one that is money, where the order says no more than that: biggest spenders first."""
    numeric = [c for c in r.columns if c.names or any(r.world.is_number(d) for d in c.dimensions)]
    word = r.tokens[ranking.at] if 0 <= ranking.at < len(r.tokens) else None
    if len(numeric) > 1 and word is not None and word.has("money_verb"):
        numeric = [c for c in numeric if any(_is_money(r, name) for name in (*c.names, *c.dimensions))]
    return numeric[0] if len(numeric) == 1 else None


def _is_money(r: Reading, name: str) -> bool:
    member = r.world.model.metrics.get(name) or r.world.model.dimensions.get(name)
    return member is not None and member.format == "currency"
