"""A number of one kind of people, then of another: AOV of gold members, then high-value customers?; 金卡的复购率, then for new customers.

In: a `Reading` of a message that names nothing but a kind of people, and the numbers before it. Out: whether it is of those numbers; they
without the kinds that were meant before, which the new one takes the place of (只看… narrows instead). Where they lived, what they bought
and when stays. Never fails.
"""

from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.world import World
from semantic_layer.query import Aggregate, Filter, InSegment, MetricUse, Not, Predicate, SemanticQuery

_OPENERS = ("what_about", "and", "filler", "particle", "within")


def names_another_kind(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message names a kind of people, nothing else, behind a number of some other kind."""
    return isinstance(last, Aggregate) and _measures(r, last) and bool(_kinds(r, last)) and _noun(r) is not None


def without_kinds(r: Reading, last: SemanticQuery) -> SemanticQuery:
    """The numbers before without the kinds of people that another one takes the place of."""
    if not isinstance(last, Aggregate) or not names_another_kind(r, last) or _lives(r):
        return last
    gone = _kinds(r, last)
    return last.model_copy(update={"where": joined(tuple(p for p in parts_of(last.where) if p not in gone))})


def settle_kind(r: Reading, last: SemanticQuery) -> None:
    """and for new customers?, behind a rate of gold members: whose rate it is, and no number of new ones."""
    at = _noun(r)
    if at is None or not isinstance(last, Aggregate) or not _measures(r, last) or not (_kinds(r, last) or _says_for(r)):
        return
    token = r.tokens[at]
    values = tuple(s for s in token.senses if s.kind in ("value", "segment"))
    if token.of("metric") and values and not token.of("entity"):
        r.tokens = (*r.tokens[:at], replace(token, senses=values), *r.tokens[at + 1 :])


def _noun(r: Reading) -> int | None:
    """The place of the kind: at-risk customers?, dormant ones?, of East China customers, 高价值客户呢."""
    words = [i for i, t in enumerate(r.tokens) if t.role != "break"]
    said = [i for i in words if r.tokens[i].senses]
    people = [i for i in said if r.tokens[i].of("entity") and not r.tokens[i].of("value")]
    kinds = [i for i in said if i not in people]
    rest = (r.tokens[i] for i in words if i not in said)
    plain = all(t.role == "meaning" and t.ops and t.ops <= {*_OPENERS, "by", "also"} for t in rest)
    if len(kinds) != 1 or len(people) > 1 or not plain or any(r.tokens[i].time or r.tokens[i].number for i in words):
        return None
    token = r.tokens[kinds[0]]
    kind = bool(token.of("segment")) or any(_is_kind(r.world, s.name) for s in token.of("value"))
    named = _ends_in_people(r, token) or (bool(people) and r.is_person(people[0]))
    return kinds[0] if (kind or people) and named and bool(token.of("segment") or token.of("value")) else None


def _ends_in_people(r: Reading, token: Piece) -> bool:
    return r.world.ends_in_people(token.text) or bool(token.of("segment"))


def _says_for(r: Reading) -> bool:
    return any(word in f" {r.text.text} " for word in (" for ", " of ", " among "))


def _lives(r: Reading) -> bool:
    """of East China customers: where they live, which gold members do as well."""
    at = _noun(r)
    token = r.tokens[at] if at is not None else None
    return token is None or not (token.of("segment") or any(_is_kind(r.world, s.name) for s in token.of("value")))


def _measures(r: Reading, last: Aggregate) -> bool:
    """Whether the numbers are of what people do, and not of how many they are."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    plain = bool(names) and len(names) == len(last.metrics) and last.share is None
    return plain and not any(map(r.world.counts_people, names))


def _kinds(r: Reading, last: Aggregate) -> tuple[Filter, ...]:
    """The conditions that say which kind of people was meant."""
    return tuple(p for p in parts_of(last.where) if _says_kind(r.world, p))


def _says_kind(world: World, part: Filter) -> bool:
    inner = part.filter if isinstance(part, Not) else part
    return isinstance(inner, InSegment) or (isinstance(inner, Predicate) and _is_kind(world, inner.member))


def _is_kind(world: World, name: str) -> bool:
    """Whether the values of a dimension are kinds of people: tags, and what gold members is a value of."""
    dimension = world.model.dimensions[name]
    words = (w for v in dimension.values for w in (*v.synonyms.en, *v.synonyms.zh))
    return (dimension.tag is not None and bool(dimension.tag)) or (
        _of_people(world, name) and any(map(world.ends_in_people, words))
    )


def _of_people(world: World, name: str) -> bool:
    return world.model.entities[world.model.domain.entity].table in world.homes(name)
