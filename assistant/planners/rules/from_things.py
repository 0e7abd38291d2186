"""What comes from things, as a share of all of it: sales from campaigns as a share of total, tickets with orders as a share of the total.

In: a `Reading` before its breakdowns are read. Out: the part that has one of the things (of no breakdown by each of them), where not
all rows of the metric have one. Never fails.
"""

import re

from assistant.planners.rules.draft import MissingTest
from assistant.planners.rules.reading import Reading

_FROM = re.compile(r" (?:coming |that comes? |made |driven |generated )?(?:from|through|via|by) (?:the |our |all )?")
_OF_ALL = re.compile(
    r" (?:as )?an? (?:share|percentage|percent|proportion|part|fraction|%) of (?:the |our )?(?:total|overall|all|whole)"
)


def read_from_things(r: Reading) -> None:
    """Runs before breakdowns."""
    for at in range(len(r.tokens) - 1) if r.follows is None else ():
        names, to = r.metrics(at), at + 1
        while to < len(r.tokens) and not r.tokens[to].is_content:
            to += 1
        if not names or to == len(r.tokens) or not r.entities(to) or r.is_person(to):
            continue
        tied = _FROM.fullmatch(r.text.text[r.tokens[at].end : r.tokens[to].start])
        if tied is None or not _OF_ALL.match(r.text.text, r.tokens[to].end):
            continue
        tables = r.world.tables_of(names[0])
        entity = r.world.model.entities[r.entities(to)[0]]
        own = [d for d in (*r.dimensions(to), *entity.columns) if entity.table in r.world.homes(d)]
        if own and any(r.world.graph.path(table, entity.table) is not None for table in tables):
            r.tests.append(MissingTest(to, (own[0],), missing=False))
            r.share_parts, r.share_within = {to}, True  # by region: of each region's
            r.take(to)
