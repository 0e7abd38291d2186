"""Sentences of a change: from what to what, and what moved it, in order.

In: a `Speech` of a `Change` whose result is one row (current, previous, growth), the drivers in order, related metrics inside the
first of them. Out: sentences and a numbered list. For a rate or an average, a driver is called a shift of the mix where the
member's own value hardly moved although it contributed. Nothing fails.
"""

from collections.abc import Sequence

from assistant.answers import format as words
from assistant.answers.comparing import Move
from assistant.answers.labels import dressed
from assistant.answers.shape import Measured, shape_of
from assistant.answers.speech import Speech, adds_up
from assistant.answers.titles import driver_name, told_apart
from assistant.qa import Driver, ResultSet
from semantic_layer.query import Change, SemanticQuery

NAMED = 5
STILL = 0.02
"""An own value that moved by less than this part did not move the whole: its weight did."""
Beside = tuple[SemanticQuery, ResultSet]


def tell_change(speech: Speech, query: Change, drivers: Sequence[Driver], beside: Sequence[Beside] = ()) -> str:
    """What changed, and why."""
    metric = speech.shape.metrics[0]
    row = speech.shape.rows[0]
    now, before = row[metric.index], row[metric.previous] if metric.previous is not None else None
    name = words.escape_markdown(speech.model.label(query.metric, speech.lang))
    move = Move(speech, metric, now, before)
    text = speech.say("change.opening", when=speech.when, scope=speech.scope, metric=name, value=speech.value(metric, now))
    text += move.sentence()
    if not drivers or not move.known:
        return text + speech.say("change.no_drivers")
    order = told_apart(drivers)
    lines = [_line(speech, metric, d, move, i) for i, d in enumerate(order[:NAMED], 1)]
    text += speech.say("change.reasons") + "\n" + "\n".join(lines)
    return text + _beside(speech, beside, order[0])


def _name(driver: Driver, speech: Speech) -> str:
    return words.escape_markdown(driver_name(driver, speech.model, speech.lang))


def _line(speech: Speech, metric: Measured, driver: Driver, move: Move, place: int) -> str:
    own = Move(speech, metric, driver.current, driver.previous)
    course = speech.say("change.course", before=speech.value(metric, driver.previous), now=speech.value(metric, driver.current))
    if own.known:
        course += speech.say("change.moved", change=own.brief())
    part = _part(speech, driver, move)
    line = speech.say(
        "change.driver",
        place=place,
        member=_name(driver, speech),
        course=course,
        contribution=speech.signed(metric, driver.contribution),
        part=part,
    )
    return line + _mix(speech, metric, driver, own)


def _part(speech: Speech, driver: Driver, move: Move) -> str:
    """Its part of the whole change, or that it went against it."""
    if move.direction == "flat":
        return ""
    if (driver.contribution > 0) != (move.difference > 0):
        return speech.say("change.against")
    part = driver.contribution / move.difference
    return speech.say("change.part", part=words.number(part, "percent", speech.lang, style="short")) if part <= 1.5 else ""


def _mix(speech: Speech, metric: Measured, driver: Driver, own: Move) -> str:
    """Mix or rate: for a metric that is a level, why the member contributed."""
    if adds_up(metric.column.member or metric.name, speech.model) or metric.additive or not own.known:
        return ""
    scale = abs(float(driver.previous or 0)) or 1.0
    moved = abs(own.difference) > STILL * scale
    with_own = (own.difference > 0) == (driver.contribution > 0)
    return speech.say("change.rate" if moved and with_own else "change.mix")


def _beside(speech: Speech, beside: Sequence[Beside], driver: Driver) -> str:
    """What else moved where the first driver is."""
    parts = []
    for query, result in beside:
        worn = dressed(result, query, speech.model, speech.lang)
        shape = shape_of(query, worn, speech.model)
        metric = shape.metrics[0] if shape.metrics and shape.rows else None
        if metric is None or metric.previous is None:
            continue
        move = Move(speech, metric, shape.rows[0][metric.index], shape.rows[0][metric.previous])
        if not move.known or move.direction == "flat":
            continue
        values = {"before": speech.value(metric, move.previous), "now": speech.value(metric, move.value)}
        name = words.escape_markdown(speech.model.label(metric.column.member or metric.name, speech.lang))
        parts.append(speech.say("change.related", metric=name, change=move.brief(), **values))
    if not parts:
        return ""
    return "\n\n" + speech.say(
        "change.beside",
        member=words.escape_markdown(driver.label or driver.member),
        parts=speech.say("change.separator").join(parts),
    )
