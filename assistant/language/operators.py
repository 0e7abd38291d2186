"""Words that relate things: in `operators.zh.yaml` and `operators.en.yaml`, out an automaton from words to what they may do.

Keys of the files are the names of operators; the planner gives them meaning. Nothing here depends on a domain. Fails with a
pydantic ValidationError where a file of ours is malformed; the tests load both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import ahocorasick
import yaml
from pydantic import TypeAdapter

from assistant.language.values import fold, is_whole, matching

_WORDS = TypeAdapter(dict[str, tuple[str, ...]])


@dataclass(frozen=True, slots=True)
class Operator:
    """A stretch [start, end) of a text and the operators that it may be."""

    start: int
    end: int
    names: frozenset[str]


@cache
def operator_words(lang: str) -> dict[str, tuple[str, ...]]:
    """The words of each operator in a language ("zh" or "en")."""
    text = resources.files(__package__).joinpath(f"operators.{lang}.yaml").read_text(encoding="utf-8")
    return _lists(text) or _WORDS.validate_python(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506


def _lists(text: str) -> dict[str, tuple[str, ...]]:
    """The lists of a file that is nothing but `key: [word, 'word', …]` and comments; empty for anything else, which YAML reads.

    YAML takes half a second for twenty thousand words, at every start of the command line; this takes a few milliseconds.
    """
    first, *parts = _KEY.split(_COMMENT.sub("", text))
    found: dict[str, tuple[str, ...]] = {}
    for key, body in zip(parts[::2], parts[1::2], strict=True):
        words = [_item(item) for item in body.rstrip().removesuffix("]").replace("\n", " ").split(",")]
        if not body.rstrip().endswith("]") or None in words:
            return {}
        found[key] = tuple(word for word in words if word)
    return {} if first.strip() else found


def _item(text: str) -> str | None:
    """One word, without its quotes; None where a comma cut it in two, or it is no plain word."""
    word = " ".join(text.split())
    quote = word[:1]
    if quote not in ("'", '"'):
        return None if quote in ("[", "{", "&", "!", "|", ">") or word.endswith("]") else word
    whole = len(word) > 1 and word.endswith(quote)
    return word[1:-1].replace(quote * 2, quote) if whole else None


_COMMENT = re.compile(r"^\s*#.*$", re.M)
_KEY = re.compile(r"^(\w+): \[", re.M)


@cache
def _automaton() -> ahocorasick.Automaton:
    found: dict[str, set[str]] = {}
    for lang in ("zh", "en"):
        for name, words in operator_words(lang).items():
            for word in words:
                found.setdefault(fold(word), set()).add(name)
    automaton = ahocorasick.Automaton()
    for word, names in found.items():
        automaton.add_word(word, (len(word), frozenset(names)))
    automaton.make_automaton()
    return automaton


@cache
def operator_vocabulary() -> frozenset[str]:
    """The English words of all operators: known, and so never taken for typos."""
    return frozenset(word for words in operator_words("en").values() for phrase in words for word in fold(phrase).split())


def find_operators(line: str) -> Iterator[Operator]:
    """Every operator word of a normalised text, overlapping ones too."""
    text = matching(line)
    for last, (length, names) in _automaton().iter(text):
        start, end = last + 1 - length, last + 1
        if is_whole(text, start, end):
            yield Operator(start, end, names)
