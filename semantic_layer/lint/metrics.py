"""Measures and metrics: what they name exists, their SQL fits, no circle, a format that fits, drivers that can be reached."""

from collections.abc import Iterator
from typing import assert_never

from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue
from semantic_layer.lint.expressions import Words, bare_column, check, columns_in
from semantic_layer.lint.subject import At, Subject, circles
from semantic_layer.lint.tables import check_time, has_time
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Dimension,
    Measure,
    MembersMetric,
    Metric,
    RatioMetric,
    SimpleMetric,
)

_NEEDS_NUMBERS = frozenset({"sum", "avg", "median", "percentile"})
_COUNTS = frozenset({"count", "count_distinct"})


def lint_measures(subject: Subject) -> Iterator[Issue]:
    """Every measure: its table, what it aggregates, its finer form."""
    for measure in subject.model.measures.values():
        at: At = ("measures", measure.name)
        yield from subject.declared("tables", measure.table, (*at, "table"))
        if measure.expr is None and measure.agg != "count":
            near = _numbers(subject, measure.table)
            yield subject.issue("measure-needs-expression", at, near, name=measure.name, agg=measure.agg)
        if (measure.agg == "percentile") != (measure.percentile is not None):
            yield subject.issue("percentile-mismatch", at, name=measure.name)
        if measure.table in subject.model.tables:
            words = Words(measure.table)
            for text, place in subject.filled(((measure.expr, (*at, "expr")), (measure.where, (*at, "where")))):
                yield from check(subject, text, words, place)
            yield from _aggregated(subject, measure, at)
        yield from _finer_measure(subject, measure, at)


def _aggregated(subject: Subject, measure: Measure, at: At) -> Iterator[Issue]:
    name = bare_column(measure.expr) if measure.expr is not None else None
    column = subject.model.tables[measure.table].column(name) if name is not None else None
    if column is not None and measure.agg in _NEEDS_NUMBERS and column.type not in ("integer", "decimal", "number"):
        near = _numbers(subject, measure.table)
        yield subject.issue("measure-not-numeric", (*at, "expr"), near, name=column.name, type=column.type, agg=measure.agg)


def _numbers(subject: Subject, table: str) -> tuple[str, ...]:
    found = subject.model.tables.get(table)
    keys = found.primary_key if found is not None else ()
    return (
        tuple(c.name for c in found.columns if c.type in ("decimal", "number", "integer") and c.name not in keys)[:3]
        if found
        else ()
    )


def _finer_measure(subject: Subject, measure: Measure, at: At) -> Iterator[Issue]:
    if measure.finer is None:
        return
    yield from subject.declared("measures", measure.finer, (*at, "finer"))
    finer = subject.model.measures.get(measure.finer)
    if finer is not None and finer.table not in subject.graph.details(measure.table):
        yield subject.issue("finer-not-detail", (*at, "finer"), name=measure.name, finer=finer.name, table=finer.table)


# --- metrics -------------------------------------------------------------------------------------------------------------


def lint_metrics(subject: Subject) -> Iterator[Issue]:
    """Every metric by its kind; then circles, formats, drivers, related metrics."""
    for metric in subject.model.metrics.values():
        at: At = ("metrics", metric.name)
        for key, name in _references(metric):
            yield from subject.declared("metrics", name, (*at, *key))
        yield from _by_kind(subject, metric, at)
        yield from _format(subject, metric, at)
        yield from _neighbours(subject, metric, at)
    yield from _circles(subject)


def _references(metric: Metric) -> tuple[tuple[At, str], ...]:
    """The metrics that a metric is computed from, with the key that names each."""
    match metric:
        case SimpleMetric() | ConversionMetric():
            return ()
        case RatioMetric():
            return (("numerator",), metric.numerator), (("denominator",), metric.denominator)
        case DerivedMetric():
            return tuple((("metrics", i), name) for i, name in enumerate(metric.metrics))
        case MembersMetric() | CumulativeMetric():
            return ((("metric",), metric.metric),)
        case _:
            assert_never(metric)


def _by_kind(subject: Subject, metric: Metric, at: At) -> Iterator[Issue]:
    match metric:
        case SimpleMetric():
            yield from _simple(subject, metric, at)
        case DerivedMetric():
            yield from check(subject, metric.expr, Words(None, frozenset(metric.metrics)), (*at, "expr"))
            used = {name for _, name in columns_in(metric.expr)}
            for position, name in enumerate(metric.metrics):
                if used and name not in used:
                    yield subject.issue("unused-metric", (*at, "metrics", position), (), "warning", name=name)
        case MembersMetric():
            yield from subject.declared("entities", metric.entity, (*at, "entity"))
        case ConversionMetric():
            yield from subject.declared("entities", metric.entity, (*at, "entity"))
            yield from subject.declared("behaviours", metric.base, (*at, "base"))
            yield from subject.declared("behaviours", metric.to, (*at, "to"))
        case RatioMetric() | CumulativeMetric():
            return
        case _:
            assert_never(metric)


