"""What the things of a ranking are like, as further columns: 加上门店类型和所在城市, add type and budget, top 10 stores with their city.

In: a `Reading` and the query that it goes on from, or (of a first question) its ranking. Out: `traits`, the names of what each of the
things has one of, and the query with them as further keys, which makes no more rows of it and moves no limit. A word that is no trait of
the things that are shown stays unread. Never fails.
"""

import re
from dataclasses import replace

from assistant.language.values import Sense
from assistant.planners.rules.adding import adds
from assistant.planners.rules.chosen import is_thing
from assistant.planners.rules.edits import group_name
from assistant.planners.rules.ranked_again import BESIDE_IT
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.which_shown import values_of_things
from semantic_layer.query import Aggregate, ByDimension, Records, SemanticQuery

_ADDING = ("add", "also", "with")
_OTHERWISE = ("drop", "except", "rather_not", "swap", "only", "neg")
_THEIRS = re.compile(r"(?<![a-z])their(?![a-z])|[它他她]们的|[这那][些几].{0,4}的")
_KINDS = {"type": " type", "types": " type", "kind": " type", "类型": "类型", "类别": "类型", "种类": "类型"}


def take_traits(r: Reading, last: SemanticQuery) -> None:
    """Those that a follow-up adds to things that were shown."""
    values_of_things(r, last)
    _their_own(r, last)
    home = (
        home_of(r, tuple(g.member for g in last.group_by if isinstance(g, ByDimension))) if isinstance(last, Aggregate) else None
    )
    marked = [t for t in r.tokens if t.has(*_ADDING) and not t.is_content and not t.has("neg")]
    swaps = any(t.has(*_OTHERWISE) and not t.is_content for t in r.pieces) or r.text.text.rstrip(" .!").endswith("instead")
    if home is None or swaps or not (marked or _THEIRS.search(r.text.text)):
        return
    shown = {group_name(g) for g in last.group_by} if isinstance(last, Aggregate) else set()
    take_own(r, home, [at for at in range(len(r.tokens)) if not (at and r.tokens[at - 1].has("by", "which"))], shown)


def _their_own(r: Reading, last: SemanticQuery) -> None:
    """带上城市, behind a list of stores: where they are, and not where people live."""
    if not isinstance(last, Records) or last.entity == r.world.model.domain.entity:
        return
    home, known = r.world.model.entities[last.entity].table, r.world.model.dimensions
    for at, token in enumerate(r.tokens):
        names = [s.name for s in token.of("dimension")]
        twins = [n for name in names if (n := r.world.twin(known[name], home)) is not None]
        if twins and not any(known[name].table == home for name in names) and not token.of("value"):
            own = replace(token, senses=tuple(Sense("dimension", name) for name in twins))
            r.tokens = (*r.tokens[:at], own, *r.tokens[at + 1 :])


def adds_traits(r: Reading, last: SemanticQuery) -> bool:
    """把触达人次和预算也带上: whether a message only adds numbers and traits to the things that were shown."""
    home = (
        home_of(r, tuple(g.member for g in last.group_by if isinstance(g, ByDimension))) if isinstance(last, Aggregate) else None
    )
    added = any(t.has("add", "also") and not t.is_content for t in r.tokens)
    content = [at for at, t in enumerate(r.tokens) if t.is_content]
    own = [at for at in content if home is not None and _own(r, at, home) is not None]
    rest = [r.tokens[at] for at in content if at not in own]
    return added and bool(own) and all(t.of("metric") and not t.of("entity") for t in rest)


def home_of(r: Reading, names: tuple[str, ...]) -> str | None:
    """The table of the things that are ranked."""
    known = r.world.model.dimensions
    return next((known[name].table for name in names if name in known and is_thing(r.world, name)), None)


def take_own(r: Reading, home: str, places: list[int], shown: set[str | None]) -> None:
    """Those of some words that are traits of the things of a table, and are not shown yet."""
    for at in places:
        name = _own(r, at, home) if r.free(at) and not _is_tested(r, at) else None
        if name is not None and name not in shown:
            r.traits.append(name)
            r.take(at)


def _own(r: Reading, at: int, home: str) -> str | None:
    """What a noun says of the things: their own city, and not that of the people who buy there; the type of campaigns."""
    token, known = r.tokens[at], r.world.model.dimensions
    if token.of("metric") or token.of("entity") or token.time is not None:
        return None
    named = [known[s.name] for s in token.of("dimension")]
    own = [d.name for d in named if d.table == home] or [n for d in named if (n := r.world.twin(d, home)) is not None]
    ending = _KINDS.get(token.text)
    if not own and ending is not None:
        own = [d.name for d in known.values() if d.table == home and (d.label.en.lower() + d.label.zh).find(ending) > 0][:1]
    return next((name for name in own if known[name].pii is None), None)


def _is_tested(r: Reading, at: int) -> bool:
    """with store type flagship, 城市为上海的: which things, and no column."""
    behind = r.step(at, 1)
    return behind is not None and bool(
        r.tokens[behind].of("value") or r.tokens[behind].comparison or r.tokens[behind].has("copula", "is")
    )


def are_traits(r: Reading, last: SemanticQuery) -> bool:
    """Whether all breakdowns behind the first one say what its things are like, and make no more rows."""
    groups = [g.member for g in last.group_by if isinstance(g, ByDimension)] if isinstance(last, Aggregate) else []
    home = home_of(r, tuple(groups[:1]))
    whole = isinstance(last, Aggregate) and len(groups) == len(last.group_by)
    return whole and home is not None and all(r.world.model.dimensions[name].table == home for name in groups)


def adds_to_shown(r: Reading) -> bool:
    """Whether a message adds columns to the very ranking that was shown, and says nothing else: it points at no things of it."""
    beside = any(BESIDE_IT.fullmatch(t.text) for t in r.tokens)
    more = r.groups or r.tests or r.ranking is not None or r.period_at is not None or r.compare is not None or r.share
    return bool(r.traits or (beside and r.asked)) and not more and (not r.asked or adds(r))


def with_traits(r: Reading, query: SemanticQuery | None, last: SemanticQuery | None = None) -> SemanticQuery | None:
    """The query with what its things are like beside them."""
    query = last if query is None and r.traits else query
    if not r.traits or not isinstance(query, Aggregate) or query.count_groups:
        return query
    shown = {group_name(g) for g in query.group_by}
    more = tuple(ByDimension(member=name) for name in dict.fromkeys(r.traits) if name not in shown)
    of_things = any(isinstance(g, ByDimension) and is_thing(r.world, g.member) for g in query.group_by)
    return query.model_copy(update={"group_by": (*query.group_by, *more)}) if of_things else None
