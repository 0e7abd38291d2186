"""Metrics that belong together: the count of the rows that a sum adds up, the ratio of a metric to what it is per.

In: the look-ups of a model and a metric, or a word. Out: the other metric, what names the things of a kind; None where there is none.
"""

import re
from collections.abc import Sequence

from assistant.language.inflections import singular
from assistant.language.mentions import Piece
from assistant.language.values import Scalar, fold
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.remembered import remembered
from assistant.planners.rules.world import World
from semantic_layer.model import BehaviourType, Cases, Dimension, RatioMetric, SimpleMetric


def names_of(world: World, name: str) -> tuple[str, ...]:
    """The words that a metric goes by, as they are compared with a question."""
    if name not in world.named:
        metric = world.model.metrics[name]
        words = (metric.label.zh, metric.label.en, *metric.synonyms.zh, *metric.synonyms.en)
        world.named[name] = tuple(fold(word) for word in words)
    return world.named[name]


def names_more(r: Reading, name: str, at: int) -> bool:
    """Whether the question says what a longer name says more: 活动的转化率 is the 活动转化率, customers are no purchasing customers."""
    told, rest = _single(r.tokens[at].text), r.text.text
    fuller = [word for word in names_of(r.world, name) if word.endswith(told) and word != told]
    return any(word.removesuffix(told).strip() in rest for word in fuller)


def longer_names(world: World, text: str, but: tuple[str, ...]) -> tuple[str, ...]:
    """Metrics whose name ends in these words, and is longer."""
    text = _single(text)
    others = (name for name in world.model.metrics if name not in but)
    return tuple(name for name in others if any(w.endswith(text) and w != text for w in names_of(world, name)))


def _single(text: str) -> str:
    """The words with the last one in singular: conversion rates."""
    head, space, last = text.rpartition(" ")
    return f"{head}{space}{singular(last)}" if text.isascii() else text


@remembered
def rows_where(world: World, table: str, where: str) -> tuple[str, Scalar] | None:
    """The dimension and value that a condition of a table is about: column = 'value', or a column that is true or false."""
    value = world.value_where(table, where)
    if value is not None:
        return value
    bare = where.strip("() ")
    flags = (d for d in world.model.dimensions.values() if d.table == table and d.type == "boolean")
    return next(((d.name, True) for d in flags if (d.expr or d.name).strip("() ") == bare), None)


@remembered
def own_limit(world: World, name: str) -> tuple[str, Scalar] | bool:
    """What the rows that a metric counts are, beside the usual ones: with a discount, of discounted orders that are done. False: nothing
    more; True: something that no dimension holds."""
    metric = world.model.metrics.get(name)
    table = (world.tables_of(name) or ("",))[0]
    where = metric.where if isinstance(metric, SimpleMetric) else None
    found = [rows_where(world, table, part) for part in re.split(r"(?i)\s+and\s+", where)] if where else []
    rest = [value for value in found if value is None or value != world.usual_rows(table)]
    return (rest[0] or True) if len(rest) == 1 else bool(rest)


@remembered
def all_rows_of(world: World, name: str) -> str | None:
    """The metric of the same measure without a condition of its own: all orders, behind those that were completed."""
    metric = world.model.metrics.get(name)
    if not isinstance(metric, SimpleMetric):
        return None
    others = ((n, m) for n, m in world.model.metrics.items() if isinstance(m, SimpleMetric) and m.where is None)
    simple = metric.where is not None and world.value_where((world.tables_of(name) or ("",))[0], metric.where) is not None
    return next((n for n, m in others if simple and m.measure == metric.measure and m.time == metric.time), None)


@remembered
def money_of_rows(world: World, name: str) -> str | None:
    """The money of the rows that a metric counts: how many refunds are how much money."""
    return next((other for other in world.model.metrics if count_of_rows(world, other) == name), None)


@remembered
def count_of_rows(world: World, name: str) -> str | None:
    """The metric that counts the rows that a money metric adds up: how many sales are how many orders."""
    metric = world.model.metrics.get(name)
    measure = world.measure_of(metric) if metric is not None else None
    if not isinstance(metric, SimpleMetric) or measure is None or measure.agg != "sum" or metric.format != "currency":
        return None
    for other, found in world.model.metrics.items():
        counted = world.measure_of(found)
        if not isinstance(found, SimpleMetric) or counted is None or found.where != metric.where:
            continue
        if (counted.agg, counted.table, counted.where) == ("count", measure.table, measure.where):
            return other
    return None


def doers(world: World, behaviour: str) -> str | None:
    """The metric that counts the members who did something at all: active customers, of any activity."""
    deed = world.model.behaviours.get(behaviour)
    for name, metric in world.model.metrics.items():
        measure = world.measure_of(metric)
        if deed is None or measure is None or measure.agg != "count_distinct" or measure.table != deed.table:
            continue
        told = {"".join(c.split()) for c in (measure.where, metric.where if isinstance(metric, SimpleMetric) else None) if c}
        if world.counts_people(name) and told == ({"".join(deed.where.split())} if deed.where else set()):
            return name
    return None


def is_of_usual_rows(world: World, behaviour: BehaviourType) -> bool:
    """Whether who did it had any of the rows that numbers count, and not some of another kind: a purchase, no refund."""
    where = world.value_where(behaviour.table, behaviour.where) if behaviour.where else None
    return where is None or where == world.usual_rows(behaviour.table)


def per_member(world: World, metric: str) -> str | None:
    """The ratio of a metric to the members of the domain's entity that it is of: spend per customer."""
    for name, ratio in world.model.metrics.items():
        if isinstance(ratio, RatioMetric) and ratio.numerator == metric and world.counts_people(ratio.denominator):
            return name
    return None


