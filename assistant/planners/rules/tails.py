"""The tail of a question about people that asks once more for what they were chosen by, as one column of their list.

In: a fresh `Reading` of a first question, and what such a tail looks like. Out: where it stands (`tail_of`), and its words as "with"
and one token (`as_column`). None where nothing of the kind is said, where it follows an answer, or where people are counted or split.
Never fails.
"""

import re
from dataclasses import dataclass, replace

from assistant.language.values import Sense
from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.reading import Reading

_SPLIT = ("count", "by", "per_group", "share")


@dataclass(frozen=True, slots=True)
class Tail:
    """What was matched, and the tokens in it; those before the first are the question."""

    said: re.Match[str]
    inside: tuple[int, ...]

    @property
    def front(self) -> range:
        """The tokens of the question itself."""
        return range(self.inside[0])

    @property
    def chinese(self) -> bool:
        """Whether it is said in Chinese."""
        return not self.said[0].isascii()


def tail_of(r: Reading, looks: re.Pattern[str]) -> Tail | None:
    """The tail of a question that lists people."""
    said = looks.search(r.text.text)
    if said is None or r.follows is not None:
        return None
    inside = tuple(i for i, t in enumerate(r.tokens) if t.start > said.start() and t.role != "break")
    if not inside or inside[0] == 0 or not lists_people(r, range(inside[0]), never=_SPLIT):
        return None
    return Tail(said, inside)


def lists_people(r: Reading, front: range, *, never: tuple[str, ...]) -> bool:
    """Whether words speak of people, and none of them does what a list never has."""
    people = any(r.is_person(i) or describes_people(r, i) or r.tokens[i].has("who") for i in front)
    return people and not any(r.tokens[i].has(*never) and not r.tokens[i].is_content for i in front)


def as_column(r: Reading, tail: Tail, text: str, *, ops: frozenset[str] = frozenset(), senses: tuple[Sense, ...] = ()) -> None:
    """Puts "with" and one token in place of the tail's words."""
    one = replace(r.tokens[tail.inside[0]], text=text, senses=senses, ops=ops, role="meaning", time=None, number=None)
    with_ = replace(one, text="带上" if tail.chinese else "with", senses=(), ops=frozenset({"with"}))
    r.tokens = (*r.tokens[: tail.inside[0]], with_, one, *r.tokens[tail.inside[-1] + 1 :])
