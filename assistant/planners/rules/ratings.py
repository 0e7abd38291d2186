"""Numbers of single rows: a rating that people gave (NPS打9分以上的客户), what each thing took (首响超过60分钟的工单).

In: a `Reading` before its comparisons are read. It gains tests of the rows' own number where a metric only knows their
average: of the rows where those are counted, of the deed that they are (answering a survey) where people are spoken of.
Never fails.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.planners.rules.draft import Group, MissingTest, NumberOp, NumberTest, Test, VerbTest
from assistant.planners.rules.kin import scale_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import in_its_unit
from semantic_layer.query import Period

_MOST_SCORES = 11
_MOST_POINTS = 5
"""The most points of a rating of which nothing is known."""


def read_ratings(r: Reading) -> None:
    """Each comparison, or score, beside a measure that has a number in every row."""
    for at, token in enumerate(r.tokens):
        score = token.number is not None and (token.number.unit == "point" or _is_latest_of(r, at))
        if not r.free(at) or token.senses or not (token.comparison is not None or score):
            continue
        if _latest_score(r, at):
            continue
        for by in (-1, 1):
            near = r.beyond(at, by, "which", "also", "within", "rated")
            test = _tested(r, at, near) if near is not None else None
            if near is not None and test is not None:
                r.take(at, near, *(i for i in r.between(at, near) if r.tokens[i].has("rated")), _rating_verb(r, at))
                r.tests.append(test)
                if isinstance(test, NumberTest) and test.op == "between" and len(test.dimensions) == 1:
                    _each_score(r, at, test.dimensions[0], test.values[-1] - test.values[0])
                break
    for at in range(len(r.tokens)):
        _rated_rows(r, at)
    _scored_rows(r)
    _scored_by_people(r)


def _is_latest_of(r: Reading, at: int) -> bool:
    """latest csat of 1, whose last rating is 2: a small number right behind the score that is known of each of them."""
    number, near = r.tokens[at].number, r.step(at, -1)
    plain = number is not None and number.kind == "cardinal" and number.unit is None and 0 <= number.value < _MOST_SCORES
    return plain and near is not None and any(d in r.world.attributes.latest.values() for d in r.dimensions(near))


def _latest_score(r: Reading, at: int) -> bool:
    """最近一次评价只打了1分: the score that is known of each of them."""
    near = r.beyond(at, -1, "rated", "only", "also", "within", "how_is")
    known = [d for d in r.dimensions(near) if d in r.world.attributes.latest.values()] if near is not None else []
    number = _number(r, at, tuple(known[:1]))
    if near is None or number is None:
        return False
    r.take(at, *range(near, at))
    r.tests.append(number)
    return True


def _scored_by_people(r: Reading) -> None:
    """打过1分的客户, customers who rated us 1 or 2: people by a score that they gave, which is of the first rating that has such scores."""
    if not r.has_person() or any(_names_rating(r, at) for at in range(len(r.tokens))):
        return
    for at in range(len(r.tokens)):
        verb = r.step(at, -1)
        if verb is None or not r.free(at) or not r.free(verb) or r.tokens[at].senses or not _gives(r, verb):
            continue
        values = _said_scores(r, at)
        behind = r.step(at, 1)
        if not values or (behind is not None and (r.entities(behind) or r.metrics(behind)) and not r.is_person(behind)):
            continue  # answered 3 surveys
        rated = [d for d in r.world.model.dimensions if d in r.world.rated]
        name = next((d for d in rated if scale_of(r.world, d, r.world.model.dimensions[d].table) >= max(values)), None)
        number = _number(r, at, (name,)) if name is not None else None
        if name is None or number is None:
            continue
        english = r.tokens[at].text.isascii()
        deed = _deed(r, verb, r.world.model.dimensions[name].table, number)
        if deed is not None:
            r.take(at, verb)
            later = _period(r, at, by=1) if english and deed.period is None else None
            r.tests.append(replace(deed, period=deed.period or later))


def _names_rating(r: Reading, at: int) -> bool:
    """Whether a word says which rating: 最近一次满意度只给了1分 is of the latest one."""
    known = {*r.world.rated, *r.world.attributes.latest.values()}
    return bool(known & set(r.dimensions(at))) or any(r.world.number_of_rows(m) in known for m in r.metrics(at))


def _gives(r: Reading, verb: int) -> bool:
    """Whether a word says that a rating was given: 打过, rated us."""
    token = r.tokens[verb]
    tables = {r.world.model.dimensions[d].table for d in r.world.rated}
    deeds = [b for name in r.behaviours(verb) if (b := r.world.behaviour(name)) is not None]
    return (token.has("rated") and not token.is_content) or any(b.table in tables and b.where is None for b in deeds)


def _said_scores(r: Reading, at: int) -> tuple[float, ...]:
    """The numbers of a score or of a comparison of scores; none of times, people, money."""
    token = r.tokens[at]
    number, c = token.number, token.comparison
    if c is not None:
        plain = c.kind == "cardinal" and c.unit is None and token.text.isascii() and not re.search("once|twice", token.text)
        return tuple(float(v) for v in c.plain) if c.unit == "point" or plain else ()
    if number is None or number.kind != "cardinal":
        return ()
    return (float(number.plain),) if number.unit == "point" or (number.unit is None and token.text.isascii()) else ()


def _rated_rows(r: Reading, at: int) -> None:
    """answered the NPS survey, NPS survey responses: a metric in front of the rows that it is of says which, and is not asked for."""
    rows = r.step(at, 1)
    names = [d for d in (r.world.number_of_rows(m) for m in r.metrics(at)) if d is not None] if r.free(at) else []
    names = [d for d in names if r.world.model.dimensions[d].format == "score"]  # average time to resolve complaints: how long
    if rows is None or not names or not r.free(rows) or rows != at + 1 or r.is_person(rows):
        return
    table = r.world.model.dimensions[names[0]].table
    nouns = any(r.world.model.entities[e].table == table for e in r.entities(rows))
    joined = r.tokens[at].end == r.tokens[rows].start or r.tokens[rows].text.isascii()  # NPS 问卷数: a list of two
    counts = [m for m in r.metrics(rows) if r.world.is_count(m) and r.world.tables_of(m)[:1] == (table,)]
    if not nouns and not (joined and counts):
        return
    given = MissingTest(at, tuple(names[:1]), missing=False)
    verb = r.step(at, -1)
    deeds = r.behaviours(verb) if verb is not None and r.free(verb) else ()
    done = tuple(name for name in deeds if (b := r.world.behaviour(name)) is not None and b.table == table)
    r.take(at)
    if not done or verb is None:
        r.tests.append(given)
        return
    r.take(verb, rows)
    r.tests.append(VerbTest(verb, done[:1], objects=(given,), period=_period(r, verb) or _period(r, rows, by=1)))


_GIVEN = re.compile(
    r"(?<![a-z])(?:(?:were|was|got|get|gave|give|scor(?:e|ed|es|ing)|rat(?:ed|ing)|marked|answered|said|with|of)"
    r"(?: us| you)?(?: an?)?|an?) $"
)
"""What stands before a score that somebody gave: got a 5, were a 4 or a 5, with a 1."""
_SCORED = re.compile(r"(?<![a-z])(?:scor(?:e|ed|es|ing)|rat(?:ed|ing)|an? (?:score|rating) of) $")
"""What only a score stands behind, also one that is compared: scored 4 or more."""


def _scored_rows(r: Reading) -> None:
    """打1分的问卷, what % of surveys got a 4 or a 5: scores without the name of what was rated. It is the first number of these rows
    that has such scores."""
    if r.has_person():
        return
    for at in range(len(r.tokens)):
        run = _run_of_scores(r, at)
        rows = _rows_of(r, run) if run else None
        if not run or rows is None:
            continue
        values = sorted(value for place, i in enumerate(run) for value in _scores(r, i, run[:place]))
        name = _rating_of(r, rows, values[-1])
        if name is not None:
            before = r.step(at, -1)
            rated = before if before is not None and r.tokens[before].has("rated") and not r.tokens[before].is_content else None
            if len(run) > 2 and values[0] <= 1 and values[-1] >= (scale_of(r.world, name, rows) or _MOST_POINTS):
                r.groups.append(Group(at, (name,)))  # a 1, 2, 3, 4 or 5: all that there are, which limits nothing
            else:
                _each_score(r, run[-1], name, len(values) - 1)
            op, bounds = _limits(r, run, values)
            r.tests.append(NumberTest(at, op, bounds, (), (name,), "point"))
            r.take(*range(run[0], run[-1] + 1), rated)


def _rating_of(r: Reading, rows: str, most: float) -> str | None:
    """The first rating of these rows that has such scores; the only one where no metric tells how far its scores go (打1分的工单)."""
    own = [d for d in r.world.model.dimensions if d in r.world.rated and r.world.model.dimensions[d].table == rows]
    scored = [d for d in own if r.world.model.dimensions[d].format == "score"]
    found = next((d for d in scored if scale_of(r.world, d, rows) >= most), None)
    unknown = len(scored) == 1 and scale_of(r.world, scored[0], rows) == 0 and most <= _MOST_POINTS
    return scored[0] if found is None and unknown else found


def _each_score(r: Reading, at: int, name: str, span: float) -> None:
    """满意度1到5分各多少份, 1分2分3分4分5分的问卷各多少: three scores or more, each with a number of its own."""
    each = next((i for i in range(at + 1, min(at + 4, len(r.tokens))) if r.tokens[i].has("per_group")), None)
    if span >= 2 and each is not None and not r.tokens[each].is_content:
        r.groups.append(Group(at, (name,)))
        r.take(each)


def _limits(r: Reading, run: Sequence[int], values: Sequence[float]) -> tuple[NumberOp, tuple[float, ...]]:
    """How the scores are compared: as the words do where there is one of them (4分以上)."""
    c = r.tokens[run[0]].comparison
    if len(run) == 1 and c is not None:
        return c.op, tuple(float(value) for value in c.plain)
    return ("between", (values[0], values[-1])) if len(values) > 1 else ("=", tuple(values))


def _run_of_scores(r: Reading, at: int) -> list[int]:
    """The places of scores in a row, from here on: 4分5分, a 4 or a 5; nothing where they leave one out."""
    run: list[int] = []
    while at < len(r.tokens) and (_scores(r, at, run) or (run and r.tokens[at].has("and", "or") and not r.tokens[at].is_content)):
        run.append(at)
        at += 1
    while run and not _scores(r, run[-1], run[:-1]):
        run.pop()
    values = sorted(value for place, i in enumerate(run) for value in _scores(r, i, run[:place]))
    return run if values and values[-1] - values[0] < len(values) else []


def _scores(r: Reading, at: int, run: Sequence[int] = ()) -> tuple[float, ...]:
    """The scores that a token says: 5, 4 or 5; none where it counts or compares. `run`: those in front of it (a 1, 2 or 3)."""
    token = r.tokens[at]
    if not r.free(at) or token.senses or token.time is not None:
        return ()
    before = r.text.text[: token.start]
    given = bool(run) or _GIVEN.search(before) is not None
    number, c = token.number, token.comparison
    if number is not None:
        fits = number.unit == "point" or (given and number.kind == "cardinal" and number.unit is None)
        return (float(number.plain),) if fits else ()
    given = given and c is not None and (c.op == "between" or _SCORED.search(before) is not None)
    if c is None or c.kind == "percent" or not (c.unit == "point" or (given and c.unit is None)):
        return ()
    low, high = float(c.plain[0]), float(c.plain[-1])
    return tuple(low + step for step in range(int(high - low) + 1)) if low == int(low) and high - low < _MOST_SCORES else ()


def _rows_of(r: Reading, run: Sequence[int]) -> str | None:
    """The table of the rows that are counted: those of the nearest noun, behind a score in Chinese, before it in English."""
    english = r.tokens[run[0]].text.isascii()
    places = range(run[0] - 1, -1, -1) if english else (*range(run[-1] + 1, len(r.tokens)), *range(run[0] - 1, -1, -1))
    for at in places:
        names = [*(r.world.model.entities[e].table for e in r.entities(at)), *_counted(r, at)]
        if names:
            return names[0]
    return None


def _counted(r: Reading, at: int) -> list[str]:
    """The tables of what a token counts."""
    return [table for m in r.metrics(at) if r.world.is_count(m) for table in r.world.tables_of(m)[:1]]


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
        if known and verb is None and r.metrics(near):
            return None  # whose satisfaction score is 2 or lower: what is known of each of them
        return _deed(r, min(at, near) if verb is None else verb, table, number) if rated or not known else None
    counted = [e for t in r.tokens for s in t.of("entity") if (e := r.world.model.entities.get(s.name)) is not None]
    rows = [t for i in range(len(r.tokens)) if i != near for t in _counted(r, i)]  # how many surveys scored 9 or 10 on NPS
    beside = (r.step(max(at, near), 1), r.step(min(at, near), -1))
    words = [r.tokens[i] for i in beside if i is not None and not r.tokens[i].of("dimension")]  # 门店 are stores here
    kinds = any(table in r.world.homes(s.name) for word in words for s in word.of("value"))
    split = any(t.has("by", "per_group", "each_other", "which", "by_after") or t.grain for t in r.tokens)
    kinds = kinds or (table in rows and not split and len(set(rows)) == 1)  # 首次响应超过60分钟的投诉工单数
    of_rows = kinds or any(e.table == table for e in counted)  # 首次响应超过60分钟的投诉: a value says what the rows are
    return number if (table in rows and number.op in ("=", "between")) or of_rows else None


def _rating_verb(r: Reading, at: int) -> int | None:
    """打过 in front of 2分及以下满意度."""
    before = r.step(at, -1)
    if before is not None and r.metrics(before):
        before = r.step(before, -1)  # 打过满意度1分或2分
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


def _deed(r: Reading, at: int, table: str, number: Test) -> VerbTest | None:
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
    return None if name is None else VerbTest(at, (name,), objects=(number,), period=_period(r, at), verb=at)


def _period(r: Reading, at: int, by: int = -1) -> Period | None:
    """The time in front of a place, or behind it up to another verb: gave 1 or 2 and bought again within a month."""
    beside = r.step(at, by)
    while beside is not None and not (by > 0 and r.behaviours(beside) and not r.helps_only(beside)):
        time = r.tokens[beside].time
        if time is not None and r.free(beside):
            r.take(beside)
            return time.period
        beside = r.step(beside, by)
    return None
