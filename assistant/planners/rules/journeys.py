"""Funnels and cohorts: steps that follow each other, and who comes back.

In: a `Reading`. `read_journey` gains a head and the steps: 浏览到支付的漏斗, funnel from view to purchase within 7 days, 新客的月留存,
retention of customers who signed up this year. Steps that are only counted side by side (各有多少人) are a breakdown, not a funnel.
`build_journey` makes the query; raises `Unbound` where a step or the entity is missing.
"""

from collections.abc import Sequence
from itertools import pairwise

from assistant.planners.rules.conditions import Binder, Unbound
from assistant.planners.rules.draft import Group, Test, ValueTest, VerbTest
from assistant.planners.rules.reading import Reading, is_light
from assistant.planners.rules.where_done import places_of_steps
from semantic_layer.query import ByDimension, Filter, Funnel, Grain, Retention, SemanticQuery, Step


def read_journey(r: Reading) -> None:
    """Takes the steps of a funnel, or the verbs of a cohort question, in the order of the words."""
    marks = [at for at in r.where("funnel", "chart_funnel", "retention") if not r.tokens[at].of("metric")]
    if not marks and _steps_listed(r):
        return
    if not marks or any(t.has("each_other") and not t.is_content for t in r.tokens):
        return
    verbs = [at for at in range(len(r.tokens)) if r.behaviours(at) and not r.helps_only(at)]
    if any(r.tokens[at].has("retention") for at in marks):
        r.head = "retention"
        r.steps = [r.behaviours(at)[0] for at in verbs]
        r.take(*marks, *verbs, *_joiners(r))
        _grain_of(r, marks)
    elif len(verbs) > 1 and not _only_counted(r, marks, verbs):
        r.head, r.chart = "funnel", r.chart or "funnel"
        r.steps = _same_table(r, verbs)
        r.take(*marks, *verbs)
        _within(r)


def _steps_listed(r: Reading) -> bool:
    """how many people browsed, added to cart, ordered and paid: three deeds or more of one kind in a list, how many did each."""
    if r.follows is not None or any(t.has("share", "list", "neg", "who", "then", "afterwards") for t in r.tokens if not t.senses):
        return False
    verbs = [at for at in range(len(r.tokens)) if r.behaviours(at) and not r.helps_only(at)]
    tied = all(all(r.tokens[i].has("and", "comma") or is_light(r.tokens[i]) for i in r.between(a, b)) for a, b in pairwise(verbs))
    return len(verbs) > 2 and tied and _only_counted(r, [], verbs)


def _only_counted(r: Reading, marks: list[int], verbs: list[int]) -> bool:
    """a funnel: number of people who browsed, added to cart and paid. How many did each is a breakdown, whatever it is drawn as."""
    counted = any(
        t.has("count") or t.of("metric") for t in r.tokens if any(r.world.counts_people(s.name) for s in t.of("metric"))
    )
    options = [dict(r.value_options(at)) for at in verbs]
    shared = [d for d in options[0] if all(d in other for other in options)]
    if not counted or not shared:
        return False
    values = tuple(dict.fromkeys(option[shared[0]] for option in options))
    r.tests.append(ValueTest(verbs[0], ((shared[0], values),), hints=(shared[0],)))
    r.groups.append(Group(verbs[0], (shared[0],), hints=(shared[0],)))
    r.apart.append(verbs[0])
    r.chart = r.chart or "funnel"
    r.counted = True
    r.take(*marks, *verbs)
    return True


_GRAIN_WORDS: tuple[tuple[str, Grain], ...] = (
    ("月", "month"), ("周", "week"), ("日", "day"), ("季", "quarter"), ("年", "year"),
    ("monthly", "month"), ("weekly", "week"), ("daily", "day"), ("quarterly", "quarter"),
    ("mau", "month"), ("wau", "week"), ("dau", "day"),
)  # fmt: skip


def grain_in_name(text: str) -> Grain | None:
    """The unit that a name begins with: 月活, weekly retention, DAU."""
    return next((grain for word, grain in _GRAIN_WORDS if text.startswith(word)), None)


def _grain_of(r: Reading, marks: list[int]) -> None:
    """月留存, weekly retention: the grain is part of the word."""
    for at in marks:
        grain = grain_in_name(r.tokens[at].text)
        if grain is not None:
            r.groups.append(Group(at, grain=grain))


def _joiners(r: Reading) -> list[int]:
    """新客, new customers: those who joined are what cohorts are made of anyway."""
    entity = r.world.entity
    return [
        at
        for at in range(len(r.tokens))
        if entity and any(r.world.tables_of(m) == (entity.table,) for m in r.metrics(at)) and not r.entities(at)
    ]


