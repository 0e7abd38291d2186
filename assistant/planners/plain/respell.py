"""Other words for what nothing explains: `furnishings` where the model has furniture, `American` where the data have usa.

In: a text, the spans that nothing explains, what the model and the data know. Out: stretches and what may stand there instead,
the nearest word first. Never fails. The words lie in thesaurus.yaml, countries.yaml and
values.zh.yaml.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assistant.language.inflections import plural, singular
from assistant.language.values import fold

_MOST = 4
"""Words of one phrase that may be exchanged together."""
_SHORTEST = 3
"""Shorter values are only read in capitals."""


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Each word or phrase in the singular, and the others for it, nearest first."""
    found: dict[str, dict[str, None]] = {}
    for file in ("thesaurus.yaml", "countries.yaml", "values.zh.yaml"):
        text = resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
        loaded: Any = yaml.safe_load(text)
        for group in loaded:
            words = [fold(str(word)) for word in group]
            for word in words:
                # the head of a group stands for it: what is only a member elsewhere comes later
                found.setdefault(word, {}).update(dict.fromkeys(w for w in words if w != word))
    return {word: tuple(others) for word, others in found.items()}


def others(phrase: str) -> Iterator[str]:
    """Other words for a phrase, in the number that it stands in.

    >>> next(others("furnishings")), next(others("american"))
    ('furnitures', 'usa')
    """
    groups = _groups()
    yield from groups.get(phrase, ())
    head, _, last = phrase.rpartition(" ")
    one = f"{head} {singular(last)}".strip()
    if one != phrase:
        for other in groups.get(one, ()):
            front, _, end = other.rpartition(" ")
            yield f"{front} {plural(end)}".strip() if singular(end) == end else other
            yield other
        yield one


def exchanges(line: str, spans: list[tuple[int, int]], knows: Callable[[str], bool]) -> Iterator[tuple[int, int, str]]:
    """Stretches of the text at one of `spans`, and other words for them that are known; longer phrases first."""
    for start, end in spans:
        for begin, stop in (*_around(line, start, end), *_chinese(line, start, end)):
            for other in others(line[begin:stop]):
                if knows(other):
                    yield begin, stop, other.upper() if len(other) < _SHORTEST else other


@cache
def _han() -> tuple[str, ...]:
    """The Chinese words, longer ones first."""
    return tuple(sorted((word for word in _groups() if not word.isascii() and len(word) > 1), key=len, reverse=True))


def _chinese(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The Chinese words that a span is a part of, or that are a part of it: 大 in 加拿大."""
    for word in _han():
        at = line.find(word, max(start - len(word) + 1, 0), end + len(word) - 1)
        if at >= 0 and at < end and at + len(word) > start:
            yield at, at + len(word)


def _around(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of whole words around a span, longer ones first."""
    befores, afters = [start], [end]
    for _ in range(_MOST - 1):
        at = line.rfind(" ", 0, max(befores[-1] - 1, 0))
        if befores[-1] > 0 and line[befores[-1] - 1] == " ":
            befores.append(at + 1)
        stop = line.find(" ", afters[-1] + 1)
        if afters[-1] < len(line) and line[afters[-1]] == " ":
            afters.append(stop if stop > 0 else len(line.rstrip("?.! ")))
    stretches = sorted({(b, a) for b in befores for a in afters}, key=lambda s: s[0] - s[1])
    yield from (s for s in stretches if line[s[0] : s[1]].count(" ") < _MOST)
