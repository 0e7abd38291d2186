"""Columns of a result with the labels a person reads: of the columns themselves and of the values in them.

In: the output columns of a statement (or columns that already are labelled), the query behind them, the model, the rows. Out:
`Column`s in the asker's language, with format, unit and value labels: 华东 reads East China, 3 reads Wed, 1000 reads 1,000–2,000.
Nothing fails; a name that the model does not have reads as itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.ranges import range_labels
from assistant.qa import Cell, Column, Lang, ResultSet
from prompts import render
from semantic_layer.model import Dimension, Format, Metric, SemanticModel
from semantic_layer.plan import OutputColumn
from semantic_layer.query import (
    Aggregate,
    Attribute,
    ByBucket,
    ByDimension,
    Calculation,
    Change,
    MetricColumn,
    MetricUse,
    Records,
    SemanticQuery,
)

Rows = Sequence[tuple[Cell, ...]]
_TIME_PARTS = ("hour", "weekday", "weekend", "month", "quarter")


def label_columns(
    columns: Iterable[OutputColumn | Column], rows: Rows, query: SemanticQuery | None, model: SemanticModel, lang: Lang
) -> tuple[Column, ...]:
    """The columns with labels, units and value labels in `lang`."""
    return tuple(_labelled(_column(c, lang), _Cells(rows, i), query, model, lang) for i, c in enumerate(columns))


def dressed(result: ResultSet, query: SemanticQuery | None, model: SemanticModel, lang: Lang) -> ResultSet:
    """`result` with its columns labelled."""
    return replace(result, columns=label_columns(result.columns, result.rows, query, model, lang))


capital = words.capital


def member_label(name: str, model: SemanticModel, lang: Lang) -> str:
    """The label of a member inside a sentence, escaped for Markdown."""
    return words.escape_markdown(model.label(name, lang))


def value_label(member: str, value: Cell, model: SemanticModel, lang: Lang) -> str:
    """A stored value of a dimension as its label, or as text in the dimension's format. Not escaped."""
    dimension = model.dimensions.get(member)
    if dimension is None:
        return words.plain(str(value))
    column = Column(member, "", "value", dimension.type, dimension.format, _unit(dimension, model, lang), member, "attribute")
    column = replace(column, labels=_declared(dimension, lang))
    if isinstance(value, str) and dimension.type in ("date", "timestamp"):
        return dates.iso(value, lang)
    if dimension.format is None and words.is_number(value) and abs(value) < 10_000 and value == int(value):
        return str(int(value))
    style: words.Style = "prose"
    return words.cell(value, column, lang, style=style)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a column, read only where their labels depend on them."""

    rows: Rows
    index: int

    def distinct(self) -> list[Cell]:
        return list(dict.fromkeys(row[self.index] for row in self.rows))


# --- one column --------------------------------------------------------------------------------------------------------


def _column(column: OutputColumn | Column, lang: Lang) -> Column:
    if isinstance(column, Column):
        return column
    unit = column.unit[lang] if column.unit is not None else None
    return Column(
        column.name, column.name, column.role, column.type, column.format, unit, column.member, column.part, column.grain,
        column.masked,
    )  # fmt: skip


def _labelled(column: Column, cells: _Cells, query: SemanticQuery | None, model: SemanticModel, lang: Lang) -> Column:
    fmt, unit = measured_format(column, query, model, lang)
    labels = column.labels or _value_labels(column, cells, query, model, lang)
    return replace(column, label=capital(_label(column, query, model, lang)), format=fmt, unit=unit, labels=labels)


def measured_format(
    column: Column, query: SemanticQuery | None, model: SemanticModel, lang: Lang
) -> tuple[Format | None, str | None]:
    """The format and unit of a column: the model's word for the metric or dimension behind it."""
    if column.part in ("growth", "share"):
        return "percent", None
    measured = model.metrics.get(column.member or "") or model.dimensions.get(column.member or "")
    counted = _calculation(column, query)
    if counted is not None and counted.agg.startswith("count"):
        return "integer", None
    if measured is None or (column.role == "key" and column.grain is not None):
        entity = model.entities.get(column.member or "")
        return column.format, entity.unit[lang] if entity is not None else column.unit
    return column.format or measured.format, _unit(measured, model, lang)


