"""Sentences of a result by groups: who is first and last, the total, shares, rankings, who grew.

In: a `Speech` of an aggregate with keys none of which is a time grain. Out: sentences. Nothing fails.
"""

from assistant.answers import format as words
from assistant.answers.comparing import Move
from assistant.answers.conditions import explain_filter, moved
from assistant.answers.shape import Measured, row_total
from assistant.answers.speech import Speech
from assistant.answers.totals import than
from assistant.qa import Cell
from semantic_layer.query import Aggregate, Order

NAMED = 5
"""So many members of a ranking are named; the table has them all."""
Row = tuple[Cell, ...]


def tell_groups(speech: Speech, query: Aggregate) -> str:
    """Who is first and last, and what it comes to."""
    metric = speech.shape.metrics[0]
    if query.limit is not None or query.limit_per:
        text = _ranking(speech, query)
    elif query.share is not None:
        text = _shares(speech, metric)
    elif metric.previous is not None:
        text = _growths(speech)
    elif len(speech.shape.metrics) > 1:
        text = _metrics(speech)
    else:
        text = _extremes(speech, metric)
    return text + _tested(speech, query)


def ranked(speech: Speech, index: int) -> list[Row]:
    """Rows with a value in that column, largest first."""
    known = [row for row in speech.shape.rows if words.is_number(row[index])]
    return sorted(known, key=lambda row: -float(row[index]))


def _extremes(speech: Speech, metric: Measured) -> str:
    """Who is first and last; one without a name that would be first is told behind them: an unknown group is no favourite."""
    everyone = ranked(speech, metric.index)
    places = [key.index for key in speech.shape.keys if key.sort == "dimension"]
    known = [row for row in everyone if all(row[place] is not None for place in places)]
    rows = known if len(known) > 1 and everyone[0] not in known else everyone
    opening = {"when": speech.when, "scope": speech.scope, "metric": speech.name(metric), "keys": speech.keys()}
    if not rows:
        return speech.say("groups.no_values", **opening)
    if len(rows) == 1:
        return speech.say(
            "groups.one", **opening, member=speech.group(rows[0]), value=speech.value(metric, rows[0][metric.index])
        )
    if rows[0][metric.index] == rows[-1][metric.index]:
        return speech.say("groups.same", **opening, value=speech.value(metric, rows[0][metric.index]), count=len(rows))
    if len(rows) == 2 and len(speech.shape.rows) == 2:
        return _pair(speech, metric, rows)
    text = speech.say(
        "groups.top", **opening, first=_entry(speech, metric, rows[0], share=True), second=_entry(speech, metric, rows[1])
    )
    text += speech.say("groups.bottom", last=_entry(speech, metric, rows[-1])) if len(rows) > 2 else ""
    unknown = [row for row in everyone if row not in rows]
    text += speech.say("groups.unknown", other=_entry(speech, metric, unknown[0], share=True)) if len(unknown) == 1 else ""
    return text + speech.say("groups.stop") + _sum(speech, metric)


def _pair(speech: Speech, metric: Measured, rows: list[Row]) -> str:
    first, second = rows
    names = {"left": speech.group(first), "right": speech.group(second)}
    values = {"left_value": speech.value(metric, first[metric.index]), "right_value": speech.value(metric, second[metric.index])}
    text = speech.say("pair.values", when=speech.when, scope=speech.scope, metric=speech.name(metric), **names, **values)
    move = Move(speech, metric, first[metric.index], second[metric.index])
    return text + than(speech, move, **names) + (_sum(speech, metric) if metric.additive else "")


def _entry(speech: Speech, metric: Measured, row: Row, *, share: bool = False) -> str:
    """A member with its value, and its part of the total where there is one."""
    value = speech.value(metric, row[metric.index])
    total = row_total(speech.shape, metric.index) if metric.additive else None
    if share and total is not None and total > 0 and not _cut(speech):
        value = speech.say("groups.with_share", value=value, share=speech.percent(float(row[metric.index]) / total))
    return speech.say("groups.entry", member=speech.group(row), value=value)


def _entry_of_all(speech: Speech, metric: Measured, row: Row) -> str:
    """A member of a ranking with its value, and the share of the total that was asked for."""
    value = speech.value(metric, row[metric.index])
    part = row[metric.share] if metric.share is not None else None
    of_total = isinstance(speech.query, Aggregate) and speech.query.share is not None and speech.query.share.part is None
    if part is not None and of_total:
        value = speech.say("groups.with_share", value=value, share=speech.percent(part))
    return speech.say("groups.entry", member=speech.group(row), value=value)


