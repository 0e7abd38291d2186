"""Answers about the model itself: what a metric, a tag or a value means, and what there is to ask about.

In: a `Description` (which members, or which catalogue), the model as the asker may see it, a language. Out: Markdown and, for
catalogues, rows. No data is read. Nothing fails; a member that the asker may not see does not exist here.
"""

from collections.abc import Iterable
from datetime import date

from assistant.answers import catalog
from assistant.answers import format as words
from assistant.answers.conditions import segment_meaning
from assistant.answers.definitions import dimension_definition, formula, metric_definition, value_definition
from assistant.answers.speech import timeless
from assistant.qa import Answer, ChartSpec, Description, Lang, Mark, ResultSet
from prompts import render
from semantic_layer.model import Dimension, Measure, Member, Metric, SemanticModel, SimpleMetric, Words

SYNONYMS = 6


def describe(description: Description, model: SemanticModel, lang: Lang, last_day: date | None = None) -> Answer:
    """The answer to a question about the model, or its data, which ends on `last_day`."""
    text, table = described(description, model, lang, last_day)
    if table is None:
        return Answer("answered", text, lang)
    rows = list(table.rows)
    return Answer("answered", text, lang, columns=table.columns, rows=rows, total_rows=len(rows), chart=_chart(table, text, lang))


def described(
    description: Description, model: SemanticModel, lang: Lang, last_day: date | None = None
) -> tuple[str, ResultSet | None]:
    """The text of that answer, and its rows where it is a catalogue."""
    match description.what:
        case "define":
            return _defined(description, model, lang), None
        case "metrics":
            return catalog.metrics(model, lang, description.members)
        case "dimensions":
            return catalog.dimensions(model, lang)
        case "tags":
            return catalog.tags(model, lang)
        case "segments":
            return catalog.segments(model, lang)
        case "values":
            return catalog.values(description.members, model, lang)
        case "data":
            return catalog.data(model, lang, last_day)
        case "help":
            return catalog.help_text(model, lang), None


def _chart(table: ResultSet, text: str, lang: Lang) -> ChartSpec:
    marks = tuple(Mark(c.name, words.capital(c.label), "nominal") for c in table.columns)
    points = tuple(dict(zip((m.column for m in marks), row, strict=True)) for row in table.rows)
    return ChartSpec("table", text.replace("*", ""), lang, None, marks, points=points)


# --- definitions ---------------------------------------------------------------------------------------------------------


def _defined(description: Description, model: SemanticModel, lang: Lang) -> str:
    texts = [text for name in description.members for text in _of(name, description.value, model, lang)]
    if not texts:
        return render("answers.definition.unknown", lang)
    metrics = [n for n in description.members if n in model.metrics]
    if len(metrics) == 2 and len(description.members) == 2:
        texts.append(_difference(metrics[0], metrics[1], model, lang))
    return "\n\n".join(texts)


def _of(name: str, value: str | None, model: SemanticModel, lang: Lang) -> Iterable[str]:
    if name in model.metrics:
        yield _metric(model.metrics[name], model, lang)
    elif name in model.dimensions:
        dimension = model.dimensions[name]
        yield _value(dimension, value, model, lang) if value is not None else _dimension(dimension, model, lang)
    elif name in model.segments:
        meaning = segment_meaning(name, model, lang) or ""
        yield _say("segment", lang, label=_label(model.segments[name], lang), definition=meaning)
    elif name in model.behaviours:
        behaviour = model.behaviours[name]
        entity, table = model.label(behaviour.entity, lang), model.label(behaviour.table, lang)
        yield _say("behaviour", lang, label=_label(behaviour, lang), entity=entity, table=table)
    elif name in model.entities:
        yield _say("entity", lang, label=_label(model.entities[name], lang))


