"""People who were counted, and are now to be exported: 一共多少人, then 导出来; how many are they, then export them.

In: a `Reading` of a follow-up and the query before it. Out: whether the list of those people is wanted, for a file that holds one number is
of no use. Never fails.
"""

from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, MetricUse, SemanticQuery


def exports_them(r: Reading, last: SemanticQuery) -> bool:
    """Whether those who were counted are to be exported, and nothing more is said."""
    if not isinstance(last, Aggregate) or last.group_by or last.compare is not None or last.share is not None:
        return False
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    count = r.world.counts.get(r.world.model.domain.entity)
    exports = any(t.has("export") and not t.is_content for t in r.tokens)
    return names == [count] and exports and not any(t.is_content and t.role != "break" for t in r.tokens)
