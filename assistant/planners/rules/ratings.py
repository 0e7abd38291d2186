"""Numbers of single rows: a rating that people gave (NPS打9分以上的客户), what each thing took (首响超过60分钟的工单).

In: a `Reading` before its comparisons are read. It gains tests of the rows' own number where a metric only knows their
average: of the rows where those are counted, of the deed that they are (answering a survey) where people are spoken of.
Never fails.
"""

from assistant.planners.rules.draft import NumberTest, Test, VerbTest
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import in_its_unit
from semantic_layer.query import Period


def read_ratings(r: Reading) -> None:
    """Each comparison, or score, beside a measure that has a number in every row."""
    for at, token in enumerate(r.tokens):
        score = token.number is not None and token.number.unit == "point"
        if not r.free(at) or token.senses or not (token.comparison is not None or score):
            continue
        for by in (-1, 1):
            near = r.beyond(at, by, "which", "also", "within", "rated")
            test = _tested(r, at, near) if near is not None else None
            if near is not None and test is not None:
                r.take(at, near, *(i for i in r.between(at, near) if r.tokens[i].has("rated")), _rating_verb(r, at))
                r.tests.append(test)
                break


def _tested(r: Reading, at: int, near: int) -> Test | None:
    names = [d for d in (r.world.number_of_rows(m) for m in r.metrics(near)) if d is not None]
    plain = [d for d in r.dimensions(near) if r.world.is_number(d) and d in r.world.rated]
    number = _number(r, at, tuple(dict.fromkeys((*plain, *names))))
    if number is None:
        return None
    table = r.world.model.dimensions[number.dimensions[0]].table
    if r.has_person():
        rated = plain or any(r.tokens[i].has("rated") for i in r.between(at, near)) or _rating_verb(r, at) is not None
        known = any(m in r.world.attributes.latest for m in r.metrics(near))
        verb = _rating_verb(r, at)
        return _deed(r, min(at, near) if verb is None else verb, table, number) if rated or not known else None
    counted = [e for t in r.tokens for s in t.of("entity") if (e := r.world.model.entities.get(s.name)) is not None]
    return number if any(e.table == table for e in counted) else None


def _rating_verb(r: Reading, at: int) -> int | None:
    """打过 in front of 2分及以下满意度."""
    before = r.step(at, -1)
    said = before is not None and r.free(before) and r.tokens[before].has("rated") and not r.tokens[before].is_content
    return before if said else None


def _number(r: Reading, at: int, names: tuple[str, ...]) -> NumberTest | None:
    token = r.tokens[at]
    if not names:
        return None
    if token.comparison is not None:
        c = token.comparison
        if c.kind == "percent" or c.unit == "currency":
            return None
        return NumberTest(at, c.op, in_its_unit(r.world, names[0], c), (), names[:1], c.unit)
    return NumberTest(at, "=", (float(token.number.plain),), (), names[:1], "point") if token.number is not None else None


def _deed(r: Reading, at: int, table: str, number: NumberTest) -> VerbTest | None:
    """Having done what the rows of a table are, with that number, in the period in front of it."""
    entity = r.world.entity
    name = next(
        (
            name
            for name, b in r.world.model.behaviours.items()
            if entity is not None and b.table == table and b.entity == entity.name and b.where is None
        ),
        None,
    )
    return None if name is None else VerbTest(at, (name,), objects=(number,), period=_period(r, at))


def _period(r: Reading, at: int) -> Period | None:
    before = r.step(at, -1)
    while before is not None:
        time = r.tokens[before].time
        if time is not None and r.free(before):
            r.take(before)
            return time.period
        before = r.step(before, -1)
    return None
