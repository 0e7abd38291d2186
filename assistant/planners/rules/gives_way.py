"""What a further condition of a follow-up takes the place of: 上海…, then 杭州呢; 新客…, then 老客呢; bought both, then 只买过美妆的.

In: a `Reading` of the message, the conditions before it and the one that it adds. Out: the conditions that stay beside the new one.
Raises `Unbound` where two deeds of before could each be meant. Two conditions that nobody can meet at once, one of them said after the
other, are never both meant.
"""

import json
import re
from collections.abc import Sequence

from assistant.language.values import Scalar, fold
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.kin import is_made_of, names_of, own_limit
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.world import World
from semantic_layer.query import (
    Aggregate,
    Behaviour,
    ByDimension,
    Filter,
    GroupBy,
    InGroups,
    InSegment,
    MetricUse,
    Not,
    Predicate,
)


def what_stays(r: Reading, where: Filter | None, part: Filter, *, adds: bool) -> Filter | None:
    """The conditions before, without those that the new one takes the place of. `adds`: it stands beside them."""
    if adds:
        return where
    gone = (p for p in parts_of(where) if _is_alike(r, p, part) or _of_one_tag(r.world, p, part) or _only(p, part))
    out = [*gone, *(p for p in parts_of(where) if _is_named_instead(p, part))]
    return joined(tuple(p for p in parts_of(where) if p not in out))


def _is_named_instead(old: Filter, new: Filter) -> bool:
    """the channel that sold most, its AOV, then same for Tmall: one that is named in place of the one that a ranking chose."""
    named = isinstance(new, Predicate) and new.op in ("=", "in")
    return isinstance(old, InGroups) and named and isinstance(new, Predicate) and old.member == new.member


def of_one_kind(
    r: Reading, where: Filter | None, groups: tuple[GroupBy, ...], part: Filter
) -> tuple[Filter | None, tuple[GroupBy, ...]]:
    """上海和北京…, then 加上广州: three cities, though the two that were shown are provinces as well; the conditions and breakdowns so."""
    old = next((p for p in parts_of(where) if isinstance(p, Predicate) and _names_as_well(r, p, part)), None)
    if old is None or not isinstance(part, Predicate):
        return where, groups
    new = old.model_copy(update={"member": part.member})
    where = joined(tuple(new if p is old else p for p in parts_of(where)))
    shown = (ByDimension(member=part.member) if g == ByDimension(member=old.member) else g for g in groups)
    return where, tuple(shown)


def _names_as_well(r: Reading, old: Predicate, new: Filter) -> bool:
    """Whether all values of a condition are of the new one's dimension too."""
    plain = isinstance(new, Predicate) and old.op in ("=", "in") and new.op in ("=", "in") and old.member != new.member
    return plain and bool(old.values) and all(_is_of(r, old, str(v), new) for v in old.values)


def _is_of(r: Reading, old: Predicate, value: str, new: Filter) -> bool:
    return isinstance(new, Predicate) and new.member in r.alike.get((old.member, value), ())


def _is_alike(r: Reading, old: Filter, new: Filter) -> bool:
    """The one before was of a province, but is a city as well; online, then in the app: what says more coarsely what the other says."""
    both = isinstance(old, Predicate) and isinstance(new, Predicate) and new.op in ("=", "in") and old.op in ("=", "in")
    if not both or not isinstance(old, Predicate) or not isinstance(new, Predicate) or old.member == new.member:
        return False
    one, other = (r.world.model.dimensions.get(p.member) for p in (new, old))
    if one is None or other is None or one.tag or other.tag:
        return False  # 高 of this one and 高 of that are two things
    named = all(_is_of(r, old, str(v), new) for v in old.values)
    return named or (old.op == "=" and is_made_of(one, other))


def _of_one_tag(world: World, old: Filter, new: Filter) -> bool:
    """新客, then 老客: both say the same of people, one as a value and the other as a segment; a date, then another one."""
    if isinstance(old, Predicate) and isinstance(new, Predicate):
        return old.op == new.op == "between" and old.member == new.member and old.values != new.values
    told = [about_one(world, p) for p in (old, new)]
    return told[0] is not None and told[0] == told[1] and isinstance(old, InSegment | Not) != isinstance(new, InSegment | Not)


def about_same(world: World, one: Filter, other: Filter) -> bool:
    """Whether two conditions are about the same one dimension."""
    name = about_one(world, one)
    return name is not None and name == about_one(world, other)


def about_one(world: World, part: Filter) -> str | None:
    """The one dimension that a condition is about, by itself or as the segment that it names."""
    if isinstance(part, Not):
        return about_one(world, part.filter)
    if isinstance(part, InSegment):
        segment = world.model.segments.get(part.segment)
        members = set(re.findall(r'"member":\s*"(\w+)"', json.dumps(json.loads(segment.where)))) if segment is not None else set()
        return members.pop() if len(members) == 1 else None
    return part.member if isinstance(part, Predicate) else None


