"""What a member of the model means, in words: metrics by their formula, tag values by what puts a member there.

In: a name, the model, a language. Out: plain phrases from the model's own definitions, or made from its formulas. Nothing fails;
a name that the model does not have has no definition.
"""

import re
from typing import assert_never

from assistant.qa import Cell, Lang
from prompts import render
from semantic_layer.model import (
    Cases,
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Dimension,
    Expression,
    Favourite,
    LastDate,
    Latest,
    MembersMetric,
    Metric,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
    Window,
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def metric_definition(name: str, model: SemanticModel, lang: Lang) -> str | None:
    """How a metric is computed: in the words of the model where it has them, else from its formula."""
    metric = model.metrics.get(name)
    if metric is None:
        return None
    return metric.definition[lang] if metric.definition is not None else formula(metric, model, lang)


def formula(metric: Metric, model: SemanticModel, lang: Lang) -> str:
    """The formula of a metric with labels for names: 销售额 ÷ 订单数."""

    def label(name: str) -> str:
        return model.label(name, lang)

    match metric:
        case SimpleMetric():
            return _simple(metric, model, lang)
        case RatioMetric():
            return _say("ratio", lang, numerator=label(metric.numerator), denominator=label(metric.denominator))
        case DerivedMetric():
            return _NAME.sub(lambda m: label(m[0]) if m[0] in metric.metrics else m[0], metric.expr)
        case MembersMetric():
            entity = label(metric.entity)
            return _say("members", lang, entity=entity, metric=label(metric.metric), at_least=f"{metric.at_least:g}")
        case CumulativeMetric():
            reset = render(f"answers.each.{metric.reset}", lang) if metric.reset else ""
            return _say("cumulative_reset" if reset else "cumulative", lang, metric=label(metric.metric), reset=reset)
        case ConversionMetric():
            return _say(
                "conversion", lang, entity=label(metric.entity), base=label(metric.base), to=label(metric.to), days=metric.days
            )
        case _:
            assert_never(metric)


def _simple(metric: SimpleMetric, model: SemanticModel, lang: Lang) -> str:
    measure = model.measures.get(metric.measure)
    if measure is None:
        return metric.label[lang]
    conditions = " AND ".join(c for c in (measure.where, metric.where) if c)
    table = model.label(measure.table, lang)
    if measure.expr is None:
        text = _say("rows", lang, table=table)
    else:
        text = render(
            f"answers.aggregations.{measure.agg}",
            lang,
            member=f"{table}.{measure.expr}",
            percent=f"{100 * (measure.percentile or 0):g}",
        )
    return _say("where", lang, text=text, condition=conditions) if conditions else text


def value_definition(member: str, value: Cell, model: SemanticModel, lang: Lang) -> str | None:
    """What puts a member of the entity under this value of a tag: declared words, else the condition of its case."""
    dimension = model.dimensions.get(member)
    if dimension is None:
        return None
    declared = next((v for v in dimension.values if v.value == value), None)
    if declared is not None and declared.definition is not None:
        return declared.definition[lang]
    tag = model.tags.get(member)
    if tag is None or not isinstance(tag.compute, Cases):
        return None
    case = next((c for c in tag.compute.cases if c.value == value), None)
    if case is None:
        return None
    return labelled(case.when, model, lang) if case.when is not None else _say("otherwise", lang)


def tag_definition(name: str, model: SemanticModel, lang: Lang) -> str | None:
    """How a tag or numeric attribute is computed, in words."""
    tag = model.tags.get(name)
    if tag is None:
        return None

    def label(member: str) -> str:
        return model.label(member, lang)

    match tag.compute:
        case Window():
            key = "window" if tag.compute.days is not None else "ever"
            return _say(key, lang, metric=label(tag.compute.metric), days=tag.compute.days)
        case LastDate():
            return _say("last_date", lang, behaviour=label(tag.compute.behaviour))
        case Latest():
            return _say("latest", lang, table=label(tag.compute.table), expr=labelled(tag.compute.expr, model, lang))
        case Favourite():
            key = "favourite" if tag.compute.days is not None else "favourite_ever"
            parts = {"dimension": label(tag.compute.dimension), "metric": label(tag.compute.metric), "days": tag.compute.days}
            return _say(key, lang, **parts)
        case Expression():
            return labelled(tag.compute.expr, model, lang)
        case Cases():
            return None
        case _:
            assert_never(tag.compute)


def labelled(sql: str, model: SemanticModel, lang: Lang) -> str:
    """A SQL condition with labels for the members in it; what is quoted stays."""
    parts = sql.split("'")
    return "'".join(_with_labels(part, model, lang) if i % 2 == 0 else part for i, part in enumerate(parts))


def _with_labels(text: str, model: SemanticModel, lang: Lang) -> str:
    return _NAME.sub(lambda m: model.dimensions[m[0]].label[lang] if m[0] in model.dimensions else m[0], text)


def dimension_definition(dimension: Dimension, model: SemanticModel, lang: Lang) -> str | None:
    """What a dimension is: its description, else how it is computed."""
    if dimension.description is not None:
        return dimension.description[lang]
    return tag_definition(dimension.name, model, lang)


def _say(name: str, lang: Lang, /, **variables: object) -> str:
    return render(f"answers.definition.{name}", lang, **variables)
