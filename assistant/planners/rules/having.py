"""People with things, in the plural: customers over 60 with complaints, gold members with tickets this year.

In: a `Reading` before its verbs are read. It gains a `VerbTest` of the deed whose things people are said to have, with the period behind
the noun. A noun in a list of columns (list members with their tickets) stays one. English only: Chinese says it with a verb. Never fails.
"""

import re

from assistant.planners.rules.draft import VerbTest
from assistant.planners.rules.owned import are_people, deed_of, time_behind
from assistant.planners.rules.reading import Reading

_WITH = re.compile(r"(?<![a-z])(?:with|having|(?:who|that) (?:have|had)) $")


def read_having(r: Reading) -> None:
    """Each noun of things that stands right behind people."""
    told = any(t.has("list", "by", "per_group", "add") and not t.is_content for t in r.tokens) or bool(r.groups)
    if r.follows is not None or told or not r.text.text.isascii():
        return
    for at in range(2, len(r.tokens)):
        deed = _deed(r, at) if r.free(at) and _WITH.search(r.text.text[: r.tokens[at].start]) else None
        time = time_behind(r, at)
        last = at if time is None else time
        if deed is None or not _of_people(r, at) or not _ends(r, last):
            continue
        mention = r.tokens[time].time if time is not None else None
        r.tests.append(VerbTest(at, (deed,), period=mention.period if mention is not None else None, verb=at))
        r.take(at, time)


def _deed(r: Reading, at: int) -> str | None:
    """The deed that a count is of, or whose rows a noun names."""
    if not r.tokens[at].text.endswith("s"):
        return None
    counted = set(r.metrics(at))
    return next((name for name in r.world.model.behaviours if r.world.count_of_deeds(name) in counted), None) or deed_of(r, at)


def _of_people(r: Reading, at: int) -> bool:
    """Whether people stand right before `with`, told by nothing but who they are: their values, their age."""
    to = at - 1
    while (
        to > 0 and not are_people(r, to) and (r.tokens[to].comparison or r.tokens[to].of("value") or not r.tokens[to].is_content)
    ):
        if r.is_break(to) or r.tokens[to].has("and", "comma"):
            return False
        to -= 1
    return are_people(r, to) and not r.tokens[to].has("list")


def _ends(r: Reading, at: int) -> bool:
    """Whether nothing more is said to be shown beside it."""
    return at + 1 >= len(r.tokens) or r.is_break(at + 1) or r.tokens[at + 1].has("who", "exists", "but")
