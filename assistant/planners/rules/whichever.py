"""Kinds that are said not to matter: refund rate for each category in September, any channel; 上周加购的客户有多少，不分渠道.

In: a fresh `Reading` and the place of a noun. Out: whether the noun says no more than that, so that nothing is broken down by it; it is
used up then. Never fails.
"""

from assistant.planners.rules.reading import Reading

_ANY = ("any", "whichever", "whatever", "any and all")


def takes_whichever(r: Reading, at: int) -> bool:
    """Whether a noun with such a word stands by itself behind a stop, in a question that nothing was asked before."""
    ends = at + 1 >= len(r.tokens) or r.is_break(at + 1)
    asks = r.has_person() or any(t.of("metric") for t in r.tokens)
    if r.follows is not None or not ends or not asks or not r.dimensions(at) or at == 0:
        return False
    before = at - 1
    if r.is_break(before):
        said = r.text.text[r.tokens[before].end : r.tokens[at].start].strip() in _ANY
        r.take(at if said else None)
        return said
    apart = before > 0 and r.is_break(before - 1) and r.free(before) and not r.tokens[before].is_content
    said = apart and r.tokens[before].has("drop")
    r.take(*((before, at) if said else ()))
    return said
