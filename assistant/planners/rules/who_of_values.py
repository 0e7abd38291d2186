"""Which of two values, asked for like a person: 天猫和京东今年谁卖得多, 华东和华南谁的客单价高.

In: a fresh `Reading`. Out: such a word asks which of the values, and for no people. Never fails: behind a segment of people, or one
value alone, it asks for people.
"""

from dataclasses import replace
from itertools import pairwise

from assistant.planners.rules.reading import Reading

_WHO = ("谁", "谁家")


def read_who_of_values(r: Reading) -> None:
    """Runs first: what asks for people is read by what it asks for."""
    for at, token in enumerate(r.tokens):
        if token.text in _WHO and token.has("who") and not token.senses and _are_two(r, at):
            which = replace(token, ops=frozenset({"which"}))
            r.tokens = (*r.tokens[:at], which, *r.tokens[at + 1 :])


def _are_two(r: Reading, at: int) -> bool:
    """Whether two values of one kind stand in front, tied by a word, and nobody is named."""
    values = [i for i in range(at) if r.tokens[i].of("value") and not (r.is_person(i) or r.tokens[i].of("segment"))]
    if any(r.is_person(i) for i in range(at)):
        return False
    for a, b in pairwise(values):
        tied = b == a + 2 and r.tokens[a + 1].has("and", "versus", "comma")
        kinds = [{s.name for s in r.tokens[i].of("value")} for i in (a, b)]
        if tied and kinds[0] & kinds[1]:
            return True
    return False
