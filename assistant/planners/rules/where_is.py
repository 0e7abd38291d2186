"""Conditions that name what they are of: customers where churn risk is high and level is diamond; 等级还是普通的会员.

In: a fresh `Reading`. Out: behind people (or their ids) and `where`, a value right behind the noun it is of means that value of it and
nothing else, and the noun is no breakdown; 还是 between the two says that they are so still, and is no `or`. Never fails.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.reading import Reading

_IS = re.compile(r" (?:is|are|=|equals|equal to|is set to) (?:an? |the )?|=|: ?")
_STILL = ("还是", "仍是", "仍然是", "依然是", "都还是")


def settle_where_is(r: Reading) -> None:
    """Leaves the words of such conditions what they mean there."""
    for at, token in enumerate(r.tokens):
        near = {s.name for s in r.tokens[at - 1].of("dimension")} if at and token.text in _STILL else set()
        if near and at + 1 < len(r.tokens) and near & {s.name for s in r.tokens[at + 1].of("value")}:
            r.tokens = (*r.tokens[:at], replace(token, ops=frozenset({"filler"})), *r.tokens[at + 1 :])
    where = next((i for i, t in enumerate(r.tokens) if t.text == "where"), None)
    if where is None or not any(_are_people(r, i) for i in range(where)) or _pair(r, where + 1) is None:
        return
    plain = frozenset({"filler"})
    r.tokens = (*r.tokens[:where], replace(r.tokens[where], ops=plain), *r.tokens[where + 1 :])
    for noun, names in list(_pairs(r, where + 1)):
        value = r.tokens[noun + 1]
        kept = tuple(s for s in value.senses if s.kind == "value" and s.name in names)
        said = (replace(r.tokens[noun], senses=(), ops=plain), replace(value, senses=kept))
        r.tokens = (*r.tokens[:noun], *said, *r.tokens[noun + 2 :])


def _are_people(r: Reading, at: int) -> bool:
    entity = r.world.entity
    keys = [s.name for s in r.tokens[at].of("dimension") if r.world.is_key(s.name)]
    return r.is_person(at) or (entity is not None and any(r.world.model.dimensions[k].table == entity.table for k in keys))


def _pairs(r: Reading, at: int) -> Iterator[tuple[int, set[str]]]:
    """The nouns with their values, as long as `and` or a comma goes on with one more."""
    while (names := _pair(r, at)) is not None:
        yield at, names
        at += 2
        while at < len(r.tokens) and (r.tokens[at].has("and", "comma", "or") or r.value_options(at)) and not _pair(r, at):
            at += 1


def _pair(r: Reading, at: int) -> set[str] | None:
    """What a noun and the value behind its `is` are both of."""
    if at + 1 >= len(r.tokens):
        return None
    noun, value = r.tokens[at], r.tokens[at + 1]
    names = {s.name for s in noun.of("dimension") if describes_members(r, s.name)} & {s.name for s in value.of("value")}
    between = r.text.text[noun.end : value.start]
    return names if names and _IS.fullmatch(between) else None
