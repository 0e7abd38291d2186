"""Whose rows a number of people is of: 今年在天猫花钱最多的20个客户, 今年在天猫消费超过5000的客户 are of what they spent there, and not of
those who registered there.

In: a `Reading` about people, and the tests of them. Out: the conditions of the facts that rank people, and the tests that are left for
the people themselves; tests of a number with the values of its facts. Never fails: a value right beside a word for people is theirs
(天猫客户里消费最多的), and one in another stretch as well.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.planners.rules.choose import nearest_values
from assistant.planners.rules.conditions import Binder, fact_tables
from assistant.planners.rules.draft import NumberTest, Test, ValueTest
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Filter


def facts_tested(r: Reading, tests: Sequence[Test]) -> list[Test]:
    """The tests, each value of the facts behind a number of people handed to that number."""
    count = r.world.counts.get(r.world.model.domain.entity)
    entity = r.world.entity
    people = entity is not None and (r.entity or entity.name) == entity.name and not r.groups
    if not people or any(a.names != (count,) for a in r.asked) or r.follows is not None:
        return list(tests)
    numbers = [t for t in tests if isinstance(t, NumberTest) and (t.metrics or t.dimensions) and t.against is None]
    if len(numbers) != 1:
        return list(tests)
    number, metric = numbers[0], _metric_of(r, numbers[0])
    tables = r.world.tables_of(metric)[:1] if metric is not None else ()
    values = [t for t in tests if isinstance(t, ValueTest) and _is_of_facts(r, t, tables) and _in_one_stretch(r, t.at, number.at)]
    whole = replace(number, metrics=(metric,) if metric else (), objects=tuple(values)) if values else number
    return [whole if t is number else t for t in tests if t not in values]


def _metric_of(r: Reading, test: NumberTest) -> str | None:
    """The metric that a test of people is of, by its own name or by the attribute that holds it."""
    held = (w[0] for name in test.dimensions if (w := r.world.attributes.window_of(name)) is not None)
    return test.metrics[0] if test.metrics else next(held, None)


def _in_one_stretch(r: Reading, one: int, other: int) -> bool:
    return not any(r.is_break(i) for i in range(min(one, other) + 1, max(one, other)))


def facts_ranked(r: Reading) -> tuple[list[Test], Filter | None]:
    """The tests of the people, and the condition that chooses the facts by which they are ranked."""
    ranking, entity = r.ranking, r.world.entity
    people = entity is not None and (r.entity or entity.name) == entity.name
    if ranking is None or not ranking.metrics or not people or r.follows is not None:
        return list(r.tests), None
    tables = fact_tables(r.world, ranking.metrics[0])
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
    token, light = r.tokens[test.at], ("within", "filler", "with")
    near = [n for n in (r.beyond(test.at, 1, *light), r.beyond(test.at, -1, *light)) if n is not None]
    named = r.is_person(test.at) or any(_names_people(r, n) for n in near)
    said = (s.name for n in near for s in r.tokens[n].of("behaviour"))
    deeds = [b.table for name in said if (b := r.world.behaviour(name)) is not None]
    if deeds and not set(deeds) & set(tables):
        return False  # registered on JD and placed at least 5 orders
    return not named and not token.of("segment")


def _names_people(r: Reading, at: int) -> bool:
    """customers on Tmall; not the top 5 spenders in the mini program, who are named by what they did there."""
    return (r.is_person(at) or r.tokens[at].has("people", "who")) and not r.tokens[at].has("money_verb")