def _same_table(r: Reading, verbs: list[int]) -> list[str]:
    """The behaviours of the steps, of one table where the words allow it: 下单 is the event beside 浏览, else the order."""
    shared = set.intersection(*({b.table for n in r.behaviours(at) if (b := r.world.behaviour(n))} for at in verbs))
    steps = []
    for at in verbs:
        names = r.behaviours(at)
        fitting = [n for n in names if (b := r.world.behaviour(n)) is not None and b.table in shared]
        steps.append((fitting or list(names))[0])
    return list(dict.fromkeys(steps))


def _within(r: Reading) -> None:
    """within 7 days, 7天内: how long the steps may take."""
    timed = sum(t.time is not None for t in r.tokens)
    for at in range(len(r.tokens)):
        days = _length(r, at, beside=timed > 1)
        if r.free(at) and days is not None and days >= 1:
            r.within_days = days
            r.take(at)
            return


def _length(r: Reading, at: int, *, beside: bool) -> int | None:
    """The days that a comparison, a number with `within`, or a window beside another period spans."""
    token = r.tokens[at]
    days: int | float | None = None
    if token.time is not None:
        days = token.time.count if beside and token.time.kind == "rolling" and token.time.grain == "day" else None
    elif token.comparison is not None:
        days = token.comparison.plain[0] if token.comparison.unit == "day" and token.comparison.op in ("<=", "<") else None
    elif token.number is not None and token.number.unit == "day":
        near = [n for n in (at - 1, at + 1) if 0 <= n < len(r.tokens)]
        days = token.number.plain if any(r.tokens[n].has("within") for n in near) else None
    return days if isinstance(days, int) else None


def build_journey(r: Reading) -> SemanticQuery:
    """The funnel or the retention that was read."""
    entity = r.world.entity
    if entity is None:
        raise Unbound("entity")
    places = places_of_steps(r, tuple(r.steps)) if r.head == "funnel" else []
    where = Binder(r.world, (entity.table,), r.today, r.period).all_of([t for t in r.tests if t not in places])
    if r.head == "funnel":
        groups = tuple(ByDimension(member=g.dimensions[0]) for g in r.groups if g.dimensions)
        steps = tuple(Step(behaviour=name, where=_done_there(r, name, places)) for name in r.steps)
        if len(steps) < 2 or len(groups) > 1 or len(groups) < len(r.groups):
            raise Unbound("funnel")
        return Funnel(entity=entity.name, steps=steps, period=r.period, within_days=r.within_days, where=where, group_by=groups)
    grains = [g.grain for g in r.groups if g.grain is not None]
    if len(grains) < len(r.groups):
        raise Unbound("retention")
    grain: Grain = grains[0] if grains else "month"
    start, back = _ends(r)
    return Retention(entity=entity.name, start=start, back=back, grain=grain, period=r.period, where=where)


def _done_there(r: Reading, behaviour: str, places: Sequence[ValueTest]) -> Filter | None:
    """The condition of a step: the channel that it was done in."""
    return Binder(r.world, (r.world.model.behaviours[behaviour].table,), r.today).all_of(places)


def steps_there(r: Reading, funnel: Funnel) -> tuple[Funnel, list[Test]]:
    """The funnel with its steps done where a message says (只看APP), and the tests that are left."""
    places = places_of_steps(r, tuple(step.behaviour for step in funnel.steps))
    if not places:
        return funnel, list(r.tests)
    steps = tuple(step.model_copy(update={"where": _done_there(r, step.behaviour, places)}) for step in funnel.steps)
    return funnel.model_copy(update={"steps": steps}), [t for t in r.tests if t not in places]


def _ends(r: Reading) -> tuple[str, str]:
    """What begins a cohort and what counts as coming back: the verbs said, else joining and anything at all."""
    entity = r.world.entity
    own = [name for name, b in r.world.model.behaviours.items() if entity is not None and b.table == entity.table]
    said = [*r.steps, *(n for t in r.tests if isinstance(t, VerbTest) for n in t.behaviours[:1])]
    anything = [
        name
        for name, b in r.world.model.behaviours.items()
        if entity is not None and b.entity == entity.name and b.table != entity.table and b.where is None
    ]
    money = [n for n, b in r.world.model.behaviours.items() if r.world.money_of(b.table) is not None]
    start = next((n for n in said if n in own), None) or (said[0] if said else own[0] if own else None)
    others = [n for n in said if n != start]
    back = others[0] if others else (money[0] if said and start in money else next(iter((*anything, *money)), None))
    if start is None or back is None:
        raise Unbound("retention")
    return start, back
