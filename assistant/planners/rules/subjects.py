"""What is asked for: metrics, a count of things, or a list of them; and the columns of a list.

In: a `Reading` whose conditions, breakdowns and order are read. It gains `asked`, `columns`, `head` and `entity`. Nouns that only say
whose numbers these are (销售额 of customers …) are used up; a noun that fits nothing stays unread.
"""

from assistant.planners.rules.draft import Asked, NumberTest, VerbTest
from assistant.planners.rules.reading import Reading

_AGGS = {"avg": "avg", "median": "median", "max": "max", "min": "min", "total": "sum"}


def read_aggregates(r: Reading) -> None:
    """平均年龄, their median age, total budget: an aggregate of a numeric attribute."""
    for at in range(len(r.tokens)):
        numbers = tuple(d for d in r.dimensions(at) if r.world.is_number(d))
        if not numbers or r.metrics(at):
            continue
        for near in (r.beyond(at, -1, "and"), r.step(at, 1)):
            op = next((op for op in _AGGS if near is not None and r.free(near) and r.tokens[near].has(op)), None)
            if op is not None and near is not None and not r.tokens[near].is_content:
                r.asked.append(Asked(at, (), _AGGS[op], numbers))  # type: ignore[arg-type]
                r.take(at, near)
                break


def read_subject(r: Reading) -> None:
    """Metrics, else a count, else a list."""
    _flags(r)
    with_places = _with_places(r)
    firm = [at for at in range(len(r.tokens)) if r.metrics(at) and not r.entities(at)]
    if _is_list(r, firm, with_places):
        r.head = "records"
        _list_entity(r)
        _columns(r, with_places)
        return
    for at in firm:
        r.asked.append(Asked(at, r.metrics(at)))
        r.take(at)
    _nouns(r)
    r.asked.sort(key=lambda asked: asked.at)
    if r.asked:
        r.head = r.head or "aggregate"


def _flags(r: Reading) -> None:
    counts = [at for at in r.where("count") if not r.tokens[at].of("metric")]
    r.counted = r.counted or bool(counts)
    lists = [at for at in r.where("list") if not r.tokens[at].is_content]
    r.listed = r.listed or bool(lists)
    r.take(*counts, *lists)
    for at in r.where("who"):
        if r.tokens[at].text not in ("who",) or at == 0:
            r.listed = True


def _with_places(r: Reading) -> list[int]:
    """The nouns that `with`, 要, 带上 ask for beside a list."""
    found: list[int] = []
    for at in r.where("with"):
        if r.tokens[at].is_content and not r.tokens[at].of("dimension"):
            continue
        to, gap = at + 1, 0
        while to < len(r.tokens) and gap < 3:
            if r.free(to) and (r.dimensions(to) or r.metrics(to)) and not r.is_person(to):
                found.append(to)
                gap = 0
            elif r.tokens[to].has("and", "comma", "with", "which", "also") or r.tokens[to].time is not None:
                gap += 1
            else:
                break
            to += 1
        if found:
            r.take(at)
    return list(dict.fromkeys(found))


def _is_list(r: Reading, firm: list[int], with_places: list[int]) -> bool:
    if r.groups or r.share or r.compare is not None or r.asked or r.counted:
        return False
    if any(at not in with_places for at in firm):
        return False
    subject = _subject_entities(r)
    if not subject and not _about_people(r):
        return False
    if r.listed or with_places or (r.ranking is not None and r.ranking.target == (r.world.model.domain.entity,)):
        return True
    main = r.world.model.domain.entity
    return bool(r.tests) and (not subject or subject[0] == main)


def _subject_entities(r: Reading) -> list[str]:
    return [e for at in range(len(r.tokens)) for e in r.entities(at)]


def _about_people(r: Reading) -> bool:
    """Whether the conditions are about the domain's entity, which needs no noun then (快要流失的钻石会员)."""
    entity = r.world.entity
    if entity is None:
        return False
    if r.has_person():
        return True
    names = [d for t in r.tests_of_values() for d, _ in t.options] + [
        d for t in r.tests if isinstance(t, NumberTest) for d in t.dimensions
    ]
    return any(r.world.is_about(r.world.model.dimensions[d], entity) for d in names) or any(
        isinstance(t, VerbTest) for t in r.tests
    )


def _list_entity(r: Reading) -> None:
    main = r.world.model.domain.entity
    found = [(at, e) for at in range(len(r.tokens)) for e in r.entities(at)]
    wanted = r.ranking.target[0] if r.ranking and r.ranking.target and r.ranking.target[0] in r.world.model.entities else None
    names = [e for _, e in found]
    r.entity = wanted or (main if main in names or not names else names[0])
    r.take(*(at for at, e in found if e == r.entity or e == main))


def _columns(r: Reading, with_places: list[int]) -> None:
    """The columns that were asked for, then nouns that nothing else explains."""
    for at in range(len(r.tokens)):
        if not r.free(at) or not (r.dimensions(at) or r.metrics(at)):
            continue
        if at in with_places or (r.dimensions(at) and _is_listed_noun(r, at)) or (r.metrics(at) and _is_listed_noun(r, at)):
            r.columns.append(Asked(at, r.metrics(at), None, r.dimensions(at)))
            r.take(at)


def _is_listed_noun(r: Reading, at: int) -> bool:
    """A noun without a mark in a list: a column, unless people say it with the entity itself (会员 等级)."""
    return not r.entities(at)


def _nouns(r: Reading) -> None:
    """Nouns that can be counted: the subject where there is no metric, else whose numbers they are."""
    weak = [at for at in range(len(r.tokens)) if r.entities(at)]
    if not r.asked:
        _count_of(r, weak)
    tables = {t for asked in r.asked for name in asked.names for t in r.world.tables_of(name)}
    around = {t for table in tables for t in r.world.around(table)}
    for at in range(len(r.tokens)):
        if not r.free(at):
            continue
        if (r.is_person(at) and not r.value_options(at)) or (r.entities(at) and any(r.world.model.entities[e].table in around for e in r.entities(at))) or (r.tokens[at].has("people") and not r.tokens[at].of("metric") and r.asked):
            r.take(at)


def _count_of(r: Reading, weak: list[int]) -> None:
    main = r.world.model.domain.entity
    others = [(at, e) for at in weak for e in r.entities(at) if e != main]
    mains = [(at, e) for at in weak for e in r.entities(at) if e == main]
    implied = _implied(r)
    chosen = (mains if r.has_verbs() or (mains and not others) else others) or others or mains or implied
    if not chosen:
        return
    at, entity = chosen[0]
    metric = next((m for m in r.metrics(at) if m == r.world.counts.get(entity)), None) or r.world.counts.get(entity)
    if metric is None:
        return
    r.asked.append(Asked(at, (metric,), firm=False))
    r.take(at)


def _implied(r: Reading) -> list[tuple[int, str]]:
    """How many (…) without a noun, or a breakdown of people by what describes them: the domain's entity."""
    main = r.world.model.domain.entity
    people = [at for at, t in enumerate(r.tokens) if t.has("people")]
    if people or (_about_people(r) and (r.counted or r.share or r.groups)) or (r.groups and r.counted):
        return [(people[0] if people else len(r.tokens), main)]
    return []
