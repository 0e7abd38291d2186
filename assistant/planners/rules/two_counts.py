"""Two counts of the same things, of which the second says which: messages by type and how many converted, 各发了多少、转化了多少.

In: a `Reading` whose values are read and whose subject is known. Out: the second count as a metric of its own beside the first, instead of
a condition of it; where no metric counts those, the words stay unread and are asked about. Never fails.
"""

import re

from assistant.language.values import Scalar
from assistant.planners.rules.draft import Asked, ValueTest
from assistant.planners.rules.kin import rows_where
from assistant.planners.rules.reading import Reading
from semantic_layer.model import SimpleMetric


def read_two_counts(r: Reading) -> None:
    """The one value behind `and how many`, beside one count by something."""
    if r.follows is not None or len(r.asked) != 1 or len(r.asked[0].names) != 1 or not r.groups or r.share:
        return
    asked = r.asked[0]
    tests = [
        t for t in r.tests_of_values() if not t.negated and t.rank is None and t.at > asked.at and _is_counted(r, asked.at, t.at)
    ]
    if len(tests) != 1 or not r.world.is_count(asked.names[0]):
        return
    flags = {(name, value) for name, values in tests[0].options if len(values) == 1 for value in values}
    found = [name for name in r.world.model.metrics if _counts(r, name, asked.names[0], flags)]
    if len(found) == 1:
        r.tests = [t for t in r.tests if t is not tests[0]]
        r.asked.append(Asked(tests[0].at, (found[0],)))
    else:
        _ask(r, tests[0])


def _ask(r: Reading, test: ValueTest) -> None:
    """Leaves the value unread."""
    r.strict.add(test.at)
    r.used.discard(test.at)


def _is_counted(r: Reading, first: int, at: int) -> bool:
    """Whether the value stands behind `and how many`, or in front of how many behind a break."""
    before = r.text.text[r.tokens[first].end : r.tokens[at].start]
    behind = r.text.text[r.tokens[at].end :]
    return _AND_HOW_MANY.search(before) is not None or (
        _JOINED.search(before) is not None and _HOW_MANY.match(behind) is not None
    )


_AND_HOW_MANY = re.compile(
    r"(?:and|plus|,|&)(?: also)? (?:how many|the number|number)(?: of)?(?: them| those| these)?(?: were| got| are| have| had)? $"
)
_JOINED = re.compile(r"[、,，;；]\s*(?:其中|各|又|分别|以及|有)*$|(?:以及|还有|和|并)$")
_HOW_MANY = re.compile("[了的过]?(?:的?有)?(?:多少|几)[条次个单封]?")


def _counts(r: Reading, name: str, whole: str, flags: set[tuple[str, Scalar]]) -> bool:
    """Whether a metric counts those of the rows of another one that a flag is true of."""
    metric, other = r.world.model.metrics[name], r.world.model.metrics[whole]
    if not isinstance(metric, SimpleMetric) or not isinstance(other, SimpleMetric) or metric.where is None:
        return False
    table = (r.world.tables_of(name) or ("",))[0]
    return metric.measure == other.measure and rows_where(r.world, table, metric.where) in flags
