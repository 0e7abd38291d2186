"""Things of which nothing was sold: 哪些商品上个月没有卖出去, how many products sold nothing at all, are there any stores with no sales.

In: a fresh `Reading` that names one kind of things; for the guard the query made of it. It gains a `NumberTest` that they sold 0 pieces
in the one time that is said; they are listed, or counted where it is asked how many; where the query does neither, the places to ask
about. Never fails: without such words, or with more than one time, nothing changes.
"""

import re

from assistant.planners.rules.draft import Asked, NumberTest
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.things import sold_in, thing
from semantic_layer.query import Aggregate, MetricUse, Records, SemanticQuery

_NONE = re.compile(
    r"(?:一[件个单笔款]|1件)?[都也]?(?:没有?|未)(?:[能被])?(?:卖(?:出去?|掉|动)?过?|售出过?|动销过?|成交过?)(?:一件|过)?(?=的|$|[\s,，。?？]|商品|产品)"
    r"|(?:没有|毫无|零)(?:任何|一点)?(?:销售额?|销量|成交|动销)"
    r"|(?<![a-z])(?:sold|selling|sells?) (?:nothing|none)(?: at all)?(?![a-z])"
    r"|(?<![a-z])(?:with|had|having|have|has) (?:no|zero|0) (?:sales|units sold)(?: at all)?(?![a-z])"
    r"|(?<![a-z])(?:did not|didn't|didnt|have not|haven't|has not|hasn't|never) (?:sell|sold|made? a sale)(?: anything| a single unit)?"
    r"(?: at all)?(?![a-z])"
)


def read_none_sold(r: Reading) -> None:
    """Takes the words, their time and the things."""
    said = _NONE.search(r.text.text) if r.follows is None and not r.has_person() else None
    nouns = [at for at in range(len(r.tokens)) if thing(r, at) is not None] if said is not None else []
    counted = [at for at, t in enumerate(r.tokens) if said is not None and any(s.name in _counts(r) for s in t.of("metric"))]
    times = [at for at, t in enumerate(r.tokens) if t.time is not None and t.time.period is not None]
    pieces = sold_in(r, "piece")
    if said is None or pieces is None or len({*nouns, *counted}) != 1 or len(times) > 1:
        return
    inside = [at for at, t in enumerate(r.tokens) if t.start < said.end() and said.start() < t.end and at not in (*nouns, *times)]
    mention = r.tokens[times[0]].time if times else None
    r.tests.append(NumberTest(inside[0] if inside else 0, "=", (0.0,), (pieces,), period=mention.period if mention else None))
    r.take(*inside, *times)
    if not nouns:
        return  # how many products sold nothing: they are counted anyway
    asks = [at for at, t in enumerate(r.tokens) if at not in (*nouns, *inside) and (t.has("count") or _HOW_MANY.search(t.text))]
    entity = thing(r, nouns[0])
    count = r.world.counts.get(entity) if entity is not None and asks else None
    if count is not None:  # 一件都没卖出去的商品有几款
        r.asked.append(Asked(nouns[0], (count,)))
        r.take(nouns[0], *asks)
    else:
        r.listed, r.entity = True, entity
        r.take(nouns[0], *r.where("exists", "which", "list"))


_HOW_MANY = re.compile("几|多少|(?<![a-z])how many(?![a-z])")


def not_of_things(r: Reading, query: SemanticQuery) -> list[int]:
    """Where nothing was sold of them, but neither are they listed nor counted: what the test is of would be something else."""
    pieces = sold_in(r, "piece")
    tests = [t.at for t in r.tests if isinstance(t, NumberTest) and (t.op, t.values, t.metrics) == ("=", (0.0,), (pieces,))]
    listed = isinstance(query, Records) and query.entity != r.world.model.domain.entity
    counted = isinstance(query, Aggregate) and all(isinstance(m, MetricUse) and m.metric in _counts(r) for m in query.metrics)
    return [] if listed or counted or r.follows is not None else tests


def _counts(r: Reading) -> set[str]:
    main = r.world.model.domain.entity
    return {count for entity, count in r.world.counts.items() if entity != main and r.world.model.entities[entity].columns}
