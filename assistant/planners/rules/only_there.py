"""Behind why something moved: is it only in South China, 只是华南的问题吗.

In: a `Reading` of the message, the last query. Out: the same number and comparison by what the named value is one of, so that the others
stand beside it; None where nothing of the kind is asked. Never fails.
"""

import re

from assistant.planners.rules.choose import nearest_values
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.whether import is_yes_or_no
from semantic_layer.query import Aggregate, ByDimension, Change, MetricUse, SemanticQuery

_ONLY = re.compile(r"(?<![a-z])(?:only|just|solely)(?![a-z])|[只仅光]")


def only_there(r: Reading, last: SemanticQuery) -> Aggregate | None:
    """The number of every one of them."""
    options = [r.value_options(at) for at in range(len(r.tokens)) if r.tokens[at].of("value")]
    if not isinstance(last, Change) or len(options) != 1 or not is_yes_or_no(r) or not _ONLY.search(r.text.text):
        return None
    tables = tuple(r.world.tables_of(last.metric))
    found = nearest_values(r.world, tuple((d, (v,)) for d, v in options[0]), tables, ())
    if not found:
        return None
    by = (ByDimension(member=found[0][0]),)
    return Aggregate(
        metrics=(MetricUse(metric=last.metric),), group_by=by, where=last.where, period=last.period, compare=last.compare
    )
