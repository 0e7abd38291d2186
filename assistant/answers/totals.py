"""Sentences of a result without groups: one number or several, alone or compared, and single shares.

In: a `Speech` of an aggregate whose result has one row and no keys. Out: sentences. Nothing fails.
"""

from assistant.answers import format as words
from assistant.answers.comparing import Move
from assistant.answers.conditions import explain_filter, group_tests
from assistant.answers.labels import measured_label
from assistant.answers.shape import Measured
from assistant.answers.speech import Speech, adds_up
from assistant.answers.titles import group_label
from assistant.language.inflections import plural
from assistant.qa import Cell
from semantic_layer.query import Aggregate


def tell_total(speech: Speech, query: Aggregate) -> str:
    """The number, or the numbers."""
    row = speech.shape.rows[0]
    if query.share is not None and query.share.part is not None:
        return _part(speech, query, row)
    if query.compare is not None and query.compare.kind == "filter":
        return "".join(_sides(speech, query, metric, row) for metric in speech.shape.metrics)
    if len(speech.shape.metrics) == 1:
        return _one(speech, speech.shape.metrics[0], row)
    return _several(speech, row)


def tell_count(speech: Speech, query: Aggregate) -> str:
    """How many groups there are, and what they are chosen by."""
    metric = speech.shape.metrics[0]
    keys = speech.join([words.escape_markdown(_plural(group_label(g, speech.model, speech.lang))) for g in query.group_by])
    tests = [text for text, _ in group_tests(query, speech.model, speech.lang)]
    value = words.number(speech.shape.rows[0][metric.index], "integer", speech.lang)
    told = {"when": speech.when, "scope": speech.scope, "keys": keys, "value": value}
    if tests:
        against = speech.say("having.against", period=speech.previous_words) if query.compare is not None else ""
        return speech.say("number.groups", tests=speech.join(tests), against=against, **told)
    names = [words.escape_markdown(measured_label(m, speech.model, speech.lang)) for m in query.metrics]
    return speech.say("number.groups_plain", metric=speech.join(names), **told)


def _plural(label: str) -> str:
    """An English name in its plural, its last word changed; Chinese has none."""
    before, _, last = label.rpartition(" ")
    return f"{before} {plural(last)}".strip() if label.isascii() else label


def exact_beside(speech: Speech, metric: Measured, value: Cell) -> str:
    """The exact number in brackets, where the short one leaves digits out."""
    column = metric.column
    brief = words.number(value, column.format, speech.lang, unit=column.unit)
    if column.format not in ("currency", "integer") or not any(c in brief for c in "万亿KMB"):
        return ""
    return speech.say("exact", value=words.number(value, column.format, speech.lang, unit=column.unit, style="exact"))


def _one(speech: Speech, metric: Measured, row: tuple[Cell, ...]) -> str:
    value = row[metric.index]
    if not words.is_number(value):
        text = speech.say("number.none", when=speech.when, scope=speech.scope, metric=speech.name(metric))
    else:
        verb = speech.say("number.comes_to" if adds_up(metric.column.member or "", speech.model) else "number.is")
        shown = {"value": speech.value(metric, value), "exact": exact_beside(speech, metric, value), "verb": verb}
        text = speech.say("number.one", when=speech.when, scope=speech.scope, metric=speech.name(metric), **shown)
    if metric.previous is None:
        return text
    return text + Move(speech, metric, value, row[metric.previous]).sentence()


def _several(speech: Speech, row: tuple[Cell, ...]) -> str:
    parts = []
    for metric in speech.shape.metrics:
        value = speech.value(metric, row[metric.index])
        if metric.previous is None:
            parts.append(speech.say("number.part", metric=speech.name(metric), value=value))
            continue
        move = Move(speech, metric, row[metric.index], row[metric.previous])
        change = (
            f"{move.kind}{move.brief()}{move.judged}"
            if speech.lang == "zh"
            else f"{move.brief()} {move.kind}{move.judged}".strip()
        )
        before = speech.value(metric, row[metric.previous])
        parts.append(speech.say("number.part_compared", metric=speech.name(metric), value=value, change=change, before=before))
    text = speech.say("number.several", when=speech.when, scope=speech.scope, parts=speech.say("number.separator").join(parts))
    if any(m.previous is not None for m in speech.shape.metrics):
        text += speech.say("compared.against", period=speech.previous_words)
    return text


def _part(speech: Speech, query: Aggregate, row: tuple[Cell, ...]) -> str:
    assert query.share is not None and query.share.part is not None  # noqa: S101 - asked by tell_total
    metric = speech.shape.metrics[0]
    part = explain_filter(query.share.part, speech.model, speech.lang)
    value = row[metric.index]
    name = words.escape_markdown(speech.model.label(metric.column.member or metric.name, speech.lang))
    told = {"when": speech.when, "scope": speech.scope, "metric": name, "part": part}
    if query.share.beside is not None and metric.share is not None and words.is_number(row[metric.share]):
        key = f"share.{query.share.beside}_beside"
        return speech.say(key, **told, value=speech.value(metric, value), share=speech.percent(row[metric.share]))
    key = "share.part" if words.is_number(value) and query.share.beside is None else "share.part_none"
    return speech.say(key, **told, value=speech.percent(value))


def _sides(speech: Speech, query: Aggregate, metric: Measured, row: tuple[Cell, ...]) -> str:
    """Two groups by conditions: what each has, and which has more."""
    compare = query.compare
    assert compare is not None and compare.where is not None and metric.previous is not None  # noqa: S101 - asked by tell_total
    left = explain_filter(compare.left, speech.model, speech.lang) if compare.left is not None else speech.say("pair.all")
    right = explain_filter(compare.where, speech.model, speech.lang)
    move = Move(speech, metric, row[metric.index], row[metric.previous])
    values = {"left_value": speech.value(metric, move.value), "right_value": speech.value(metric, move.previous)}
    text = speech.say(
        "pair.values", when=speech.when, scope=speech.scope, metric=speech.name(metric), left=left, right=right, **values
    )
    return text + than(speech, move, left, right)


def than(speech: Speech, move: Move, left: str, right: str) -> str:
    """Which of two has more, and by how much."""
    if not move.known:
        return ""
    if move.direction == "flat":
        return speech.say("pair.same", left=left, right=right)
    detail = (
        ""
        if move.in_points or move.rate is None
        else speech.say("pair.by", difference=speech.value(move.metric, abs(move.difference)))
    )
    return speech.say(f"pair.{move.direction}", left=left, right=right, size=move.size, detail=detail)