def ratio_to(world: World, metric: str, entity: str) -> str | None:
    """The ratio of a metric to how many there are of an entity: orders per buyer, items per order."""
    table = world.model.entities[entity].table
    for name, ratio in world.model.metrics.items():
        if not isinstance(ratio, RatioMetric) or ratio.numerator != metric:
            continue
        people = entity == world.model.domain.entity and world.counts_people(ratio.denominator)
        if people or (world.is_count(ratio.denominator) and world.tables_of(ratio.denominator)[:1] == (table,)):
            return name
    return None


def quotient(world: World, part: str, whole: str) -> str | None:
    """The declared ratio of two metrics: complaints and orders are the complaint rate's."""
    ratios = ((n, m) for n, m in world.model.metrics.items() if isinstance(m, RatioMetric))
    return next((n for n, m in ratios if (m.numerator, m.denominator) == (part, whole)), None)


def is_rate(world: World, name: str) -> bool:
    """Whether a metric is an average in percent."""
    return world.is_average(name) and world.model.metrics[name].format == "percent"


def is_judged_by(world: World, tag: str, name: str) -> bool:
    """Whether the values of a tag are worked out from an attribute: 不满意 from 最近一次满意度."""
    known = world.model.tags.get(tag)
    cases = known.compute.cases if known is not None and isinstance(known.compute, Cases) else ()
    return any(case.when is not None and re.search(rf"\b{name}\b", case.when) for case in cases)


def rate_of(world: World, part: str) -> str | None:
    """The rate that a metric is the numerator of: refunded orders are what the refund rate is of; orders per buyer are no rate."""
    ratios = ((n, m) for n, m in world.model.metrics.items() if isinstance(m, RatioMetric))
    return next((n for n, m in ratios if m.numerator == part and m.format == "percent"), None)


def scale_of(world: World, name: str, table: str) -> float:
    """About the highest score of a rating of these rows, as far as the conditions of metrics tell (good is 4 or more: 5); 0 where a
    number is no rating of theirs."""
    dimension = world.model.dimensions[name]
    if dimension.table != table or dimension.format != "score":
        return 0.0
    column = re.escape(dimension.expr or name)
    told = [metric.where for metric in world.model.metrics.values() if isinstance(metric, SimpleMetric) and metric.where]
    return max((float(found[1]) + 1 for where in told for found in re.finditer(rf"{column}\s*>=\s*(\d+)", where)), default=0.0)


def kind_of(r: Reading, token: Piece, *, by_word: bool = True) -> str | None:
    """The entity whose noun the word of a value ends in (社区店, member day campaigns, 物流工单); None for people and the rest.

    `by_word` false: the entity that a value is of, whatever its word (会员日)."""
    for sense in token.of("value"):
        home = r.world.model.dimensions[sense.name].table
        entity = next((e for e in r.world.model.entities.values() if e.table == home), None)
        if entity is None or entity.name == r.world.model.domain.entity:
            continue
        words = (entity.label.zh, entity.label.en, *entity.synonyms.zh, *entity.synonyms.en)
        text = token.text
        if not by_word or any(
            text.endswith(w.lower()) and (not w.isascii() or text.endswith(f" {w.lower()}")) for w in words if text != w
        ):
            return entity.name
    return None


def thing_of_kind(r: Reading, at: int) -> str | None:
    """The dimension that names the things that a value's word ends in; None where they have no name."""
    kind = kind_of(r, r.tokens[at])
    return None if kind is None else next((c for c in r.world.model.entities[kind].columns if r.world.is_groupable(c)), None)


def things_of_value(r: Reading, at: int) -> tuple[str, ...]:
    """What names the things that a value describes: the campaigns of 会员日; nothing for people."""
    found = []
    for name, _ in r.value_options(at):
        home = r.world.model.dimensions[name].table
        entity = next((e for e in r.world.model.entities.values() if e.table == home), None)
        if entity is not None and entity.name != r.world.model.domain.entity:
            found += [c for c in entity.columns if c != name and r.world.is_groupable(c)][:1]
    return tuple(dict.fromkeys(found))


def steps_of(world: World, name: str) -> tuple[str, frozenset[str]] | None:
    """The dimension and the two values that a rate is made of: browsing and payment, of the conversion rate."""
    ratio = world.model.metrics.get(name)
    if not isinstance(ratio, RatioMetric):
        return None
    found = []
    for part in (ratio.numerator, ratio.denominator):
        metric = world.model.metrics.get(part)
        measure = world.measure_of(metric) if metric is not None else None
        where = (metric.where if isinstance(metric, SimpleMetric) else None) or (measure.where if measure is not None else None)
        value = world.value_where(measure.table, where) if measure is not None and where is not None else None
        if value is None:
            return None
        found.append(value)
    (a, first), (b, second) = found
    return (a, frozenset((first, second))) if a == b and first != second else None


def named_in_order(r: Reading, names: Sequence[str]) -> str | None:
    """highest rate first: the metric whose name ends in the word inside the order."""
    for token in r.tokens:
        words = token.text.split()
        inner = " ".join(words[1:-1])
        if token.has("descending", "ascending") and inner and words[-1] == "first":
            return next((name for name in names if r.world.model.metrics[name].label.en.lower().split()[-1] == inner), None)
    return None


def is_made_of(coarse: Dimension, fine: Dimension) -> bool:
    """Whether a dimension is worked out of the column of another one of its table: online or offline, of the channel."""
    return (
        coarse.expr is not None
        and fine.expr is None
        and coarse.table == fine.table
        and re.search(rf"(?<!\w){re.escape(fine.name)}(?!\w)", coarse.expr) is not None
    )
