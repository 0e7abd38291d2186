"""Attributes that hold nothing: customers with no preferred channel, 没有偏好品类的, excluding those who have none.

In: a `Reading` whose values are read. It gains a `MissingTest` where a denial stands right before an attribute of people that no
value follows. Never fails; a denied verb, flag or value is not this module's.
"""

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
