"""number of orders in the last 90 days, beside people: the number that each of them has, and no count of anything.

In: a fresh `Reading`. Out: the same, the word for counting in front of such a number used up. Never fails.
"""

from assistant.planners.rules.reading import Reading

_BEFORE = ("by", "with", "and", "comma", "add", "also", "sort", "list")


def read_number_of(r: Reading) -> None:
    """Takes the words for counting in front of a number that people have, where it orders them or is shown beside them."""
    for at in r.where("count"):
        token = r.tokens[at]
        to = r.step(at, 1)
        if token.is_content or to is None or not token.text.isascii() or r.window_metric(to) is None or r.tokens[to].of("metric"):
            continue
        before = r.beyond(at, -1, "refer") if at else None
        behind = r.is_break(at - 1) if at else False
        shown = at == 0 or behind or (before is not None and r.tokens[before].has(*_BEFORE))
        people = r.follows == "records" if at == 0 else _are_people(r, at)
        if shown and (people or r.follows == "records"):
            r.take(at)


def take_their_verbs(r: Reading) -> None:
    """how many tickets they raised in the last 180 days: the verb says of a column only what it is of anyway."""
    for column in r.columns:
        refer = column.at + 1
        pointed = 0 < refer < len(r.tokens) and r.tokens[refer].has("refer")
        verb = r.step(refer if pointed else column.at, 1) if pointed else None
        if verb is None or not r.free(verb) or not r.tokens[verb].of("behaviour") or r.tokens[verb].of("metric"):
            continue
        done = {b.table for s in r.tokens[verb].of("behaviour") if (b := r.world.behaviour(s.name)) is not None}
        own = {t for name in column.names for t in r.world.tables_of(name)[:1]}
        if own & done:
            r.take(verb)


def _are_people(r: Reading, at: int) -> bool:
    return any(r.is_person(i) or r.tokens[i].has("who") for i in range(at)) and not any(
        r.tokens[i].has("count") for i in range(at)
    )
