"""What there is to ask about, as tables: metrics, dimensions, tags, segments, the values of a dimension; and the help text.

In: the model as the asker may see it, a language. Out: a sentence and rows of text. Nothing fails.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.conditions import segment_meaning
from assistant.answers.definitions import dimension_definition, metric_definition, value_definition
from assistant.qa import Column, Lang, ResultSet
from prompts import render
from semantic_layer.model import Dimension, Member, SemanticModel, Words

NAMED = 4
Catalogue = tuple[str, ResultSet | None]


def metrics(model: SemanticModel, lang: Lang, only: Sequence[str] = ()) -> Catalogue:
    """Every metric, or those named in `only`, with its definition, unit and other names."""
    rows = [
        (_label(m, lang), metric_definition(m.name, model, lang) or "", m.unit[lang] if m.unit else "", _others(m.synonyms, lang))
        for m in model.metrics.values()
        if not only or m.name in only
    ]
    return _say("metrics_about" if only else "metrics", lang, count=len(rows)), _table(
        ("metric", "definition", "unit", "synonyms"), rows, lang
    )


def dimensions(model: SemanticModel, lang: Lang) -> Catalogue:
    """Every dimension to group by that is no tag."""
    found = [d for d in model.dimensions.values() if d.groupable and not d.tag]
    rows = [(_label(d, lang), _values(d, lang), _others(d.synonyms, lang)) for d in found]
    return _say("dimensions", lang, count=len(rows)), _table(("dimension", "values", "synonyms"), rows, lang)


def tags(model: SemanticModel, lang: Lang) -> Catalogue:
    """Every tag with its values; numeric attributes are dimensions to filter by and stand among those."""
    rows = [(_label(d, lang), _values(d, lang), _definition(d, model, lang)) for d in tag_dimensions(model)]
    return _say("tags", lang, count=len(rows)), _table(("tag", "values", "definition"), rows, lang)


def tag_dimensions(model: SemanticModel) -> tuple[Dimension, ...]:
    """The tags proper: computed for the entity's members, with values to tell them apart."""
    return tuple(d for d in model.dimensions.values() if d.tag and (d.type in ("text", "boolean") or d.values))


def segments(model: SemanticModel, lang: Lang) -> Catalogue:
    """Every named segment with what it means."""
    rows = [(_label(s, lang), segment_meaning(s.name, model, lang) or "") for s in model.segments.values()]
    return _say("segments", lang, count=len(rows)), _table(("segment", "definition"), rows, lang)


def values(names: Sequence[str], model: SemanticModel, lang: Lang) -> Catalogue:
    """The declared values of a dimension."""
    dimension = next((model.dimensions[n] for n in names if n in model.dimensions), None)
    if dimension is None:
        return render("answers.definition.unknown", lang), None
    if not dimension.values:
        return _say("values_unknown", lang, label=_label(dimension, lang)), None
    rows = [
        (words.capital(v.label[lang]), value_definition(dimension.name, v.value, model, lang) or "", _others(v.synonyms, lang))
        for v in dimension.values
    ]
    text = _say("values", lang, label=_label(dimension, lang), count=len(rows))
    return text, _table(("value", "definition", "synonyms"), rows, lang)


def data(model: SemanticModel, lang: Lang, last_day: date | None) -> Catalogue:
    """What the data is of, from which day to which, and as of when tags are; its tables."""
    said = model.domain.description or model.domain.label
    text = _say("data", lang, domain=words.escape_markdown(said[lang].rstrip("。.")))
    first = model.domain.first_day
    if last_day is not None:
        day = dates.day(last_day, lang)
        text += _say("data_days", lang, first=dates.day(first, lang), last=day) if first else _say("data_until", lang, last=day)
        text += _say("data_tags", lang, today=dates.day(last_day + timedelta(days=1), lang)) if tag_dimensions(model) else ""
    rows = [(_label(t, lang), t.description[lang] if t.description else "") for t in model.tables.values()]
    return text, _table(("table", "definition"), rows, lang) if any(d for _, d in rows) else _tables(rows, lang)


def _tables(rows: Sequence[tuple[str, str]], lang: Lang) -> ResultSet:
    return _table(("table",), [(label,) for label, _ in rows], lang)


def help_text(model: SemanticModel, lang: Lang) -> str:
    """What can be asked, with examples made from the model."""
    found = [d for d in model.dimensions.values() if d.groupable and not d.tag]
    marked = tag_dimensions(model)
    names = {
        "metrics": len(model.metrics), "some_metrics": _some(model.metrics.values(), lang),
        "dimensions": len(found), "some_dimensions": _some(found, lang),
        "tags": len(marked), "some_tags": _some(marked, lang),
    }  # fmt: skip
    return _say("help", lang, domain=model.domain.label[lang], examples=_examples(model, found, lang), **names)


def _examples(model: SemanticModel, found: Sequence[Dimension], lang: Lang) -> str:
    first = next(iter(model.metrics.values()), None)
    if first is None:
        return ""
    metric = first.label[lang]
    texts = [_say("example_total", lang, metric=metric), _say("example_trend", lang, metric=metric)]
    valued = next((d for d in found if d.values), None)
    if valued is not None:
        texts.insert(1, _say("example_by", lang, metric=metric, dimension=valued.label[lang]))
    return words.join([words.escape_markdown(t) for t in texts], lang)


def _some(members: Iterable[Member], lang: Lang) -> str:
    return render("answers.list.comma", lang).join(words.escape_markdown(m.label[lang]) for m in islice(members, NAMED))


def _definition(dimension: Dimension, model: SemanticModel, lang: Lang) -> str:
    """How a tag comes about: value by value where it has cases."""
    parts = [(v.label[lang], value_definition(dimension.name, v.value, model, lang)) for v in dimension.values]
    if any(text for _, text in parts):
        lines = [_say("value_line", lang, label=label, definition=text) if text else label for label, text in parts]
        return _say("line_separator", lang).join(lines)
    return dimension_definition(dimension, model, lang) or ""


def _values(dimension: Dimension, lang: Lang) -> str:
    return render("answers.list.comma", lang).join(v.label[lang] for v in dimension.values)


def _others(synonyms: Words, lang: Lang) -> str:
    return render("answers.list.comma", lang).join(islice(synonyms.zh if lang == "zh" else synonyms.en, NAMED))


def _table(names: Sequence[str], rows: Sequence[tuple[str, ...]], lang: Lang) -> ResultSet:
    columns = tuple(
        Column(
            n,
            words.capital(_say(f"columns.{n}", lang)),
            "key" if i == 0 else "value",
            "text",
            part="key" if i == 0 else "attribute",
        )
        for i, n in enumerate(names)
    )
    kept = [
        i for i, _ in enumerate(columns) if i == 0 or any(row[i] for row in rows)
    ]  # a column with nothing in it tells nothing
    return ResultSet(tuple(columns[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows), total_rows=len(rows))


def _label(member: Member, lang: Lang) -> str:
    return words.capital(member.label[lang])


def _say(name: str, lang: Lang, /, **variables: object) -> str:
    return render(f"answers.catalog.{name}", lang, **variables)
