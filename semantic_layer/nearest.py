"""Near misses of names: what someone who typed a word that does not exist may have meant.

In: a word, the words that exist. Out: at most three of them, best first; nothing where none is near. Nothing fails.
"""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_NEAR_ENOUGH = 60.0


def nearest(word: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known words most like `word`, best first.

    >>> nearest("oder_time", ["order_time", "amount"])
    ('order_time',)
    """
    choices = tuple(dict.fromkeys(known))
    lowered = [choice.lower() for choice in choices]
    found = process.extract(word.lower(), lowered, scorer=fuzz.WRatio, limit=limit, score_cutoff=_NEAR_ENOUGH)
    return tuple(choices[index] for _, _, index in found)
