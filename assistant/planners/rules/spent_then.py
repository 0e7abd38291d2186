"""A sum of all there ever was beside a number of times in a time: 今年下单3次以上但总消费不到1000元, 3+ orders this year, spend under 1000.

In: a `Reading` whose numbers and verbs are read. Out: the sum of that same time, where nothing says that all there ever was is meant. Never
fails: a sum beside anything else stays as it is.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import NumberTest, Test, VerbTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period

_ALL_TIME = re.compile(
    r"累计|累积|历史|历来|一直以来|至今|有史以来|从注册|终身|生命周期|加入以来"
    r"|(?<![a-z])(?:lifetime|life-time|ever|all[- ]time|to date|so far|since (?:they )?(?:joined|joining)|overall|cumulative)(?![a-z])"
)


def read_spent_then(r: Reading) -> None:
    """The one number without a time beside the one deed, or count of deeds, that has the only time of the question."""
    times = [at for at, t in enumerate(r.tokens) if t.time is not None]
    counted = [(t, found) for t in r.tests if (found := _counted(r, t)) is not None]
    if len(times) != 1 or len(counted) != 1 or r.follows is not None or _ALL_TIME.search(r.text.text):
        return
    (first, (period, tables)) = counted[0]
    for place, test in enumerate(r.tests):
        metric = _of_all_time(r, test) if test is not first else None
        apart = any(r.is_person(at) for at in r.between(first.at, test.at))
        if isinstance(test, NumberTest) and metric is not None and not apart and tables & set(r.world.tables_of(metric)):
            r.tests[place] = replace(test, metrics=(metric,), dimensions=(), period=period)


def _of_all_time(r: Reading, test: Test) -> str | None:
    """The metric of a number that has no time and is known of each of them over all there ever was."""
    if not isinstance(test, NumberTest) or test.period is not None or test.objects or test.against is not None:
        return None
    windows = [r.world.attributes.window_of(name) for name in test.dimensions]
    named = [found[0] for found in windows if found is not None and found[1] is None]
    plain = [name for name in test.metrics if (name, None) in r.world.attributes.windows]
    return next(iter((*named, *plain)), None) if len(test.dimensions) + len(test.metrics) == 1 else None


def _counted(r: Reading, test: Test) -> tuple[Period, set[str]] | None:
    """The time of what was done so many times, with the tables that it is recorded in; None where no times are said."""
    if isinstance(test, VerbTest) and test.did and test.period is not None and (test.at_least, test.at_most) != (1, None):
        return test.period, {b.table for name in test.behaviours if (b := r.world.behaviour(name)) is not None}
    if isinstance(test, NumberTest) and test.period is not None and test.metrics and r.world.is_count(test.metrics[0]):
        return test.period, set(r.world.tables_of(test.metrics[0]))
    return None


def of_those_then(r: Reading) -> None:
    """上个月活跃用户的消费: one time in front of all of it, who they are and what they spent; 浏览过的 says when they did it."""
    times = [at for at, t in enumerate(r.tokens) if t.time is not None]
    deeds = [t for t in r.tests if isinstance(t, VerbTest)]
    if r.follows is not None or r.period is not None or r.groups or len(times) != 1 or len(deeds) != 1 or times[0] != 0:
        return
    (deed,) = deeds
    verb = r.tokens[deed.verb] if 0 <= deed.verb < len(r.tokens) else None
    noun = (
        verb is not None and r.is_person(deed.verb + 1) and not verb.text.isascii() and not verb.text.endswith(("过", "了", "的"))
    )
    joined = any(r.world.count_of_joining(name) is not None for name in deed.behaviours)
    plain = deed.did and deed.after is None and (deed.at_least, deed.at_most) == (1, None) and not deed.first
    timed = bool(r.asked) and not any(r.world.is_timeless(name) for a in r.asked for name in a.names)
    if noun and plain and timed and not joined:
        r.period, r.period_at = deed.period, times[0]