def _unit(measured: Metric | Dimension, model: SemanticModel, lang: Lang) -> str | None:
    if measured.format == "currency":
        return model.domain.currency
    return measured.unit[lang] if measured.unit is not None else None


def _calculation(column: Column, query: SemanticQuery | None) -> Calculation | None:
    use = _use(column, query)
    return use if isinstance(use, Calculation) else None


def _use(column: Column, query: SemanticQuery | None) -> MetricUse | Calculation | MetricColumn | None:
    """The measured thing of the query that a column shows."""
    name = column.name.partition(":")[0]
    uses: tuple[MetricUse | Calculation | MetricColumn, ...] = ()
    if isinstance(query, Aggregate):
        uses = query.metrics
    elif isinstance(query, Records):
        uses = tuple(c for c in query.columns if isinstance(c, MetricColumn))
    return next((u for u in uses if name == _name(u)), None)


def _name(use: MetricUse | Calculation | MetricColumn) -> str:
    if use.name is not None:
        return use.name
    return f"{use.agg}_{use.member}" if isinstance(use, Calculation) else use.metric


# --- labels ------------------------------------------------------------------------------------------------------------


def _label(column: Column, query: SemanticQuery | None, model: SemanticModel, lang: Lang) -> str:
    if column.role == "key":
        return _key_label(column, model, lang)
    kind = query.kind if query is not None else None
    if kind in ("funnel", "retention", "change") and f"{kind}.{column.name}" in _STEP_COLUMNS:
        return render(f"answers.columns.{kind}.{column.name}", lang)
    if isinstance(query, Aggregate) and query.count_groups:
        return render("answers.title.groups", lang, keys=model.label(column.member or column.name, lang))
    base = measured_name(column, query, model, lang)
    match column.part:
        case "previous":
            return render(f"answers.columns.previous.{_comparison(query)}", lang, metric=base)
        case "growth":
            return render(f"answers.columns.growth.{_comparison(query)}", lang, metric=base)
        case "share":
            return _share_label(render("answers.columns.share", lang, metric=base), query, model, lang)
        case "running":
            return render("answers.columns.running", lang, metric=base)
        case _:
            return _part_label(base, query, model, lang)


_STEP_COLUMNS = ("funnel.members", "retention.size", "retention.cohort_size", "retention.members", "retention.rate")


def _key_label(column: Column, model: SemanticModel, lang: Lang) -> str:
    if column.name in ("step", "cohort", "offset", "side") and column.member is None:
        return render(f"answers.columns.{column.name}", lang)
    if column.grain is not None and (dates.is_grain(column.grain) or column.grain in _TIME_PARTS):
        which = "parts" if column.type != "date" else "grains"
        return render(f"answers.{which}.{column.grain}", lang)
    return model.label(column.member or column.name, lang)


def measured_name(column: Column, query: SemanticQuery | None, model: SemanticModel, lang: Lang) -> str:
    """What a value column measures, as it is called inside a sentence; uses of one metric are told apart by their conditions."""
    use = _use(column, query)
    if use is None:
        if isinstance(query, Records):
            attribute = next((c for c in query.columns if isinstance(c, Attribute) and c.member == column.member), None)
            if attribute is not None and attribute.as_of is not None:
                return _qualified(model.label(attribute.member, lang), dates.day(attribute.as_of, lang), lang)
        return model.label(column.member or column.name.partition(":")[0], lang)
    label = measured_label(use, model, lang)
    if not isinstance(use, Calculation) and column.member not in (None, use.metric) and column.member in model.metrics:
        label = _per(use, model.label(str(column.member), lang), model, lang)  # what the metric became at a finer grain
    alone = sum(1 for u in _uses(query) if measured_label(u, model, lang) == label) < 2
    details = [] if alone else _details(use, model, lang)
    if isinstance(use, MetricColumn) and use.period is not None:
        details = _details(use, model, lang)
    return _qualified(label, words.join(details, lang), lang) if details else label


def _uses(query: SemanticQuery | None) -> tuple[MetricUse | Calculation | MetricColumn, ...]:
    if isinstance(query, Aggregate):
        return query.metrics
    return tuple(c for c in query.columns if isinstance(c, MetricColumn)) if isinstance(query, Records) else ()