def _metric(metric: Metric, model: SemanticModel, lang: Lang) -> str:
    definition = metric_definition(metric.name, model, lang)
    text = _say("metric", lang, label=_label(metric, lang), definition=_sentence(definition or ""))
    computed = formula(metric, model, lang)
    if not isinstance(metric, SimpleMetric) and computed != definition:
        text += _say("also_formula", lang, formula=_sentence(computed))
    text += _time(metric, model, lang)
    if metric.up_is_good is not None:
        text += _say("good_up" if metric.up_is_good else "good_down", lang)
    return text + _synonyms(metric.synonyms, lang)


def _time(metric: Metric, model: SemanticModel, lang: Lang) -> str:
    """Which date a period bounds, where it is a single one."""
    if timeless(metric.name, model):
        return _say("timeless", lang)
    measure: Measure | None = model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
    if measure is None or not isinstance(metric, SimpleMetric):
        return ""
    table = model.tables.get(measure.table)
    column = metric.time or (table.time if table is not None else None)
    if column is None:
        return ""
    named = next((d for d in model.dimensions.values() if d.table == measure.table and (d.expr or d.name) == column), None)
    return _say("time", lang, time=_label(named, lang) if named is not None else words.escape_markdown(column))


def _value(dimension: Dimension, value: str, model: SemanticModel, lang: Lang) -> str:
    declared = next((v for v in dimension.values if str(v.value) == value), None)
    label = words.escape_markdown(declared.label[lang] if declared is not None else value)
    definition = value_definition(dimension.name, declared.value if declared is not None else value, model, lang)
    if definition is None:
        return _say("value_without", lang, label=label, dimension=_label(dimension, lang))
    text = _say("value", lang, label=label, dimension=_label(dimension, lang), definition=_sentence(definition))
    text += _say("refreshed", lang) if dimension.tag else ""
    return text + (_synonyms(declared.synonyms, lang) if declared is not None else "")


def _dimension(dimension: Dimension, model: SemanticModel, lang: Lang) -> str:
    definition = dimension_definition(dimension, model, lang)
    key = "dimension" if definition is not None else "dimension_without"
    text = _say(key, lang, label=_label(dimension, lang), definition=_sentence(definition or ""))
    lines = [_value_line(dimension, v.value, v.label[lang], model, lang) for v in dimension.values]
    if not lines:
        return text + _synonyms(dimension.synonyms, lang)
    if any(value_definition(dimension.name, v.value, model, lang) for v in dimension.values):
        return text + _say("first_match", lang) + "\n" + "\n".join(lines)
    values = words.join([words.escape_markdown(v.label[lang]) for v in dimension.values], lang)
    return text + _say("values", lang, values=values) + _synonyms(dimension.synonyms, lang)


def _value_line(dimension: Dimension, value: object, label: str, model: SemanticModel, lang: Lang) -> str:
    definition = value_definition(dimension.name, value, model, lang)
    if definition is None:
        return _say("value_bare", lang, label=words.escape_markdown(label))
    return _say("value_line", lang, label=words.escape_markdown(label), definition=words.escape_markdown(definition))


def _difference(left: str, right: str, model: SemanticModel, lang: Lang) -> str:
    definitions = {
        f"{side}_definition": _sentence(metric_definition(name, model, lang) or "")
        for side, name in (("left", left), ("right", right))
    }
    return _say("differ", lang, left=_label(model.metrics[left], lang), right=_label(model.metrics[right], lang), **definitions)


def _synonyms(synonyms: Words, lang: Lang) -> str:
    found = (synonyms.zh if lang == "zh" else synonyms.en)[:SYNONYMS]
    return _say("synonyms", lang, words=words.join([words.escape_markdown(w) for w in found], lang)) if found else ""


def _sentence(text: str) -> str:
    """A definition inside a sentence of ours: no full stop of its own."""
    return words.escape_markdown(text.rstrip("。. "))


def _label(member: Member, lang: Lang) -> str:
    return words.escape_markdown(words.capital(member.label[lang]))


def _say(name: str, lang: Lang, /, **variables: object) -> str:
    return render(f"answers.definition.{name}", lang, **variables)
