"""Which of the few things that were shown are so: which of these are flagships, 其中哪些是社区店, 哪些是女装.

In: a `Reading` of the message, the query before it. Out: whether it asks that, so that the things shown are meant and not as many others;
values that people and things both have (a city) are those of the things. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.chosen import is_thing
from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, SemanticQuery

_WHICH = re.compile(
    r"(?:那|那么|请问|看看)*(?:[这那]?其中|[这那]?里[面头边]|当中)|(?:那|那么|请问|看看)*有?哪[些几][个家款场种位]?(?:是|属于|在)"
    r"|(?:and |so |now |ok |show me |list )*(?:which|what)(?: ones?)?(?: of (?:these|those|them))? (?:are|is|were|was)(?![a-z])"
    r"|.*(?<![a-z])(?:of|among) (?:these|those|them)(?![a-z])"
)
"""At the start of a message: of what was shown."""


def asks_which_shown(r: Reading, last: Aggregate) -> bool:
    """Whether a message only says which of them are meant."""
    chosen = (last.limit is not None and last.limit > 1) or bool(last.having)
    more = (
        r.groups or r.asked or r.ranking is not None or r.period_at is not None or r.compare is not None or r.share or r.counted
    )
    plain = bool(r.tests) and all(isinstance(t, ValueTest) for t in r.tests)
    return chosen and plain and not more and _WHICH.match(r.text.text) is not None


def asks_which_ones(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message that could stand alone asks it: which ones are women's wear, and nothing but values said."""
    content = [t for t in r.tokens if t.is_content]
    plain = bool(content) and all(t.of("value") and not t.of("metric") for t in content)
    shown = isinstance(last, Aggregate) and (last.limit or 0) > 1 and bool(last.group_by)
    return shown and plain and _WHICH.match(r.text.text) is not None


def counts_which_shown(r: Reading, last: Aggregate) -> bool:
    """其中社区店有几家: how many of those that were shown; the count of such things is used up, as it is no number of its own."""
    first = last.group_by[0] if last.group_by else None
    table = r.world.model.dimensions[first.member].table if isinstance(first, ByDimension) else None
    counts = {r.world.counts.get(name) for name, e in r.world.model.entities.items() if e.table == table}
    asked = [name for a in r.asked for name in a.names]
    if not r.asked or not set(asked) <= counts or (last.limit or 0) < 2:
        return False
    before, r.asked, r.counted = (r.asked, r.counted), [], False
    if asks_which_shown(r, last):
        return True
    r.asked, r.counted = before
    return False


def values_of_things(r: Reading, last: SemanticQuery) -> None:
    """which of them are in Shanghai, behind stores: where those are, and not the people who bought there."""
    first = last.group_by[0] if isinstance(last, Aggregate) and last.group_by else None
    if not isinstance(first, ByDimension) or not is_thing(r.world, first.member) or not _WHICH.match(r.text.text):
        return
    home = r.world.model.dimensions[first.member].table
    for at, token in enumerate(r.tokens):
        own = tuple(s for s in token.of("value") if r.world.model.dimensions[s.name].table == home)
        if own and not token.of("metric"):
            r.tokens = (*r.tokens[:at], replace(token, senses=own), *r.tokens[at + 1 :])
