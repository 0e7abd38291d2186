"""Which dimension a word means: 渠道 is the order's, the ticket's or the registration's channel, whichever lies nearest.

In: candidate dimensions and the tables that the numbers come from. Out: those within reach, best first. The nearest by joins wins; a
noun beside the word (广州*门店*) wins over that; a favourite (偏好品类) is meant only where its own name stands.
"""

from collections.abc import Iterable, Sequence

from assistant.language.values import Scalar
from assistant.planners.rules.world import World


def nearest_dimensions(world: World, names: Iterable[str], tables: Sequence[str], hints: Sequence[str] = ()) -> tuple[str, ...]:
    """The dimensions that rows of all `tables` reach, best first."""
    scored = []
    for order, name in enumerate(dict.fromkeys(names)):
        steps = [world.distance(table, name) for table in tables]
        if any(step is None for step in steps):
            continue
        scored.append((name not in hints, sum(s for s in steps if s is not None), order, name))
    return tuple(name for *_, name in sorted(scored))


def nearest_values(
    world: World, options: Sequence[tuple[str, tuple[Scalar, ...]]], tables: Sequence[str], hints: Sequence[str] = ()
) -> tuple[tuple[str, tuple[Scalar, ...]], ...]:
    """The value options within reach, best first; favourites only where they are named."""
    named = [(d, v) for d, v in options if d not in world.attributes.favourites or d in hints]
    found = nearest_dimensions(world, [d for d, _ in named], tables, hints)
    return tuple((d, dict(named)[d]) for d in found)
