"""Words of a fuller name of what is counted anyway: tickets of the service team, wake-up coupons sent since January, went over the counter.

In: a `Reading` whose metrics and conditions are known. Out: an unread word is used up where the numbers are of things that it only
names more fully (service tickets are tickets, messages sent are messages), and a verb of motion in front of the place where it was done.
Never fails: a word that could limit the rows is no such name, and stays unread.
"""

import re

from assistant.language.values import fold
from assistant.planners.rules.kin import names_of
from assistant.planners.rules.reading import Reading

_GOES = re.compile("went|gone|goes|crossed|passed")


def read_fuller_names(r: Reading) -> None:
    """Each unread word that says nothing more of what is asked for."""
    tables = [set(r.world.tables_of(name)[:1]) for a in r.asked for name in a.names[:1]]
    if not tables or r.follows is not None:
        return
    same = set.intersection(*tables)
    names = _names(r, next(iter(same))) if same else frozenset()
    for at, token in enumerate(r.tokens):
        if token.role != "unread" or not r.free(at):
            continue
        if _GOES.fullmatch(token.text):
            if _place_behind(r, at):
                r.take(at)
        elif _is_in_fuller(token.text, names):
            r.take(at)


def _names(r: Reading, table: str) -> frozenset[str]:
    """The names of the rows of a table, and of how many there are."""
    entities = [e for e in r.world.model.entities.values() if e.table == table and e != r.world.entity]
    words = [w for e in entities for w in (e.label.en, *e.synonyms.en)]
    counts = [c for e in entities if (c := r.world.counts.get(e.name)) is not None]
    counts += [m for m in r.world.model.metrics if r.world.is_count(m) and r.world.tables_of(m) == (table,) and _counts_all(r, m)]
    return frozenset((*map(fold, words), *(w for c in dict.fromkeys(counts) for w in names_of(r.world, c))))


def _counts_all(r: Reading, metric: str) -> bool:
    """Whether a count has no condition of its own."""
    known = r.world.model.metrics[metric]
    measure = r.world.measure_of(known)
    return getattr(known, "where", None) is None and measure is not None and measure.where is None


def _is_in_fuller(word: str, names: frozenset[str]) -> bool:
    """service tickets, messages sent: the word in front of a name or behind it, which stands for the same without it."""
    front = {name.removeprefix(f"{word} ") for name in names if name.startswith(f"{word} ")}
    behind = {name.removesuffix(f" {word}") for name in names if name.endswith(f" {word}")}
    return word.isascii() and bool((front | behind) & names)


def _place_behind(r: Reading, at: int) -> bool:
    """over the counter, online: where it was done is a condition right behind the verb."""
    tests = {t.at for t in r.tests_of_values()}
    return at + 1 in tests and bool(r.asked) and min(a.at for a in r.asked) < at
