"""A number of people whose members are asked for next, as the list of them: how many …, then list them, 是哪些人, export it.

In: a fresh `Reading` of a message, the query before it and those before that. Out: that query as a list with the columns and the order that
were shown before; the query itself where nobody is asked for, or where it counts no people. Never fails.
"""

from assistant.planners.rules.amongst import asks_their_ids, lists_them, names_them
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.exported import exports_them
from assistant.planners.rules.members_ranked import ranks_members
from assistant.planners.rules.of_the_same import asks_who_did
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.shown_before import shown_as_before
from assistant.planners.rules.those_counted import whom
from semantic_layer.query import Aggregate, Records, SemanticQuery


def as_list(r: Reading, last: SemanticQuery, history: tuple[SemanticQuery, ...] = ()) -> SemanticQuery:
    """A count of people whose members are now to be listed, as that list."""
    pointed = any((t.has("refer") or t.text == "人") and not t.senses for t in r.tokens)  # 把这批人拉出来, 把人列出来
    asked = any(t.has("list", "who") and not t.is_content and (pointed or "filler" not in t.ops) for t in r.tokens)
    if (
        not isinstance(last, Aggregate)
        or asks_who_did(r, last)
        or not (asked or any(way(r, last) for way in (lists_them, names_them, asks_their_ids, exports_them, ranks_members)))
    ):
        return last
    try:
        made = Records(entity=r.world.model.domain.entity, where=whom(r, last, described=True))
        return shown_as_before(made, last, history)
    except Unbound:
        return last
