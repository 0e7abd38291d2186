"""What people like best: 偏好女装, who prefer shoes, who like the app most; the favourite, and not what was bought.

In: a `Reading` whose values are being read. Out: the favourites (dimensions) that values stand for, and the words for liking used
up; `part_of_names` adds the test of a favourite that is named by a word of its name only. Never fails.
"""

import re
from collections.abc import Sequence

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.reading import Reading


def preferred(r: Reading, places: Sequence[int], dimensions: Sequence[str]) -> tuple[str, ...]:
    """The favourites among the dimensions of neighbouring values, where a word beside them says that they are liked; else none."""
    favourites = tuple(d for d in dimensions if d in r.world.attributes.favourites)
    for by, edge in ((-1, places[0]), (1, places[-1])):
        near = r.step(edge, by)
        if near is not None and by < 0 and r.tokens[near].of("behaviour"):
            near = r.step(near, by)  # prefer buying in store
        if near is None or not r.free(near) or not r.tokens[near].has("prefer") or not favourites:
            continue
        if r.tokens[near].has("filler") and not _who_like(r, near):
            continue  # something like shoes
        r.take(near)
        _degree(r, places[-1])
        return favourites
    return ()


def _degree(r: Reading, last: int) -> None:
    """like shoes best, 最喜欢: the favourite is the one liked best, and nothing is ranked by that."""
    at = r.step(last, 1)
    if at is None or not r.tokens[at].has("best", "most") or r.tokens[at].is_content:
        return
    if r.ranking is not None and r.ranking.at == at and r.ranking.limit is None:
        r.ranking = None
        r.take(at)
    elif r.free(at):
        r.take(at)


def _who_like(r: Reading, at: int) -> bool:
    """customers like, those who like, women with high spending power like: people are the ones who do."""
    who = r.step(at, -1)
    return who is not None and (r.is_person(who) or describes_people(r, who) or r.tokens[who].has("who", "people", "refer"))


def part_of_names(r: Reading) -> None:
    """whose preferred channel is store: a word that only one value of the dimension before it has in its name."""
    for at in r.where("prefer"):
        ends = at + 1 == len(r.tokens) or r.is_break(at + 1)
        if ends and r.tokens[at].has("filler") and _who_like(r, at):
            r.strict.add(at)  # what do gold members like: which of their favourites is not said
    for at in range(1, len(r.tokens)):
        before = r.step(at, -1)
        if before is None or not r.free(at) or r.value_options(at) or not r.tokens[at].text.isascii():
            continue
        prefers = r.tokens[before].has("prefer") and not r.tokens[before].is_content
        if not (prefers or (r.dimensions(before) and _COPULA.search(r.text.text[: r.tokens[at].start]))):
            continue
        names = r.world.attributes.favourites if prefers else r.dimensions(before)
        word = re.compile(rf"(?<![a-z]){re.escape(r.tokens[at].text)}(?![a-z])")
        found = [(d, v.value) for d in names for v in r.world.model.dimensions[d].values if word.search(v.label.en.lower())]
        if len(found) == 1:
            r.tests.append(ValueTest(at, ((found[0][0], (found[0][1],)),), hints=(found[0][0],)))
            r.take(at, before)


_COPULA = re.compile(r" (?:is|are|=) (?:the |an? )?$")
