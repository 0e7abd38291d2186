"""The largest and the cheapest one: max order amount last month, the single largest order, 最贵的美妆商品.

In: a `Reading` whose ranking is read and orders nothing yet. Out: the highest or lowest number of all rows where that number is named; a
list of one, by its amount or price, where a thing is. Never fails: with a breakdown, or a number that orders already, nothing changes.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import Ranking, ValueTest
from assistant.planners.rules.first_person import BIGGEST
from assistant.planners.rules.reading import Reading

_PRICE = re.compile("(?:the )?(?:cheapest|priciest|(?:most|least) expensive)|最(?:贵|便宜)的?")


def read_extreme(r: Reading) -> None:
    """The one extreme of a question."""
    ranking = r.ranking
    if ranking is None or r.follows is not None or ranking.metrics or r.has_person():
        return
    if ranking.dimensions:
        _number(r, ranking)
        return
    word = next((t.text for t in r.tokens if t.has("most", "least") and not t.senses), "")
    if _PRICE.fullmatch(word) and len(r.groups) == 1 and r.groups[0].dimensions == ranking.target:
        _priced(r, ranking)
    elif BIGGEST.fullmatch(word) and not r.groups and not ranking.target:
        _largest(r, ranking)


def _number(r: Reading, ranking: Ranking) -> None:
    """max order amount last month: of all orders, and no total of them."""
    split = any(t.grain is not None or t.has("part_weekday", "part_hour", "by", "per_group", "which", "sort") for t in r.tokens)
    amounts = [a for a in r.asked if a.agg == "sum" and a.dimensions == ranking.dimensions]
    if split or r.groups or ranking.limit is not None or ranking.target or len(r.asked) != 1 or len(amounts) != 1:
        return
    r.asked = [replace(amounts[0], agg="max" if ranking.descending else "min")]
    r.ranking = None


def _priced(r: Reading, ranking: Ranking) -> None:
    """the cheapest product in beauty: things by the price that they have."""
    model, group = r.world.model, r.groups[0]
    entity = next((s.name for s in r.tokens[group.at].of("entity")), None) if 0 <= group.at < len(r.tokens) else None
    table = model.entities[entity].table if entity is not None else ""
    prices = [d.name for d in model.dimensions.values() if d.table == table and d.format == "currency" and not d.tag]
    if entity is None or len(prices) != 1:
        return
    r.groups, r.listed, r.entity = [], True, entity
    r.take(*(i for i, t in enumerate(r.tokens) if t.has("which") and not t.is_content))
    r.ranking = replace(ranking, dimensions=(prices[0],), target=(entity,))


def _largest(r: Reading, ranking: Ranking) -> None:
    """the single largest order last month: rows that have no name, of the usual ones, by their amount."""
    model = r.world.model
    nouns = [
        (i, s.name) for i, t in enumerate(r.tokens) for s in t.of("entity") if r.free(i) and not model.entities[s.name].columns
    ]
    table = model.entities[nouns[0][1]].table if len(nouns) == 1 else ""
    amount, usual = r.world.amount_of(table) if table else None, r.world.usual_rows(table) if table else None
    others = any(t.of("metric") and i != nouns[0][0] for i, t in enumerate(r.tokens)) if nouns else True
    if amount is None or others:
        return
    at, entity = nouns[0]
    one = ranking.limit is None and not r.tokens[at].text.endswith("s")
    r.listed, r.entity = True, entity
    r.take(at)
    r.tests += [ValueTest(at, ((usual[0], (usual[1],)),))] if usual is not None else []
    r.ranking = replace(ranking, dimensions=(amount,), target=(entity,), single=one)
