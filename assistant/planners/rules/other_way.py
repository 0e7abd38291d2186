"""The other way round: bought in Q3 but not in Q2, then 反过来呢; and the other way round, bought in Q2 but not in Q3.

In: the text of a message, the number of people before it, and how to read a question by itself. Out: the same number with what was done and
what was not changed places, or of what the message says by itself; what those people are like stays. None where nothing of the kind is
said, or what was done and left undone are not one of each. Never fails.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.planners.rules.conditions import Unbound, possible
from assistant.planners.rules.edits import carried_over, joined, parts_of
from assistant.planners.rules.people_measured import people_asked
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.several import After
from assistant.ports import Context
from assistant.qa import Interpretation
from semantic_layer.query import Aggregate, Behaviour

_SAID = re.compile(
    r"^(?:那|那么|再|[,，])*(?:反过来|倒过来|反之|调过来|换过来)(?:的话|呢|说|看|看看|一下)*\s*[,，:：?？]*\s*(?P<zh>.*?)[?？。]?$"
    r"|^(?:and |then |now |ok |so |what about |how about )*(?:(?:the )?other way (?:a?round|about)|in reverse|conversely|vice versa)"
    r"\s*[,:;?.-]*\s*(?P<en>.*?)[?.]?$",
    re.I,
)


def the_other_way(
    text: str, last: Aggregate, read: Callable[[str], Reading], plan: Callable[[str, Context], Interpretation]
) -> Interpretation | None:
    """The number of those who are meant when the other way round is said."""
    said = _SAID.match(text)
    deeds = [p for p in parts_of(last.where) if isinstance(p, Behaviour)]
    if said is None or sorted(p.did for p in deeds) != [False, True] or last.share is not None:
        return None
    rest = said["zh"] or said["en"]
    asked = f"{rest.removesuffix('的')}的客户有多少" if said["zh"] else f"how many customers {rest}"
    told = plan(asked, After()) if rest else Interpretation()
    query = people_asked(read(asked), told) if rest else last
    others = (
        [p for p in parts_of(query.where) if isinstance(p, Behaviour)]
        if rest and query is not None
        else [p.model_copy(update={"did": not p.did}) for p in deeds]
    )
    if (
        query is None
        or {p.behaviour for p in others} != {p.behaviour for p in deeds}
        or (isinstance(query, Aggregate) and rest and query.group_by)
    ):
        return None
    if rest and len(others) != len(parts_of(query.where)):
        return None
    try:
        where = possible(joined((*(p for p in parts_of(last.where) if p not in deeds), *others)))
    except (Unbound, ValueError):
        return None
    made = last.model_copy(update={"where": where})
    return replace(told, queries=(made,), carried=carried_over(last, made))