def _cut(speech: Speech) -> bool:
    """Whether the rows are not all there are."""
    query = speech.query
    return speech.result.truncated or (isinstance(query, Aggregate) and bool(query.limit or query.limit_per or query.having))


def _sum(speech: Speech, metric: Measured) -> str:
    total = row_total(speech.shape, metric.index)
    if not metric.additive or total is None or _cut(speech):
        return speech.say("groups.count", count=len(speech.shape.rows))
    return speech.say("groups.total", total=speech.value(metric, total), count=len(speech.shape.rows))


def _metrics(speech: Speech) -> str:
    """Several metrics by group: a clause each."""
    parts = []
    for metric in speech.shape.metrics:
        rows = ranked(speech, metric.index)
        if not rows:
            continue
        first, last = (_entry(speech, metric, row) for row in (rows[0], rows[-1]))
        parts.append(speech.say("groups.metric", metric=speech.name(metric), first=first, last=last))
    text = speech.say("groups.metrics", when=speech.when, scope=speech.scope, keys=speech.keys())
    return (
        text + speech.say("groups.metric_separator").join(parts) + speech.say("groups.metrics_end", count=len(speech.shape.rows))
    )


# --- shares, growth, rankings ------------------------------------------------------------------------------------------------


def _shares(speech: Speech, metric: Measured) -> str:
    if metric.share is None:
        return _extremes(speech, metric)
    if isinstance(speech.query, Aggregate) and speech.query.share is not None and speech.query.share.part is not None:
        return _parts(speech, metric, metric.share, explain_filter(speech.query.share.part, speech.model, speech.lang))
    rows = ranked(speech, metric.share)
    share = speech.query.share if isinstance(speech.query, Aggregate) else None
    within = share is not None and bool(share.within)
    over = share is not None and bool(share.over)
    opening = {"when": speech.when, "scope": speech.scope_of_whole if over else speech.scope, "metric": speech.name(metric)}
    if not rows:
        return speech.say("groups.no_values", keys=speech.keys(), **opening)
    named = len(rows) if len(rows) <= NAMED + 1 else NAMED
    entries = [
        speech.say(
            "share.entry",
            member=speech.group(r),
            share=speech.percent(r[metric.share]),
            value=speech.value(metric, r[metric.index]),
        )
        for r in rows[:named]
    ]
    told = "within" if within else "over" if over else "groups"
    text = speech.say(f"share.{told}", parts=speech.join(entries), **opening)
    rest = sum(float(r[metric.share]) for r in rows[named:])
    if len(rows) > named and not within:
        text += speech.say("share.rest", count=len(rows) - named, share=speech.percent(rest))
    return text + (_sum(speech, metric) if not (within or over) else "")


def _parts(speech: Speech, metric: Measured, index: int, part: str) -> str:
    """The same part of every group: 各大区流失客户的占比. The shares are of each group, so they make up no whole."""
    rows = ranked(speech, index)
    opening = {"when": speech.when, "scope": speech.scope, "metric": speech.name(metric), "keys": speech.keys()}
    if not rows:
        return speech.say("groups.no_values", **opening)
    named = rows if len(rows) <= NAMED + 1 else [*rows[:2], rows[-1]]
    counted = index != metric.index  # with what the part comes to
    entries = [
        speech.say(
            "share.entry" if counted else "share.each_entry",
            member=speech.group(r),
            share=speech.percent(r[index]),
            value=speech.value(metric, r[metric.index]),
        )
        for r in named
    ]
    if len(named) == len(rows):
        return speech.say("share.each", **opening, part=part, parts=speech.join(entries))
    first, second, last = entries
    return speech.say("share.each_of_many", **opening, part=part, first=first, second=second, last=last, count=len(rows))


def _growths(speech: Speech) -> str:
    """Each of the metrics, the first one with what they are of."""
    first, *rest = [m for m in speech.shape.metrics if m.previous is not None]
    return _growth(speech, first) + "".join(_growth(speech, metric, "further") for metric in rest)


