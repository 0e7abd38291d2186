"""What a chart or table is called: its title, and the period and conditions that belong under it.

In: a query, the model, a language. Out: plain text (not Markdown: charts draw it). Nothing fails.
"""

from collections.abc import Sequence
from typing import assert_never

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.conditions import all_conditions, explain_filter
from assistant.answers.labels import capital, measured_label
from assistant.qa import Driver, Lang
from prompts import render
from semantic_layer.model import SemanticModel
from semantic_layer.query import (
    Aggregate,
    ByBucket,
    ByDimension,
    BySides,
    ByTime,
    ByTimePart,
    Change,
    Funnel,
    GroupBy,
    Records,
    Retention,
    SemanticQuery,
)

PAIR = " × "
"""Stands between the names of a driver of several dimensions."""


def title(query: SemanticQuery, model: SemanticModel, lang: Lang) -> str:
    """Sales by channel and month / 销售额 · 按渠道、月."""
    match query:
        case Aggregate():
            return capital(_aggregate(query, model, lang))
        case Records():
            entity = model.label(query.entity, lang)
            if not query.order:
                return _say("records", lang, entity=entity)
            end = "top" if query.order[0].descending else "bottom"
            return _say(f"records_{end}", lang, entity=entity, metric=model.label(query.order[0].by, lang))
        case Funnel():
            return _say("funnel", lang, entity=model.label(query.entity, lang))
        case Retention():
            return _say("retention", lang, entity=model.label(query.entity, lang))
        case Change():
            return _say("change", lang, metric=model.label(query.metric, lang))
        case _:
            assert_never(query)


def subtitle(query: SemanticQuery, model: SemanticModel, lang: Lang) -> str:
    """The period, the comparison and the conditions, as far as the query has them."""
    parts: list[str] = []
    if query.period is not None:
        parts.append(dates.period(query.period, lang))
    before = dates.compared_with(query.period, getattr(query, "compare", None), model.domain.week_start)
    if before is not None:
        parts.append(_say("against", lang, period=dates.period(before, lang)))
    if (where := all_conditions(query)) is not None:
        parts.append(explain_filter(where, model, lang, escape=False))
    if isinstance(query, Aggregate) and query.group_by and query.share is not None and query.share.part is not None:
        parts.append(render("answers.say.share_of", lang, part=explain_filter(query.share.part, model, lang, escape=False)))
    return " · ".join(parts)


def group_label(group: GroupBy, model: SemanticModel, lang: Lang) -> str:
    """What a grouping is called inside a sentence: channel, month, weekday / 渠道、月、星期."""
    match group:
        case ByDimension():
            return model.label(group.member, lang)
        case ByTime():
            return render(f"answers.grains.{group.grain}", lang)
        case ByTimePart():
            return render(f"answers.parts.{group.part}", lang)
        case ByBucket():
            return model.label(group.member or group.metric or "", lang)
        case BySides():
            return words.join([side.name for side in group.sides], lang)
        case _:
            assert_never(group)


def _aggregate(query: Aggregate, model: SemanticModel, lang: Lang) -> str:
    if query.count_groups:
        keys = words.join([group_label(g, model, lang) for g in query.group_by], lang)
        return _say("groups", lang, keys=keys)
    metrics = words.join(list(dict.fromkeys(measured_label(m, model, lang) for m in query.metrics)), lang)
    if query.running_total:
        metrics = _say("running", lang, metric=metrics)
    if query.share is not None:
        metrics = _say("share", lang, metric=metrics)
    if query.order and query.order[0].part == "growth":
        metrics = render("answers.say.having.growth", lang, metric=metrics)
    if not query.group_by:
        return metrics
    return grouped(query, metrics, model, lang)


def grouped(query: Aggregate, metrics: str, model: SemanticModel, lang: Lang) -> str:
    """Metrics with what they are grouped by: sales by channel and month, 各渠道每月的销售额, 销售额最高的 10 个门店."""
    time = next((g for g in query.group_by if isinstance(g, ByTime)), None)
    others = [g for g in query.group_by if g is not time]
    keys = words.join([group_label(g, model, lang) for g in others], lang)
    if query.limit is not None and len(others) == 1 and time is None:
        bottom = bool(query.order) and not query.order[0].descending
        if query.offset:
            place = words.place(query.limit, query.offset)
            return _say("place_bottom" if bottom else "place_top", lang, place=place, keys=keys, metric=metrics)
        return _say("bottom" if bottom else "top", lang, count=query.limit, keys=keys, metric=metrics)
    if time is not None:
        each = render(f"answers.each.{time.grain}", lang)
        return _say("each_by" if others else "each", lang, metric=metrics, keys=keys, each=each)
    spread = len(others) == 1 and isinstance(others[0], ByBucket)
    return _say("spread" if spread else "by", lang, metric=metrics, keys=keys)


def _say(name: str, lang: Lang, /, **variables: object) -> str:
    return render(f"answers.title.{name}", lang, **variables)


def told_apart(drivers: Sequence[Driver]) -> tuple[Driver, ...]:
    """Drivers without those that are another by a longer name (Guangdong × South China is Guangdong), or many slices of one."""
    kept: dict[tuple[float | None, float | None, float], Driver] = {}
    for driver in drivers:
        same = (driver.previous, driver.current, round(driver.contribution, 9))
        if same not in kept or driver.depth < kept[same].depth:
            kept[same] = driver
    return _without_slices(tuple(kept.values()))


def _without_slices(drivers: tuple[Driver, ...]) -> tuple[Driver, ...]:
    """Of the slices of a driver that stands before them (South China × women, × after purchase …) only the first."""
    parents: dict[frozenset[tuple[str, str]], int] = {}
    found = []
    for driver in drivers:
        parts = frozenset(zip(driver.dimension.split(PAIR), driver.member.split(PAIR), strict=False))
        over = [p for p in parents if p < parts]
        if any(parents[p] for p in over):
            continue
        for parent in over:
            parents[parent] += 1
        parents[parts] = 0
        found.append(driver)
    return tuple(found)


def driver_name(driver: Driver, model: SemanticModel, lang: Lang) -> str:
    """What moved a metric, with its dimensions: 大区：华南 / region: South China; of a pair both, in the same order."""
    labels = (driver.label or driver.member).split(PAIR)
    dimensions = driver.dimension.split(PAIR)
    if len(labels) != len(dimensions):
        return driver.label or driver.member
    pairs = zip(dimensions, labels, strict=True)
    return PAIR.join(render("answers.chart.driver", lang, dimension=model.label(d, lang), member=m) for d, m in pairs)
