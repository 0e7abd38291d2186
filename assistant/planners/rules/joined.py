"""Those who joined: 今年新注册客户的复购率, the AOV of customers acquired through Tmall: whose number it is, no second metric.

In: a `Reading` whose metrics are known. Out: a metric that counts how people joined becomes a condition of the number beside it.
"""

from dataclasses import replace

from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading


def those_who_joined(r: Reading) -> None:
    """今年新注册客户的复购率, the AOV of customers acquired through Tmall: whose number it is, no second metric."""
    entity = r.world.entity
    joining = next((n for n, b in r.world.model.behaviours.items() if entity is not None and b.table == entity.table), None)
    for asked in list(r.asked):
        others = [a for a in r.asked if a.at != asked.at and a.names]
        joins = asked.names and entity is not None and r.world.tables_of(asked.names[0]) == (entity.table,)
        if joining is None or not joins or r.world.is_timeless(asked.names[0]) or not others:
            continue
        near = min(others, key=lambda a: abs(a.at - asked.at))
        if not _is_whose(r, asked.at, near.at):
            continue
        r.asked.remove(asked)
        r.tests = [_theirs(r, t, asked.at) for t in r.tests]
        r.tests.append(VerbTest(asked.at, (joining,), same=True))


def _is_whose(r: Reading, people: int, number: int) -> bool:
    """Whether one noun belongs to the other: X的Y, Y of X; not X and Y, X、Y, X Y."""
    first, last = sorted((people, number))
    between = r.text.text[r.tokens[first].end : r.tokens[last].start]
    if not between.isascii() or not r.tokens[people].text.isascii():
        return people < number and between in ("", "的")
    return number < people and between.strip() in ("of", "for", "from", "among")


def _theirs(r: Reading, test: Test, at: int) -> Test:
    """The value beside those who joined is of them: acquired through Tmall is how they came."""
    entity = r.world.entity
    if not isinstance(test, ValueTest) or entity is None or test.at not in (r.step(at, 1), r.step(at, -1)):
        return test
    own = tuple(d for d, _ in test.options if entity.table in r.world.homes(d))
    return replace(test, hints=(*own, *test.hints))
