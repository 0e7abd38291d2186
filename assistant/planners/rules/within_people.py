"""People said by what they are alone: 高价值里面投诉过的有几个, 金卡里今年没买的多少, 沉睡的里头买过美妆的占多少.

In: a `Reading` before its verbs are read. Out: whether values that only people have are named with a word for those among them, so that
what was done is what some of them did. Never fails.
"""

from assistant.planners.rules.reading import Reading


def speaks_among_people(r: Reading) -> bool:
    """Whether 里面, 中 stands right behind what people are, and no number is named."""
    if r.follows is not None or any(t.of("metric") or t.of("entity") for t in r.tokens):
        return False
    return any(_of_people(r, at) and r.tokens[at + 1].has("within") for at in range(len(r.tokens) - 1))


def _of_people(r: Reading, at: int) -> bool:
    """Whether a word says nothing but what people are: a value of a tag, a segment."""
    senses = r.tokens[at].senses
    home = r.world.model.entities[r.world.model.domain.entity].table
    known = r.world.model.dimensions
    values = [s for s in senses if s.kind == "value"]
    own = all(known[s.name].tag or known[s.name].table == home for s in values)
    return bool(senses) and own and all(s.kind in ("value", "segment") for s in senses)
