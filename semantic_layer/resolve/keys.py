"""What an aggregate is grouped by, bound to the base of each scan.

In: the groupings of a query. Out: one key per grouping, the same order on every scan, or None with issues noted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from semantic_layer.model import Dimension
from semantic_layer.plan import BucketKey, ColumnRef, DimensionKey, Key, MemberRef, OutputColumn, PartKey, Ref, TimeKey
from semantic_layer.query import ByBucket, ByDimension, ByTime, ByTimePart, Grain, GroupBy, MetricPredicate, Predicate
from semantic_layer.resolve.context import Resolution
from semantic_layer.resolve.filters import Need


@dataclass(frozen=True, slots=True)
class EntityGroup:
    """Group by the members of an entity: a metric per member."""

    entity: str


Grouping = GroupBy | EntityGroup


def key_needs(r: Resolution, groups: tuple[Grouping, ...]) -> Iterator[Need]:
    """Everything that a base must reach to be grouped so."""
    for group in groups:
        match group:
            case ByDimension():
                dimension = r.model.dimensions.get(group.member)
                owner = r.tag_entity(dimension) if dimension is not None and group.as_of is not None else None
                yield ("entity", owner.name) if owner else ("dimension", group.member)
            case ByTime() | ByTimePart():
                if group.member is not None:
                    yield ("dimension", group.member)
            case ByBucket():
                yield ("entity", r.model.domain.entity) if group.member is None else ("dimension", group.member)
            case EntityGroup():
                yield ("entity", group.entity)


def resolve_keys(
    r: Resolution, groups: tuple[Grouping, ...], base: str, time: ColumnRef | None, shift: tuple[Grain, int] | None
) -> tuple[Key, ...] | None:
    """The keys on `base`; `time` is the metric's own."""
    found = [_key(r, group, base, time, shift, f"group_by[{i}]") for i, group in enumerate(groups)]
    keys = tuple(k for k in found if k is not None)
    return keys if len(keys) == len(found) else None


def _key(
    r: Resolution, group: Grouping, base: str, time: ColumnRef | None, shift: tuple[Grain, int] | None, path: str
) -> Key | None:
    match group:
        case EntityGroup():
            key = r.entity_key(r.model.entities[group.entity], base)
            return None if key is None else DimensionKey(key)
        case ByDimension():
            ref = _grouped(r, group, base, path)
            return None if ref is None else DimensionKey(ref)
        case ByTime():
            at = time if group.member is None else _time(r, group.member, base, path)
            if at is None:
                r.note("no-time", path, name=group.grain)
                return None
            return TimeKey(at, group.grain, r.model.domain.week_start, shift if group.member is None else None)
        case ByTimePart():
            at = time if group.member is None else _time(r, group.member, base, path)
            if at is None:
                r.note("no-time", path, name=group.part)
                return None
            return PartKey(at, group.part)
        case ByBucket():
            bucket = _bucketed(r, group, base, path)
            return None if bucket is None else BucketKey(bucket, group.edges, group.width)


def _grouped(r: Resolution, group: ByDimension, base: str, path: str) -> Ref | None:
    dimension = r.dimension(group.member, path)
    if dimension is None or not _may_group(r, dimension, path):
        return None
    if group.as_of is not None:
        return r.history(dimension, Predicate(member=group.member, op="is not null", as_of=group.as_of), base, path)
    return r.column(dimension, base)


def _may_group(r: Resolution, dimension: Dimension, path: str) -> bool:
    if dimension.pii is None or r.restricted.masks.get(dimension.pii) == "clear":
        return True
    r.note("personal-data", path, name=dimension.name)
    return False


def _time(r: Resolution, member: str, base: str, path: str) -> ColumnRef | None:
    dimension = r.dimension(member, path)
    if dimension is None:
        return None
    if dimension.type not in ("date", "timestamp"):
        r.note("not-a-date", path, dimension=member)
        return None
    return r.column(dimension, base)


def _bucketed(r: Resolution, group: ByBucket, base: str, path: str) -> Ref | None:
    if group.member is None:
        return _member_metric(r, group, base, path)
    dimension = r.dimension(group.member, path)
    if dimension is None or not _may_group(r, dimension, path):
        return None
    if dimension.type not in ("integer", "decimal", "number"):
        r.note("not-numeric", path, dimension=group.member, agg="bucket")
        return None
    return r.column(dimension, base)


def _member_metric(r: Resolution, group: ByBucket, base: str, path: str) -> MemberRef | None:
    from semantic_layer.resolve.members import member_plan

    entity = r.model.entities[r.model.domain.entity]
    key = r.entity_key(entity, base)
    predicate = MetricPredicate(metric=group.metric or "", op=">=", value=0, period=group.period)
    source = member_plan(r, predicate, entity.name, path)
    return None if key is None or source is None else MemberRef(key, source.plan, source.zero)


def key_column(r: Resolution, group: Grouping) -> OutputColumn:
    """The output column of a grouping; its name is the member's, the grain's or the part's."""
    match group:
        case EntityGroup():
            table = r.model.tables[r.model.entities[group.entity].table]
            return OutputColumn(table.primary_key[0], "key", "integer", "key", table.primary_key[0])
        case ByDimension():
            dimension = r.model.dimensions.get(group.member)
            kind = dimension.type if dimension else "text"
            return OutputColumn(group.member, "key", kind, "key", group.member)
        case ByTime():
            return OutputColumn(group.grain, "key", "date", "key", group.member, grain=group.grain)
        case ByTimePart():
            kind = "boolean" if group.part == "weekend" else "integer"
            return OutputColumn(group.part, "key", kind, "key", group.member, grain=group.part)
        case ByBucket():
            name = group.member or group.metric or "bucket"
            return OutputColumn(name, "key", "number", "key", name, grain="bucket")
