"""Whose rows rank people: 今年在天猫花钱最多的20个客户 is of what they spent there, and not of those who registered there.

In: a `Reading` of a list that is ranked by a metric of facts. Out: the conditions of those facts, and the tests that are left for the
people themselves. Never fails: a value right beside a word for people is theirs (天猫客户里消费最多的).
"""

from assistant.planners.rules.choose import nearest_values
from assistant.planners.rules.conditions import Binder
from assistant.planners.rules.draft import Test, ValueTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Filter


def facts_ranked(r: Reading) -> tuple[list[Test], Filter | None]:
    """The tests of the people, and the condition that chooses the facts by which they are ranked."""
    ranking, entity = r.ranking, r.world.entity
    people = entity is not None and (r.entity or entity.name) == entity.name
    if ranking is None or not ranking.metrics or not people or r.follows is not None:
        return list(r.tests), None
    tables = r.world.tables_of(ranking.metrics[0])
    tables = tuple(dict.fromkeys(t for table in tables for t in (table, *r.world.graph.details(table))))
    chosen = [t for t in r.tests if isinstance(t, ValueTest) and _is_of_facts(r, t, tables[:1])]
    where = Binder(r.world, tables, r.today, r.period).all_of(chosen) if chosen else None
    return [t for t in r.tests if t not in chosen], where


def _is_of_facts(r: Reading, test: ValueTest, tables: tuple[str, ...]) -> bool:
    """Whether a value says which facts are meant: one of its dimensions describes them, and no word for people stands beside it."""
    entity = r.world.entity
    if entity is None or test.hints or not tables:
        return False
    nearest = nearest_values(r.world, test.options, tables)
    if not nearest or not r.world.is_apart(tables[0], nearest[0][0], entity):
        return False  # 华东: where people live is as near as where the stores are, and comes first
    token = r.tokens[test.at]
    near = [n for n in (r.step(test.at, 1), r.step(test.at, -1)) if n is not None]
    named = r.is_person(test.at) or any(r.is_person(n) or r.tokens[n].has("people", "who") for n in near)
    return not named and not token.of("segment")
