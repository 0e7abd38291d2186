"""People of two kinds against each other: 新客跟老客, customers who have complained vs those who never have, 买过美妆的和没买过的.

In: a `Reading` whose conditions are read. Out: two conditions of people that exclude each other, one behind the other, are the two rows of
a breakdown and no conditions (nobody meets both); the words that set them side by side are used up. `made_of`: the breakdown itself. Never
fails: conditions that may hold together stay conditions, and are asked about.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from assistant.planners.rules.conditions import Binder, Unbound
from assistant.planners.rules.draft import Group, MissingTest, SegmentTest, Test, ValueTest, VerbTest
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.model import RatioMetric
from semantic_layer.query import Behaviour, BySides, Filter, GroupBy, InSegment, Not, Or, Predicate, Side
from semantic_layer.resolve.filters import segment_filter

_SIDED = (
    "versus",
    "each_other",
    "more_than_other",
    "comparative",
    "compare_high",
    "compare_low",
    "both",
    "both_of",
    "or",
    "which",
)
_MARKS = ("versus", "more_than_other", "or", "and")


def read_two_sides(r: Reading) -> None:
    """The only two conditions of people that exclude each other, or one and its denial in short."""
    if r.follows is not None or r.compare is not None or r.entity is not None:
        return
    told = [t for t in r.tests if isinstance(t, ValueTest | SegmentTest | VerbTest | MissingTest)]
    found = [(a, b, f) for a, b in combinations(sorted(told, key=_at), 2) if (f := _excluding(r, a, b)) is not None]
    if len(found) == 1 and not _counted_each(r, found[0][0], found[0][1]):
        a, b, whole = found[0]
        one, other = _name(r, a), _name(r, b)
        one = _completed(one, other) if isinstance(a, ValueTest | SegmentTest) else one
        _set_apart(r, (one, a), (other, b), whole=whole)
    elif not found and (sides := _denied_in_short(r, told)) is not None:
        _set_apart(r, *sides, whole=True)


def _counted_each(r: Reading, a: Test, b: Test) -> bool:
    """钻石有多少、金卡有多少: of all members, or of those who were counted before; how many is asked of each for itself."""
    asks = any(r.tokens[i].has("count") and not r.tokens[i].senses for i in r.between(a.at, b.at))
    return asks and isinstance(a, ValueTest) and isinstance(b, ValueTest) and dict(a.options).keys() == dict(b.options).keys()


def _set_apart(r: Reading, one: tuple[str, Test], other: tuple[str, Test], *, whole: bool) -> None:
    marks = [i for i in r.where(*_SIDED) if _only_sets_apart(r, i)]
    if one[0] == other[0] or not (whole or marks):
        return
    r.tests = [t for t in r.tests if t is not one[1] and t is not other[1]]
    either = _either_or(r, one[1])
    r.groups.append(Group(one[1].at, (either,)) if whole and either else Group(one[1].at, sides=(one, other), whole=whole))
    r.take(*marks)


def _at(test: Test) -> int:
    return test.at


def _either_or(r: Reading, test: Test) -> str | None:
    """愿意收营销的和不愿意的: what people are by a yes-or-no of theirs is a breakdown by it."""
    said = _meaning(r, test)
    said = said.filter if isinstance(said, Not) else said
    plain = isinstance(said, Predicate) and said.values == (True,) and said.op == "="
    return said.member if plain and isinstance(said, Predicate) else None


def _only_sets_apart(r: Reading, at: int) -> bool:
    """哪个, 低: which of the two, and not which of the channels, nor those of low risk."""
    to, token = r.step(at, 1), r.tokens[at]
    thing = token.has("which") and to is not None and bool(r.tokens[to].of("dimension"))
    told = any(t.at == at for t in r.tests) or any(s.kind != "value" for s in token.senses) or token.comparison is not None
    told = told or token.has("avg", "per_unit", "share", "total")  # 均: on average, where it is not of both
    return not thing and not told and (not token.is_content or token.has("compare_high", "compare_low"))


# --- what excludes what ------------------------------------------------------------------------------------------------------


def _excluding(r: Reading, a: Test, b: Test) -> bool | None:
    """True: one of the two always holds; False: never both; None: neither is known."""
    one, other = _meaning(r, a), _meaning(r, b)
    if one is None or other is None:
        return None
    if other == _denied(one):
        return True
    values = [_values(part) for part in (one, other)]
    apart = values[0] is not None and values[1] is not None and values[0][0] == values[1][0] and not values[0][1] & values[1][1]
    return False if apart else None


def _meaning(r: Reading, test: Test) -> Filter | None:
    """What a condition says of people, written in one way; None where it says nothing of them."""
    entity = r.world.entity
    try:
        found = Binder(r.world, (entity.table,), r.today, r.period).bind(test) if entity is not None else None
    except Unbound:
        return None
    return _plain(r, found) if found is not None else None


def _plain(r: Reading, part: Filter) -> Filter:
    if isinstance(part, InSegment) and (segment := r.world.model.segments.get(part.segment)) is not None:
        return _plain(r, segment_filter(segment.where))
    if isinstance(part, Not):
        return _denied(_plain(r, part.filter))
    if isinstance(part, Behaviour) and not part.did:
        return Not(filter=part.model_copy(update={"did": True}))
    if isinstance(part, Predicate) and part.op in _DENIED:
        return Not(filter=part.model_copy(update={"op": _DENIED[part.op]}))
    if isinstance(part, Predicate) and part.values == (False,) and part.op == "=":
        return Not(filter=part.model_copy(update={"values": (True,)}))
    return part


_DENIED = {"!=": "=", "not in": "in", "is not null": "is null"}


def _denied(part: Filter) -> Filter:
    return part.filter if isinstance(part, Not) else Not(filter=part)


def _values(part: Filter) -> tuple[str, set[object]] | None:
    """The values that a condition leaves of one dimension."""
    plain = isinstance(part, Predicate) and part.op in ("=", "in")
    return (part.member, set(part.values)) if plain and isinstance(part, Predicate) else None


# --- the other side in short -------------------------------------------------------------------------------------------------


_THE_REST = re.compile(
    r"\s*(?:of |for |with |to )?(?:the )?(?:those|ones|people|customers|members|shoppers|users)?(?: (?:who|that))?"
    r" ?(?:(?:did|do|does|has|have|had|are|is|were|was)(?:n't| not)(?: done)?(?: (?:so|it|one|any))?|never (?:have|had|did|do)(?: so)?"
    r"|without(?: (?:it|one|any))?|non)(?![a-z-])(?=\s*$|\s*[,.:;?!]| (?:in|for|on|this|last|since|so|over|during|by)(?![a-z]))"
)
_OTHERS = re.compile(
    r"\s*(?:of |for |with |to )?(?:all )?(?:the )?"
    r"(?:rest|others|(?:everyone|everybody) else(?:'s)?|other (?:customers|members|people|users))(?![a-z])"
    r"|\s*其[他它余]的?(?:人|客户|会员|用户|顾客)?"
)
_NOT_SO = re.compile(
    r"\s*(?:那些)?(?:从来?)?[没不未](?:有|曾)?(?P<verb>[一-鿿]{0,4}?)过?(?:的|(?=[,，])|$)(?:那些)?(?:人|客户|会员|用户|顾客)?"
)


def _denied_in_short(r: Reading, told: Sequence[Test]) -> tuple[tuple[str, Test], tuple[str, Test]] | None:
    """vs those who never have, 和没参加的, and the rest: the denial of what was said right in front of it."""
    for at in (i for i in r.where(*_MARKS) if not r.tokens[i].is_content):
        before = max((t for t in told if t.at < at), key=_at, default=None)
        end = _end_of_rest(r, at, before) if before is not None else None
        if before is None or end is None or _meaning(r, before) is None:
            continue
        start = r.tokens[at].end
        inside = [i for i, t in enumerate(r.tokens) if start <= t.start and t.end <= end]
        r.tests = [t for t in r.tests if t.at not in inside]
        r.take(at, *inside)
        return (_name(r, before), before), (r.text.text[start:end].strip(" ,，"), _opposite(before, at))
    return None


def _end_of_rest(r: Reading, at: int, before: Test) -> int | None:
    start = r.tokens[at].end
    if getattr(before, "negated", False) or not getattr(before, "did", True):
        return None  # 天猫京东先不看，其他渠道加起来: what is left out is no side
    for pattern in (_THE_REST, _OTHERS):
        if (said := pattern.match(r.text.text, start)) is not None:
            return said.end()
    said = _NOT_SO.match(r.text.text, start)
    told = "".join(r.tokens[i].text for i in _places(before))
    return said.end() if said is not None and said["verb"] in told else None


def _opposite(test: Test, at: int) -> Test:
    if isinstance(test, VerbTest):
        return replace(test, at=at, did=not test.did)
    if isinstance(test, MissingTest):
        return replace(test, at=at, missing=not test.missing)
    return replace(test, at=at, negated=not test.negated) if isinstance(test, ValueTest | SegmentTest) else test


# --- what they are called ----------------------------------------------------------------------------------------------------


def _places(test: Test) -> list[int]:
    found = {test.at}
    if isinstance(test, VerbTest):
        found |= {test.verb} if test.verb >= 0 else set()
        found |= {place for part in test.objects for place in _places(part)}
    return sorted(found)


def _name(r: Reading, test: Test) -> str:
    """Of a condition, by the asker's own words."""
    places = _places(test)
    before = r.step(places[0], -1)
    first = before if before is not None and r.tokens[before].has("neg", "except") else places[0]
    return _LED.sub("", r.text.text[r.tokens[first].start : r.tokens[places[-1]].end]).strip()


