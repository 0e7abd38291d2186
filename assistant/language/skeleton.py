"""What is left of an English phrase without what only bends it: articles and whose they are to us go, nouns stand alone, did is do.

In: a normalised line. Out: its `Skeleton`, in which `close a ticket` and `close the tickets` are the same, with the place in the line
of each word that is left. Chinese and signs stay between words as breaks, so that no name is found across them.
Nothing fails.
"""

import re
from dataclasses import dataclass

from assistant.language.inflections import singular

_WORD = re.compile(r"[a-z][a-z']*|[0-9]+|[^\s]")
_LIGHT = frozenset(["a", "an", "the", "our", "my", "your"])
_ONE_FORM = {
    "does": "do", "did": "do", "is": "be", "are": "be", "was": "be", "were": "be", "has": "have", "had": "have",
}  # fmt: skip
_FEWEST = 3
"""Words of a name that is looked for this way: two are too easily two other ones."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """`text`: the words, with single spaces; `starts` and `ends`: by offset in it, where in the line a word begins and ends."""

    text: str
    starts: dict[int, int]
    ends: dict[int, int]


def skeleton(line: str) -> Skeleton:
    """The bare words of a line.

    >>> skeleton("how long did it take to close the tickets").text
    'how long do it take to close ticket'
    """
    text, starts, ends = [], {}, {}
    at = 0
    for match in _WORD.finditer(line):
        word = match.group()
        if word in _LIGHT:
            continue
        bare = _ONE_FORM.get(word) or singular(word)
        starts[at], ends[at + len(bare)] = match.span()
        text.append(bare)
        at += len(bare) + 1
    return Skeleton(" ".join(text), starts, ends)


def bare_name(name: str) -> str | None:
    """The skeleton of a name that is long enough to be looked for by it, or None.

    >>> bare_name("time to close tickets"), bare_name("open rate")
    ('time to close ticket', None)
    """
    if not name.isascii() or name.count(" ") < _FEWEST - 1 or name.startswith("how many "):  # how many store orders
        return None
    bare = skeleton(name).text
    return bare if bare.count(" ") >= _FEWEST - 1 else None
