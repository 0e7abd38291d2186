"""What every sentence about a result needs: its dates in words, its conditions, its subject, its values as text.

In: a query, its labelled result and shape, the model, a language, the days that the data has. Out: phrases from
`prompts/answers.*.yaml`, escaped for Markdown where a value of the data stands in them. Nothing fails.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.conditions import all_conditions, explain_filter, tests_members
from assistant.answers.labels import measured_name
from assistant.answers.shape import Key, Measured, Shape, additive
from assistant.answers.titles import group_label
from assistant.qa import Cell, Lang, ResultSet
from prompts import render
from semantic_layer.joins import JoinGraph
from semantic_layer.model import (
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    MembersMetric,
    Metric,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
)
from semantic_layer.query import Aggregate, And, Change, Compare, Filter, MetricUse, Period, Predicate, SemanticQuery


@dataclass(frozen=True, slots=True)
class Speech:
    """A result to be talked about. `last_day`: the last day with data."""

    query: SemanticQuery
    result: ResultSet
    shape: Shape
    model: SemanticModel
    lang: Lang
    last_day: date

    def say(self, name: str, /, **variables: object) -> str:
        """The text `answers.say.<name>`."""
        return render(f"answers.say.{name}", self.lang, **variables)

    def join(self, parts: list[str], *, last: str = "and") -> str:
        return words.join(parts, self.lang, last=last)

    # --- when --------------------------------------------------------------------------------------------------------

    @property
    def when(self) -> str:
        """The dates that the numbers are about, as a sentence begins with them."""
        period = self.query.period
        if period is not None and (period.start is not None or period.end is not None):
            return self.say(f"when.{_side(period)}", period=dates.period(period, self.lang))
        metrics = getattr(self.query, "metrics", ())
        if len(metrics) > 1 and all(getattr(metric, "period", None) is not None for metric in metrics):
            return self.say("when.own")
        if self._timeless():
            return self.say("when.now", day=dates.day(self.last_day, self.lang))
        first = self.model.domain.first_day
        if first is None:
            return self.say("when.everything_until", day=dates.day(self.last_day, self.lang))
        return self.say("when.everything", period=dates.span(first, self.last_day, self.lang))

    @property
    def previous(self) -> Period | None:
        """The period compared with."""
        return dates.compared_with(self.query.period, self.compare, self.model.domain.week_start)

    @property
    def previous_words(self) -> str:
        before = self.previous
        return dates.period(before, self.lang) if before is not None else self.say("compared.elsewhere")

    @property
    def compare(self) -> Compare | None:
        return self.query.compare if isinstance(self.query, Aggregate | Change) else None

    def day(self, value: date) -> str:
        return dates.day(value, self.lang)

    def _timeless(self) -> bool:
        if not isinstance(self.query, Aggregate):
            return self.query.kind == "records"
        uses = [m for m in self.query.metrics if isinstance(m, MetricUse)]
        return not uses or all(timeless(m.metric, self.model) for m in uses)

    # --- what --------------------------------------------------------------------------------------------------------

    @property
    def where(self) -> Filter | None:
        return all_conditions(self.query)

    @property
    def scope(self) -> str:
        """The conditions as an attribute of the subject: "大区为华东的" / " where region is East China"."""
        return self._attribute(self.where)

    @property
    def scope_of_whole(self) -> str:
        """The conditions without those that only choose which parts of a whole are listed."""
        share = self.query.share if isinstance(self.query, Aggregate) else None
        over = share.over if share is not None else ()
        parts = self.where.filters if isinstance(self.where, And) else (self.where,) if self.where is not None else ()
        kept = tuple(p for p in parts if not (isinstance(p, Predicate) and p.member in over))
        return self._attribute(And(filters=kept) if len(kept) > 1 else next(iter(kept), None))

    def _attribute(self, where: Filter | None) -> str:
        if where is None:
            return ""
        entity = self.model.entities.get(self.model.domain.entity)
        label = words.escape_markdown(entity.label[self.lang]) if entity is not None else ""
        said = any(label in self.name(m) for m in self.shape.metrics) or self._of_things
        key = "scope_members" if label and tests_members(where) and not said else "scope"
        return self.say(key, conditions=explain_filter(where, self.model, self.lang), entity=label)

    @property
    def _of_things(self) -> bool:
        """Whether things are counted that belong to nobody, so that what is tested is theirs: 打开率超过30%的活动数."""
        names = [m.metric for m in getattr(self.query, "metrics", ()) if isinstance(m, MetricUse)]
        metric = self.model.metrics.get(names[0]) if len(names) == 1 else None
        measure = self.model.measures.get(metric.measure) if isinstance(metric, SimpleMetric) else None
        main = self.model.entities.get(self.model.domain.entity)
        if measure is None or main is None or all(e.table != measure.table for e in self.model.entities.values()):
            return False
        return JoinGraph(self.model).path(measure.table, main.table) is None

    def name(self, metric: Measured) -> str:
        """A metric inside a sentence."""
        return words.escape_markdown(measured_name(metric.column, self.query, self.model, self.lang))

    def keys(self, *, but: Key | None = None) -> str:
        """What is grouped by, in words."""
        groups = self.query.group_by if isinstance(self.query, Aggregate) else ()
        labels = [
            group_label(g, self.model, self.lang)
            for g, k in zip(groups, self.shape.keys, strict=False)
            if but is None or k.index != but.index
        ]
        return words.escape_markdown(self.join(labels)) if labels else ""

    # --- values ------------------------------------------------------------------------------------------------------

    def value(self, metric: Measured, value: Cell) -> str:
        return words.number(value, metric.column.format, self.lang, unit=self.unit(metric))

    def unit(self, metric: Measured) -> str | None:
        """The counting word, unless the metric's name says it already: orders came to 123, not 123 orders."""
        unit = metric.column.unit
        said = (
            self.lang == "en" and unit is not None and unit.isalpha() and unit.casefold() in self.name(metric).casefold().split()
        )
        return None if said else unit

    def signed(self, metric: Measured, value: Cell) -> str:
        if metric.column.format == "percent" and words.is_number(value):
            return self.say("points", value=words.signed(value, "percent", self.lang).removesuffix("%"))
        return words.signed(value, metric.column.format, self.lang, unit=self.unit(metric))

    def percent(self, value: Cell) -> str:
        return words.number(value, "percent", self.lang)

    def member(self, key: Key, value: Cell) -> str:
        """A value of a key, escaped."""
        return words.escape_markdown(words.cell(value, key.column, self.lang, style="prose"))

    def group(self, row: tuple[Cell, ...], *, but: Key | None = None) -> str:
        """All key values of a row as one name."""
        kept = [k for k in self.shape.keys if but is None or k.index != but.index]
        return " · ".join(self.member(k, row[k.index]) for k in kept)


def _side(period: Period) -> str:
    if period.start is None:
        return "until"
    if period.end is None:
        return "since"
    return "day" if period.end - period.start <= timedelta(days=1) else "period"


def timeless(name: str, model: SemanticModel) -> bool:
    """Whether a period does not limit a metric."""
    metric: Metric | None = model.metrics.get(name)
    match metric:
        case SimpleMetric():
            return metric.timeless
        case RatioMetric():
            return timeless(metric.numerator, model) and timeless(metric.denominator, model)
        case DerivedMetric():
            return all(timeless(m, model) for m in metric.metrics)
        case CumulativeMetric() | MembersMetric():
            return timeless(metric.metric, model)
        case ConversionMetric() | None:
            return False


def adds_up(name: str, model: SemanticModel) -> bool:
    """Whether a metric is an amount that comes to something, and not a level: sums and counts of any sort."""
    metric = model.metrics.get(name)
    if isinstance(metric, SimpleMetric):
        measure = model.measures.get(metric.measure)
        return measure is not None and measure.agg in ("sum", "count", "count_distinct")
    return isinstance(metric, MembersMetric) or additive(name, model)