def _growth(speech: Speech, metric: Measured, key: str = "opening") -> str:
    moves = _moves(speech, metric)
    ups, downs = (sum(1 for m, _ in moves if m.direction == d) for d in ("up", "down"))
    opening = {"when": speech.when, "scope": speech.scope, "metric": speech.name(metric), "keys": speech.keys()}
    text = speech.say(f"growth.{key}", **opening, ups=ups, downs=downs, period=speech.previous_words)
    if not moves:
        return text
    ordered = sorted(moves, key=lambda pair: -pair[0].weight)
    text += speech.say(f"growth.most_{ordered[0][0].direction}", entry=_moved(speech, *ordered[0]))
    if len(ordered) > 1:
        text += speech.say(f"growth.least_{ordered[-1][0].direction}", entry=_moved(speech, *ordered[-1]))
    return text + speech.say("groups.stop") + _total_move(speech, metric)


def _moves(speech: Speech, metric: Measured) -> list[tuple[Move, Row]]:
    assert metric.previous is not None  # noqa: S101 - asked by the callers
    before = metric.previous
    pairs = [(Move(speech, metric, row[metric.index], row[before]), row) for row in speech.shape.rows]
    return [(move, row) for move, row in pairs if move.known]


def _moved(speech: Speech, move: Move, row: Row) -> str:
    values = {"before": speech.value(move.metric, move.previous), "now": speech.value(move.metric, move.value)}
    return speech.say("growth.entry", member=speech.group(row), change=move.brief(), **values)


def _moved_row(speech: Speech, metric: Measured, row: Row) -> str:
    before = row[metric.previous] if metric.previous is not None else None
    return _moved(speech, Move(speech, metric, row[metric.index], before), row)


def _total_move(speech: Speech, metric: Measured) -> str:
    if not metric.additive or _cut(speech) or metric.previous is None:
        return ""
    now, before = row_total(speech.shape, metric.index), row_total(speech.shape, metric.previous)
    move = Move(speech, metric, now, before)
    return (
        speech.say("growth.total", total=speech.value(metric, now), change=f"{move.brief()}{move.judged}") if move.known else ""
    )


def _ranking(speech: Speech, query: Aggregate) -> str:
    """The members of a top-N in their order."""
    metric, order = _ranked_by(speech, query)
    rows = speech.shape.rows
    names = {"when": speech.when, "scope": speech.scope, "metric": speech.name(metric), "keys": speech.keys()}
    if query.share is not None and query.share.part is not None:  # 金卡会员占比最高的省
        part = explain_filter(query.share.part, speech.model, speech.lang)
        names["metric"] = speech.say("share.of_part", metric=speech.name(metric), part=part)
    by_growth = order is not None and order.part == "growth" and metric.previous is not None
    moved_too = query.compare is not None and metric.previous is not None
    entry = _moved_row if moved_too else _entry_of_all if query.share is not None and not query.share.within else _entry
    end = "bottom" if order is not None and not order.descending else "top"
    parts = [entry(speech, metric, row) for row in rows[:NAMED]]
    more = speech.say("ranking.more", count=len(rows)) if len(rows) > NAMED else ""
    key = f"ranking.{end}_growth" if by_growth else "ranking.per_group" if query.limit_per else f"ranking.{end}"
    if query.offset:
        key, names["place"] = f"ranking.place_{end}", words.place(query.limit, query.offset)
        names["metric"] = speech.say("having.growth", metric=names["metric"]) if by_growth else names["metric"]
    count = query.limit if query.limit is not None and query.limit <= len(rows) else len(rows)
    text = speech.say(key, **names, count=count, parts=speech.join(parts), more=more)
    if moved_too:
        text += speech.say("compared.against", period=speech.previous_words)
    return text


def _ranked_by(speech: Speech, query: Aggregate) -> tuple[Measured, Order | None]:
    """The metric that decides the order."""
    for order in query.order:
        found = next((m for m in speech.shape.metrics if order.by in (m.name, m.column.member)), None)
        if found is not None:
            return found, order
    return speech.shape.metrics[0], None


def _tested(speech: Speech, query: Aggregate) -> str:
    """Tests of the outcome (a rate over 8 %), said in words."""
    tests = []
    for having in query.having:
        metric = next((m for m in speech.shape.metrics if having.by in (m.name, m.column.member)), None)
        if metric is None:
            continue
        fmt = "percent" if having.part in ("growth", "share") else metric.column.format
        values = [words.number(v, fmt, speech.lang, unit=metric.column.unit, style="stated") for v in having.values]
        name = speech.say(f"having.{having.part}", metric=speech.name(metric))
        tests.append(moved(having, speech.name(metric), speech.lang) or words.test_of(having.op, name, values, speech.lang))
    return speech.say("having.sentence", tests=speech.join(tests)) if tests else ""
