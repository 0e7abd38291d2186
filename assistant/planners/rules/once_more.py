"""Doing it again, and steps, that no query holds: 复购客单价 as that of all orders; sales, then funnel, as the same number.

In: a finished `Reading` and the query made of it. Out: the places of such words, for `misread`. Never fails.
"""

from assistant.planners.rules.draft import Asked, VerbTest
from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.kin import names_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Behaviour, Records, SemanticQuery


def again_lost(r: Reading, query: SemanticQuery) -> list[int]:
    """复购客单价, 复购订单数: of what was bought again; a number of it says so itself, or those who did."""
    words = [at for at, t in enumerate(r.tokens) if t.has("again_verb") and t.of("behaviour") and not t.of("metric")]
    behind = [at for at in words if not r.tokens[at].text.startswith(("又", "再")) and _number_behind(r, at)]
    told = {place for t in r.tests if isinstance(t, VerbTest) for place in (t.at, t.verb)}
    held = query.model_dump_json()
    shown = [n for n in r.world.model.metrics if f'"{n}"' in held]
    return [
        at for at in behind if at not in told and not any(r.tokens[at].text in w for n in shown for w in names_of(r.world, n))
    ]


def _number_behind(r: Reading, at: int) -> bool:
    """Whether a number, or the things that it is of, stands right behind a word."""
    behind = r.step(at, 1)
    return behind is not None and bool(r.tokens[behind].of("metric") or r.tokens[behind].of("entity")) and not r.is_person(behind)


def funnel_lost(r: Reading, query: SemanticQuery) -> list[int]:
    """conversion this month, then funnel: steps are asked for, and one number has none; of groups it is a way to draw them."""
    words = [at for at, t in enumerate(r.tokens) if t.has("funnel") and not t.of("metric")]
    one = isinstance(query, Aggregate) and not query.group_by and not query.metrics[1:]
    return words if one else []


def since_lost(r: Reading, query: SemanticQuery) -> list[int]:
    """买过又退的人后来又买了, then 买了多少; bought again afterwards, then how much did they spend: since then, which no number says."""
    where = query.where if isinstance(query, Aggregate | Records) else None
    later = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.did and p.after is not None and p.period is None]
    tables = {b.table for p in later if (b := r.world.behaviour(p.behaviour)) is not None}
    said = [a for a in (*r.asked, *r.columns) if 0 <= a.at < len(r.tokens)]
    timed = r.follows is None or r.period_at is not None or any(a.period is not None for a in said)
    if timed or not tables or any(w in r.text.text for w in _ALL_TIME):
        return []
    return [a.at for a in said if any(tables & set(r.world.tables_of(m)) for m in _numbers(r, a, query))]


_ALL_TIME = ("累计", "历史", "一共", "总共", "lifetime", "all time", "all-time", "ever", "in total")


def _numbers(r: Reading, asked: Asked, query: SemanticQuery) -> set[str]:
    """The numbers of any time that an ask is of, as they stand in the query."""
    if isinstance(query, Aggregate):
        return {n for n in asked.names if not r.world.is_timeless(n)} if query.period is None else set()
    windows = [r.world.attributes.window_of(name) for name in asked.dimensions]
    return {*asked.names, *(found[0] for found in windows if found is not None and found[1] is None)}
