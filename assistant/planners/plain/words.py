"""The words of plain questions (`words.yaml`): what each does, found in a normalised text.

In: a text. Out: spans with their roles; overlapping ones too, the cut chooses. Chinese words that the language room knows already
are taken from there. Fails only where a file of ours is malformed, which the tests load.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import ahocorasick
import yaml

from assistant.language.operators import operator_words
from assistant.language.values import fold, is_whole, matching

_CHINESE = {
    "count": "count", "avg": "avg", "total": "sum", "max": "max", "min": "min", "most": "most", "least": "least", "by": "each",
    "per_group": "each", "by_after": "ask", "sort": "order", "descending": "desc", "ascending": "asc", "neg": "neg",
    "except": "neg", "or": "or", "and": "and", "filler": "ask", "particle": "ask", "list": "ask", "which": "ask", "who": "ask",
    "exists": "ask", "how_much": "ask", "with": "ask", "within": "of", "refer": "pronoun", "only": "ask", "contain": "contains",
    "each_other": "ask", "kind_noun": "kind", "best": "most", "worst": "least",
}  # fmt: skip
"""What the operators of the language room are here."""
_SUMS = ("总", "总的", "合计", "总计", "总和", "加总", "汇总", "加起来")
"""Of its words for totals, those that add up; the others (所有, 一共) only say that nothing is left out."""

_TAILS = set("度量额品店场会次份区型级座期门项条值名数家层类段档组单笔天地时间者们支批宗样种款人个号报早行害急求属归标")
"""Characters that end nouns: alone they only count (三家, 哪种); behind what nothing explains they are the rest of a word."""
_NOUNS = set("客员顾")
"""Characters of people: a word of the language room that names them (多少会员) would swallow the name of rows here."""


@cache
def _loaded() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def adjectives() -> Mapping[str, tuple[tuple[str, bool], ...]]:
    """What an adjective compares, and whether upwards: oldest -> age, True."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for what, sides in _loaded()["adjectives"].items():
        for side, words in sides.items():
            for word in words:
                found.setdefault(word, []).append((what, side == "up"))
    return {word: tuple(meant) for word, meant in found.items()}


@cache
def measured_by_verb() -> Mapping[str, tuple[str, ...]]:
    """What a verb says of its subject: cost -> price, cost."""
    found: dict[str, list[str]] = {}
    for what, words in _loaded()["verbs"].items():
        for word in words:
            found.setdefault(word, []).append(what)
    return {word: tuple(meant) for word, meant in found.items()}


@cache
def roles_of() -> Mapping[str, frozenset[str]]:
    """Each word and what it does."""
    found: dict[str, set[str]] = {}
    for role, words in _loaded().items():
        if role not in ("adjectives", "verbs", "asking_units"):
            for word in words:
                found.setdefault(fold(str(word)), set()).add(role)
                if role in ("order", "asc", "desc") and word.endswith((" by", " of")):
                    found.setdefault(fold(f"{word} the"), set()).add(role)
    for word, meant in adjectives().items():
        found.setdefault(fold(word), set()).add("adjective")
        if not word.isascii() and not found[word] & {"most", "least"}:
            found[word].add("most" if meant[0][1] else "least")
    for word, role in _chinese():
        found.setdefault(word, set()).add(role)
    return {word: frozenset(roles) for word, roles in found.items()}


def _chinese() -> Iterator[tuple[str, str]]:
    """What the language room knows, and what asks with a unit: 多少家, 每位."""
    for name, words in operator_words("zh").items():
        for word in words:
            if name in _CHINESE and not word.isascii() and (name != "total" or word in _SUMS) and not _NOUNS & set(word):
                yield fold(word), "unit" if word in _TAILS else _CHINESE[name]
    for ask, roles in _loaded()["asking_units"].items():
        for unit in _loaded()["unit"]:
            yield from ((f"{ask}{unit}", role) for role in roles)


@cache
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word, roles in roles_of().items():
        automaton.add_word(word, (len(word), roles))
    automaton.make_automaton()
    return automaton


def find_words(line: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Every word of plain questions in a normalised text."""
    text = matching(line)
    for last, (length, roles) in _automaton().iter(text):
        start, end = last + 1 - length, last + 1
        if is_whole(text, start, end):
            yield start, end, roles
