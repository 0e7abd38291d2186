"""All of a kind, behind a number of some of them: gold members' orders, then all members; 社区店的客单价, then 所有门店呢; 全部年龄.

In: a fresh `Reading` of a message and the query before it. Out: the same numbers without what chose some of that kind; None where the
message says more, or nothing was chosen. Never fails. Things that rows may be of or not (orders of a store) are still of some thing.
"""

from assistant.language.mentions import Piece
from assistant.language.values import fold
from assistant.planners.rules.edits import about, joined, parts_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.undone import who_did_not
from semantic_layer.query import Aggregate, Behaviour, Filter, InGroups, InSegment, MetricPredicate, Not, Predicate, SemanticQuery


def of_others(r: Reading, last: SemanticQuery | None) -> SemanticQuery | None:
    """The numbers of others than those shown: of those who did not, of all of them."""
    return who_did_not(r, last) or widened(r, last)


def widened(r: Reading, last: SemanticQuery | None) -> Aggregate | None:
    """The same numbers of all that are of the kind that a message names."""
    noun = _noun(r)
    if noun is None or not isinstance(last, Aggregate) or last.where is None or last.share is not None:
        return None
    parts = parts_of(last.where)
    kept = tuple(p for p in parts if not _chooses(r, noun, p))
    thing = _thing(r, noun) if len(kept) < len(parts) else None
    if len(kept) == len(parts):
        return None
    some = (Predicate(member=thing, op="is not null"),) if thing is not None else ()
    return last.model_copy(update={"where": joined((*kept, *some))})


_ALL = ("for all", "of all", "for all of")
_LEAD = ("what_about", "and", "filler", "particle", "total")


def _noun(r: Reading) -> Piece | None:
    """What all of it is said of, where a message says nothing else: 全部客户的, for all members?, 全渠道呢."""
    words = [t for t in r.tokens if t.role != "break"]
    said = [t for t in words if (t.has("total") or t.text in _ALL) and not t.senses]
    rest = [t for t in words if t not in said]
    nouns = [t for t in rest if t.senses]
    plain = all(t.role == "meaning" and t.ops and t.ops <= {*_LEAD, "by", "also", "with"} for t in rest if t not in nouns)
    if len(said) != 1 or len(nouns) > 1 or not plain or any(t.time or t.number or t.comparison for t in words):
        return None
    return nouns[0] if nouns else said[0]


def _chooses(r: Reading, noun: Piece, part: Filter) -> bool:
    """Whether a condition says which of them were meant."""
    main = r.world.model.domain.entity
    named = {s.name for s in noun.of("entity")}
    if main in named:
        return _says_who(r, part)
    member = part.member if isinstance(part, InGroups) else about(part)
    if member is None:
        return False
    dimension = r.world.model.dimensions[member]
    if named:
        return dimension.table in {r.world.model.entities[name].table for name in named}
    label = fold(dimension.label.zh)
    if not noun.senses:
        return label != "" and noun.text.endswith(label)  # 全渠道
    numbers = {s.name for s in noun.of("dimension") if r.world.is_number(s.name)}
    return bool(numbers) and (member in numbers or label.startswith(noun.text))  # 全部年龄, of an age group


def _says_who(r: Reading, part: Filter) -> bool:
    """Whether a condition is about people: what they are like or did."""
    inner = part.filter if isinstance(part, Not) else part
    if isinstance(inner, (Behaviour, InSegment, MetricPredicate)):
        return True
    member = inner.member if isinstance(inner, InGroups) else about(inner)
    people = r.world.model.entities[r.world.model.domain.entity].table
    return member is not None and (people in r.world.homes(member) or r.world.model.dimensions[member].tag)


def _thing(r: Reading, noun: Piece) -> str | None:
    """The name of things that rows may be of: all stores are no orders that were placed on the web."""
    main = r.world.model.domain.entity
    tables = {r.world.model.entities[s.name].table for s in noun.of("entity") if s.name != main}
    return next((s.name for s in noun.of("dimension") if r.world.model.dimensions[s.name].table in tables), None)
