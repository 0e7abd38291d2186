"""Things with numbers of theirs: stores in Shanghai with sales and orders, products with units and orders.

In: a `Reading`, a place. Out: whether the noun there is how many each of the things in front has, and no list of its own; whether the time
that is said with the things is theirs too: 今年的活动，带预算和订单数. Never fails.
"""

from assistant.planners.rules.reading import Reading


def shown_of_things(r: Reading, at: int) -> bool:
    """stores in Shanghai with sales and orders: how many of those each of the things in front has."""
    marks = [i for i in range(at) if r.tokens[i].has("with") and not r.tokens[i].is_content]
    things = bool(marks) and any(t.of("entity") for t in r.tokens[: marks[0]]) and not any(map(r.is_person, range(at)))
    return things and bool(r.metrics(at)) and r.tokens[at].text.isascii()


def time_of_things(r: Reading, entity: str) -> bool:
    """Whether a time in front of with says which of the things are meant: campaigns begin, and are counted by when they do."""
    count = r.world.counts.get(entity)
    mark = next((i for i, t in enumerate(r.tokens) if t.has("with") and not t.is_content), None)
    in_front = mark is not None and r.period_at is not None and r.period_at < mark
    return in_front and count is not None and not r.world.is_timeless(count)
