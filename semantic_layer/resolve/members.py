"""Metrics per member of an entity: spend of each customer in a period.

In: a metric with its own conditions and period. Out: an aggregate plan keyed by the member, with one value, or two where a member
is compared with itself.
"""

from semantic_layer.plan import AggregatePlan, Formula, Leaf, Measurement
from semantic_layer.query import MetricPredicate
from semantic_layer.resolve.context import MemberSource, Resolution
from semantic_layer.resolve.filters import conjuncts
from semantic_layer.resolve.keys import EntityGroup, key_column
from semantic_layer.resolve.leaves import Leaves
from semantic_layer.resolve.metrics import Builder, Use
from semantic_layer.resolve.outputs import zeroed


def member_plan(r: Resolution, predicate: MetricPredicate, entity: str, path: str) -> MemberSource | None:
    """The plan of a per-member metric; `measurements[0].previous` is the term it is compared with, if any."""
    group = (EntityGroup(entity),)
    key = key_column(r, EntityGroup(entity))
    builder = Builder(r, Leaves(frozenset({key.name.lower()})))
    value = builder.formula(predicate.metric, Use(conjuncts(predicate.where), predicate.period, group, path=path))
    against: Formula | None = None
    if predicate.against is not None:
        term = predicate.against
        against = builder.formula(term.metric, Use(conjuncts(term.where), term.period, group, "_against", path=path))
        if against is None:
            return None
    if value is None:
        return None
    zero = isinstance(value, Leaf) and builder.leaves.built[value.name].additive_zero
    value, against = zeroed(builder.leaves, value), zeroed(builder.leaves, against) if against else None
    measurement = Measurement(predicate.metric, value, against, member=predicate.metric)
    return MemberSource(AggregatePlan(builder.leaves.scans(), (key,), (measurement,)), zero)
