"""Questions back: what was not understood, and the nearest things that can be asked instead, each as a complete query.

In: a reading that left words unread or has no metric, and a way to plan another text. Out: the issue and its choices. A choice is
only offered where its question is understood whole; at most four, best first.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from rapidfuzz import fuzz, process

from assistant.language.mentions import Piece
from assistant.language.values import ValueIndex
from assistant.planners.rules.reading import Reading
from assistant.qa import Choice, Interpretation
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, Period

_MOST_CHOICES = 4
_NEAR = 60.0
Plan = Callable[[str], Interpretation | None]


def unread_words(r: Reading, index: ValueIndex, plan: Plan, *, guesses: bool) -> Interpretation:
    """The words that were not read, with questions in which they are replaced by their nearest meanings (`guesses`), or left out."""
    unread = r.unread()
    if len(unread) == 1 and (time := unread[0].time) is not None and time.within is not None and not time.sure:
        return _open_end(r, unread[0], (time.within, time.period), plan)
    words = ", ".join(dict.fromkeys(r.text.shown(p.start, p.end) for p in unread))
    near = _nearest(unread[0], r, index) if unread and guesses else ()
    choices = tuple(_choices(r, unread, near, plan))[:_MOST_CHOICES]
    issue = Issue("unread-words", params={"words": words}, suggestions=tuple(near[:3]))
    return Interpretation(clarification=issue, choices=choices)


def _open_end(r: Reading, piece: Piece, periods: Sequence[Period], plan: Plan) -> Interpretation:
    """before Double 11 last year: from the first day of that year on, or from the first day there is."""
    start, end = r.text.original_span(piece.start, piece.end)
    texts = (_with(r.text.original, start, end, _dates(period, r.lang)) for period in periods)
    choices = tuple(choice for text in texts for choice in _choice(text, plan))
    words = r.text.shown(piece.start, piece.end)
    return Interpretation(clarification=Issue("open-end", params={"words": words}), choices=choices)


def _dates(period: Period, lang: str) -> str:
    """The days of a period in words that are read as them."""
    last = period.end - timedelta(days=1) if period.end is not None else None
    if period.start is None:
        return f"截至{last}" if lang == "zh" else f"up to {last}"
    return f"{period.start}到{last}" if lang == "zh" else f"from {period.start} to {last}"


def _nearest(piece: Piece, r: Reading, index: ValueIndex) -> tuple[str, ...]:
    """Labels of the members that look most like a word, in the asker's language."""
    if piece.ops:
        return ()
    labels = dict(_labels(r.world.model, r.lang))
    scorer = fuzz.WRatio if piece.text.isascii() else fuzz.ratio
    found = process.extract(
        piece.text, list(labels), scorer=scorer, score_cutoff=_NEAR if piece.text.isascii() else 34.0, limit=3
    )
    stored = [value for _, value in _stored(piece, index, r.world.model)]
    return tuple(dict.fromkeys((*(labels[name] for name, _, _ in found), *stored)))


def _labels(model: SemanticModel, lang: str) -> Iterator[tuple[str, str]]:
    for members in (model.metrics, model.dimensions, model.segments):
        for member in members.values():
            yield member.label[lang].lower(), member.label[lang]
    for dimension in model.dimensions.values():
        for value in dimension.values:
            yield value.label[lang].lower(), value.label[lang]


def _stored(piece: Piece, index: ValueIndex, model: SemanticModel) -> list[tuple[str, str]]:
    """Stored values that look like a word; short Chinese ones are matched exactly or not at all."""
    if len(piece.text) < 3:
        return []
    names = [name for name, dimension, _ in index.names if dimension in model.dimensions]
    found = process.extract(piece.text, names, scorer=fuzz.ratio, score_cutoff=70.0, limit=2)
    values = {name: value for name, dimension, value in index.names if dimension in model.dimensions}
    return [(name, str(values[name])) for name, _, _ in found]


def _choices(r: Reading, unread: Sequence[Piece], near: Sequence[str], plan: Plan) -> Iterator[Choice]:
    line = r.text
    first = unread[0]
    others = unread[1:]
    for label in near:
        text = _with(line.original, *line.original_span(first.start, first.end), label)
        if not others:
            yield from _choice(text, plan)
    if len(unread) <= 3:
        text = line.original
        for piece in sorted(unread, key=lambda p: -p.start):
            text = _with(text, *line.original_span(piece.start, piece.end), "")
        yield from _choice(text, plan)


def _with(text: str, start: int, end: int, new: str) -> str:
    return " ".join((text[:start] + new + text[end:]).split())


def _choice(text: str, plan: Plan) -> Iterator[Choice]:
    planned = plan(text)
    if planned is not None and len(planned.queries) == 1 and planned.clarification is None:
        yield Choice(label=text, query=planned.queries[0], question=text)


