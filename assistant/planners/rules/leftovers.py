"""What is left when every pass has read: words of the model that only one role is still open for.

In: a finished `Reading` of numbers. Out: whether its leftovers found a place: a dimension that nothing marks is a breakdown beside
others (complaints: region by month). Anything else stays unread, and is asked about.
"""

from assistant.planners.rules.draft import Group
from assistant.planners.rules.growth import read_growth_tests
from assistant.planners.rules.reading import Reading, is_harmless


def place_leftovers(r: Reading) -> bool:
    """Gives each leftover its only role; False, and nothing changed, where one has none."""
    if r.head != "aggregate" or r.follows is not None:
        return False
    left = [at for at in range(len(r.tokens)) if r.free(at) and not is_harmless(r.tokens[at])]
    groups = [at for at in left if _is_breakdown(r, at)]
    if not left or len(groups) < len(left) or len(r.groups) + len(groups) > _MOST:
        return False
    for at in groups:
        r.groups.append(Group(at, tuple(d for d in r.dimensions(at) if r.world.is_groupable(d))))
    r.take(*left)
    read_growth_tests(r)
    return True


_MOST = 3
"""Breakdowns of one answer that people still can read."""


def _is_breakdown(r: Reading, at: int) -> bool:
    names = [r.world.model.dimensions[d] for d in r.dimensions(at)]
    if not names or r.value_options(at) or any(d.pii is not None or r.world.is_key(d.name) for d in names):
        return False
    return any(r.world.is_groupable(d.name) and not r.world.is_number(d.name) for d in names)
