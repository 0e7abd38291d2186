"""What looks like the name of a person, where nothing else says that it is one: 王小明 and Bob Marley, who are no customers of ours.

In: a normalised question and its best cover. Out: spans of words that nothing reads and that look like names: a Chinese surname
with what follows it, English words with capitals in the middle of a sentence, given names that are no words of business
(`names.yaml`). Better a word too many than a name too few: what is found stays here, and nothing else depends on it. Never fails.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.language.mentions import Cover, Piece
from assistant.language.text import HAN, Normalised

Span = tuple[int, int]
_IS_HAN = re.compile(f"[{HAN}]+")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ENDS = re.compile(r"[.。?？!！:：;；\n]\s*$")
_COUNTING = tuple("一二两三四五六七八九十几每半这那")
"""一张优惠券 is no 张优惠."""
_MOSTLY = 0.6
"""Of the words of a line, from which on capitals say nothing: WHO BOUGHT WHAT, Who Bought What."""


class Names(BaseModel):
    """`names.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    surnames: str
    surnames_of_two: tuple[str, ...]
    words: tuple[str, ...]
    after: str
    before: str
    given: frozenset[str]
    surnames_in_letters: frozenset[str]

    @property
    def no_names(self) -> tuple[str, ...]:
        """The words that begin as a name does."""
        return tuple(word for line in self.words for word in line.split(", "))


@cache
def load_names() -> Names:
    """The lists of `names.yaml`."""
    text = resources.files(__package__).joinpath("names.yaml").read_text(encoding="utf-8")
    return Names.model_validate(yaml.safe_load(text))


def likely_names(text: Normalised, cover: Cover) -> Iterator[Span]:
    """Where names of people seem to stand, in what nothing reads."""
    unread = [piece for piece in cover if piece.role == "unread"]
    for piece in unread:
        if _IS_HAN.match(piece.text):
            alone = any(other.end == piece.start == other.start + 1 for other in cover)
            yield from _chinese(text.text, piece, alone=alone)
    yield from _latin(text, unread)


# --- Chinese -------------------------------------------------------------------------------------------------------------


def _chinese(line: str, piece: Piece, *, alone: bool) -> Iterator[Span]:
    """A surname at the beginning of words that nothing reads, just before them (高 means much, 高晓松 nobody reads) or behind a word
    that stands before names; with up to two characters more. `alone`: the character before them is a word of its own."""
    names = load_names()
    starts = [piece.start]
    if alone and line[piece.start - 1] in names.surnames:
        starts.insert(0, piece.start - 1)
    starts += [at for at in range(piece.start + 1, piece.end) if line[at - 1] in names.before]
    for start in starts:
        end = _end_of_name(line, start, piece.end)
        if end is not None:
            yield start, end


def _end_of_name(line: str, start: int, limit: int) -> int | None:
    names = load_names()
    if line.startswith(names.no_names, start) or line[max(start - 1, 0) : start] in _COUNTING:
        return None
    surname = next((len(two) for two in names.surnames_of_two if line.startswith(two, start)), 0)
    surname = surname or int(line[start : start + 1] in names.surnames)
    given = 0
    while surname and given < 2 and start + surname + given < limit and line[start + surname + given] not in names.after:
        given += 1
    return start + surname + given if given else None


# --- Latin letters -------------------------------------------------------------------------------------------------------


def _latin(text: Normalised, unread: Sequence[Piece]) -> Iterator[Span]:
    """Words with a capital where no sentence begins, known names, and the unread words beside either."""
    words = [
        (p.start + found.start(), p.start + found.end()) for p in unread for found in _WORD.finditer(p.text) if p.text.isascii()
    ]
    telling = not _is_all_capitals(text.original)
    sure = {span for span in words if _is_known(text, span) or (telling and _has_capital(text, span))}
    for _ in range(2):  # a first name, a second one, a surname
        for left, right in pairwise(words):
            if text.text[left[1] : right[0]].strip(" '") == "" and sure & {left, right} and _may_join(text, left, right):
                sure |= {left, right}
    yield from sorted(sure)


def _is_known(text: Normalised, span: Span) -> bool:
    word = text.text[slice(*span)].removesuffix("'s")
    return word in load_names().given or word in load_names().surnames_in_letters


def _has_capital(text: Normalised, span: Span) -> bool:
    """Whether a word is written as a name is, where no sentence begins; 's makes it one there too."""
    shown = text.shown(*span)
    if len(shown) < 2 or not shown[0].isupper() or shown.rstrip("s'’").isupper():
        return False  # GMV, VIPs
    first, _ = text.original_span(*span)
    before = text.original[:first]
    begins = not before.strip() or _ENDS.search(before) is not None
    return not begins or shown.endswith(("'s", "’s"))


def _may_join(text: Normalised, left: Span, right: Span) -> bool:
    """Whether two unread words can be one name: both with a capital, or none."""
    return text.shown(*left)[:1].isupper() == text.shown(*right)[:1].isupper()


def _is_all_capitals(line: str) -> bool:
    words = [word for word in _WORD.findall(line) if word.isascii()]
    return bool(words) and sum(word[0].isupper() for word in words) > _MOSTLY * len(words)
