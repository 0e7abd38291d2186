"""The rate of a yes or no about people: opt-in rate by member level, 各大区的营销同意率, consent rate of gold members.

In: a fresh `Reading`, later the same with its conditions and breakdowns read. Out: a word for a rate right behind a yes or no of people
asks for a share, of all people, within each group where there are groups: how many of them it holds of. Never fails: where another number
is named, or the yes or no is denied elsewhere in the question, the word stays unread.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import Asked
from assistant.planners.rules.reading import Reading

_RATE = re.compile("率|比率|rates?")


def _place(r: Reading) -> int | None:
    """The place of the rate behind a yes-or-no, where the question has one and no number besides."""
    if r.follows is not None or any(t.of("metric") for t in r.tokens):
        return None
    found = [at for at in range(1, len(r.tokens)) if _RATE.fullmatch(r.tokens[at].text) and _is_flag(r, at - 1)]
    return found[0] if len(found) == 1 else None


def _is_flag(r: Reading, at: int) -> bool:
    entity = r.world.entity
    names = {s.name for s in (*r.tokens[at].of("value"), *r.tokens[at].of("dimension"))}
    return entity is not None and bool(names) and all(_is_yes_or_no(r, name) for name in names)


def _is_yes_or_no(r: Reading, name: str) -> bool:
    dimension, entity = r.world.model.dimensions.get(name), r.world.entity
    return dimension is not None and entity is not None and dimension.type == "boolean" and r.world.is_about(dimension, entity)


def mark_flag_rates(r: Reading) -> None:
    """The word becomes one for a share."""
    at = _place(r)
    if at is not None:
        share = replace(r.tokens[at], role="meaning", ops=frozenset(["share"]), senses=())
        r.tokens = (*r.tokens[:at], share, *r.tokens[at + 1 :])


def share_of_flags(r: Reading) -> None:
    """What the share is of: those it holds of, within each group."""
    at = _place(r)
    tests = [t for t in r.tests_of_values() if at is not None and t.at == at - 1]
    if at is None or not r.share or len(tests) != 1 or tests[0].negated:
        return
    r.share_parts, r.share_within = {tests[0].at}, True
    if not r.asked:
        r.asked.append(Asked(at, (r.world.counts[r.world.model.domain.entity],)))
