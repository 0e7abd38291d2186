"""The first so many of the people who were counted: 高价值客户有多少, then 近一年花得最多的20个，带会员等级; give me the 20 who spent most.

In: a fresh `Reading` of a message and the numbers before it. Out: whether it ranks those people by what they spent, so that they are to be
listed. Never fails: a message that names what else it ranks (品类, 门店), or a number of its own, is no such list.
"""

from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, MetricUse, SemanticQuery

_MOST = ("most", "steepest", "sells_high")
_OTHERS = ("by", "per_group", "each_other", "share", "trend", "how_much")


def ranks_members(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message asks for the members who spent most of those who were counted as they are."""
    names = [m.metric for m in last.metrics if isinstance(m, MetricUse)] if isinstance(last, Aggregate) else []
    people = bool(names) and all(r.world.counts_people(name) and r.world.is_timeless(name) for name in names)
    spent = next((at for at, t in enumerate(r.tokens) if t.has("money_verb")), None)
    most = any(t.has(*_MOST) and not t.senses for t in r.tokens)
    many = any(t.number is not None and t.number.value > 1 and not t.senses and t.time is None for t in r.tokens)
    if not people or spent is None or not (most and many):
        return False
    others = any(t.has(*_OTHERS) and not t.is_content for t in r.tokens) or any(t.of("metric") or t.grain for t in r.tokens)
    things = any(t.of("entity") and not r.is_person(at) for at, t in enumerate(r.tokens))
    return not others and not things