def missing_metric(r: Reading, plan: Plan) -> Interpretation:
    """No metric was named: the headline metrics that fit what was said."""
    code = "missing-metric" if r.period is not None else "missing-metric-period"
    choices: list[Choice] = []
    for metric in r.world.model.metrics.values():
        if len(choices) >= _MOST_CHOICES:
            break
        if not metric.drivers:
            continue
        label = metric.label[r.lang]
        planned = _by_it(r, metric.name, label, plan)
        if planned is not None and len(planned.queries) == 1 and planned.clarification is None:
            choices.append(Choice(label=label, query=planned.queries[0]))
        elif len(choices) < 2 and planned is not None:
            choices.append(Choice(label=label, question=label))
    return Interpretation(clarification=Issue(code), choices=tuple(choices))


def _by_it(r: Reading, name: str, label: str, plan: Plan) -> Interpretation | None:
    """The question with a number: top 3 cities by it, the five best products by it; what else is known of it, by that number."""
    glue = "" if r.lang == "zh" else " "
    ends = (t for t in r.tokens if t.has("most", "least", "best", "worst") or (t.number is not None and "rank" in t.number.kind))
    if next(ends, None) is None:
        return plan(f"{label}{glue}{_kept(r)}".strip())
    text = r.text.original.rstrip(" ?？.。!！")
    for said in (f"{text}，按{label}", f"{label}{text}") if r.lang == "zh" else (f"{text} by {label}", f"{label} {text}"):
        planned = plan(said)
        query = planned.queries[0] if planned is not None and len(planned.queries) == 1 else None
        shown = [getattr(m, "metric", None) for m in query.metrics] if isinstance(query, Aggregate) else []
        if planned is not None and planned.clarification is None and name in shown and getattr(query, "limit", None):
            return planned
    return None


def no_metric(r: Reading) -> bool:
    """Whether nothing is measured, or people are ranked by nothing: who are our best customers?"""
    by_nothing = r.ranking is not None and not (r.ranking.metrics or r.ranking.dimensions)
    return not r.asked and (r.head is None or by_nothing)


_PERIODS = {"zh": ("上个月", "上季度", "今年同比"), "en": ("last month", "last quarter", "this year vs last year")}
"""What a why-question without a period is asked about; the planner reads them like anybody's words."""


def missing_period(r: Reading, plan: Plan) -> Interpretation:
    """Why something changed, and not when: the periods that people mean most."""
    text = r.text.original
    asked = (f"{text} {words}" if r.lang == "en" else f"{words}{text}" for words in _PERIODS[r.lang])
    choices = [choice for question in asked for choice in _choice(question.replace("?", "").replace("？", ""), plan)]
    code = "mean-needs-period" if r.per is not None else "missing-period"
    return Interpretation(clarification=Issue(code), choices=tuple(choices))


def _kept(r: Reading) -> str:
    """What of the question is known to mean something: periods, breakdowns, values."""
    glue = "" if r.lang == "zh" else " "
    kept = [
        r.text.shown(p.start, p.end) for p in r.pieces if p.time or p.grain or p.of("value") or p.of("dimension") or p.has("by")
    ]
    return glue.join(kept)


def unused_period(r: Reading, plan: Plan) -> Interpretation:
    """A period that limits nothing of what was asked: the same without it, or what happened to these people in it."""
    at = r.period_at if r.period_at is not None else 0
    token = r.tokens[at]
    words = r.text.shown(token.start, token.end)
    text = _with(r.text.original, *r.text.original_span(token.start, token.end), "")
    choices = [*_choice(text, plan)]
    tables = {t for asked in r.asked for name in asked.names for t in r.world.tables_of(name)}
    for name, metric in r.world.model.metrics.items():
        if r.world.is_count(name) and not r.world.is_timeless(name) and set(r.world.tables_of(name)) & tables:
            label = metric.label[r.lang]
            planned = plan(f"{words}{'' if r.lang == 'zh' else ' '}{label}")
            if planned is not None and len(planned.queries) == 1:
                choices.append(Choice(label=f"{words}{'' if r.lang == 'zh' else ' '}{label}", query=planned.queries[0]))
    return Interpretation(clarification=Issue("period-not-used", params={"words": words}), choices=tuple(choices[:_MOST_CHOICES]))


def no_place(r: Reading, places: Sequence[int]) -> Issue:
    """What was read and has no place in the answer, in the asker's own words."""
    said = [r.tokens[at] for at in sorted(set(places)) if 0 <= at < len(r.tokens)]
    words = "; ".join(r.text.shown(token.start, token.end) for token in said if not token.has("filler"))
    return Issue("no-place", params={"words": words}) if words else Issue("does-not-fit")
