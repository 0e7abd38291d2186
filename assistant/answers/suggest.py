"""What to ask next: queries near the one just answered, with the question that asks for each.

In: a query, the model, a language, today. Out: candidates in the order in which they are likely to help — by another dimension,
over time, against last year, why, the top, the list. Whether each can be run is for the caller to find out; nothing fails.

Where the conditions of the query cannot be said in a few words the question leans on the conversation ("by channel").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.answers.wording import question
from assistant.qa import Lang
from prompts import render
from semantic_layer.model import Dimension, Metric, SemanticModel, SimpleMetric
from semantic_layer.periods import floor
from semantic_layer.query import (
    Aggregate,
    ByDimension,
    ByTime,
    Change,
    Compare,
    Filter,
    Grain,
    MetricUse,
    Order,
    Period,
    Predicate,
    Records,
    SemanticQuery,
)

MOST = 8
TOP = 10
LONG = 62
"""Days from which a period is looked at by month."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query and the question that asks for it."""

    query: SemanticQuery
    text: str


def suggest(query: SemanticQuery, model: SemanticModel, lang: Lang, today: date | None = None) -> tuple[str, ...]:
    """The questions that might come next, likeliest first."""
    return tuple(s.text for s in suggestions(query, model, lang, today))


def suggestions(query: SemanticQuery, model: SemanticModel, lang: Lang, today: date | None = None) -> tuple[Suggestion, ...]:
    """The same with the queries behind them; at most eight."""
    found: dict[str, Suggestion] = {}
    for candidate, follow_up in _near(query, model, today):
        text = question(candidate, model, lang, today)
        if text is None and follow_up is not None:
            text = _say(follow_up[0], lang, **_labels(follow_up[1], model, lang))
        if text is not None and candidate != query:
            found.setdefault(text, Suggestion(candidate, text))
    return tuple(found.values())[:MOST]


FollowUp = tuple[str, str]
"""The name of a text that leans on the conversation, and the member or grain in it."""
Candidate = tuple[SemanticQuery, FollowUp | None]


def _near(query: SemanticQuery, model: SemanticModel, today: date | None) -> Iterator[Candidate]:
    match query.kind:
        case "aggregate":
            yield from _aggregates(query, model, today)
        case "change":
            yield from _changes(query, model)
        case "records":
            yield from _lists(query, model)
        case "funnel" | "retention":
            yield from _starts(model, today)


def _aggregates(query: Aggregate, model: SemanticModel, today: date | None) -> Iterator[Candidate]:
    metric = _metric(query, model)
    if metric is None:
        yield from _starts(model, today)
        return
    plain = Aggregate(metrics=(MetricUse(metric=metric.name),), where=query.where, period=query.period)
    dimensions = _dimensions(metric, query, model)
    timed = isinstance(metric, SimpleMetric) is False or not getattr(metric, "timeless", False)
    yield from _by_dimension(plain, dimensions[:1])
    if timed and not any(isinstance(g, ByTime) for g in query.group_by):
        yield _trend(plain, today)
    if timed and query.compare is None and _bounded(query.period):
        keys = tuple(g for g in query.group_by if isinstance(g, ByDimension))
        compared = plain.model_copy(update={"group_by": keys, "compare": Compare(kind="same_period_last_year")})
        yield compared, ("yoy", "")
    if timed and _bounded(query.period):
        yield _why(metric.name, query)
    if not timed:
        yield from _list_of(metric, query.where, model)
    yield from _by_dimension(plain, dimensions[1:4])
    yield from _tops(plain, metric, model)


def _by_dimension(plain: Aggregate, dimensions: tuple[str, ...]) -> Iterator[Candidate]:
    for name in dimensions:
        yield plain.model_copy(update={"group_by": (ByDimension(member=name),)}), ("by", name)


def _trend(plain: Aggregate, today: date | None) -> Candidate:
    """Over the period where it is long enough to have a course, else over the year so far."""
    period, grain = plain.period, _grain(plain.period)
    if grain is None and today is not None:
        year = floor(today, "year")
        period, grain = Period(start=year, end=today) if year < today else None, "month"
    grain = grain or "month"
    return plain.model_copy(update={"group_by": (ByTime(grain=grain),), "period": period}), (f"each_{grain}", "")


def _grain(period: Period | None) -> Grain | None:
    if period is None or period.start is None or period.end is None:
        return "month" if period is None else None
    days = (period.end - period.start).days
    return "month" if days >= LONG else "day" if 7 <= days < LONG else None


