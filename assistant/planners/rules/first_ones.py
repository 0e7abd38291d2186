"""The first one of all that somebody did: 首单在天猫, whose first order was in August, first bought beauty in September.

In: the test of a verb that is said to be the first, and what it is about. Out: the tests that this means; none where it means nothing
that can be told. Never fails.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.planners.rules.clauses import Object, describes_deed
from assistant.planners.rules.contrasts import spread
from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.first_times import is_told, never_before
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.sequences import Tie


def of_the_first(r: Reading, at: int, behaviours: tuple[str, ...], objects: list[Object]) -> list[Object]:
    """What the first one was of: 首单在天猫、后来在小程序也买过 has Tmall, and what came later is of a deed of its own."""
    if r.tokens[at].text.isascii():
        return objects
    stops = (i for i in range(at + 1, len(r.tokens)) if r.is_break(i) or r.tokens[i].has("afterwards", "then"))
    stop = next(stops, len(r.tokens))
    r.used.difference_update(o.at for o in objects if o.at > stop)
    own = [o for o in objects if o.at < stop]
    return own or _right_behind(r, at, behaviours)


def _right_behind(r: Reading, at: int, behaviours: tuple[str, ...]) -> list[Object]:
    """首单在天猫的客户: what the noun of a deed is told by, and not where the people came from."""
    place = r.step(at, 1)
    options = r.value_options(place) if place is not None else ()
    own = tuple((d, v) for d, v in options if any(describes_deed(r, name, d) for name in behaviours))
    if place is None or not own or r.tokens[at].text.isascii() or any(r.tokens[i].time is not None for i in r.between(at, place)):
        return []
    r.take(place)
    return [Object(place, own, "")]


def first_ones(test: VerbTest, objects: list[Object], *, own: bool, ties: Sequence[Tie]) -> list[VerbTest]:
    """The first time: then and never before; 首单在天猫 is the first of all (`own`: the word says so itself), 头一回买美妆 of beauty."""
    if not objects and is_told(test):
        return [replace(test, first=True)]
    apart = list(spread(test, objects))
    if own and test.did and len(apart) == 1 and (objects or any(tie.early == test.verb for tie in ties)):
        return [replace(apart[0], first=True)]
    if not own and len(apart) == 1 and is_told(replace(apart[0], objects=())):
        return [apart[0], never_before(apart[0])]
    return []
