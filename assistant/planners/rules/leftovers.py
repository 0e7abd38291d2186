"""What is left when every pass has read: words of the model that only one role is still open for.

In: a finished `Reading`. Out: whether its leftovers found a place: a dimension that nothing marks is a breakdown beside others
(complaints: region by month); a period that limits nothing is when things were done. Anything else stays unread, and is asked about.
"""

from dataclasses import replace

from assistant.planners.rules.draft import Group, VerbTest
from assistant.planners.rules.framing import rank_within_each
from assistant.planners.rules.growth import read_growth_tests
from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.lists import about_people
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
    rank_within_each(r)
    return True


def lend_period(r: Reading) -> bool:
    """登录过但没下单的客户数，近30天: a period apart from verbs that have none is theirs, where the count itself has no time."""
    verbs = [t for t in r.tests if isinstance(t, VerbTest)]
    if not r.period_unused or not verbs or any(t.period is not None or t.same for t in verbs):
        return False
    r.tests = [replace(t, period=r.period) if isinstance(t, VerbTest) else t for t in r.tests]
    r.period, r.period_at, r.period_unused = None, None, False
    return True


_MOST = 3
"""Breakdowns of one answer that people still can read."""


def _is_breakdown(r: Reading, at: int) -> bool:
    names = [r.world.model.dimensions[d] for d in r.dimensions(at)]
    if (
        not names
        or r.entities(at)
        or r.tokens[at].has("kind_noun")
        or r.value_options(at)
        or any(d.pii is not None or r.world.is_key(d.name) for d in names)
    ):
        return False
    days = about_people(r) and all(r.world.is_date(d.name) and describes_members(r, d.name) for d in names)
    return not days and any(r.world.is_groupable(d.name) and not r.world.is_number(d.name) for d in names)
