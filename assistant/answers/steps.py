"""Sentences of funnels and retention.

In: a `Speech` whose result has a row a step (and group), or a row a cohort and offset. Out: conversion step by step and overall;
how many came back. Rates of retention over several cohorts are weighted by their sizes. Nothing fails.
"""

from collections.abc import Iterable

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.conditions import explain_filter
from assistant.answers.shape import Key
from assistant.answers.speech import Speech
from assistant.qa import Cell
from prompts import render
from semantic_layer.query import Funnel, Retention

Row = tuple[Cell, ...]


def tell_funnel(speech: Speech, query: Funnel) -> str:
    """How many reach each step, and where most are lost."""
    step = next(k for k in speech.shape.keys if k.column.name == "step")
    groups = [k for k in speech.shape.keys if k is not step]
    if groups:
        return _grouped(speech, query, groups[0])
    counts = _counts(speech.shape.rows, speech.shape.metrics[0].index)
    names = [
        words.escape_markdown(words.cell(row[step.index], step.column, speech.lang, style="prose")) for row in speech.shape.rows
    ]
    unit = speech.model.entities[query.entity].unit[speech.lang] if query.entity in speech.model.entities else None
    parts = []
    for i, (name, count) in enumerate(zip(names, counts, strict=True)):
        number = words.number(count, "integer", speech.lang, unit=unit)
        rate = "" if i == 0 else speech.say("funnel.rate", rate=speech.percent(_rate(counts[i - 1], count)))
        parts.append(speech.say("funnel.step", name=name, count=number, rate=rate))
    text = speech.say(
        "funnel.steps", when=speech.when, scope=_scope(speech), steps=" → ".join(parts), within=_within(speech, query)
    )
    overall = _rate(counts[0], counts[-1])
    text += speech.say("funnel.overall", first=names[0], last=names[-1], rate=speech.percent(overall))
    if len(counts) > 2:
        worst = min(range(1, len(counts)), key=lambda i: _rate(counts[i - 1], counts[i]) or 0.0)
        lost = words.number(counts[worst - 1] - counts[worst], "integer", speech.lang, unit=unit)
        text += speech.say("funnel.worst", first=names[worst - 1], last=names[worst], lost=lost)
    return text


def _counts(rows: Iterable[Row], index: int) -> list[int]:
    return [int(row[index] or 0) for row in rows]


def _rate(before: float, after: float) -> float | None:
    return after / before if before else None


def _scope(speech: Speech) -> str:
    if speech.where is None:
        return ""
    return speech.say("records.conditions", conditions=explain_filter(speech.where, speech.model, speech.lang))


def _within(speech: Speech, query: Funnel) -> str:
    return "" if query.within_days is None else speech.say("funnel.within", days=query.within_days)


def _grouped(speech: Speech, query: Funnel, group: Key) -> str:
    """The overall conversion of each group, best and worst."""
    index = speech.shape.metrics[0].index
    by_group: dict[Cell, list[int]] = {}
    for row in speech.shape.rows:
        by_group.setdefault(row[group.index], []).append(int(row[index] or 0))
    rates = [(member, _rate(c[0], c[-1])) for member, c in by_group.items()]
    known = sorted(((m, r) for m, r in rates if r is not None), key=lambda pair: -pair[1])
    name = words.escape_markdown(speech.model.label(group.column.member or group.column.name, speech.lang))
    text = speech.say("funnel.groups", when=speech.when, scope=_scope(speech), keys=name, within=_within(speech, query))
    if not known:
        return text + speech.say("funnel.no_groups")
    first, last = (
        speech.say("groups.entry", member=speech.member(group, m), value=speech.percent(r)) for m, r in (known[0], known[-1])
    )
    return text + speech.say("funnel.best" if len(known) > 1 else "funnel.only", first=first, last=last)


# --- retention ----------------------------------------------------------------------------------------------------------


def tell_retention(speech: Speech, query: Retention) -> str:
    """How many of a cohort come back after one and after the last grain, and which cohort keeps most."""
    cohort, offset = (next(k for k in speech.shape.keys if k.column.name == n) for n in ("cohort", "offset"))
    size, back = (m.index for m in speech.shape.metrics[:2])
    offsets = sorted({int(row[offset.index]) for row in speech.shape.rows})
    later = [o for o in offsets if o > 0]
    cohorts = {row[cohort.index] for row in speech.shape.rows}
    entity = words.escape_markdown(speech.model.label(query.entity, speech.lang))
    text = speech.say("retention.opening", entity=entity, count=len(cohorts), scope=_scope(speech))
    if not later:
        return text + speech.say("retention.none")
    for key, at in (("retention.first", later[0]), ("retention.last", later[-1])):
        rows = [r for r in speech.shape.rows if int(r[offset.index]) == at]
        rate = _rate(sum(float(r[size] or 0) for r in rows), sum(float(r[back] or 0) for r in rows))
        if key == "retention.first" or later[-1] != later[0]:
            text += speech.say(key, after=_after(speech, query, at), rate=speech.percent(rate))
    rows = [r for r in speech.shape.rows if int(r[offset.index]) == later[0] and r[size]]
    if len(rows) < 2:
        return text + speech.say("retention.stop")
    ranked = sorted(rows, key=lambda r: -float(r[back] or 0) / float(r[size]))
    best, worst = (
        speech.say(
            "groups.entry",
            member=dates.bucket(r[cohort.index], query.grain, speech.lang),
            value=speech.percent(_rate(float(r[size]), float(r[back] or 0))),
        )
        for r in (ranked[0], ranked[-1])
    )
    return text + speech.say("retention.extremes", best=best, worst=worst, after=_after(speech, query, later[0]))


def _after(speech: Speech, query: Retention, count: int) -> str:
    return render(f"answers.after{'_one' if count == 1 else ''}.{query.grain}", speech.lang, count=count)
