"""Sentences of lists, and of results with nothing in them.

In: a `Speech`. Out: how many there are and under which conditions; where nothing was found, what was asked for and what there is.
Nothing fails.
"""

from datetime import date, timedelta

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.conditions import explain_filter
from assistant.answers.speech import Speech
from semantic_layer.model import SemanticModel, SimpleMetric
from semantic_layer.query import MetricColumn, Order, Period, Records, SemanticQuery


def tell_records(speech: Speech, query: Records) -> str:
    """How many members meet the conditions, and in which order they stand."""
    entity = words.escape_markdown(speech.model.label(query.entity, speech.lang))
    shown = len(speech.shape.rows)
    total = speech.result.total_rows if speech.result.total_rows is not None else shown
    limited = query.limit is not None and shown >= query.limit
    if query.distinct:
        labels = speech.join([words.escape_markdown(c.label) for c in speech.result.columns])
        text = speech.say(
            "records.distinct",
            entity=labels,
            conditions=_conditions(speech, query),
            during=_during(speech, query),
            count=f"{total:,}",
        )
        return text + _order(speech, query, limited=False)
    named = {"entity": entity, "conditions": _conditions(speech, query), "during": _during(speech, query)}
    if query.limit_per:
        keys = speech.join([words.escape_markdown(speech.model.label(name, speech.lang)) for name in query.limit_per])
        many = {"keys": keys, "limit": query.limit, "count": _count(speech, query, total)}
        return speech.say("records.of_each", **named, **many, order=_order(speech, query, limited=True))
    if query.offset:
        place = words.place(query.limit, query.offset)
        return speech.say("records.placed", **named, place=place, order=_order(speech, query, limited=True))
    if limited:
        return speech.say(
            "records.limited", **named, count=_count(speech, query, shown), order=_order(speech, query, limited=True)
        )
    key = "records.truncated" if speech.result.truncated else "records.many" if query.where is not None else "records.all"
    text = speech.say(key, **named, count=_count(speech, query, total), shown=f"{shown:,}")
    return text + _order(speech, query, limited=False)


def _count(speech: Speech, query: Records, count: int) -> str:
    entity = speech.model.entities.get(query.entity)
    unit = entity.unit[speech.lang] if entity is not None else None
    return words.number(count, "integer", speech.lang, unit=unit)


def _conditions(speech: Speech, query: Records) -> str:
    if query.where is None:
        return ""
    return speech.say("records.conditions", conditions=explain_filter(query.where, speech.model, speech.lang))


def _during(speech: Speech, query: Records) -> str:
    return "" if query.period is None else speech.say("records.during", when=speech.when)


def _order(speech: Speech, query: Records, *, limited: bool) -> str:
    if not query.order:
        return ""
    parts = [_ordered(speech, query, o) for o in query.order]
    return speech.say("records.order_limited" if limited else "records.order", order=speech.join(parts))


def _ordered(speech: Speech, query: Records, order: Order) -> str:
    column = next((c for c in speech.result.columns if order.by in (c.name, c.member)), None)
    same = [c for c in speech.result.columns if column is not None and c.member == column.member]
    label = column.label if column is not None and len(same) > 1 else speech.model.label(order.by, speech.lang)
    by = words.escape_markdown(label)
    measured = next((c for c in query.columns if isinstance(c, MetricColumn) and order.by in (c.name, c.metric)), None)
    if measured is not None and measured.period is not None and len(same) < 2 and query.period is None:
        by = speech.say("order.timed", by=by, when=dates.period(measured.period, speech.lang))  # by what was spent this year
    if measured is not None and measured.where is not None:  # of what was spent there, and not of all
        by = speech.say("order.of", by=by, conditions=explain_filter(measured.where, speech.model, speech.lang))
    return speech.say("order.falling" if order.descending else "order.rising", by=by)


# --- nothing found -----------------------------------------------------------------------------------------------------------


def is_empty(speech: Speech) -> bool:
    """Whether there is nothing to tell: no rows, or a single row without any value."""
    if not speech.shape.rows:
        return True
    if speech.shape.keys or len(speech.shape.rows) > 1 or not speech.shape.metrics:
        return False
    row = speech.shape.rows[0]
    return all(row[i] is None for m in speech.shape.metrics for i in (m.index, m.previous) if i is not None)


def outside(query: SemanticQuery, speech: Speech) -> bool:
    """Whether the period asked for lies wholly outside the data."""
    return without_data(query.period, speech.model, speech.last_day)


def without_data(period: Period | None, model: SemanticModel, last_day: date) -> bool:
    """Whether a period lies wholly before the first day of the data or after its last."""
    if period is None:
        return False
    first = model.domain.first_day
    after = period.start is not None and period.start > last_day
    before = period.end is not None and first is not None and period.end <= first
    return after or before


def tell_nothing(speech: Speech) -> str:
    """What was asked for, that there is nothing, and what there is."""
    query = speech.query
    if outside(query, speech) and query.period is not None:
        first = speech.model.domain.first_day
        known = dates.span(first, speech.last_day, speech.lang) if first is not None else dates.day(speech.last_day, speech.lang)
        key = "nothing.outside" if first is not None else "nothing.outside_until"
        return speech.say(key, period=dates.period(query.period, speech.lang), known=known)
    if isinstance(query, Records):
        entity = words.escape_markdown(speech.model.label(query.entity, speech.lang))
        return speech.say("nothing.records", entity=entity, conditions=_conditions(speech, query), during=_during(speech, query))
    return speech.say("nothing.rows", when=speech.when, scope=_condition_words(speech)) + _until(speech)


def _condition_words(speech: Speech) -> str:
    if speech.where is None:
        return ""
    return speech.say("records.conditions", conditions=explain_filter(speech.where, speech.model, speech.lang))


def _until(speech: Speech) -> str:
    return speech.say("nothing.last_day", day=speech.day(speech.last_day))


def clipped(speech: Speech) -> str:
    """A word where the period begins before the first day of the data, or goes on after the last."""
    period, first = speech.query.period, speech.model.domain.first_day
    if period is None or period.end is None or period.start is None or period.start > speech.last_day:
        return ""
    before = first is not None and period.start < first < period.end and not _counts_members(speech)
    text = speech.say("clipped_before", day=speech.day(first)) if before and first is not None else ""
    return text + (
        speech.say("clipped", day=speech.day(speech.last_day)) if period.end - timedelta(days=1) > speech.last_day else ""
    )


def _counts_members(speech: Speech) -> bool:
    """Whether a number is of the members themselves, who may have joined long before the data of what they did begins."""
    model = speech.model
    people = model.entities[model.domain.entity].table
    simple = (
        m for one in speech.shape.metrics if isinstance(m := model.metrics.get(one.column.member or one.name), SimpleMetric)
    )
    return any(model.measures[m.measure].table == people for m in simple if m.measure in model.measures)
