"""Orders by what is in them: 同时包含女装和鞋靴的订单, orders without beauty, containing beauty but not food.

In: a `Reading` whose values are read. Out: values that the details of counted things have (the products of an order), where the things
are said to hold both of them, or none of them, become sets of those things; a value alone stays a condition of the details. What no set
can tell is left unread, to be asked about. Never fails.
"""

import re
from itertools import pairwise

from assistant.language.values import Scalar
from assistant.planners.rules.draft import SetTest, ValueTest, VerbTest
from assistant.planners.rules.kin import rows_where
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.unheld import TOGETHER
from semantic_layer.model import Entity, RatioMetric, SimpleMetric
from semantic_layer.query import MetricPredicate, Predicate, Records

_HOLDS = re.compile(
    r"(?:包含|包括|含有?|里面?有|中有|同时有|有|买了)(?:了)?$"
    r"|(?<![a-z])(?:contain(?:s|ed|ing)?|includ(?:e|es|ed|ing)|with|having|have|has|had)(?: both| some| any)? $"
)
_LACKS = re.compile(
    r"(?:不含有?|不包含|不包括|没有|没含|未含|不带|没买|无)$"
    r"|(?<![a-z])(?:without|not contain(?:ing)?|not includ(?:e|ing)|with no|(?:but|and) (?:not|no)|no)(?: any| containing| including)? $"
)
_BOTH = re.compile(r"同时|既[有含买包]|一起|都[有含包买]|(?<![a-z])(?:both|together|as well as|at once)(?![a-z])")
_EITHER = re.compile(r"或|、|,|还是|(?<![a-z])(?:or|either|any of)(?![a-z])")

Held = tuple[str, tuple[Scalar, ...]]


def settle_contents(r: Reading) -> None:
    """Makes sets of the values that say what is in the things that are counted."""
    entity = _counted(r)
    if entity is None or r.follows is not None or any(isinstance(t, VerbTest) for t in r.tests):
        return
    told = {t.at: (t, held) for t in r.tests_of_values() if t.rank is None and (held := _of_details(r, t, entity)) is not None}
    apart = [at for at, (t, held) in told.items() if (_lacks(r, t) if t.negated else _holds_all(r, t, held))]
    apart = apart or _tied(r, list(told.values()))
    names = {told[at][1][0] for at in apart}
    if not apart or any(names & set(g.dimensions) and g.at not in apart for g in r.groups):
        return
    if not _of_usual_rows(r, entity):
        r.strict.update(apart)
        r.used.difference_update(apart)
        return
    if not _drop_container(r):
        return
    r.groups = [g for g in r.groups if not names & set(g.dimensions)]  # AOV of orders with both: not of each of the two
    count = r.world.counts[entity.name]
    for test, (dimension, values) in [one for at, one in told.items() if one[1][0] in names]:
        each = [(v,) for v in values] if test.at in apart and not test.negated else [values]
        r.tests = [t for t in r.tests if t is not test]
        r.tests += [SetTest(test.at, _set_of(entity.name, count, dimension, one, held=not test.negated)) for one in each]


def _drop_container(r: Reading) -> bool:
    """both shoes and accessories in the basket: where they are together, and no number of baskets that is asked for too; whether one is
    left to be asked for."""
    said = TOGETHER.search(r.text.text)
    if said is None:
        return True
    inside = [a for a in r.asked if 0 <= a.at < len(r.tokens) and said.start() < r.tokens[a.at].start < said.end()]
    if not said.group().isascii():
        return False  # 一单里: more than one thing that a word may be
    r.asked = [a for a in r.asked if a not in inside] or r.asked
    return len(r.asked) == 1


