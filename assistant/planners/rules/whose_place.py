"""The place of people behind that of things: sales of East China stores, then South China customers; 上海门店…, then 上海客户呢.

In: the conditions that were shown, a test of a value that was said right beside people. Out: the dimension of people that is meant in place
of the longer one of the things, and the conditions without all that told of the things. Never fails: anything else stays as it is.
"""

from dataclasses import replace

from assistant.language.values import fold
from assistant.planners.rules.draft import Test, ValueTest
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.world import World
from semantic_layer.query import Filter, Predicate


def of_whom(world: World, where: Filter | None, test: Test, shown: tuple[str, ...]) -> tuple[Filter | None, Test]:
    """The conditions that stay, and the test, of people where a value said beside them was one of things before."""
    pair = _people_and_things(world, test, shown) if isinstance(test, ValueTest) and test.beside else None
    if pair is None or not isinstance(test, ValueTest):
        return where, test
    return _without_things(world, where, pair[1]), replace(test, hints=pair[:1])


def _people_and_things(world: World, test: ValueTest, shown: tuple[str, ...]) -> tuple[str, str] | None:
    """The dimension of people that a value is of, and the one of things that was shown; None where there is no such pair."""
    entity, dimensions = world.entity, world.model.dimensions
    options = [name for name, _ in test.options if name in dimensions]
    theirs = [name for name in options if entity is not None and world.is_about(dimensions[name], entity)]
    for thing in (name for name in shown if name in options and name not in theirs):
        told = dimensions[thing].label
        person = next((n for n in theirs if told.zh.endswith(dimensions[n].label.zh)), None)
        if person is not None:
            return person, thing
    return None


def _without_things(world: World, where: Filter | None, thing: str) -> Filter | None:
    """The conditions but those on what the things are like, and those that only say that it was things like them: in stores."""
    table = world.model.dimensions[thing].table
    kinds = [e for e in world.model.entities.values() if e.table == table]
    words = {fold(w) for e in kinds for w in (e.label.zh, e.label.en, *e.synonyms.zh, *e.synonyms.en)}
    return joined(tuple(p for p in parts_of(where) if not (isinstance(p, Predicate) and _tells_of(world, p, table, words))))


def _tells_of(world: World, part: Predicate, table: str, words: set[str]) -> bool:
    dimension = world.model.dimensions.get(part.member)
    if dimension is None or dimension.table == table:
        return dimension is not None
    named = [{fold(w) for w in (v.label.zh, v.label.en, *v.synonyms.zh)} for v in dimension.values if v.value in part.values]
    return part.op == "=" and bool(named) and all(names & words for names in named)
