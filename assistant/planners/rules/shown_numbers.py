"""The one number of a list that its words mean in short: 要近一年消费，按消费从高到低; 在天猫消费满5000的，带上金额.

In: a `Reading` of a list and the list made of it. Out: the list in the order of the number that is shown, where the order names it in
short; the number of what people were chosen by, with all that limits it there. Never fails; a number with words of its own (累计消费,
近30天消费) is that.
"""

import re

from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Attribute, Column, MetricColumn, MetricPredicate, Records, SemanticQuery

_OWN = re.compile(r"\d|[近前上本今去]|累计|全部|总|last|past|this|life|total|all")
"""What a number says of its own time."""


def by_shown(r: Reading, query: SemanticQuery) -> SemanticQuery:
    """The list as it was meant."""
    if not isinstance(query, Records) or not query.columns:
        return query
    return _ordered(r, _of_tested(r, query))


def _ordered(r: Reading, query: Records) -> Records:
    ranking = r.ranking
    if ranking is None or len(query.order) != 1 or ranking.period is not None or r.period is not None:
        return query
    window = r.world.attributes.window_of(query.order[0].by)
    said = r.tokens[ranking.at].text if 0 <= ranking.at < len(r.tokens) else ""
    shown = {c.member: r.world.attributes.window_of(c.member) for c in query.columns if isinstance(c, Attribute)}
    same = [name for name, of in shown.items() if of is not None and window is not None and of[0] == window[0]]
    if window is None or window[1] is not None or len(same) != 1 or same[0] == query.order[0].by or _OWN.search(said):
        return query
    return query.model_copy(update={"order": (query.order[0].model_copy(update={"by": same[0]}),)})


def _of_tested(r: Reading, query: Records) -> Records:
    tests = [p for p in parts_of(query.where) if isinstance(p, MetricPredicate) and p.where is not None and p.against is None]
    asked = [r.tokens[a.at].text for a in r.columns if 0 <= a.at < len(r.tokens)]
    if len(tests) != 1 or any(_OWN.search(text) for text in asked):
        return query
    columns = tuple(_same(r, c, tests[0]) for c in query.columns)
    return query.model_copy(update={"columns": columns})


def _same(r: Reading, column: Column, test: MetricPredicate) -> Column:
    """The column, of what the test is of, where both are the same number of the same time."""
    if isinstance(column, MetricColumn):
        same = column.where is None and (column.metric, column.period) == (test.metric, test.period)
    else:
        window = r.world.attributes.window_of(column.member)
        period = None if window is None or window[1] is None else r.last_days(window[1])
        same = window is not None and (window[0], period) == (test.metric, test.period)
    return MetricColumn(metric=test.metric, period=test.period, where=test.where) if same else column
