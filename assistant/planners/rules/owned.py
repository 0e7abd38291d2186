"""Deeds by their nouns: customers with a Tmall or JD order but no app order, members with a logistics ticket in the last 90 days.

In: a `Reading` before its verbs are read. It gains a `VerbTest` for each noun of something done that people are said to have, with the
values in front of it and the period behind it. English only: Chinese says it with a verb (有, 提过). Never fails.
"""

import re

from assistant.language.values import Scalar
from assistant.planners.rules.draft import ValueTest, VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period

_HAS = re.compile(r"(?:but |and )?(?:also )?(?:with|having|who (?:have|had|has)) (?:an?|any|at least one|some)$")
_LACKS = re.compile(r"(?:but |and )?(?:with |having )?(?:no|without|without an?|without any|not a single)$")


def read_owned_deeds(r: Reading) -> None:
    """Each of them, in the order of the words."""
    if not r.text.text.isascii() or not any(_are_people(r, i) for i in range(len(r.tokens))):
        return
    for at in range(len(r.tokens)):
        deed = _deed_of(r, at)
        mark = _mark_of(r, at) if deed is not None and r.free(at) else None
        people = next((i for i in range(at) if _are_people(r, i)), None)
        if deed is None or mark is None or people is None or people > mark:
            continue
        options = _values(r, mark, at, deed)
        if not options:
            continue
        did = _LACKS.match(r.tokens[mark].text) is None
        time = _time_behind(r, at)
        period: Period | None = None
        if time is not None and (mention := r.tokens[time].time) is not None:
            period = mention.period
        objects = (ValueTest(at, options),)
        r.tests.append(VerbTest(at, (deed,), did, objects, period))
        r.take(*range(mark, at + 1), time)


def _are_people(r: Reading, at: int) -> bool:
    """Whether a token is of members, or a count of them."""
    count = r.world.counts.get(r.world.model.domain.entity)
    return r.is_person(at) or any(s.name == count for s in r.tokens[at].of("metric"))


def _deed_of(r: Reading, at: int) -> str | None:
    """What somebody did who has one of the things that a noun names: an order was bought, a ticket raised."""
    tables = {r.world.model.entities[s.name].table for s in r.tokens[at].of("entity") if s.name in r.world.model.entities}
    main = r.world.entity
    for name, behaviour in r.world.model.behaviours.items():
        plain = behaviour.where is None or r.world.value_where(behaviour.table, behaviour.where) == r.world.usual_rows(
            behaviour.table
        )
        if (
            main is not None
            and behaviour.table in tables
            and behaviour.entity == main.name
            and behaviour.table != main.table
            and plain
        ):
            return name
    return None


def _mark_of(r: Reading, at: int) -> int | None:
    """The word for having or lacking in front of the values of a noun."""
    to = at - 1
    while to >= 0 and (r.value_options(to) or r.tokens[to].has("or", "and", "comma")):
        if _reads(r, to):
            return to
        to -= 1
    return to if to >= 0 and _reads(r, to) else None


def _reads(r: Reading, at: int) -> bool:
    text = r.tokens[at].text
    return not r.tokens[at].senses and (_HAS.fullmatch(text) or _LACKS.fullmatch(text)) is not None


def _values(r: Reading, mark: int, at: int, deed: str) -> tuple[tuple[str, tuple[Scalar, ...]], ...]:
    """The values between, of one dimension of what was done; nothing where one of them is no such value."""
    behaviour, entity = r.world.model.behaviours[deed], r.world.entity
    named = [r.value_options(i) for i in range(mark + 1, at) if r.value_options(i)]
    if entity is None or not named:
        return ()
    shared = [d for d, _ in named[0] if all(d in dict(other) for other in named) and r.world.is_apart(behaviour.table, d, entity)]
    return tuple((d, tuple(dict.fromkeys(dict(other)[d] for other in named))) for d in shared)


def _time_behind(r: Reading, at: int) -> int | None:
    to = r.step(at, 1)
    return to if to is not None and r.free(to) and r.tokens[to].time is not None else None
