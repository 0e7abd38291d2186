"""What people are like, as how many are what: age distribution of customers who bought beauty, 金卡会员的偏好品类, favourite channel of …

In: a `Reading` before its subject is read. It gains a `Group` for the one dimension that such a question is about, so that people are
counted by it, and not listed with a column of it. Never fails: among the columns of a list it stays one.
"""

import re

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import Group
from assistant.planners.rules.lists import columns_asked
from assistant.planners.rules.reading import Reading

_SPREAD = re.compile("(?:分布|构成|结构)(?:情况)?$|(?<![a-z])(?:distribution|breakdown|split|mix)$")
_OF = re.compile(r" (?:of|among|for|across|with) ")
_OPENS = re.compile(r"(?:what(?:'s| is| are)? |show (?:me )?|give me |which is |and |please |the |our )*(?:most common |main )?$")


def read_people_split(r: Reading) -> None:
    """The spread of people over a dimension, or which of its values they like best."""
    if r.groups or r.follows is not None or r.share or r.listed or not _speaks_of_some(r):
        return
    columns = columns_asked(r)[1]
    for at in range(len(r.tokens)):
        names = tuple(name for name in r.dimensions(at) if r.world.is_groupable(name))
        if not names or at in columns or r.tokens[at].of("value"):
            continue
        if _SPREAD.search(r.tokens[at].text) or (_are_liked(r, names) and _is_asked(r, at)):
            r.groups.append(Group(at, names))
            r.take(at)
            return


def _speaks_of_some(r: Reading) -> bool:
    return any(r.is_person(at) or describes_people(r, at) for at in range(len(r.tokens)))


def _are_liked(r: Reading, names: tuple[str, ...]) -> bool:
    return all(name in r.world.attributes.favourites for name in names)


def _is_asked(r: Reading, at: int) -> bool:
    """Whether a noun is what the whole question is about: behind 的 at its end, or before of at its beginning."""
    token, text = r.tokens[at], r.text.text
    if token.text.isascii():
        return _OPENS.fullmatch(text[: token.start]) is not None and _OF.match(text, token.end) is not None
    return text[: token.start].endswith("的") and not text[token.end :].strip(" ?？。是什么有哪些呢吗")
