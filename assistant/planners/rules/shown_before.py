"""The columns of a list that comes back after its people were counted: 名单，带城市和消费, then 一共多少人, then 换成华南的，名单给我.

In: the list that a message makes of the count before it, that count, and the queries before. Out: the same list with the columns and the
order of the list that was counted; as it was where the queries between counted anything else. Never fails.
"""

from assistant.planners.rules.edits import parts_of
from semantic_layer.query import Aggregate, MetricUse, Records, SemanticQuery


def shown_as_before(made: Records, last: Aggregate, history: tuple[SemanticQuery, ...]) -> Records:
    """The list as it was shown."""
    counted = last.metrics
    for before in reversed(history):
        if before == last:
            continue
        if isinstance(before, Records):
            same = before.entity == made.entity and before.limit is None and before.period is None
            held = {p.model_dump_json() for p in parts_of(before.where)} <= {p.model_dump_json() for p in parts_of(last.where)}
            return made.model_copy(update={"columns": before.columns, "order": before.order}) if same and held else made
        plain = isinstance(before, Aggregate) and before.metrics == counted and all(isinstance(m, MetricUse) for m in counted)
        if not plain or (isinstance(before, Aggregate) and before.group_by):
            return made
    return made
