"""转化率 behind how many there were, and how many of them did it: the share of those who did, and no rate of other facts.

In: a `Reading` of the message and the last two queries. Out: that share, of the two numbers just shown; None where the last two answers
are nothing of the kind. Never fails.
"""

from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.model import RatioMetric
from semantic_layer.query import Aggregate, Behaviour, MetricUse, SemanticQuery, Share


def converted(r: Reading, last: SemanticQuery, history: tuple[SemanticQuery, ...]) -> Aggregate | None:
    """The share of those counted at first who did what was asked about next."""
    before = history[-1] if history else None
    if not isinstance(last, Aggregate) or not isinstance(before, Aggregate) or not _asks_for_a_step(r):
        return None
    same = (last.metrics, last.period, last.group_by, last.share) == (before.metrics, before.period, (), None)
    people = all(isinstance(m, MetricUse) and r.world.counts_people(m.metric) for m in last.metrics)
    added = [p for p in parts_of(last.where) if p not in parts_of(before.where)]
    rest = tuple(p for p in parts_of(last.where) if p not in added)
    if not (same and people) or len(added) != 1 or rest != parts_of(before.where):
        return None
    part = added[0]
    if not isinstance(part, Behaviour) or not part.did:
        return None
    r.asked, r.share = [], True
    return last.model_copy(update={"where": joined(rest), "share": Share(part=part)})


def _asks_for_a_step(r: Reading) -> bool:
    """Whether a message names nothing but how many of those who did one thing did another."""
    bare = not (r.tests or r.groups or r.compare or r.ranking or r.share) and r.period_at is None
    at = r.asked[0].at if bare and len(r.asked) == 1 else -1
    said = (
        r.tokens[at].of("metric") if 0 <= at < len(r.tokens) else ()
    )  # by its own words, whatever fuller name may be tried for them
    metric = r.world.model.metrics.get(said[0].name) if said else None
    if not isinstance(metric, RatioMetric) or metric.format != "percent":
        return False
    steps = [r.world.measure_of(r.world.model.metrics[side]) for side in (metric.numerator, metric.denominator)]
    return all(step is not None and step.agg == "count_distinct" for step in steps)
