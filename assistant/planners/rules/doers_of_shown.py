"""How many people did something in each of the things that were shown: 这几个城市分别有多少人在买, how many people bought in each of these.

In: a `Reading` of a follow-up that points at such things, the numbers that showed them. Out: the reading, its deed being the count of
those who did it in the time that is spoken of, or that deed in that time, where no other is said. Never fails: what was done at any time
(买过) stays so.
"""

from dataclasses import replace

from assistant.planners.rules.draft import Asked, VerbTest
from assistant.planners.rules.kin import doers
from assistant.planners.rules.of_the_same import in_that_time
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate


def count_doers(r: Reading, last: Aggregate) -> None:
    """The deed of such a message, in the time of the numbers before it."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest)]
    count = r.world.counts.get(r.world.model.domain.entity)
    counted = (r.asked or r.counted) and all(a.names == (count,) for a in r.asked)
    if len(deeds) != 1 or last.period is None or not counted or not in_that_time(r, deeds[0]):
        return
    deed = deeds[0]
    metric = doers(r.world, deed.behaviours[0]) if len(deed.behaviours) == 1 else None
    rest = [t for t in r.tests if t is not deed]
    if metric is None or deed.objects or (deed.at_least, deed.at_most) != (1, None):
        r.tests = [*rest, replace(deed, period=last.period)]
        return
    r.tests, r.asked, r.counted = rest, [Asked(deed.at, (metric,))], False
