"""Who stands in front of a verb: how many people over 50 shop in the app.

In: a `Reading` and the place of a word that may be a verb. Out: whether people stand right before it. Never fails.
"""

from assistant.planners.rules.reading import Reading


def behind_people(r: Reading, at: int) -> bool:
    """customers shop, how many people over 50 shop: who does it stands right before, with their age."""
    before = at - 2 if at > 1 and r.tokens[at - 1].comparison is not None else at - 1
    counted = before >= 0 and any(r.world.counts_people(s.name) for s in r.tokens[before].of("metric"))
    return before >= 0 and (r.is_person(before) or (counted and r.tokens[at].text.isascii()))
