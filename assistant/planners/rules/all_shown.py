"""How many of what is shown are wanted: 五种都列, all 5 types please; 3 is enough, 5个就够了.

In: a `Reading` of a follow-up, the query before it. Out: a number of all that there are is used up, as it chooses none of them: it must be
the number of values that the breakdown has, and a word must say that all are wanted. One that is enough becomes that of the first so many.
Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, ByDimension, SemanticQuery

_ALL = re.compile(r"[都全各]|所有|一个一个|逐个?|挨个|分别|每一?个?|(?<![a-z])(?:all|every|each|one by one)(?![a-z])")


def take_all_shown(r: Reading, last: SemanticQuery) -> None:
    """Takes the numbers of all that there are."""
    if not isinstance(last, Aggregate) or r.ranking is not None or not _ALL.search(r.text.text):
        return
    shown = [g.member for g in last.group_by if isinstance(g, ByDimension)]
    for at, token in enumerate(r.tokens):
        if token.number is None or token.senses or token.number.kind != "cardinal" or not r.free(at):
            continue
        named = [s.name for s in r.tokens[at + 1].of("dimension")] if at + 1 < len(r.tokens) else []
        sizes = {len(r.world.model.dimensions[d].values) for d in (*(named or shown),) if d in r.world.model.dimensions}
        r.take(at if token.number.value in sizes - {0, 1} else None)


_ENOUGH = re.compile(
    r" (?:(?:of them |of those )?(?:is|are|would be|will be) )?(?:enough|plenty|sufficient|all i need|all we need|good enough"
    r"|ample|(?:will|would|should) do|suffices?)"
    r"(?![a-z])|(?:也|就|已经|都)*(?:够了?|足够了?|足矣|行了?|好了?|可以了?|成)(?=[,，。;；!！?？]|$)"
)


def read_enough(r: Reading) -> None:
    """3 is enough, and only for women's wear; 5个就够了，只要美妆: the first so many."""
    if r.follows != "aggregate":
        return
    for at, token in enumerate(r.tokens):
        number, behind = token.number, _ENOUGH.match(r.text.text, token.end)
        plain = number is not None and number.kind == "cardinal" and not (token.senses or token.time or token.comparison)
        opens = at == 0 or r.is_break(at - 1) or r.tokens[at - 1].has("only", "and")
        if behind is None or number is None or not plain or not opens or number.unit not in (None, "piece"):
            continue
        said = [i for i in range(at + 1, len(r.tokens)) if r.tokens[i].start < behind.end()]
        ranked = replace(token, number=replace(number, kind="rank"))
        r.tokens = (*r.tokens[:at], ranked, *r.tokens[at + 1 :])
        r.take(*said)
