"""Which members of a model a question is about, as lines that a model reads: a few, not all of them.

In: a restricted model, words of a question as they may leave, names that rules understood. Out: lines of the nearest metrics,
dimensions, segments and behaviours, within a budget of tokens. Only what the YAML declares stands in them. Never fails.
"""

import re
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Literal, NamedTuple

from assistant.language.text import HAN
from assistant.qa import Lang
from semantic_layer.model import Dimension, Member, SemanticModel

Room = Literal["metrics", "dimensions", "segments", "behaviours", "entities"]
_LANGS: tuple[Lang, ...] = ("zh", "en")
ROOMS: tuple[Room, ...] = ("metrics", "dimensions", "segments", "behaviours", "entities")
_SHARE: Mapping[Room, float] = {"metrics": 0.34, "dimensions": 0.42, "segments": 0.1, "behaviours": 0.1, "entities": 0.04}
_WORD = re.compile(r"[a-z]{2,}|\d+")
_HAN_RUN = re.compile(f"[{HAN}]+")
_MOST_VALUES = 12


class Near(NamedTuple):
    """A member and how near it is to what was asked. `told`: its line in each language, and about how many tokens it has."""

    room: Room
    member: Member
    score: float
    told: Mapping[Lang, tuple[str, int]]


def estimate(text: str) -> int:
    """About how many tokens a text has, on the safe side of what tokenizers of current models say: one for each Chinese character,
    which are three bytes, and a third for others.

    >>> estimate("上个月的销售额"), estimate("sales last month")
    (7, 5)
    """
    return round(weight(text))


def weight(text: str) -> float:
    """The same, for pieces of a text that are added up."""
    han = (len(text.encode("utf-8", "replace")) - len(text)) / 2
    return han + (len(text) - han) / 3.2


def nearest(model: SemanticModel, words: str, understood: Iterable[str]) -> list[Near]:
    """All members, nearest first; equal ones in the order of the model, which puts the headline metrics first."""
    asked, named = grams(words.lower()), frozenset(understood)
    spelled = _SPELLED.of(model)
    shared = Counter(at for gram in asked for at in spelled.held.get(gram, ()))
    found = []
    for at, (near, weight) in enumerate(spelled.members):
        known = near.member.name in named
        if known or not (isinstance(near.member, Dimension) and near.member.pii is not None):
            score = shared[at] / weight + (9.0 if known else 0.0)
            found.append(near._replace(score=score) if score else near)
    return sorted(found, key=lambda near: -near.score)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the members of a model are called. `members`: each, not asked for yet, with how much the number of its pieces weighs;
    `held`: which of them hold a piece."""

    members: tuple[tuple[Near, float], ...]
    held: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, model: SemanticModel) -> "_Words":
        members: list[tuple[Near, float]] = []
        held = defaultdict[str, list[int]](list)
        for room in ROOMS:
            for member in getattr(model, room).values():
                pieces = grams(_texts(member))
                for piece in pieces:
                    held[piece].append(len(members))
                members.append((Near(room, member, 0.0, _told(member)), (1 + len(pieces)) ** 0.4))
        return cls(tuple(members), {piece: tuple(places) for piece, places in held.items()})


@dataclass(slots=True)
class _Spelled:
    """The words of every member, worked out once for each of the models used last; safe for many threads."""

    most: int = 16
    _known: OrderedDict[int, tuple[SemanticModel, _Words]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, model: SemanticModel) -> _Words:
        """Those of one model, members in its order."""
        with self._lock:
            known = self._known.get(id(model))
            if known is not None and known[0] is model:
                self._known.move_to_end(id(model))
                return known[1]
        made = _Words.of(model)
        with self._lock:
            self._known[id(model)] = (model, made)
            while len(self._known) > self.most:
                self._known.popitem(last=False)
        return made


_SPELLED = _Spelled()


def listed(near: Iterable[Near], lang: Lang, budget: int) -> str:
    """The nearest members of each room as lines, in about `budget` tokens."""
    by_room: dict[Room, list[str]] = {room: [] for room in ROOMS}
    left = {room: share * budget for room, share in _SHARE.items()}
    for one in near:
        text, tokens = one.told[lang]
        if tokens <= left[one.room]:
            by_room[one.room].append(text)
            left[one.room] -= tokens
    return "\n".join(f"{room}: " + "; ".join(lines) for room, lines in by_room.items() if lines)


def _told(member: Member) -> Mapping[Lang, tuple[str, int]]:
    lines: Mapping[Lang, str] = {lang: line(member, lang) for lang in _LANGS}
    return {lang: (text, estimate(text)) for lang, text in lines.items()}


def line(member: Member, lang: Lang) -> str:
    """`region 大区 [华东|华南]`: the name, the label, the values that the YAML declares."""
    label = member.label[lang]
    told = member.name if label.replace(" ", "_") == member.name else f"{member.name} {label}"
    if isinstance(member, Dimension):
        values = [str(value.value) for value in member.values[:_MOST_VALUES]]
        more = "|…" if len(member.values) > _MOST_VALUES else ""
        return f"{told} [{'|'.join(values)}{more}]" if values else f"{told} ({member.type})"
    return told


def explained(member: Member, lang: Lang) -> str:
    """The line of a member with what it means and all its declared values."""
    definition = getattr(member, "definition", None) or member.description
    told = line(member, lang)
    if isinstance(member, Dimension) and len(member.values) > _MOST_VALUES:
        told = f"{member.name} {member.label[lang]} [{'|'.join(str(value.value) for value in member.values)}]"
    return f"{told}: {definition[lang]}" if definition is not None else told


def alike(one: str, other: str) -> float:
    """How alike two texts are, 0 … 1, by the pieces they share."""
    a, b = grams(one.lower()), grams(other.lower())
    return len(a & b) / (len(a | b) or 1)


def _texts(member: Member) -> str:
    def words() -> Iterator[str]:
        yield member.name.replace("_", " ")
        yield from (member.label.zh, member.label.en, *member.synonyms.zh, *member.synonyms.en)
        if member.description is not None:
            yield from (member.description.zh, member.description.en)
        if isinstance(member, Dimension):
            for value in member.values:
                yield from (value.label.zh, value.label.en, *value.synonyms.zh, *value.synonyms.en)

    return "\n".join(words()).lower()


@lru_cache(maxsize=4096)
def grams(text: str) -> frozenset[str]:
    """English words (without their s) and pairs of Chinese characters."""
    words = {word.removesuffix("s") for word in _WORD.findall(text)}
    pairs = {run[i : i + 2] for run in _HAN_RUN.findall(text) for i in range(len(run) - 1)}
    return frozenset(words | pairs)
