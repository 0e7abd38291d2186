"""The last one that somebody did, and what it was: whose last purchase was on JD, 最近一次购买是女装的客户.

In: a `Reading` before its verbs are read. It gains a `VerbTest`: nothing was done after the last one that was so. What the last one was,
where no condition of that deed can say it (a refund, which is no completed order), is left unread, to be asked about. When it was
(more than 60 days ago, in August) is a date, which other passes read. Never fails.
"""

import re
from dataclasses import replace

from assistant.planners.rules.clauses import describes_deed
from assistant.planners.rules.draft import ValueTest, VerbTest
from assistant.planners.rules.reading import Reading

_WAS = re.compile(
    r" (?:was|were|is|came|got|had been|has been)(?: (?:made|placed|done|bought))?"
    r"(?: (?:on|in|at|via|through|from|for|with|of|a|an|the|some))*"
    r"(?: |$)|(?:的)?(?:[是为]|在|用的?是?|买的?是?|来自)"
)
_DATED = re.compile(r"date|day|when|日期|时间|哪天|日$")


def read_last_ones(r: Reading) -> None:
    """Each last one of which it is said what it was."""
    for at in range(len(r.tokens) - 1):
        deed = _deed(r, at)
        said = _WAS.match(r.text.text, r.tokens[at].end) if deed is not None and r.free(at) else None
        if deed is not None and said is None and r.tokens[at + 1].of("behaviour") and not r.tokens[at].text.isascii():
            _leave(r, at)  # 最近一次购买退款的客户
        if deed is None or said is None or r.is_break(at + 1):
            continue
        what = next(
            (i for i in range(at + 1, len(r.tokens)) if r.tokens[i].end > said.end() or r.tokens[i].senses), len(r.tokens)
        )
        if what < len(r.tokens) and not r.is_break(what):
            _read(r, at, what, deed)


def _deed(r: Reading, at: int) -> str | None:
    """The deed whose last date a word is, without naming a date."""
    token = r.tokens[at]
    names = {s.name for s in token.of("dimension")} if _DATED.search(token.text) is None else set()
    return next((deed for deed, name in r.world.attributes.lasts.items() if name in names), None)


def _read(r: Reading, at: int, what: int, deed: str) -> None:
    token = r.tokens[what]
    if not (token.of("value") or token.of("behaviour")):
        return  # more than 60 days ago
    options = tuple((d, (v,)) for d, v in r.value_options(what) if _is_own(r, deed, d))
    after = r.step(what, 1)
    more = after is not None and r.tokens[after].has("or", "and", "comma") and any(r.value_options(i) for i in (after + 1,))
    if not options or more:
        _leave(r, at)
        return
    so = VerbTest(what, (deed,), objects=(ValueTest(what, options),), verb=at)
    r.tests.append(replace(so, at=at, did=False, objects=(), after=so))
    r.take(*range(at, what + 1))


def _is_own(r: Reading, deed: str, dimension: str) -> bool:
    """Whether what was done has it itself, or in its details: no city, which is of stores or of people."""
    table = r.world.model.behaviours[deed].table
    usual = r.world.usual_rows(table)  # a refund is none of the orders that are done
    own = table in r.world.homes(dimension) or r.world.is_detail(table, dimension)
    return own and (usual is None or usual[0] != dimension) and describes_deed(r, deed, dimension)


def _leave(r: Reading, at: int) -> None:
    """A last one that no query tells: it is no column, and is asked about."""
    r.tokens = tuple(replace(t, senses=(), ops=frozenset()) if i == at else t for i, t in enumerate(r.tokens))
    r.strict.add(at)