def _simple(subject: Subject, metric: SimpleMetric, at: At) -> Iterator[Issue]:
    yield from subject.declared("measures", metric.measure, (*at, "measure"))
    measure = subject.model.measures.get(metric.measure)
    if measure is None or measure.table not in subject.model.tables:
        return
    if metric.where is not None:
        yield from check(subject, metric.where, Words(measure.table), (*at, "where"))
    if metric.time is not None:
        yield from check_time(subject, measure.table, metric.time, (*at, "time"))
    elif not metric.timeless and not has_time(subject, measure.table):
        near = tuple(c.name for c in subject.model.tables[measure.table].columns if c.type in ("date", "timestamp"))
        hints = (*(f"time: {name}" for name in near[:2]), "timeless: true")
        yield subject.issue("metric-without-time", at, hints, "warning", name=metric.name, table=measure.table)


# --- formats -------------------------------------------------------------------------------------------------------------


def _nature(subject: Subject, name: str, depth: int = 0) -> str | None:
    """`money`, `count`, or None where it cannot be told."""
    metric = subject.model.metrics.get(name)
    if metric is None or depth > len(subject.model.metrics):
        return None
    if metric.format == "currency":
        return "money"
    if isinstance(metric, MembersMetric):
        return "count"
    measure = subject.model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
    if measure is not None and measure.agg in _COUNTS:
        return "count"
    return _nature(subject, metric.metric, depth + 1) if isinstance(metric, CumulativeMetric) else None


def _format(subject: Subject, metric: Metric, at: At) -> Iterator[Issue]:
    wrong = _wrong_format(subject, metric)
    if wrong is not None:
        yield subject.issue("format-mismatch", (*at, "format"), wrong, name=metric.name, format=metric.format)


def _wrong_format(subject: Subject, metric: Metric) -> tuple[str, ...] | None:
    """Formats that would fit better, or None where the metric's own does."""
    if isinstance(metric, RatioMetric):
        above, below = _nature(subject, metric.numerator), _nature(subject, metric.denominator)
        if metric.format == "integer" or (metric.format == "percent" and None not in (above, below) and above != below):
            return ("currency",) if above == "money" else ("number",)
        return ("percent", "number") if metric.format == "currency" and above is not None and above == below else None
    measure = subject.model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
    if measure is None:
        return None
    if measure.agg in _COUNTS and metric.format not in ("integer", "number"):
        return ("integer",)
    return ("number",) if measure.agg in ("avg", "median") and metric.format == "integer" else None


# --- drivers, related metrics, circles -----------------------------------------------------------------------------------


def _neighbours(subject: Subject, metric: Metric, at: At) -> Iterator[Issue]:
    for position, name in enumerate(metric.related):
        yield from subject.declared("metrics", name, (*at, "related", position))
    if metric.finer is not None:
        yield from subject.declared("metrics", metric.finer, (*at, "finer"))
    for position, name in enumerate(metric.drivers):
        place: At = (*at, "drivers", position)
        yield from subject.declared("dimensions", name, place)
        dimension = subject.model.dimensions.get(name)
        if dimension is None:
            continue
        missing = [t for t in _unreached(subject, metric, dimension)]
        if missing:
            near = nearest(name, (d.name for d in subject.model.dimensions.values() if not _unreached(subject, metric, d)))
            yield subject.issue("unreachable-driver", place, near, name=name, metric=metric.name, table=missing[0])


def _unreached(subject: Subject, metric: Metric, dimension: Dimension) -> tuple[str, ...]:
    """The fact tables of a metric from which the dimension cannot be reached, neither directly nor at a finer grain."""
    return tuple(
        measure.table
        for measure, finer in _measures(subject, metric.name)
        if not subject.reaches(measure.table, dimension)
        and not ((finer or measure.agg in _COUNTS) and subject.touches(measure.table, dimension))
    )


def _measures(subject: Subject, name: str) -> Iterator[tuple[Measure, bool]]:
    """The measures that a metric rests on, and whether each has a finer form."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        metric = subject.model.metrics.get(here)
        if metric is None or here in seen:
            continue
        seen.add(here)
        waiting.extend(name for _, name in _references(metric))
        measure = subject.model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
        if measure is not None and measure.table in subject.model.tables:
            yield measure, metric.finer is not None or measure.finer is not None


def _circles(subject: Subject) -> Iterator[Issue]:
    graph = {name: {n for _, n in _references(metric)} for name, metric in subject.model.metrics.items()}
    for circle in circles(graph):
        key = next(key for key, name in _references(subject.model.metrics[circle[0]]) if name == circle[1])
        yield subject.issue("metric-cycle", ("metrics", circle[0], *key), path=" → ".join(circle))
