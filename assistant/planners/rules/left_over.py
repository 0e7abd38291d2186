"""Those who are left when some were taken out: 去掉今年发过唤醒券的, then 剩下的按会员等级分布; exclude …, then the rest by region.

In: a `Reading` of the message, the query before it and the ones before that. Out: that query, where the message before took something
out: the rest of it is what stayed in, and not everybody else. Words that say so are used up. None anywhere else. Never fails.
"""

import re
from collections.abc import Iterable

from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, Behaviour, Filter, Not, Predicate, SemanticQuery

_LEFT = re.compile(r"剩|余下|(?<![a-z])(?:left|remain\w*|rest)(?![a-z])")


def those_left(r: Reading, last: Aggregate, history: tuple[SemanticQuery, ...]) -> Aggregate | None:
    """The last query, where a message is of what it left."""
    said = [at for at, t in enumerate(r.tokens) if t.has("rest") and not t.senses and _LEFT.search(t.text)]
    before = history[-1] if history else None
    if not said or before is None or not _took_out(parts_of(last.where), parts_of(getattr(before, "where", None))):
        return None
    r.tests = [t for t in r.tests if t.at not in said]
    r.take(*said)
    return last


def _took_out(now: Iterable[Filter], then: Iterable[Filter]) -> bool:
    """Whether nothing but what some are not, or did not, was added."""
    old, new = list(then), list(now)
    more = [p for p in new if p not in old]
    return bool(more) and all(p in new for p in old) and all(_is_denied(p) for p in more)


def _is_denied(part: Filter) -> bool:
    return (
        isinstance(part, Not)
        or (isinstance(part, Behaviour) and not part.did)
        or (isinstance(part, Predicate) and part.op in ("!=", "not in"))
    )
