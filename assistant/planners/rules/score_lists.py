"""All scores that there are, each asked for: gave us a 1, 2, 3, 4 or 5 in their latest survey; how people scored tickets, 1 to 5.

In: a `Reading` before its ratings and comparisons are read. It gains a breakdown by what is known of each of them (their latest score),
or by the rating of the rows that were scored, and a test that there is a score. Never fails: scores that leave one out, or that stand
beside another number, are left to other passes.
"""

import re
from itertools import pairwise

from assistant.planners.rules.draft import Asked, Group, NumberTest
from assistant.planners.rules.kin import scale_of
from assistant.planners.rules.reading import Reading

_HOW = re.compile(
    r"how (?:did|do|does|were|was|are|is|have|has)(?: [a-z']+){0,5}? (?:score|scored|rate|rated|grade|graded)(?![a-z])"
)


def read_score_lists(r: Reading) -> None:
    """The one list of all scores of a question."""
    run = _all_scores(r)
    if not run or r.follows is not None or any(t.has("share") for t in r.tokens):
        return
    latest = set(r.world.attributes.latest.values())
    known = [(at, d) for at in range(len(r.tokens)) for d in r.dimensions(at) if d in latest]
    people = any(r.counts_people(at) or r.is_person(at) for at in range(len(r.tokens)))
    if len({d for _, d in known}) == 1 and people:
        _group(r, run, known[0][1], width=1.0)  # each score, and not the bands that a tag has of them
        r.counted, r.count_words = True, r.count_words[:1]
        r.take(known[0][0], *_words(r, run, known[0][0]))
    elif _HOW.search(r.text.text):
        _rows(r, run)


def _rows(r: Reading, run: list[int]) -> None:
    """how did people score our tickets: how many of the rows there are with each score."""
    high = max(_values(r, run[-1]))
    for at in range(len(r.tokens)):
        counts = [m for m in r.metrics(at) if r.world.is_count(m) and not r.world.counts_people(m)]
        table = r.world.tables_of(counts[0])[0] if counts else ""
        own = [d for d in r.world.model.dimensions.values() if d.table == table and d.format == "score"]
        name = next((d.name for d in own if scale_of(r.world, d.name, table) >= high), own[0].name if len(own) == 1 else None)
        if counts and name is not None:
            _group(r, run, name)
            r.asked.append(Asked(at, tuple(counts[:1])))
            who = [i for i in range(len(r.tokens)) if r.is_person(i) and not r.value_options(i)]
            r.take(at, *who, *r.where("rated", "rate_word", "how_is"), *_words(r, run, at))
            return


def _group(r: Reading, run: list[int], name: str, *, width: float | None = None) -> None:
    values = [v for at in run for v in _values(r, at)]
    r.groups.append(Group(run[0], (name,), width=width))
    r.tests.append(NumberTest(run[0], "between", (min(values), max(values)), (), (name,), "point"))
    r.take(*run)


def _values(r: Reading, at: int) -> tuple[float, ...]:
    """The scores that a token says: 4 or 5, 1 to 5, 3."""
    token = r.tokens[at]
    if not r.free(at) or token.senses or token.time is not None:
        return ()
    number, c = token.number, token.comparison
    if c is not None:
        low, high = float(c.plain[0]), float(c.plain[-1])
        plain = c.op in ("between", "=") and c.kind == "cardinal" and c.unit in ("point", None) and 0 <= low <= high <= _HIGHEST
        return tuple(low + step for step in range(int(high - low) + 1)) if plain and low == int(low) else ()
    plain = number is not None and number.kind == "cardinal" and number.unit in ("point", None) and 0 <= number.value <= _HIGHEST
    return (float(number.plain),) if plain and number is not None else ()


_HIGHEST = 10


def _all_scores(r: Reading) -> list[int]:
    """The places of all scores of a rating, in their order and with nothing between them."""
    run: list[int] = []
    for at in range(len(r.tokens)):
        if _values(r, at):
            run.append(at)
        elif run and not (r.is_break(at) or r.tokens[at].has("and", "or", "comma", "filler")):
            break
    values = [v for at in run for v in _values(r, at)]
    whole = len(values) > 3 and values[0] in (0, 1) and all(b == a + 1 for a, b in pairwise(values))
    return run if whole and values[-1] in (5, 10) else []


def _words(r: Reading, run: list[int], known: int) -> list[int]:
    """gave us … in their latest survey: the verb in front, the noun of what was answered, the words that tie."""
    behind = r.step(known, 1)
    noun = behind if behind is not None and r.entities(behind) and not r.is_person(behind) else None
    verb = r.step(run[0], -1)
    gave = verb if verb is not None and r.tokens[verb].of("behaviour") and r.helps_only(verb) else None
    ties = [i for i in r.between(run[0], run[-1]) if not r.tokens[i].is_content]
    by = [i for i in (known - 1,) if i >= 0 and r.tokens[i].has("by") and not r.tokens[i].is_content]
    return [at for at in (noun, gave, *ties, *by) if at is not None]


def name_scores_once(r: Reading) -> None:
    """how many surveys gave us 1, 2, 3, 4 and 5 on satisfaction: what the scores are of, and no mean of each beside how many there are."""
    split = {d for g in r.groups for d in g.dimensions}
    means = [a for a in r.asked if len(a.names) == 1 and r.world.number_of_rows(a.names[0]) in split]
    counted = any(r.world.is_count(name) for a in r.asked for name in a.names)
    lists = any(isinstance(t, NumberTest) and set(t.dimensions) & split and t.op in ("between", "=") for t in r.tests)
    joined = any(r.tokens[a.at - 1].has("and", "comma", "with", "add") for a in means if 0 < a.at < len(r.tokens))
    if counted and lists and means and not joined:
        r.asked = [a for a in r.asked if a not in means]
