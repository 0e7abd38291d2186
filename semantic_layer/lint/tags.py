"""Tags: their computation names what exists, every case is a value and every value a case, no circle."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue
from semantic_layer.lint.expressions import Words, check, columns_in
from semantic_layer.lint.subject import At, Subject, circles
from semantic_layer.lint.tables import has_time
from semantic_layer.model import Cases, Entity, Expression, Favourite, LastDate, Latest, SimpleMetric, Tag, Window

_ADDITIVE = frozenset({"sum", "count", "count_distinct", "min", "max"})


def lint_tags(subject: Subject) -> Iterator[Issue]:
    """Every tag by its computation; then circles."""
    for tag in subject.model.tags.values():
        at: At = ("tags", tag.name)
        yield from subject.declared("entities", tag.entity, (*at, "entity"))
        entity = subject.model.entities.get(tag.entity)
        if entity is not None and entity.table in subject.model.tables:
            yield from _computation(subject, tag, entity, (*at, "compute"))
            if tag.name in subject.model.tables[entity.table].primary_key:
                yield subject.issue("duplicate-name", at, name=tag.name, first=f"{entity.table}.{tag.name}")
    yield from _circles(subject)


def _computation(subject: Subject, tag: Tag, entity: Entity, at: At) -> Iterator[Issue]:
    match tag.compute:
        case Window(metric=metric):
            yield from _metric(subject, metric, entity, (*at, "metric"))
        case LastDate(behaviour=behaviour):
            yield from subject.declared("behaviours", behaviour, (*at, "behaviour"))
            found = subject.model.behaviours.get(behaviour)
            if found is not None and found.entity != tag.entity:
                near = tuple(b.name for b in subject.model.behaviours.values() if b.entity == tag.entity)[:3]
                yield subject.issue("other-entity", (*at, "behaviour"), near, name=behaviour, entity=tag.entity)
        case Latest():
            yield from _latest(subject, tag.compute, entity, at)
        case Favourite(dimension=dimension, metric=metric):
            yield from subject.declared("dimensions", dimension, (*at, "dimension"))
            yield from _metric(subject, metric, entity, (*at, "metric"), dimension)
        case Expression(expr=text):
            yield from check(subject, text, _words(subject, tag, entity), (*at, "expr"))
        case Cases():
            yield from _cases(subject, tag, tag.compute, _words(subject, tag, entity), at)
        case _:
            assert_never(tag.compute)


def _words(subject: Subject, tag: Tag, entity: Entity) -> Words:
    """Columns and dimensions of the entity's table, the entity's other tags, and today."""
    tags = {t.name for t in subject.model.tags.values() if t.entity == tag.entity}
    written = {name for name in subject.names("tags") if name not in subject.model.tags}
    own = {d.name for d in subject.model.dimensions.values() if d.table == entity.table}
    return Words(entity.table, frozenset(tags | written | own | {"today"}) - {tag.name})


def _metric(subject: Subject, name: str, entity: Entity, at: At, dimension: str | None = None) -> Iterator[Issue]:
    """The metric can be taken per member: one measure that adds up, on a table whose rows belong to the entity."""
    yield from subject.declared("metrics", name, at)
    metric = subject.model.metrics.get(name)
    if metric is None:
        return
    measure = subject.model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
    if not isinstance(metric, SimpleMetric) or (measure is not None and measure.agg not in _ADDITIVE):
        simple = (m.name for m in subject.model.metrics.values() if isinstance(m, SimpleMetric))
        yield subject.issue("tag-metric-not-additive", at, nearest(name, simple), name=name)
        return
    if measure is None or measure.table not in subject.model.tables:
        return
    if entity.table not in subject.graph.reachable(measure.table):
        yield subject.issue("entity-not-reached", at, name=name, table=measure.table, entity=entity.name)
    found = subject.model.dimensions.get(dimension) if dimension is not None else None
    if found is not None and not subject.reaches(measure.table, found):
        yield subject.issue("unreachable-member", at, name=found.name, table=measure.table)


def _latest(subject: Subject, latest: Latest, entity: Entity, at: At) -> Iterator[Issue]:
    yield from subject.declared("tables", latest.table, (*at, "table"))
    if latest.table not in subject.model.tables:
        return
    yield from check(subject, latest.expr, Words(latest.table), (*at, "expr"))
    yield from check(subject, latest.tie_break, Words(latest.table), (*at, "tie_break"))
    if entity.table not in subject.graph.reachable(latest.table):
        yield subject.issue("entity-not-reached", (*at, "table"), name=latest.table, table=latest.table, entity=entity.name)
    if not has_time(subject, latest.table):
        yield subject.issue("table-without-time", (*at, "table"), table=latest.table)


def _cases(subject: Subject, tag: Tag, cases: Cases, words: Words, at: At) -> Iterator[Issue]:
    for position, case in enumerate(cases.cases):
        place: At = (*at, "cases", position)
        if case.when is not None:
            yield from check(subject, case.when, words, (*place, "when"))
        elif position < len(cases.cases) - 1:
            yield subject.issue("case-after-otherwise", place, name=tag.name, value=str(case.value))
    dimension = subject.model.dimensions.get(tag.name)
    if dimension is None or tag.helper:
        return
    known = {value.value for value in dimension.values}
    for position, case in enumerate(cases.cases):
        if case.value not in known:
            near = nearest(str(case.value), (str(v) for v in known)) or tuple(str(v) for v in known)[:3]
            place = (*at, "cases", position, "value")
            yield subject.issue("undeclared-value", place, near, name=tag.name, value=str(case.value))
    given = {case.value for case in cases.cases}
    for position, value in enumerate(dimension.values):
        if value.value not in given:
            near = (f"- {{value: {value.value}, when: …}}",)
            place = ("tags", tag.name, "values", position)
            yield subject.issue("value-without-case", place, near, name=tag.name, value=str(value.value))


def _circles(subject: Subject) -> Iterator[Issue]:
    graph: dict[str, set[str]] = {}
    tags: Mapping[str, Tag] = subject.model.tags
    for tag in tags.values():
        texts = _texts(tag)
        graph[tag.name] = {n for text in texts for owner, n in columns_in(text) if not owner and n in tags and n != tag.name}
    for circle in circles(graph):
        yield subject.issue("tag-circle", ("tags", circle[0], "compute"), path=" → ".join(circle))


def _texts(tag: Tag) -> tuple[str, ...]:
    match tag.compute:
        case Expression(expr=text):
            return (text,)
        case Cases(cases=cases):
            return tuple(case.when for case in cases if case.when is not None)
        case _:
            return ()
