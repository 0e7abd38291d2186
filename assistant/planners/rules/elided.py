"""What a denial says of the deed before it: 收到过短信但没点击, opened the email but did not click. Not clicked are those very messages.

In: a `Reading` whose verbs and values are read. Out: the same; a deed that was not done, recorded in the same table as the deed in front of
it and with nothing said of its own, is of the same channel, campaign and time; and a value that says so (未点击) behind a deed of people is
that deed denied, because a member has many messages and no such value. Never fails.
"""

from dataclasses import replace

from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading


def read_elided(r: Reading) -> None:
    """The denials of a question, made of the deed before them."""
    before: VerbTest | None = None
    told: dict[int, Test] = {}
    for test in sorted(r.tests, key=lambda t: t.at):
        denied = _as_denied(r, test, before) if before is not None else None
        if denied is not None:
            told[id(test)] = denied
        elif isinstance(test, VerbTest):
            before = test if test.did else None
    r.tests = [told.get(id(test), test) for test in r.tests]


def _as_denied(r: Reading, test: Test, before: VerbTest) -> VerbTest | None:
    """The test as a deed that the people of the deed before did not do, or None where it is something else."""
    table = _table(r, before)
    if isinstance(test, ValueTest):
        name = next((n for option in test.options if (n := _deed_of_flag(r, option, table)) is not None), None)
        if test.negated:
            return _elsewhere(r, test, before)
        if name is None:
            return None
        return VerbTest(test.at, (name,), False, before.objects, before.period, verb=test.at)
    if not isinstance(test, VerbTest) or test.did or test.objects or _table(r, test) != table:
        return None
    same = set(test.behaviours) & set(before.behaviours)
    objects = tuple(o for o in before.objects if not _is_fixed(r, test, o))
    return None if same or not objects else replace(test, objects=objects, period=test.period or before.period)


def _is_fixed(r: Reading, test: VerbTest, told: Test) -> bool:
    """提过退换货工单但没投诉过: a complaint is a ticket of a type of its own, and no return."""
    deed = r.world.behaviour(test.behaviours[0])
    fixed = r.world.value_where(deed.table, deed.where) if deed is not None and deed.where else None
    return fixed is not None and isinstance(told, ValueTest) and fixed[0] in dict(told.options)


def _elsewhere(r: Reading, test: ValueTest, before: VerbTest) -> VerbTest | None:
    """bought in store but not online: the same deed, not done where the other value says, though it is one of another dimension."""
    table = _table(r, before)
    own = tuple(o for o in test.options if table in r.world.homes(o[0]))
    between = [r.tokens[i] for i in r.between(before.verb, test.at)]
    contrasted = any(t.has("but") or t.text.startswith("but ") for t in between) and any(t.has("neg", "except") for t in between)
    about = any(r.world.is_about(r.world.model.dimensions[d], e) for d, _ in test.options) if (e := r.world.entity) else False
    if not own or about or not contrasted or not before.objects or any(t.of("behaviour") for t in between):
        return None
    return replace(before, at=test.at, did=False, objects=(replace(test, options=own, negated=False),), verb=test.at, at_least=1)


def _table(r: Reading, test: VerbTest) -> str | None:
    behaviour = r.world.behaviour(test.behaviours[0]) if test.behaviours else None
    return behaviour.table if behaviour is not None else None


def _deed_of_flag(r: Reading, option: tuple[str, tuple[object, ...]], table: str | None) -> str | None:
    """The deed that a flag of a table says was done, where it is said that it was not."""
    dimension = r.world.model.dimensions.get(option[0])
    if dimension is None or dimension.table != table or option[1] != (False,):
        return None
    condition = (dimension.expr or option[0]).strip("() ")
    deeds = r.world.model.behaviours.items()
    return next((name for name, deed in deeds if deed.table == table and (deed.where or "").strip("() ") == condition), None)
