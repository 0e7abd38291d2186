"""People put in order by a date of theirs: 按最后下单日期排, 按注册日期从早到晚, sort them by last order date.

In: a `Reading` whose order is being read, and the place of a noun. Out: the dates that it may be; none where no people are listed, for
groups are not ordered by a date of somebody. Never fails.
"""

from assistant.planners.rules.headless import describes_members
from assistant.planners.rules.lists import lists_people
from assistant.planners.rules.reading import Reading

Measure = tuple[tuple[str, ...], tuple[str, ...]]


def dated(r: Reading, at: int, target: tuple[str, ...]) -> Measure | None:
    """The dates that order a list of people."""
    names = tuple(d for d in r.dimensions(at) if r.world.is_date(d) and describes_members(r, d))
    if not names or r.tokens[at].of("metric") or r.groups or r.follows == "aggregate":
        return None
    listed = r.follows == "records" or target == (r.world.model.domain.entity,) or lists_people(r)
    return ((), names) if listed else None