def measured_label(use: MetricUse | Calculation | MetricColumn, model: SemanticModel, lang: Lang) -> str:
    """The label of a metric, or of an ad-hoc aggregate: "median age", 年龄中位数."""
    if not isinstance(use, Calculation):
        return _per(use, model.label(use.metric, lang), model, lang)
    member = model.label(use.member, lang)
    percent = f"{100 * (use.percentile or 0):g}"
    return render(f"answers.aggregations.{use.agg}", lang, member=member, percent=percent)


def _per(use: MetricUse | MetricColumn, label: str, model: SemanticModel, lang: Lang) -> str:
    """日均销售额: a metric's label, with what its mean is over."""
    per = use.per if isinstance(use, MetricUse) else None
    if per is None:
        return label
    if isinstance(per, ByDimension):
        return render("answers.per.member", lang, metric=label, member=model.label(per.member, lang))
    return render(f"answers.per.{per.grain}", lang, metric=label)


def _details(use: MetricUse | Calculation | MetricColumn, model: SemanticModel, lang: Lang) -> list[str]:
    from assistant.answers.conditions import explain_filter

    found: list[str] = []
    if not isinstance(use, Calculation) and use.period is not None:
        found.append(dates.period(use.period, lang, brief=True))
    if use.where is not None:
        found.append(explain_filter(use.where, model, lang, escape=False))
    return found


def _part_label(label: str, query: SemanticQuery | None, model: SemanticModel, lang: Lang) -> str:
    """What the part itself comes to, beside its share: 客户数（活跃度为沉睡）."""
    from assistant.answers.conditions import explain_filter

    share = query.share if isinstance(query, Aggregate) else None
    if share is None or share.part is None or share.beside != "part":
        return label
    return _qualified(label, explain_filter(share.part, model, lang, escape=False), lang)


def _share_label(label: str, query: SemanticQuery | None, model: SemanticModel, lang: Lang) -> str:
    """A share; of each group, with the part that it is: 客户数占比（生命周期为流失）."""
    from assistant.answers.conditions import explain_filter

    share = query.share if isinstance(query, Aggregate) and query.group_by else None
    if share is None or share.part is None:
        return label
    return _qualified(label, explain_filter(share.part, model, lang, escape=False), lang)


def _qualified(label: str, detail: str, lang: Lang) -> str:
    return render("answers.qualified", lang, text=label, detail=detail)


def _comparison(query: SemanticQuery | None) -> str:
    compare = query.compare if isinstance(query, Aggregate | Change) else None
    return compare.kind if compare is not None else "period"


# --- labels of values ----------------------------------------------------------------------------------------------------


def _value_labels(
    column: Column, cells: _Cells, query: SemanticQuery | None, model: SemanticModel, lang: Lang
) -> tuple[tuple[Cell, str], ...]:
    if column.grain in _TIME_PARTS and column.type != "date":
        found = sorted(c for c in cells.distinct() if isinstance(c, int))
        return tuple((c, dates.time_part(c, str(column.grain), lang)) for c in found)
    bucket = _bucket(column, query)
    if bucket is not None:
        return range_labels(bucket, cells.distinct(), model, lang)
    if query is not None and query.kind == "funnel" and column.name == "step":
        return tuple((c, _step_label(str(c), model, lang)) for c in cells.distinct() if c is not None)
    dimension = model.dimensions.get(column.member or "")
    return _declared(dimension, lang) if dimension is not None and column.part in ("key", "attribute", "value") else ()


def _declared(dimension: Dimension, lang: Lang) -> tuple[tuple[Cell, str], ...]:
    return tuple((v.value, v.label[lang]) for v in dimension.values)


def _step_label(step: str, model: SemanticModel, lang: Lang) -> str:
    behaviour = model.behaviours.get(step)
    return behaviour.label[lang] if behaviour is not None else words.plain(step)


def _bucket(column: Column, query: SemanticQuery | None) -> ByBucket | None:
    if not isinstance(query, Aggregate) or column.role != "key":
        return None
    buckets = (g for g in query.group_by if isinstance(g, ByBucket))
    return next((b for b in buckets if column.name == (b.member or b.metric)), None)