def _only(old: Filter, new: Filter) -> bool:
    """买过美妆又买过食品的, then 只买过美妆的: who bought nothing else did not buy the other."""
    if (
        not isinstance(old, Behaviour)
        or not isinstance(new, Behaviour)
        or new.did
        or not old.did
        or old.behaviour != new.behaviour
    ):
        return False
    out = [p for p in parts_of(new.where) if isinstance(p, Predicate) and p.op in ("!=", "not in")]
    own = [p for p in parts_of(old.where) if isinstance(p, Predicate) and p.op in ("=", "in")]
    return any(a.member == b.member and not set(b.values) <= set(a.values) for a in out for b in own)


def _ask_of_whose(r: Reading, query: Aggregate, part: Filter) -> None:
    """近30天新客数, then 老客呢: a number of people of one kind, by its own name, is none of those of another; raises `Unbound`."""
    tag = r.world.model.dimensions.get(about_one(r.world, part) or "")
    words = (
        {fold(w) for v in tag.values for w in (v.label.zh, v.label.en, *v.synonyms.zh)} if tag is not None and tag.tag else set()
    )
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse) and r.world.counts_people(m.metric)]
    if any(words & set(names_of(r.world, name)) for name in names):
        raise Unbound(names[0])


def ask_if_unclear(r: Reading, query: Aggregate, where: Filter | None, test: Test, part: Filter, *, adds: bool) -> None:
    """What a further condition may be said of, or add to, in more than one way; raises `Unbound`."""
    _ask_which_deed(where, test)
    _ask_of_whose(r, query, part)
    _ask_what_is_added(r, query, part)
    if adds and isinstance(part, Predicate) and any(_leaves_out(p, part) for p in parts_of(where)):
        r.tests = [t for t in r.tests if t.at != test.at]  # 去掉门店, then 加上门店: said of what was left out, and no condition


def _leaves_out(old: Filter, part: Predicate) -> bool:
    return (
        isinstance(old, Predicate)
        and old.member == part.member
        and old.op in ("!=", "not in")
        and bool(set(old.values) & set(part.values))
    )


def _ask_what_is_added(r: Reading, query: Aggregate, part: Filter) -> None:
    """sales by channel, then add Tmall: it is shown already, and adding it leaves nothing out; raises `Unbound`."""
    adds = any(t.has("add") and not t.is_content for t in r.tokens) and not (r.groups or r.asked)
    shown = isinstance(part, Predicate) and any(isinstance(g, ByDimension) and g.member == part.member for g in query.group_by)
    limited = {about_one(r.world, p) for p in parts_of(query.where)}
    if adds and shown and isinstance(part, Predicate) and part.op in ("=", "in") and part.member not in limited:
        raise Unbound(part.member)


def _ask_which_deed(where: Filter | None, test: Test) -> None:
    """bought on both app and in store, then only in store: two deeds that it may be said of, and no channel of people; raises `Unbound`."""
    options = dict(test.options) if isinstance(test, ValueTest) and not test.negated else {}
    deeds = [p for p in parts_of(where) if isinstance(p, Behaviour) and p.did]
    limited = [p for d in deeds for p in parts_of(d.where) if isinstance(p, Predicate) and p.member in options]
    if len(limited) > 1:
        raise Unbound(limited[0].member)


def without_other_rows(r: Reading, query: Aggregate) -> Aggregate:
    """logistics tickets by month, then complaints instead: of the rows that the new number counts, and of no others."""
    names = [m.metric for m in query.metrics if isinstance(m, MetricUse)]
    own = [limit for name in names if isinstance(limit := own_limit(r.world, name), tuple)]
    if len(own) != len(query.metrics):
        return query
    out = [p for p in parts_of(query.where) if isinstance(p, Predicate) and p.op == "=" and _contradicts(p, own)]
    return query.model_copy(update={"where": joined(tuple(p for p in parts_of(query.where) if p not in out))}) if out else query


def _contradicts(part: Predicate, own: Sequence[tuple[str, Scalar]]) -> bool:
    """Whether no row that the numbers count meets a condition."""
    return all(member == part.member and value not in part.values for member, value in own)


_WHO_DID = re.compile(
    r"的(?:那些|这些)?(?:人|客户|会员|用户)(?:里面?|中|当中|之中)|(?<![a-z])of (?:those|the ones|the people|the customers) who(?![a-z])"
)


def of_who_did(r: Reading, where: Filter | None) -> VerbTest | None:
    """多少人打开了, then 打开的人里有多少下单了: the deed that is said again only points at those who were counted."""
    said = _WHO_DID.search(r.text.text)
    deeds = {p.behaviour for p in parts_of(where) if isinstance(p, Behaviour) and p.did}
    tests = [t for t in r.tests if isinstance(t, VerbTest)]
    first = min(tests, key=lambda t: t.at, default=None)
    if said is None or first is None or len(tests) < 2 or first.objects or first.period is not None:
        return None
    plain = first.did and (first.at_least, first.at_most) == (1, None) and first.after is None
    return first if plain and deeds & set(first.behaviours) else None
