"""In: fragments of the vocabulary. Out: pools of synthetic comments and ticket contents, and columns drawn from them.

About one in a hundred is awkward: quotes, emoji, HTML, a leading = + - @, an instruction to a model. Nothing here fails.
"""

from dataclasses import dataclass
from itertools import product as combinations

import numpy as np

from assistant.demo.arrays import Bools, Column, Ints, texts
from assistant.demo.vocabulary import Fragments, Vocabulary

AWKWARD_SHARE = 0.011
MOODS = ("good", "middling", "bad", "late")


def dress(templates: tuple[str, ...], ordinary: str, number: int) -> str:
    """Return the ordinary text inside one of the awkward templates."""
    return templates[number % len(templates)].replace("{text}", ordinary)


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts of several sorts laid end to end; each sort has its ordinary texts first, its awkward ones after."""

    texts: tuple[str, ...]
    first: Ints  # of each sort
    ordinary: Ints  # how many of each sort
    awkward: Ints

    def draw(self, rng: np.random.Generator, sort: Ints, known: Bools | None = None) -> Column:
        """Return a column with a text for each sort, null where `known` is false."""
        chance = rng.random(len(sort))
        odd = rng.random(len(sort)) < AWKWARD_SHARE
        ordinary = np.floor(chance * self.ordinary[sort]).astype(np.int64)
        awkward = self.ordinary[sort] + np.floor(chance * self.awkward[sort]).astype(np.int64)
        return texts(self.first[sort] + np.where(odd, awkward, ordinary), self.texts, known)


def _pool(sorts: list[Fragments], templates: tuple[str, ...]) -> Pool:
    written: list[str] = []
    first, ordinary, awkward = [], [], []
    for fragments in sorts:
        plain = ["".join(parts) for parts in combinations(*fragments)]
        odd = [dress(templates, plain[(7 * i) % len(plain)], i) for i in range(4 * len(templates))]
        first.append(len(written))
        ordinary.append(len(plain))
        awkward.append(len(odd))
        written += plain + odd
    return Pool(tuple(written), np.array(first), np.array(ordinary), np.array(awkward))


def comment_pool(vocabulary: Vocabulary) -> Pool:
    """Return the comments of surveys, by mood."""
    return _pool([vocabulary.comments[mood] for mood in MOODS], vocabulary.awkward_texts)


def content_pool(vocabulary: Vocabulary, types: tuple[str, ...]) -> Pool:
    """Return the contents of tickets, by ticket type."""
    return _pool([vocabulary.contents[kind] for kind in types], vocabulary.awkward_texts)
