"""What a reading comes to: the query with the assumptions that were taken, and a further ask in the period of the one before it."""

import re
from dataclasses import replace

from assistant.planners.rules.build import Built
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.kin import doers
from assistant.planners.rules.moments import named_unit
from assistant.planners.rules.naming import named
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.talk import words_for
from assistant.planners.rules.two_comparisons import both_compared
from assistant.planners.rules.world import World
from assistant.qa import Interpretation
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, Behaviour, MetricUse, Records, SemanticQuery

_NOW = re.compile(
    r"现在|目前|当前|眼下|截至目前|截止目前|至今"
    r"|(?<![a-z])(?:right now|currently|at the moment|as of (?:now|today)|at present|to date)(?![a-z])",
    re.I,
)
_STILL = re.compile(r"还[没未在]|尚未|仍|(?<![a-z])(?:still|not yet|outstanding)(?![a-z])", re.I)


def _is_of_now(text: str, last: Aggregate, query: Aggregate) -> bool:
    """现在还没处理完的投诉有多少件, how many complaints are still open behind sales: how it is now, and not in the time before it."""
    names = [{m.metric for m in q.metrics if isinstance(m, MetricUse)} for q in (last, query)]
    return _NOW.search(text) is not None or (_STILL.search(text) is not None and not names[0] & names[1])


def in_period_of(
    last: SemanticQuery | None, planned: Interpretation, text: str = "", world: World | None = None
) -> Interpretation:
    """A further ask, `text`, that names no period is about the period of the one before it."""
    query = planned.queries[0] if planned.queries else None
    if isinstance(query, Records) and isinstance(last, Aggregate) and world is not None:
        return _who_did_then(world, last, planned, query, text)
    if not isinstance(last, Aggregate) or not isinstance(query, Aggregate) or last.period is None:
        return planned
    if not any(issue.code in _UNTIMED for issue in planned.issues) or _is_of_now(text, last, query):
        return planned
    issues = tuple(issue for issue in planned.issues if issue.code not in _UNTIMED)
    moved = query.model_copy(update={"period": last.period})
    return replace(planned, queries=(moved,), issues=issues, carried=(*planned.carried, "period"))


_EVER = re.compile("过|曾|从来|一直|至今|(?<![a-z])(?:ever|at any time|to date)(?![a-z])")


def _who_did_then(world: World, last: Aggregate, planned: Interpretation, query: Records, text: str) -> Interpretation:
    """近30天投诉了多少件, then 华东投诉的人拉一下: those who did in that time what was counted in it; 投诉过的 are those who ever did."""
    shown = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    parts = parts_of(query.where)
    deeds = [p for p in parts if isinstance(p, Behaviour)]
    plain = len(deeds) == 1 and deeds[0].period is None and deeds[0].did and not deeds[0].after and last.period is not None
    if not plain or len(shown) != 1 or _EVER.search(text) is not None:
        return planned
    if shown[0] not in (world.count_of_deeds(deeds[0].behaviour), doers(world, deeds[0].behaviour)):
        return planned
    then = deeds[0].model_copy(update={"period": last.period})
    where = joined(tuple(then if p is deeds[0] else p for p in parts))
    return replace(planned, queries=(query.model_copy(update={"where": where}),), carried=(*planned.carried, "period"))


def lacks_time(planned: Interpretation, before: Reading) -> bool:
    """Whether a question says no time, and asks for the number of a message that said one and was not understood."""
    query = planned.queries[0]
    named = {s.name for t in before.tokens for s in t.of("metric")}
    same = isinstance(query, Aggregate) and any(isinstance(m, MetricUse) and m.metric in named for m in query.metrics)
    timed = any(t.time is not None for t in before.tokens)
    return same and timed and any(issue.code in _UNTIMED for issue in planned.issues)


def without_deeds(planned: Interpretation) -> Interpretation:
    """are they sending back more? The refund rate of both: what was asked whether is what is measured, no condition of it."""
    query = planned.queries[0] if planned.queries else None
    if not isinstance(query, Aggregate):
        return planned
    kept = tuple(part for part in parts_of(query.where) if not isinstance(part, Behaviour))
    where = joined(kept) if kept else None
    return replace(planned, queries=(query.model_copy(update={"where": where}),))


def answered(r: Reading, built: Built, carried: tuple[str, ...]) -> Interpretation:
    issues = (*built.issues, *_assumptions(r, built))
    timed = r.mention is not None and r.mention.period == getattr(built.query, "period", None)
    told = Interpretation(
        queries=(built.query,),
        chart=r.chart,
        issues=issues,
        export=r.export,
        carried=carried,
        mentions=named(r.pieces),
        unit=named_unit(r.mention) if timed else None,
        when=words_for(r, built.query),
    )
    return both_compared(r, told)


def _assumptions(r: Reading, built: Built) -> tuple[Issue, ...]:
    """No period named: all the data."""
    query = built.query
    if (
        isinstance(query, Aggregate)
        and query.period is None
        and any(isinstance(m, MetricUse) and m.period is None and not r.world.is_timeless(m.metric) for m in query.metrics)
    ):
        timed = any(isinstance(p, Behaviour) and p.period is not None for p in parts_of(query.where))
        return (Issue("time-of-deed" if timed else "assumed-all-data", "assumption"),)
    return ()


_UNTIMED = ("assumed-all-data", "time-of-deed")
"""上个月浏览过的客户的销售额: a time was named, but the number itself has none."""
