"""谁最高, who was the best, behind a breakdown of things: which of those that were shown, and nobody; list with phone, behind a list.

In: a `Reading` of a message, the query before it. Out: that reading with its word for who as a word for which, where the last answer showed
things or kinds of people and the message names nothing of its own. People stay where people were listed, or customers themselves ranked;
what is to be listed with them is an attribute of theirs, and no channel of the same name; a no in front denies nothing. Never fails.
"""

from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.who_joined import said_again
from semantic_layer.query import Aggregate, ByDimension, MetricUse, Records, SemanticQuery

_ENDS = ("most", "least", "best", "worst", "fastest", "slowest", "grow", "shrink")


def said_of_shown(r: Reading, last: SemanticQuery) -> Reading:
    """The reading with the words put right that mean what was shown: who of them, and those who joined."""
    return _with_theirs(_which(said_again(_without_no(r), last), last), last)


_NO = ("no", "nope", "nah", "wrong", "not quite", "not that", "不", "不是", "不对", "错了")


def _without_no(r: Reading) -> Reading:
    """no, last month: what was shown is put right, and nothing is none of that."""
    first = r.tokens[0] if len(r.tokens) > 2 and r.is_break(1) else None
    if first is None or first.is_content or first.text not in _NO:
        return r
    said = replace(first, ops=frozenset({"filler"}))
    r.pieces = tuple(said if p is first else p for p in r.pieces)
    r.tokens = (said, *r.tokens[1:])
    return r


def _with_theirs(r: Reading, last: SemanticQuery) -> Reading:
    """with phone, list with email, behind a list of people: their own, where nothing but columns is named."""
    content = [t for t in r.tokens if t.is_content]
    marked = any(t.has("list", "with", "add") and not t.is_content for t in r.tokens)
    own = {id(t): tuple(s for s in t.senses if s.kind == "dimension" and _is_theirs(r, s.name)) for t in content}
    people = isinstance(last, Records) and last.entity == r.world.model.domain.entity
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)] if isinstance(last, Aggregate) else []
    people = people or (bool(names) and all(map(r.world.counts_people, names)))  # how many …, then list them with phone
    if not people or not marked or not all(own.values()):
        return r
    told = {id(t): replace(t, senses=own[id(t)]) for t in content if _names_others(r, t)}
    r.pieces = tuple(told.get(id(p), p) for p in r.pieces)
    r.tokens = tuple(told.get(id(t), t) for t in r.tokens)
    return r


def _names_others(r: Reading, token: Piece) -> bool:
    """Whether a word is a value too, of what is not theirs: by phone, of a ticket."""
    values = token.of("value")
    return bool(values) and not any(_is_theirs(r, s.name) for s in values)


def _is_theirs(r: Reading, name: str) -> bool:
    entity = r.world.entity
    return entity is not None and r.world.is_about(r.world.model.dimensions[name], entity)


def _which(r: Reading, last: SemanticQuery) -> Reading:
    who = [t for t in r.tokens if t.has("who") and not t.is_content]
    own = _own_key(r)
    shown = isinstance(last, Aggregate) and any(isinstance(g, ByDimension) and g.member not in own for g in last.group_by)
    others = [t for t in r.tokens if t.is_content and t not in who]
    ranks = any(t.has(*_ENDS) for t in r.tokens) and all(t.of("metric") or t.time is not None for t in others)
    if len(who) != 1 or not shown or not ranks:
        return r
    which = replace(who[0], text="which" if who[0].text.isascii() else "哪个", ops=frozenset({"which"}))
    r.pieces = tuple(which if p is who[0] else p for p in r.pieces)
    r.tokens = tuple(which if t is who[0] else t for t in r.tokens)
    return r


def _own_key(r: Reading) -> tuple[str, ...]:
    """What tells the domain's people apart."""
    entity = r.world.entity
    return r.world.model.tables[entity.table].primary_key if entity is not None else ()
