"""What may be shared out, run up and compared: refusals of numbers that would add up to nothing.

In: the measurements of an aggregate, before missing values are 0. Out: nothing; issues are noted: shares of averages, running
totals of distinct counts or balances, comparisons of texts. Distinct counts have shares, with a word that groups overlap where
one member may stand in two of them.
"""

from semantic_layer.plan import Formula, Measurement
from semantic_layer.query import Aggregate, ByBucket, ByDimension, GroupBy
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.leaves import BuiltLeaf, place
from semantic_layer.resolve.metrics import Builder
from semantic_layer.resolve.outputs import adds, leaves_of


def check_sums(builder: Builder, query: Aggregate, measurements: tuple[Measurement, ...]) -> None:
    """Notes what does not add up."""
    computed = query.compare is not None or query.share is not None or query.running_total or query.having
    for m in measurements:
        if m.type is not None and computed:
            builder.r.note("not-numeric", "metrics", dimension=m.member or m.name, agg=m.name)
        if query.share is not None:
            _share(builder, query, m)
        if query.running_total and m.cumulative is None and not _adds_over_time(builder, m.value):
            builder.r.note("not-additive-over-time", "running_total", metric=m.name)


def _share(builder: Builder, query: Aggregate, m: Measurement) -> None:
    kind = adds(builder.leaves, m.value)
    if kind == "no" or m.cumulative is not None:
        builder.r.note("not-additive", "share", metric=m.name)
    elif kind == "distinct" and query.share is not None and query.share.part is None:
        leaves = leaves_of(builder.leaves, m.value)
        if any(_overlap(builder.r, leaf, query.group_by) for leaf in leaves):
            builder.r.note("overlapping-groups", "share", severity="assumption", metric=m.name)


def _adds_over_time(builder: Builder, formula: Formula) -> bool:
    balances = any(leaf.snapshot is not None for leaf in leaves_of(builder.leaves, formula))
    return adds(builder.leaves, formula) == "sum" and not balances


def _overlap(r: Resolution, leaf: BuiltLeaf, groups: tuple[GroupBy, ...]) -> bool:
    """May one of the things that `leaf` counts stand in two groups? Not where each group is an attribute of the thing."""
    counted = leaf.member or leaf.ref
    if counted is None:
        return False
    for table, path in r.graph.reachable(leaf.base).items():
        if place(r.key_of(table, path)) == place(counted):
            return not all(_belongs(r, group, table) for group in groups)
    return True


def _belongs(r: Resolution, group: GroupBy, table: str) -> bool:
    if not isinstance(group, ByDimension | ByBucket) or group.member is None:
        return isinstance(group, ByBucket)
    dimension = r.model.dimensions.get(group.member)
    return dimension is not None and r.home_of(dimension, table) is not None