def _why(metric: str, query: Aggregate) -> Candidate:
    compare = query.compare if query.compare is not None and query.compare.kind != "filter" else Compare(kind="previous_period")
    period = query.period or Period()
    return Change(metric=metric, period=period, compare=compare, where=query.where), ("why", metric)


def _tops(plain: Aggregate, metric: Metric, model: SemanticModel) -> Iterator[Candidate]:
    """The largest members of dimensions with many values."""
    names = [d.name for d in model.dimensions.values() if d.groupable and d.index_values and not d.values and d.pii is None]
    for name in names[:2]:
        update = {"group_by": (ByDimension(member=name),), "order": (Order(by=metric.name),), "limit": TOP}
        yield plain.model_copy(update=update), None


def _changes(query: Change, model: SemanticModel) -> Iterator[Candidate]:
    """Along the drivers, over time, and what is related."""
    metric = model.metrics.get(query.metric)
    if metric is None:
        return
    plain = Aggregate(metrics=(MetricUse(metric=query.metric),), where=query.where, period=query.period)
    for name in _known(metric.drivers, model)[:2]:
        yield plain.model_copy(update={"group_by": (ByDimension(member=name),), "compare": query.compare}), ("by", name)
    yield _trend(plain, query.period.end)
    for related in (r for r in metric.related if r in model.metrics):
        yield Change(metric=related, period=query.period, compare=query.compare, where=query.where), ("why", related)


def _lists(query: Records, model: SemanticModel) -> Iterator[Candidate]:
    """How many they are, and how they are spread."""
    count = _count_of(query.entity, model)
    if count is None:
        return
    plain = Aggregate(metrics=(MetricUse(metric=count.name),), where=query.where)
    yield plain, ("count", "")
    yield from _by_dimension(plain, _dimensions(count, plain, model)[:4])


def _list_of(metric: Metric, where: Filter | None, model: SemanticModel) -> Iterator[Candidate]:
    for entity in model.entities.values():
        if where is not None and _count_of(entity.name, model) == metric:
            yield Records(entity=entity.name, where=where), ("list", "")


def _starts(model: SemanticModel, today: date | None) -> Iterator[Candidate]:
    """The first metrics of the model, last month."""
    period = None
    if today is not None:
        this = floor(today, "month")
        period = Period(start=floor(date.fromordinal(this.toordinal() - 1), "month"), end=this)
    for metric in list(model.metrics.values())[:4]:
        yield Aggregate(metrics=(MetricUse(metric=metric.name),), period=period), None


# --- what fits ------------------------------------------------------------------------------------------------------------


def _metric(query: Aggregate, model: SemanticModel) -> Metric | None:
    use = query.metrics[0]
    return model.metrics.get(use.metric) if isinstance(use, MetricUse) and use.where is None and use.period is None else None


def _dimensions(metric: Metric, query: Aggregate, model: SemanticModel) -> tuple[str, ...]:
    """The metric's drivers first, then dimensions with few values; none that is grouped by or fixed already."""
    used = {g.member for g in query.group_by if isinstance(g, ByDimension)} | set(_fixed(query.where))
    declared = [d.name for d in model.dimensions.values() if _fits(d)]
    return tuple(n for n in dict.fromkeys((*_known(metric.drivers, model), *declared)) if n not in used)


def _fits(dimension: Dimension) -> bool:
    return dimension.groupable and bool(dimension.values) and dimension.pii is None and dimension.type != "boolean"


def _known(names: tuple[str, ...], model: SemanticModel) -> tuple[str, ...]:
    return tuple(n for n in names if n in model.dimensions)


def _fixed(where: Filter | None) -> Iterator[str]:
    if isinstance(where, Predicate):
        yield where.member
    for part in getattr(where, "filters", ()):
        yield from _fixed(part)


def _bounded(period: Period | None) -> bool:
    return period is not None and period.start is not None and period.end is not None


def _count_of(entity: str, model: SemanticModel) -> Metric | None:
    """The metric that counts an entity's members whatever the period."""
    known = model.entities.get(entity)
    for metric in model.metrics.values():
        measure = model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) and metric.timeless else None
        if measure is not None and known is not None and measure.table == known.table and measure.agg == "count":
            return metric
    return None


def _labels(name: str, model: SemanticModel, lang: Lang) -> dict[str, str]:
    return {"name": model.label(name, lang)} if name else {}


def _say(name: str, lang: Lang, /, **variables: object) -> str:
    return render(f"answers.follow_up.{name}", lang, **variables)
