"""Who they are, by their key: ids pls: diamond members; 给我ID和近一年消费了多少; customer ids with 3 or more refunded orders.

In: a fresh `Reading`. Out: whether the key of people is asked for, which every list shows first, with the words for it used up; the
places of the nouns behind it, which are columns. Never fails.
"""

import re

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.reading import Reading


def behind_ids(r: Reading, ids: int) -> list[int]:
    """The nouns behind them: columns of the list."""
    spent = [at for at in r.where("money_verb") if r.is_only(at + 1, "how_much", "count") if at + 1 < len(r.tokens)]
    named = [at for at in range(ids + 1, len(r.tokens)) if (r.dimensions(at) or r.metrics(at)) and not r.value_options(at)]
    return [at for at in sorted({*spent, *named}) if at > ids and not r.is_person(at)]


def ids_asked(r: Reading) -> int | None:
    """ids pls: diamond members; 给我ID和近一年消费了多少: who they are, which every list shows first."""
    entity = r.world.entity
    places = [
        at
        for at in range(len(r.tokens))
        if (names := r.dimensions(at))
        and entity is not None
        and all(r.world.is_key(d) and r.world.model.dimensions[d].table == entity.table for d in names)
    ]
    ranked = r.ranking is not None and r.ranking.target not in ((), (r.world.model.domain.entity,))
    counted = r.groups or r.share or ranked or any(t.of("metric") and t.has("count") for t in r.tokens)
    if (
        places
        and not counted
        and r.follows is None
        and (_CUSTOMER_IDS.match(r.text.text) or any(describes_people(r, i) or r.is_person(i) for i in range(len(r.tokens))))
    ):
        r.listed, r.counted, r.count_words = True, False, ()
        r.take(*places)
        return places[0]
    return None


_CUSTOMER_IDS = re.compile(r"[a-z]+ ids? (?:with|who|whose|that|for|where|of)(?![a-z])")
"""customer ids with 3 or more refunded orders"""


def asks_their_key(r: Reading) -> bool:
    """Which gold and diamond members spent over 3000? Show customer ID and level: who they are, and no number of each level."""
    entity = r.world.entity
    names = [s.name for t in r.tokens for s in t.of("dimension") if r.world.is_key(s.name)]
    return entity is not None and any(r.world.model.dimensions[name].table == entity.table for name in names)
