"""What is going on now: campaigns running now, 正在进行的活动, 现在有几个活动.

In: a finished `Reading` and the query made of it. Out: the places of the words for `misread`: things that begin and end are counted as
all there ever were, where only those between their two days were meant. Never fails.
"""

import re

from assistant.planners.rules.draft import DateTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import SemanticQuery

_GOING_ON = re.compile(
    r"正在|进行中|进行着|在跑|(?<![a-z])(?:running|ongoing|on-going|underway|under way|in progress|live now|in flight)(?![a-z])"
)
_NOW = re.compile(
    r"现在|目前|当前|眼下|此刻|(?<![a-z])(?:now|currently|at the moment|right now|at present|active)(?! (?:and|we|i|let)(?![a-z]))(?![a-z])"
)


def running_now(r: Reading, query: SemanticQuery) -> list[int]:
    """The noun of such things, in a question that has no time of its own."""
    timed = getattr(query, "period", None) is not None or any(isinstance(t, DateTest) for t in r.tests)
    if r.follows is not None or timed or any(t.time is not None for t in r.tokens):
        return []
    counts = r.ranking is None and not getattr(query, "group_by", ())  # 目前打开率最高的活动: as things are now
    said = _GOING_ON.search(r.text.text) or (_NOW.search(r.text.text) if counts else None)
    if said is None or any(t.of("value") and t.start <= said.start() < t.end for t in r.tokens):
        return []  # tickets in progress: a state that is known
    return [i for i, t in enumerate(r.tokens) if any(_begins_and_ends(r, table) for table in _counted(r, i))][:1]


def _counted(r: Reading, at: int) -> list[str]:
    """The tables whose things a noun names or counts."""
    token = r.tokens[at]
    entities = [r.world.model.entities[s.name].table for s in token.of("entity")]
    counts = [r.world.tables_of(s.name)[0] for s in token.of("metric") if s.name in r.world.counts.values()]
    return [*entities, *counts]


def _begins_and_ends(r: Reading, table: str) -> bool:
    """Whether things have a first and a last day; people are born and join."""
    people = r.world.entity is not None and table == r.world.entity.table
    return not people and sum(d.table == table and d.type == "date" for d in r.world.model.dimensions.values()) > 1
