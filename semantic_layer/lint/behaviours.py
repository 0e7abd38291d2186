"""Behaviours and segments: rows that lead to their entity, a time, filters that name what exists."""

from collections.abc import Iterator
from typing import assert_never

from pydantic import TypeAdapter, ValidationError

from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue
from semantic_layer.lint.expressions import Words, check
from semantic_layer.lint.subject import At, Subject, circles
from semantic_layer.lint.tables import check_time, has_time
from semantic_layer.model import BehaviourType, Dimension
from semantic_layer.query import And, Behaviour, Filter, FirstOf, InGroups, InSegment, InSet, MetricPredicate, Not, Or, Predicate

_FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)
_NAMED_OPERATORS = frozenset({"=", "!=", "in", "not in"})


def lint_behaviours(subject: Subject) -> Iterator[Issue]:
    """Every behaviour: its table belongs to its entity, its condition and time fit."""
    for behaviour in subject.model.behaviours.values():
        at: At = ("behaviours", behaviour.name)
        yield from subject.declared("tables", behaviour.table, (*at, "table"))
        yield from subject.declared("entities", behaviour.entity, (*at, "entity"))
        if behaviour.table not in subject.model.tables:
            continue
        if behaviour.where is not None:
            yield from check(subject, behaviour.where, Words(behaviour.table), (*at, "where"))
        if behaviour.time is not None:
            yield from check_time(subject, behaviour.table, behaviour.time, (*at, "time"))
        elif not has_time(subject, behaviour.table):
            yield subject.issue("behaviour-without-time", at, (), "warning", name=behaviour.name, table=behaviour.table)
        yield from _reaches_entity(subject, behaviour, at)


def _reaches_entity(subject: Subject, behaviour: BehaviourType, at: At) -> Iterator[Issue]:
    entity = subject.model.entities.get(behaviour.entity)
    if entity is None or entity.table not in subject.model.tables:
        return
    if entity.table not in subject.graph.reachable(behaviour.table):
        near = (f"joins.yaml: {behaviour.table} → {entity.table}",)
        place = (*at, "table")
        yield subject.issue("entity-not-reached", place, near, name=behaviour.name, table=behaviour.table, entity=entity.name)


# --- segments ------------------------------------------------------------------------------------------------------------


def lint_segments(subject: Subject) -> Iterator[Issue]:
    """Every segment: its entity, every member and value in its filter, no circle."""
    named: dict[str, set[str]] = {}
    for segment in subject.model.segments.values():
        at: At = ("segments", segment.name)
        yield from subject.declared("entities", segment.entity, (*at, "entity"))
        try:
            condition = _FILTER.validate_json(segment.where)
        except ValidationError:
            yield subject.issue("unreadable-filter", (*at, "where"), name=segment.name)
            continue
        entity = subject.model.entities.get(segment.entity)
        yield from _filter(subject, condition, entity.table if entity is not None else None, (*at, "where"))
        named[segment.name] = set(_segments_in(condition))
    for circle in circles(named):
        yield subject.issue("segment-circle", ("segments", circle[0], "where"), path=" → ".join(circle))


def _segments_in(condition: Filter) -> Iterator[str]:
    match condition:
        case And() | Or():
            yield from (name for part in condition.filters for name in _segments_in(part))
        case Not():
            yield from _segments_in(condition.filter)
        case InSegment():
            yield condition.segment
        case _:
            return


def _filter(subject: Subject, condition: Filter, home: str | None, at: At) -> Iterator[Issue]:
    match condition:
        case And() | Or():
            for position, part in enumerate(condition.filters):
                yield from _filter(subject, part, home, (*at, "filters", position))
        case Not():
            yield from _filter(subject, condition.filter, home, (*at, "filter"))
        case Predicate():
            yield from _predicate(subject, condition, home, at)
        case Behaviour() | MetricPredicate():
            yield from _fact(subject, condition, at)
        case InSegment():
            yield from subject.declared("segments", condition.segment, (*at, "segment"))
        case InSet():
            yield from subject.declared("entities", condition.records.entity, (*at, "records", "entity"))
        case InGroups():
            yield from subject.declared("dimensions", condition.member, (*at, "groups", "group_by"))
        case FirstOf():
            yield from subject.declared("behaviours", condition.behaviour, (*at, "behaviour"))
        case _:
            assert_never(condition)


def _fact(subject: Subject, condition: Behaviour | MetricPredicate, at: At) -> Iterator[Issue]:
    """What a member did, or a metric of its own; the conditions on it are about the fact, not about the member."""
    home = None
    if isinstance(condition, Behaviour):
        yield from subject.declared("behaviours", condition.behaviour, (*at, "behaviour"))
        found = subject.model.behaviours.get(condition.behaviour)
        home = found.table if found is not None else None
        if condition.after is not None:
            yield from _fact(subject, condition.after, (*at, "after"))
    else:
        yield from subject.declared("metrics", condition.metric, (*at, "metric"))
    if condition.where is not None:
        yield from _filter(subject, condition.where, home, (*at, "where"))


def _predicate(subject: Subject, predicate: Predicate, home: str | None, at: At) -> Iterator[Issue]:
    """`home`: the table whose rows are tested; None where that is not known here."""
    yield from subject.declared("dimensions", predicate.member, (*at, "member"))
    dimension = subject.model.dimensions.get(predicate.member)
    if dimension is None:
        return
    if home is not None and home in subject.model.tables and not subject.touches(home, dimension):
        yield subject.issue("unreachable-member", (*at, "member"), name=dimension.name, table=home)
    if predicate.op in _NAMED_OPERATORS:
        yield from check_values(subject, dimension, predicate.values, (*at, "values"))


def check_values(subject: Subject, dimension: Dimension, values: tuple[object, ...], at: At) -> Iterator[Issue]:
    """Nothing, or which values a dimension that declares all of its values does not have."""
    if not dimension.values or dimension.index_values:
        return
    known = {value.value: value for value in dimension.values}
    for value in values:
        if value not in known:
            names = {str(n): str(v.value) for v in dimension.values for n in (v.value, v.label.zh, v.label.en)}
            near = tuple(dict.fromkeys(names[n] for n in nearest(str(value), names)))
            yield subject.issue("undeclared-value", at, near, name=dimension.name, value=str(value))
