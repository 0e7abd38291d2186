"""How ratings spread over their scores: 满意度打分分布, 打1分到5分的工单各有多少, how the NPS scores are spread from 0 to 10.

In: a `Reading` before its comparisons and breakdowns are read. It gains the count of the rated rows and a breakdown by their score; the
scores that were said limit it, as does that one was given. Never fails: without a rating, or with another number asked, nothing changes.
"""

from assistant.planners.rules.draft import Asked, Group, MissingTest, NumberTest
from assistant.planners.rules.kin import scale_of
from assistant.planners.rules.reading import Reading


def read_scores(r: Reading) -> None:
    """The one rating whose scores are counted, if there is any."""
    marks = [at for at in r.where("distribution") if not r.tokens[at].is_content]
    span = next((at for at in range(len(r.tokens)) if _is_span(r, at)), None)
    each = [at for at in r.where("per_group", "each_other") if span is not None and span < at and not r.tokens[at].is_content]
    if not (marks or each) or any(t.has("share", "avg") or t.comparator for t in r.tokens):
        return
    rated = [(at, name) for at in range(len(r.tokens)) if r.free(at) for name in _ratings(r, at)]
    rows = [(at, table) for at in range(len(r.tokens)) for table in _tables(r, at)]
    name = _named(r, rated, rows, span)
    table = r.world.model.dimensions[name].table if name is not None else None
    entity = next((e.name for e in r.world.model.entities.values() if e.table == table), None)
    count = r.world.counts.get(entity) if entity is not None else None
    given = _givers(r, span)
    known = {*given, *(at for at, _ in (*rated, *rows))}
    if name is None or count is None or (span is None and not rated) or _asks_else(r, known, span):
        return
    place = next((at for at, _ in rated), span if span is not None else marks[0])
    r.groups.append(Group(place, (name,)))
    r.asked.append(Asked(next((at for at, t in rows if t == table), place), (count,)))
    if span is not None:
        c = r.tokens[span].comparison
        r.tests.append(NumberTest(span, "between", tuple(map(float, c.plain)) if c is not None else (), (), (name,), "point"))
    else:
        r.tests.append(MissingTest(place, (name,), missing=False))
    r.take(span, *marks, *each, *_verb(r, span), *given, *(at for at, _ in (*rated, *rows)))
    r.take(*(at for at in r.where("count") if not r.tokens[at].senses))
    r.counted, r.count_words = False, ()


def _is_span(r: Reading, at: int) -> bool:
    """1分到5分, 0 to 10: the scores from the lowest one on."""
    c = r.tokens[at].comparison
    scores = c is not None and c.op == "between" and c.kind == "cardinal" and c.unit in ("point", None)
    return scores and c is not None and r.free(at) and not r.tokens[at].senses and c.plain[0] in (0, 1) and 3 <= c.plain[-1] <= 10


def _ratings(r: Reading, at: int) -> list[str]:
    """The numbers that people give which a token may be: by their own name, or by that of their average."""
    if r.value_options(at):
        return []
    known = _scored(r)
    averaged = [d for m in r.metrics(at) if (d := r.world.number_of_rows(m)) is not None and d in known]
    return averaged or [d for d in r.dimensions(at) if d in known]


def _scored(r: Reading) -> frozenset[str]:
    """The ratings: of all numbers that rows have those that are scores, which the minutes that something took are not."""
    return frozenset(d for d in r.world.rated if r.world.model.dimensions[d].format == "score")


def _tables(r: Reading, at: int) -> list[str]:
    """The tables of the rated rows that a noun names."""
    homes = {r.world.model.dimensions[d].table for d in _scored(r)}
    named = [r.world.model.entities[e].table for e in r.entities(at)] if not r.is_person(at) else []
    counted = [t for m in r.metrics(at) if r.world.is_count(m) for t in r.world.tables_of(m)[:1]]
    return [table for table in dict.fromkeys((*named, *counted)) if table in homes]


def _named(r: Reading, rated: list[tuple[int, str]], rows: list[tuple[int, str]], span: int | None) -> str | None:
    """The rating that is meant: of the rows that are named, if any are."""
    names = list(dict.fromkeys(name for _, name in rated))
    c = r.tokens[span].comparison if span is not None else None
    most = float(c.plain[-1]) if c is not None else 0.0
    for _, table in rows:
        own = [d for d in r.world.model.dimensions if d in _scored(r) and r.world.model.dimensions[d].table == table]
        fits = [d for d in own if scale_of(r.world, d, table) >= most] or (own if len(own) == 1 else [])
        return next((d for d in (*names, *fits) if d in own), None)
    return names[0] if len(names) == 1 else None


def _asks_else(r: Reading, known: set[int], span: int | None) -> bool:
    """Whether another number is asked for, or people are counted rather than what they rated."""
    verb = _verb(r, span)
    metrics = any(r.metrics(at) and not r.is_person(at) for at in range(len(r.tokens)) if at not in known)
    return metrics or any(r.is_person(at) and at not in verb and at not in known for at in range(len(r.tokens)))


def _givers(r: Reading, span: int | None) -> list[int]:
    """客户给工单打的分，1到5分: who gave them, and the verb, in front of the scores."""
    verb = next((at for at in r.where("rated") if span is not None and at < span and not r.tokens[at].is_content), None)
    who = [at for at in range(verb or 0) if r.is_person(at) and not r.value_options(at) and r.free(at)]
    return [*who, verb] if verb is not None and len(who) < 2 else []


def _verb(r: Reading, span: int | None) -> list[int]:
    """客户打 in front of the scores."""
    verb = r.step(span, -1) if span is not None else None
    if verb is None or not r.tokens[verb].has("rated") or r.tokens[verb].is_content:
        return []
    who = r.step(verb, -1)
    return [verb, who] if who is not None and r.is_person(who) and not r.value_options(who) else [verb]
