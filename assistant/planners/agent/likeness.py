"""How like two questions are for somebody who must answer one and may look at the other: what they ask for counts more than the
words they share.

In: questions as they may leave. Out: their traits (a ranking, a reason, a list, a share; which kinds of members, which members,
periods, grains; words), and what those of one are worth to another. Pure; nothing fails.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log, sqrt

from assistant.language.mentions import Piece
from assistant.planners.agent.members import grams
from assistant.planners.agent.veiling import Veiled

Traits = frozenset[str]
_ASKS: Mapping[str, tuple[str, ...]] = {
    "rank": ("most", "least", "best", "worst", "fastest", "slowest", "steepest", "sells_high", "sells_low", "sort"),
    "growth": ("grow", "shrink", "change_word", "comparative"),
    "against": ("versus", "more_than_other"),
    "share": ("share",),
    "split": ("share", "distribution", "breakdown"),
    "each": ("by", "by_after", "per_group", "each_other", "distribution", "breakdown", "cross"),
    "not": ("neg", "except"),
    "limit": ("and_up", "and_down", "at_least", "at_most"),
    "per": ("avg", "per_unit", "median"),
    "time": ("trend",),
    **{op: (op,) for op in ("why", "list", "count", "define", "funnel", "retention", "running")},
}
_WORTH = {"ask": 3.0, "kind": 0.7, "name": 0.7, "word": 0.3}
_SHOWN_ALREADY = 0.4
"""What is left of a trait's worth when an example has shown it: the next one should show something else."""


def traits(asked: Veiled) -> Traits:
    """What a question asks for, and in which words."""
    found = {trait for piece in asked.cover for trait in _of_piece(piece)}
    for hidden in asked.veil.literals.values():
        found.add({"t": "kind:period", "n": "kind:number", "v": "kind:value"}.get(hidden.kind, "kind:text"))
        if hidden.kind == "v":
            found |= {f"name:{dimension}" for dimension in hidden.hint.split(", ")}
        if hidden.hint.startswith("rank"):
            found.add("ask:rank")
    if sum(1 for hidden in asked.veil.literals.values() if hidden.kind == "t") > 1:
        found.add("ask:against")
    return frozenset(found | {f"word:{gram}" for gram in grams(asked.text) if not gram.isdigit()})


def _of_piece(piece: Piece) -> Iterator[str]:
    yield from (f"ask:{ask}" for ask, ops in _ASKS.items() if not piece.ops.isdisjoint(ops))
    for sense in piece.senses:
        yield f"kind:{sense.kind}"
        yield f"name:{sense.name}"
    if piece.grain is not None:
        yield "ask:time"
    if piece.comparator is not None:
        yield "ask:before"
    if piece.comparison is not None:
        yield "ask:limit"
    if piece.number is not None and piece.number.kind in ("rank", "rank_last"):
        yield "ask:rank"


def worths(known: Iterable[Traits]) -> dict[str, float]:
    """What each trait tells: the more, the fewer questions have it."""
    held = list(known)
    counts = Counter(trait for each in held for trait in each)
    return {trait: _WORTH[trait.partition(":")[0]] * log((len(held) + 1) / (count + 0.5)) for trait, count in counts.items()}


def likeness(asked: Traits, other: Traits, worth: Mapping[str, float]) -> float:
    """How much of a question another one shows, beside what it shows that nobody asked for."""
    whole = sum(worth[trait] for trait in other)
    return sum(worth[trait] for trait in asked & other) / sqrt(whole) if whole > 0 else 0.0


def shown(worth: dict[str, float], asked: Traits, other: Traits) -> None:
    """Notes that an example has shown what it shares with the question."""
    for trait in asked & other:
        worth[trait] *= _SHOWN_ALREADY
