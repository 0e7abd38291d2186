"""Words that say once more what was read already: 三个数一起给, 同样这90天, 今年打的NPS, response time in minutes.

In: a `Reading` whose metrics, conditions and periods are known. Out: such words are used up; anything that says more stays unread.
Never fails.
"""

from assistant.planners.rules.draft import NumberTest, VerbTest
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import is_unit_of


def read_restated(r: Reading) -> None:
    """Uses up counts of the metrics named, pointers at the same time, and verbs of giving the scores that are asked for."""
    for at in range(len(r.tokens)):
        if r.free(at) and (_counts_asked(r, at) or _gives_scores(r, at) or _is_its_unit(r, at)):
            r.take(at)
    for at in r.where("refer", "also", "same"):
        to = r.step(at, 1)
        if to is not None and r.tokens[to].time is not None and _is_known_time(r, to) and not r.tokens[at].is_content:
            r.take(at, to)


def _counts_asked(r: Reading, at: int) -> bool:
    """转化率、加购率、活跃客户数，三个数: how many metrics there are, behind them."""
    number = r.tokens[at].number
    if number is None or r.tokens[at].senses or number.kind != "cardinal" or number.unit not in ("piece", None):
        return False
    behind = r.step(at, 1)
    alone = behind is None or not r.tokens[behind].is_content
    return alone and number.plain == len(r.asked) > 1 and all(asked.at < at for asked in r.asked)


def _gives_scores(r: Reading, at: int) -> bool:
    """今年打的NPS: the verb of those who gave the scores."""
    if not r.tokens[at].has("rated") or r.tokens[at].is_content:
        return False
    scored = {table for name in r.world.rated for table in r.world.homes(name)}
    beside = {r.step(at, 1), r.step(at, -1)}
    return any(a.at in beside and set(r.world.tables_of(name)) & scored for a in r.asked for name in a.names)


def _is_its_unit(r: Reading, at: int) -> bool:
    """first reply time in minutes: the unit that the metric has anyway."""
    names = [name for asked in r.asked for name in asked.names]
    return not r.tokens[at].senses and any(is_unit_of(r.world, name, r.tokens[at].text) for name in names)


def _is_known_time(r: Reading, at: int) -> bool:
    """Whether a period is that of the question or of a condition in it."""
    time = r.tokens[at].time
    known = [r.period, *(t.period for t in r.tests if isinstance(t, VerbTest | NumberTest))]
    return time is not None and time.period in known
