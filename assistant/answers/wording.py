"""A semantic query as a question that a person would type, in the plainest standard words, so that a planner reads it back.

In: a query, the model, a language, today (for "last month"; without it dates are written out). Out: the question, or None
where its conditions cannot be said in a few words. Nothing fails.
"""

from datetime import date, timedelta

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.conditions import explain_filter
from assistant.answers.labels import measured_label
from assistant.answers.titles import group_label
from assistant.qa import Lang
from prompts import render
from semantic_layer.model import SemanticModel
from semantic_layer.periods import floor, shift
from semantic_layer.query import (
    Aggregate,
    And,
    BySides,
    ByTime,
    Change,
    Filter,
    Grain,
    InSegment,
    MetricUse,
    Period,
    Predicate,
    Records,
    SemanticQuery,
)

_GRAINS: tuple[Grain, ...] = ("week", "month", "quarter", "year")


def question(query: SemanticQuery, model: SemanticModel, lang: Lang, today: date | None = None) -> str | None:
    """The question behind `query`, or None."""
    where = scope_words(query.where, model, lang)
    if where is None:
        return None
    when = period_words(query.period, lang, today)
    match query:
        case Aggregate():
            return _aggregate(query, model, lang, {"period": when, "scope": where})
        case Change():
            metric = model.label(query.metric, lang)
            return _say("why", lang, period=when, scope=where, metric=metric)
        case Records():
            return _list(query, model, lang, when)
        case _:
            return None


def _list(query: Records, model: SemanticModel, lang: Lang, when: str) -> str:
    """A list: VIP客户名单 / list VIP customers; of other conditions by what they are."""
    if isinstance(query.where, InSegment):
        return _say("list_segment", lang, period=when, segment=model.label(query.where.segment, lang))
    scope = scope_words(query.where, model, lang) or ""
    conditions = explain_filter(query.where, model, lang, escape=False) if query.where is not None else ""
    where = _say("where", lang, conditions=conditions) if conditions else ""
    return _say("list", lang, period=when, scope=scope, where=where, entity=model.label(query.entity, lang))


def _aggregate(query: Aggregate, model: SemanticModel, lang: Lang, parts: dict[str, str]) -> str | None:
    uses = [m for m in query.metrics if isinstance(m, MetricUse) and m.where is None and m.period is None]
    sides = any(isinstance(g, BySides) for g in query.group_by)
    if sides or len(uses) != len(query.metrics) or query.having or query.limit_per or query.offset:
        return None
    metric = words.join([measured_label(u, model, lang) for u in uses], lang)
    time = next((g for g in query.group_by if isinstance(g, ByTime)), None)
    others = [g for g in query.group_by if g is not time]
    keys = words.join([group_label(g, model, lang) for g in others], lang)
    said = {**parts, "metric": metric, "keys": keys, "each": render(f"answers.each.{time.grain}", lang) if time else ""}
    if query.limit is not None:
        bottom = bool(query.order) and not query.order[0].descending
        return _say("bottom" if bottom else "top", lang, count=query.limit, **said) if others and time is None else None
    if query.share is not None:
        whole = query.share.part is None and not query.share.over
        return _say("share", lang, **said) if others and whole else None
    if query.compare is not None:
        return _compared(query, lang, said)
    return _say("by_each" if time and others else "each" if time else "by" if others else "total", lang, **said)


def _compared(query: Aggregate, lang: Lang, said: dict[str, str]) -> str | None:
    kind = query.compare.kind if query.compare is not None else ""
    if kind not in ("same_period_last_year", "previous_period") or said["each"]:
        return None
    return _say(f"{kind}_by" if said["keys"] else kind, lang, **said)


# --- conditions ---------------------------------------------------------------------------------------------------------


def scope_words(where: Filter | None, model: SemanticModel, lang: Lang) -> str | None:
    """Conditions as people put them before a metric: 华东女装 / " for East China, women's wear"; None where that does not do."""
    if where is None:
        return ""
    parts = _parts(where, model, lang)
    if parts is None:
        return None
    return _say("scope", lang, parts=render("answers.question.scope_separator", lang).join(parts))


def _parts(where: Filter, model: SemanticModel, lang: Lang) -> list[str] | None:
    match where:
        case And():
            found = [_parts(f, model, lang) for f in where.filters]
            return None if any(p is None for p in found) else [text for p in found if p for text in p]
        case InSegment():
            return [model.label(where.segment, lang)]
        case Predicate():
            return _value(where, model, lang)
        case _:
            return None


def _value(where: Predicate, model: SemanticModel, lang: Lang) -> list[str] | None:
    """The name of a declared value; with its dimension where another dimension has a value of that name."""
    dimension = model.dimensions.get(where.member)
    if dimension is None or where.op != "=" or where.as_of is not None:
        return None
    declared = next((v for v in dimension.values if v.value == where.values[0]), None)
    if declared is None:
        return None
    label = declared.label[lang]
    shared = sum(1 for d in model.dimensions.values() for v in d.values if v.label[lang].casefold() == label.casefold())
    return [label] if shared == 1 else [_say("value", lang, dimension=dimension.label[lang], value=label)]


# --- dates --------------------------------------------------------------------------------------------------------------


def period_words(period: Period | None, lang: Lang, today: date | None = None) -> str:
    """A period as people say it: 上个月 / last month, 近30天 / in the last 30 days, 2026年8月 / in Aug 2026."""
    if period is None or (period.start is None and period.end is None):
        return ""
    if period.start is None or period.end is None:
        return _say("when.open", lang, period=dates.period(period, lang))
    relative = _relative(period.start, period.end, today) if today is not None else None
    if relative is not None:
        return _say(f"when.{relative}", lang, days=(period.end - period.start).days)
    unit = dates.unit_of(period)
    if unit is not None:
        return _say("when.unit", lang, period=dates.bucket(period.start, unit, lang))
    return _say("when.range", lang, start=_iso(period.start, lang), end=_iso(period.end - timedelta(days=1), lang))


def _relative(start: date, end: date, today: date) -> str | None:
    """The name of a period that is told from today."""
    if end == today and start == today - timedelta(days=1):
        return "yesterday"
    for grain in _GRAINS:
        this = floor(today, grain)
        if (start, end) == (shift(this, grain, -1), this):
            return f"last_{grain}"
        if start == this and end in (today, shift(this, grain, 1)) and start < today:
            return f"this_{grain}"
    return "last_days" if end == today else None


def _iso(day: date, lang: Lang) -> str:
    return dates.day(day, lang) if lang == "zh" else day.isoformat()


def _say(name: str, lang: Lang, /, **variables: object) -> str:
    return render(f"answers.question.{name}", lang, **variables)