def _completed(name: str, other: str) -> str:
    """新、老客户, new vs existing customers: by the word that both share."""
    if name.isascii():
        return f"{name} {other.rpartition(' ')[2]}" if " " in other and " " not in name else name
    return name + other[1:] if len(name) == 1 else name


_LED = re.compile("^(?:those |people |customers )?(?:who|that) ")


# --- the breakdown -----------------------------------------------------------------------------------------------------------


def made_of(r: Reading, group: Group, tables: tuple[str, ...]) -> BySides:
    """The breakdown of a group of sides; raises `Unbound`."""
    found = []
    for name, test in group.sides:
        where = Binder(r.world, tables, r.today, r.period).bind(test)
        if where is None:
            raise Unbound("side")
        found.append(Side(name=name, where=where))
    return BySides(sides=tuple(found))


def those_of_sides(r: Reading, groups: Sequence[GroupBy], where: Filter | None) -> Filter | None:
    """The conditions, with those of one of the sides where there are others yet: 沉睡客户和高活跃客户.

    Raises `Unbound` where a rate would be of those alone who did what makes it (conversion of a campaign, of who bought by it)."""
    sides = next((g for g in groups if isinstance(g, BySides)), None)
    rates = [a for a in r.asked if a.names and isinstance(r.world.model.metrics[a.names[0]], RatioMetric)]
    if sides is not None and rates and any(isinstance(part, Behaviour) for part in parts_of(where)):
        raise Unbound("sides")
    if sides is None or any(g.whole for g in r.groups if g.sides):
        return where
    return joined((*parts_of(where), Or(filters=tuple(side.where for side in sides.sides))))
