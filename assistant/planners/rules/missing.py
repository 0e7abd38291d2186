"""Attributes that hold nothing: customers with no preferred channel, 没有偏好品类的, excluding those who have none.

In: a `Reading` whose values are read. It gains a `MissingTest` where a denial stands right before an attribute of people that no
value follows. Never fails; a denied verb, flag or value is not this module's.
"""

import re

from assistant.planners.rules.draft import MissingTest
from assistant.planners.rules.reading import Reading, is_light


def read_missing(r: Reading) -> None:
    """没有偏好渠道, without a favourite category; taken out: those that have one stay."""
    for at in r.where("neg", "except"):
        to = r.step(at, 1)
        if r.tokens[at].senses or to is None or not r.free(to) or r.tokens[to].of("metric") or r.behaviours(to):
            continue
        names = tuple(d for d in r.dimensions(to) if _may_be_missing(r, d))
        behind = r.step(to, 1)
        if not names or (behind is not None and (r.value_options(behind) or r.tokens[behind].comparison)):
            continue
        if r.tokens[at].has("except") and not r.tokens[at].has("neg"):
            continue
        out = _left_out(r, at)
        r.take(at, to, *out)
        r.tests.append(MissingTest(to, names, missing=not out))


def read_without_one(r: Reading) -> None:
    """没有归属门店的客户, members without a home store: those who belong to none; 有归属门店的 belong to one."""
    for to in range(len(r.tokens)):
        before = r.step(to, -1)
        denied = before is not None and r.free(before) and r.tokens[before].has("neg") and not r.tokens[before].senses
        said = r.text.text[r.tokens[before].start : r.tokens[to].start] if before is not None else ""
        denied = denied and _GOES.search(said) is None
        has = not r.tokens[to].of("value") and _HAS_ONE.search(r.text.text[: r.tokens[to].start]) is not None
        name = _belonged_to(r, to) if denied or has else None
        if name is None:
            continue
        home = r.world.entity.table if r.world.entity is not None else ""
        if any(m for i in range(len(r.tokens)) for m in r.metrics(i) if r.world.tables_of(m)[:1] != (home,)):
            r.blocked.add(to)  # 没有归属门店的客户上个月的销售额: not the orders without one
            continue
        r.take(to, before if denied else None)
        r.tests.append(MissingTest(to, (name,), missing=denied))


_GOES = re.compile("[去来逛到进]")
"""从来不去门店: what they do, and not what they have."""
_HAS_ONE = re.compile(r"(?:^|[^没])有$|(?<![a-z])(?:with|having|have|has) an? $")


def _belonged_to(r: Reading, at: int) -> str | None:
    """What names the things that people may belong to one of, where a noun of them ends what is said of people."""
    entity = r.world.entity
    if entity is None or not r.free(at) or r.tokens[at].of("behaviour") or r.metrics(at):
        return None
    things = [r.world.model.entities[e] for e in r.entities(at) if e != entity.name]
    paths = [(thing, r.world.graph.path(entity.table, thing.table)) for thing in things]
    names = [
        d for thing, path in paths if path and path[0].missing == "unknown" for d in thing.columns if r.world.is_groupable(d)
    ]
    behind = r.step(at, 1)
    ends = behind is None or r.is_person(behind) or r.tokens[behind].has("count", "people", "by") or r.counts_people(behind)
    people = r.has_person() or any(map(r.counts_people, range(len(r.tokens))))
    return names[0] if names and ends and people else None


def _may_be_missing(r: Reading, name: str) -> bool:
    """An attribute or tag of the domain's entity that is no yes-or-no, and nobody's personal data."""
    dimension, entity = r.world.model.dimensions[name], r.world.entity
    own = entity is not None and r.world.is_about(dimension, entity)
    return own and dimension.pii is None and dimension.type != "boolean" and not r.world.is_key(name)


def _left_out(r: Reading, at: int) -> tuple[int, ...]:
    """The word that leaves such people out, and those up to it: excluding those with no …, skip the people who have no …."""
    to, passed = at - 1, list[int]()
    while to >= 0 and not r.is_break(to):
        token = r.tokens[to]
        if r.free(to) and token.has("except", "drop") and not token.senses:
            return (*passed, to)
        if not (is_light(token) or (token.has("who", "people", "refer") and not token.of("metric")) or r.is_person(to)):
            return ()
        passed.append(to)
        to -= 1
    return ()
