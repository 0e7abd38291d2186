"""Sentences of a result over time: from where to where, peak and low, and what is not a whole bucket yet.

In: a `Speech` of an aggregate with a time grain among its keys. Out: sentences. A bucket that the period or the data cut short is
named and left out of the comparison of first and last. Nothing fails.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.breakdowns import NAMED
from assistant.answers.comparing import Move
from assistant.answers.shape import Key, Measured, row_total
from assistant.answers.speech import Speech
from assistant.qa import Cell
from prompts import render
from semantic_layer.query import Aggregate, Grain

Row = tuple[Cell, ...]


def tell_trend(speech: Speech, query: Aggregate) -> str:
    """How it went."""
    key = speech.shape.key("time")
    assert key is not None  # noqa: S101 - asked by narrate
    others = [k for k in speech.shape.keys if k is not key]
    metric = speech.shape.metrics[0]
    if others:
        return _by_series(speech, metric, key, others)
    told = "".join(_one(speech, m, key, query, opening=i == 0) for i, m in enumerate(speech.shape.metrics))
    buckets = _buckets(speech, key, list(speech.shape.rows))
    return told + (_unfinished(speech, key, buckets) if len(buckets) > 1 and not query.running_total else "")


@dataclass(frozen=True, slots=True)
class _Bucket:
    """A row of a trend; `cut`: the last day in it, where it is not whole."""

    row: Row
    start: date
    cut: date | None


def _buckets(speech: Speech, key: Key, rows: list[Row]) -> list[_Bucket]:
    grain: Grain = key.column.grain or "day"  # type: ignore[assignment]
    period = speech.query.period
    last = speech.last_day
    if period is not None and period.end is not None:
        last = min(last, period.end - timedelta(days=1))
    found = []
    for row in sorted(rows, key=lambda r: words.as_day(r[key.index]) or date.min):
        start = words.as_day(row[key.index])
        if start is None:
            continue
        ends_early = dates.bucket_end(start, grain) - timedelta(days=1) > last
        starts_late = period is not None and period.start is not None and start < period.start
        found.append(_Bucket(row, start, last if ends_early or starts_late else None))
    return found


def _one(speech: Speech, metric: Measured, key: Key, query: Aggregate, *, opening: bool) -> str:
    index = metric.running if metric.running is not None else metric.index
    buckets = [b for b in _buckets(speech, key, list(speech.shape.rows)) if words.is_number(b.row[index])]
    each = render(f"answers.each.{key.column.grain}", speech.lang)
    named = {"when": speech.when, "scope": speech.scope, "metric": _called(speech, metric), "each": each}
    if not buckets:
        return speech.say("trend.none", **named)
    if query.running_total:
        last = buckets[-1]
        return speech.say("trend.running", **named, bucket=_name(speech, key, last), value=speech.value(metric, last.row[index]))
    if len(buckets) == 1:
        return speech.say(
            "trend.single", **named, bucket=_name(speech, key, buckets[0]), value=speech.value(metric, buckets[0].row[index])
        )
    text = speech.say("trend.opening" if opening else "trend.next", **named) + _course(speech, metric, key, buckets, index)
    return text + _sums(speech, metric, query, buckets)


def _called(speech: Speech, metric: Measured) -> str:
    """The metric inside a sentence; a column of nothing but shares says that it is one, and of what."""
    label = metric.column.label
    return words.escape_markdown(label[:1].lower() + label[1:]) if metric.column.part == "share" else speech.name(metric)


def _course(speech: Speech, metric: Measured, key: Key, buckets: list[_Bucket], index: int) -> str:
    """From the first whole bucket to the last, peak and low between them."""
    whole = [b for b in buckets if b.cut is None]
    if len(whole) < 2:
        whole = buckets
    first, last = whole[0], whole[-1]
    move = Move(speech, metric, last.row[index], first.row[index])
    ends = {
        "first": _name(speech, key, first), "first_value": speech.value(metric, first.row[index]),
        "last": _name(speech, key, last), "last_value": speech.value(metric, last.row[index]),
    }  # fmt: skip
    text = speech.say("trend.course", **ends, change=f"{move.brief()}{move.judged}")
    if len(whole) < 3:
        return text + speech.say("trend.stop")
    high = max(whole, key=lambda b: float(b.row[index]))
    low = min(whole, key=lambda b: float(b.row[index]))
    return text + speech.say(
        "trend.extremes",
        high=_name(speech, key, high), high_value=speech.value(metric, high.row[index]),
        low=_name(speech, key, low), low_value=speech.value(metric, low.row[index]),
    )  # fmt: skip


def _sums(speech: Speech, metric: Measured, query: Aggregate, buckets: list[_Bucket]) -> str:
    """The total of what adds up; against the total before, where there is a comparison."""
    if not metric.additive or query.having or query.limit is not None:
        return _last_move(speech, metric, buckets)
    total = row_total(speech.shape, metric.index)
    if metric.previous is None:
        return speech.say("trend.total", total=speech.value(metric, total))
    bucketwise = query.compare is not None and query.compare.kind == "previous_period"
    if bucketwise:  # each with the one before it: their sum is of no period before
        return speech.say("trend.total", total=speech.value(metric, total)) + _last_move(speech, metric, buckets)
    move = Move(speech, metric, total, row_total(speech.shape, metric.previous))
    if not move.known:
        return speech.say("trend.total", total=speech.value(metric, total))
    return speech.say("trend.total", total=speech.value(metric, total)) + move.sentence()


def _last_move(speech: Speech, metric: Measured, buckets: list[_Bucket]) -> str:
    """For rates: how the last bucket compares with the same one before."""
    if metric.previous is None:
        return ""
    row = buckets[-1].row
    move = Move(speech, metric, row[metric.index], row[metric.previous])
    if not move.known:
        return ""
    key = speech.shape.key("time")
    assert key is not None  # noqa: S101 - asked by tell_trend
    return speech.say(
        "trend.last_compared", bucket=_name(speech, key, buckets[-1]), kind=move.kind, change=f"{move.brief()}{move.judged}"
    )


def tell_cut(speech: Speech) -> str:
    """The weeks or months of a ranking that the period cuts short: the worst week of a quarter may be two days of it."""
    key = speech.shape.key("time")
    if key is None or not speech.shape.metrics[0].additive:
        return ""
    cut = [b for b in _buckets(speech, key, list(speech.shape.rows[:NAMED])) if b.cut is not None]
    names = list(dict.fromkeys(_name(speech, key, b) for b in cut))
    return speech.say("ranking.cut", buckets=speech.join(names)) if names else ""


def _unfinished(speech: Speech, key: Key, buckets: list[_Bucket]) -> str:
    """What is not a whole bucket, at either end."""
    cut = [b for b in (buckets[0], buckets[-1]) if b.cut is not None]
    if not cut:
        return ""
    names = list(dict.fromkeys(_name(speech, key, b) for b in cut))
    end = cut[-1].cut if cut[-1] is buckets[-1] else None
    if len(names) == 1 and end is not None:
        return speech.say("trend.unfinished", bucket=names[0], day=dates.short_day(end, speech.lang))
    return speech.say("trend.cut", buckets=speech.join(names))


def _name(speech: Speech, key: Key, bucket: _Bucket) -> str:
    return dates.bucket(bucket.start, key.column.grain, speech.lang)


# --- several lines -----------------------------------------------------------------------------------------------------------


def _by_series(speech: Speech, metric: Measured, key: Key, others: list[Key]) -> str:
    """A line a member: who leads over the whole period, and in the last bucket."""
    each = render(f"answers.each.{key.column.grain}", speech.lang)
    opening = speech.say(
        "trend.series", when=speech.when, scope=speech.scope, metric=speech.name(metric), each=each, keys=speech.keys(but=key)
    )
    totals: dict[str, float] = {}
    for row in speech.shape.rows:
        if words.is_number(row[metric.index]):
            name = " · ".join(speech.member(k, row[k.index]) for k in others)
            totals[name] = totals.get(name, 0.0) + float(row[metric.index])
    if not totals:
        return speech.say("trend.none", when=speech.when, scope=speech.scope, metric=speech.name(metric), each=each)
    return opening + (_leaders(speech, metric, totals) if metric.additive else "") + _latest(speech, metric, key)


def _leaders(speech: Speech, metric: Measured, totals: dict[str, float]) -> str:
    ordered = sorted(totals.items(), key=lambda pair: -pair[1])
    whole = sum(totals.values())
    parts = [speech.say("groups.entry", member=n, value=speech.value(metric, v)) for n, v in ordered[:2]]
    share = speech.percent(ordered[0][1] / whole) if whole > 0 else speech.percent(None)
    key = "trend.leader" if len(ordered) > 1 else "trend.only"
    return speech.say(key, first=parts[0], second=parts[-1], share=share, total=speech.value(metric, whole))


def _latest(speech: Speech, metric: Measured, key: Key) -> str:
    """First and last of the latest whole bucket."""
    buckets = _buckets(speech, key, list(speech.shape.rows))
    whole = [b for b in buckets if b.cut is None] or buckets
    if not whole:
        return ""
    latest = whole[-1].start
    rows = sorted(
        (b.row for b in whole if b.start == latest and words.is_number(b.row[metric.index])),
        key=lambda r: -float(r[metric.index]),
    )
    if not rows:
        return ""
    first, last = (
        speech.say("groups.entry", member=speech.group(r, but=key), value=speech.value(metric, r[metric.index]))
        for r in (rows[0], rows[-1])
    )
    name = dates.bucket(latest, key.column.grain, speech.lang)
    return speech.say("trend.latest" if len(rows) > 1 else "trend.latest_one", bucket=name, first=first, last=last)
