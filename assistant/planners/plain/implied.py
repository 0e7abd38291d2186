"""Attributes and rows that a verb or an adjective is about without naming them: opened, oldest, cost, ordered.

In: the word, and what is asked about so far. Out: a noun with all that it may be, or None. Nothing fails.
"""

import re
from collections.abc import Iterable

from assistant.planners.plain.frame import Noun
from assistant.planners.plain.marks import State
from assistant.planners.plain.words import adjectives, measured_by_verb


def of_verb(state: State, text: str, *, known: bool) -> Noun | None:
    """opened, of an opening year; headquartered, of headquarters: the attribute that a verb is about."""
    given = [(what, True) for what in measured_by_verb().get(text, ())]
    noun = of_adjective(state, given, -1) if given else None
    if noun is not None:
        return noun
    stem = re.sub(r"(ing|ed|s)$", "", text)
    if len(stem) < 3 or stem == text or (text.endswith("s") and not known):
        return None
    dimensions = state.world.model.dimensions
    found = tuple(
        name
        for name, d in dimensions.items()
        if any(w.startswith(stem) for w in d.label.en.split())
        and (
            d.type == "boolean"
            or state.world.is_date(name)
            or "year" in d.label.en.split()
            or (len(stem) > 5 and text.endswith(("ed", "ing")))
        )
    )
    return Noun(-1, (), found, text=stem) if found else None


def of_adjective(state: State, meant: Iterable[tuple[str, bool]], at: int) -> Noun | None:
    """The attribute that an adjective compares, of what is asked about first."""
    homes = [t for n in (*state.frame.mentioned, *state.frame.subjects, *state.frame.groups, *state.frame.select) for t in n.rows]
    dimensions = state.world.model.dimensions
    for what, _ in meant:
        found = [
            n
            for n, d in dimensions.items()
            if what in d.label.en.split() and d.pii is None and (state.world.is_number(n) or state.world.is_date(n))
        ]
        own = [n for n in found if dimensions[n].table in homes]
        if own or len(found) == 1:
            return Noun(at, (), tuple(own or found))
    return None


def rows_of_verb(state: State, text: str) -> Noun | None:
    """ordered, visited: rows of a table that is called like the verb and belongs to what is asked about."""
    stem = re.sub(r"(ing|ed|s)$", "", text)
    homes = {t for n in (*state.frame.subjects, *state.frame.select) for t in (*n.rows, n.owner) if t}
    homes |= {state.world.model.dimensions[d].table for n in state.frame.select for d in n.dimensions}
    if len(stem) < 4:
        return None
    found = [
        t
        for t in state.world.model.tables
        if any(w.startswith(stem) for w in t.split("_"))
        and any(state.world.graph.path(t, h) is not None and t != h for h in homes)
    ]
    return Noun(-2, tuple(sorted(found, key=len))) if found else None


def of_superlative(state: State, noun: Noun, word: str) -> tuple[Noun, bool] | None:
    """the oldest members: the attribute of theirs that the adjective is about, and whether the highest is meant."""
    dimensions = state.world.model.dimensions
    for what, up in adjectives()[word]:
        own = [
            n
            for n, d in dimensions.items()
            if d.table in noun.rows and what in d.label.en.split() and (state.world.is_number(n) or state.world.is_date(n))
        ]
        if own:
            return Noun(-1, (), tuple(own)), up
    return None
