"""The things that people belong to, in a list of what they are like: 归属门店是天河城旗舰店、近90天没下过单的客户.

In: a fresh `Reading`. Out: the value behind such a noun is a condition of the people, and none of what they did beside it (no orders of
that store). Never fails: a noun that does not say that people belong there, or a value of other things, is left to other passes.
"""

import re

from assistant.planners.rules.draft import ValueTest
from assistant.planners.rules.reading import Reading

_OWN = re.compile(r"(?:归属|所属|绑定)的?.+|home [a-z]+")
_IS = re.compile(r"(?:都|就)?(?:是|在|为)?|(?: (?:is|are|being|at))? ?")


def read_own_place(r: Reading) -> None:
    """Takes the noun and its value, where people are named and something that they did is told as well."""
    people = any(r.is_person(at) or t.has("who", "people") for at, t in enumerate(r.tokens))
    if r.follows is not None or not people or not any(t.of("behaviour") for t in r.tokens):
        return
    for at in range(len(r.tokens) - 1):
        token, behind = r.tokens[at], r.tokens[at + 1]
        tables = {r.world.model.entities[s.name].table for s in token.of("entity")}
        options = tuple((d, (v,)) for d, v in r.value_options(at + 1) if tables & set(r.world.homes(d)))
        said = _OWN.fullmatch(token.text) and _IS.fullmatch(r.text.text[token.end : behind.start])
        if said and options and r.free(at):
            r.tests.append(ValueTest(at + 1, options, beside=True, theirs=True))
            r.take(at, at + 1)
            return