def _counted(r: Reading) -> Entity | None:
    """The things that a question counts or measures, each of which has details."""
    tables = {r.world.tables_of(name)[0] for a in r.asked for name in a.names if r.world.tables_of(name)}
    named = {s.name for t in r.tokens for s in t.of("entity")}
    counted = any(r.world.is_count(name) for a in r.asked for name in a.names)
    known = [e for e in r.world.model.entities.values() if e.table in tables and e.name in r.world.counts]
    entities = [e for e in known if counted or e.name in named]
    return entities[0] if len(tables) == 1 and len(entities) == 1 and r.world.graph.details(entities[0].table) else None


def _of_details(r: Reading, test: ValueTest, entity: Entity) -> Held | None:
    """The values of a dimension that only the details of these things have."""
    return next(((d, v) for d, v in test.options if r.world.is_detail(entity.table, d)), None)


def _before(r: Reading, at: int) -> str:
    return r.text.text[: r.tokens[at].start] if 0 <= at < len(r.tokens) else ""


def _lacks(r: Reading, test: ValueTest) -> bool:
    return _LACKS.search(_before(r, test.at)) is not None


def _holds_all(r: Reading, test: ValueTest, held: Held) -> bool:
    """Whether things are to hold each of several values."""
    if len(held[1]) < 2:
        return False
    places = [i for i, t in enumerate(r.tokens) if any(s.name == held[0] and s.value in held[1] for s in t.of("value"))]
    between = r.text.text[r.tokens[places[0]].end : r.tokens[places[-1]].start] if places else ""
    both = _BOTH.search(r.text.text) is not None or _HOLDS.search(_before(r, places[0] if places else test.at)) is not None
    return both and _EITHER.search(between) is None


_AND = re.compile(r"[和与及跟又也]|还有|以及|再加|、|,|(?<![a-z])(?:and|plus|as well as|along with|together with)(?![a-z])")


def _tied(r: Reading, told: list[tuple[ValueTest, Held]]) -> list[int]:
    """both a dress and a pair of shoes, 同时有连衣裙和鞋: values of two dimensions, which no single row has to have."""
    held = sorted((t for t, _ in told if not t.negated and 0 <= t.at < len(r.tokens)), key=lambda t: t.at)
    if len(held) != len(told) or len({dimension for _, (dimension, _) in told}) != len(told) or len(held) < 2:
        return []
    gaps = [r.text.text[r.tokens[a.at].end : r.tokens[b.at].start] for a, b in pairwise(held)]
    both = _BOTH.search(r.text.text) is not None or _HOLDS.search(_ARTICLE.sub("", _before(r, held[0].at))) is not None
    listed = all(_AND.search(gap) and not re.search(r"(?<![a-z])or(?![a-z])|或|还是", gap) and len(gap) < _NEAR for gap in gaps)
    return [t.at for t in held] if both and listed else []


_NEAR = 20
_ARTICLE = re.compile(r"(?<![a-z])(?:an?|some|a pair of|at least one) $")


def _of_usual_rows(r: Reading, entity: Entity) -> bool:
    """Whether everything that is asked is of the rows that the count of these things is of: those that were completed."""
    usual, metrics = r.world.usual_rows(entity.table), r.world.model.metrics
    told = [metrics[name] for a in r.asked for name in a.names]
    parts = [metrics[n] for m in told if isinstance(m, RatioMetric) for n in (m.numerator, m.denominator)]
    simple = [m for m in (*told, *parts) if not isinstance(m, RatioMetric)]
    tested = {d for t in r.tests_of_values() for d, _ in t.options}
    rows = all(isinstance(m, SimpleMetric) and rows_where(r.world, entity.table, m.where or "") == usual for m in simple)
    return rows and (usual is None or usual[0] not in tested)


def _set_of(entity: str, count: str, dimension: str, values: tuple[Scalar, ...], *, held: bool) -> Records:
    """The things that hold one of these values, or none of them."""
    where = Predicate(member=dimension, op="=" if len(values) == 1 else "in", values=values)
    passes = MetricPredicate(metric=count, op=">=" if held else "=", value=1.0 if held else 0.0, where=where)
    return Records(entity=entity, where=passes)
