"""Things with numbers of theirs: stores in Shanghai with sales and orders, products with units and orders.

In: a `Reading`, a place. Out: whether the noun there is how many each of the things in front has, and no list of its own. Never fails.
"""

from assistant.planners.rules.reading import Reading


def shown_of_things(r: Reading, at: int) -> bool:
    """stores in Shanghai with sales and orders: how many of those each of the things in front has."""
    marks = [i for i in range(at) if r.tokens[i].has("with") and not r.tokens[i].is_content]
    things = bool(marks) and any(t.of("entity") for t in r.tokens[: marks[0]]) and not any(map(r.is_person, range(at)))
    return things and bool(r.metrics(at)) and r.tokens[at].text.isascii()
