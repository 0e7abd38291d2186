"""The names of a domain, found in a question: labels, synonyms and stored values of both languages in one automaton.

In: a semantic model and, for dimensions whose values are not declared, the stored values that the application read through an
engine. Out: a `ValueIndex`, which tells what each stretch of a normalised text may mean. Nothing fails: a value that is empty or
too short to be told from ordinary words is left out. 100,000 values are indexed in well under a second; a look-up takes µs.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import ahocorasick

from assistant.language.inflections import noun_forms, verb_forms
from assistant.language.numerals import is_unit
from assistant.language.people_names import other_names
from assistant.language.skeleton import bare_name, skeleton
from assistant.language.text import normalise
from semantic_layer.model import BehaviourType, Dimension, Entity, Member, SemanticModel, Value, Words

SenseKind = Literal["metric", "dimension", "value", "segment", "behaviour", "entity"]
Scalar = str | bool | int

_INNER_HYPHEN = re.compile(r"(?<=[a-z])[-_](?=[a-z])")
_FOLDED_BY_HAND = re.compile("[“”„‟″〝〞‘’‚‛′`´‐‑‒–—―−﹘〜∼～˜≧⩾≦⩽｡⁄]|[^\\S ]|^ | $|  ")
_MOST_CHARS = 80
_YEAR = re.compile(r"(?:19|20)\d\d ?年?度? ?")
_SHORTEST = 4
"""Characters of a name that people use without the year before it."""


class Sense(NamedTuple):
    """One thing that words may mean: a member by `name`; for a value `name` is its dimension.

    `stored`: a value that was read from the data; of a behaviour: a verb that needs its noun beside it, the entity `value` (opened …
    ticket).
    """

    kind: SenseKind
    name: str
    value: Scalar | None = None
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch [start, end) of a text and everything that it may mean."""

    start: int
    end: int
    senses: tuple[Sense, ...]


def fold(text: str) -> str:
    """A name in the spelling of normalised questions, in which `sign-ups` and `sign ups` are the same.

    >>> fold("Sign-Ups　Total"), fold("18-24")
    ('sign ups total', '18-24')
    """
    return matching(_spelled(text))


def matching(line: str) -> str:
    """A normalised text as names are matched against it, character for character: hyphens inside words are spaces.

    >>> matching("add-to-cart, 2026-09")
    'add to cart, 2026-09'
    """
    return _INNER_HYPHEN.sub(" ", line) if "-" in line or "_" in line else line


def _spelled(text: str) -> str:
    """`normalise(text).text`, with a short way for the plain names that most are."""
    return text.lower() if _is_simple(text) and not _FOLDED_BY_HAND.search(text) else normalise(text).text


def _is_simple(text: str) -> bool:
    """Whether nothing but case is to be folded in the letters of a text."""
    if text.isascii():
        return True
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return unicodedata.is_normalized("NFKC", text)


@dataclass(slots=True)
class ValueIndex:
    """Every name of a domain. `terms`: names that people misspell (not stored values), by their folded spelling.

    Build it with `ValueIndex.build`; it can be pickled, and is only read afterwards.
    """

    automaton: Any
    terms: Mapping[str, tuple[Sense, ...]]
    names: tuple[tuple[str, str, Scalar], ...] = ()
    """(folded name, dimension, value) of each stored value, for near misses."""
    _stored: Mapping[str, tuple[tuple[str, Scalar], ...]] = field(default_factory=dict)
    _words: Counter[str] = field(default_factory=Counter)
    parted: Mapping[str, tuple[Sense, ...]] = field(default_factory=dict)
    """Verbs of two Chinese characters whose second is a unit of numbers (下单), which a number may part."""
    bare: Any = None
    _bare: Mapping[str, tuple[Sense, ...]] = field(default_factory=dict)

    @classmethod
    def build(cls, rows: Mapping[str, Sequence[str]], model: SemanticModel) -> "ValueIndex":
        """The index of `model`'s names and of the stored values in `rows` (dimension -> distinct values)."""
        terms = _terms(model)
        names = [
            (surface, dimension, value)
            for dimension, values in rows.items()
            for surface, value in _stored(values, model, dimension)
        ]
        stored: dict[str, tuple[tuple[str, Scalar], ...]] = {}
        for surface, dimension, value in names:
            meant, known = (dimension, value), stored.get(surface)
            if known is None:
                stored[surface] = (meant,)
            elif meant not in known:
                stored[surface] = (*known, meant)
        words = Counter(w for surface in terms for w in re.findall(r"[a-z]{3,}", surface))
        bare = _bare_terms(terms)
        return cls(
            _automaton((*terms, *stored)), terms, tuple(names), stored, words, dict(_parted(terms)), _automaton(bare), bare
        )

    @property
    def words(self) -> Mapping[str, int]:
        """The English words that the names of the model are made of, with in how many: what a typo may have meant."""
        return self._words

    def find(self, line: str) -> tuple[Hit, ...]:
        """Every name in a normalised text, overlapping ones too; an English name only as whole words.

        A long one is also found with other articles, in singular or plural: close a ticket for close tickets."""
        text = matching(line)
        found = tuple(self._hits(text)) if len(self.automaton) else ()
        places = {(hit.start, hit.end) for hit in found}
        return (*found, *(hit for hit in self._bare_hits(text) if (hit.start, hit.end) not in places))

    def _bare_hits(self, text: str) -> Iterator[Hit]:
        if self.bare is None or not len(self.bare):
            return
        line = skeleton(text)
        for last, length in self.bare.iter(line.text):
            start, end = last + 1 - length, last + 1
            if start in line.starts and end in line.ends:
                yield Hit(line.starts[start], line.ends[end], self._bare[line.text[start:end]])

    def _hits(self, text: str) -> Iterator[Hit]:
        for last, length in self.automaton.iter(text):
            start, end = last + 1 - length, last + 1
            if is_whole(text, start, end):
                yield Hit(start, end, self._senses(text[start:end]))

    def _senses(self, surface: str) -> tuple[Sense, ...]:
        """What a name means: in the model first, then as a stored value."""
        senses = self.terms.get(surface, ())
        declared = {(sense.name, sense.value) for sense in senses if sense.kind == "value"}
        stored = self._stored.get(surface, ())
        return (*senses, *(Sense("value", name, value, True) for name, value in stored if (name, value) not in declared))


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether [start, end) does not cut an English word or a number in two.

    >>> is_whole("sales", 0, 4), is_whole("app的sales", 0, 3), is_whole("top10", 0, 3)
    (False, True, True)
    """
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, at: int) -> bool:
    if at <= 0 or at >= len(text):
        return False
    if text[at - 1] == "人" and text[at] == "次":
        return True  # 发了多少人次: how often, not how many people
    left, right = text[at - 1], text[at]
    if left.isascii() and right.isascii():
        return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())
    return False


def _automaton(names: Iterable[str]) -> Any:  # noqa: ANN401 - pyahocorasick has no types
    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for name in names:
        automaton.add_word(name)
    if len(automaton):
        automaton.make_automaton()
    return automaton


# --- names of the model -----------------------------------------------------------------------------------------------------


def _parted(terms: Mapping[str, tuple[Sense, ...]]) -> Iterator[tuple[str, tuple[Sense, ...]]]:
    for name, senses in terms.items():
        deeds = tuple(sense for sense in senses if sense.kind == "behaviour")
        if deeds and len(name) == 2 and not name.isascii() and is_unit(name[1]):
            yield name, deeds


def _terms(model: SemanticModel) -> dict[str, tuple[Sense, ...]]:
    found: dict[str, dict[Sense, None]] = {}

    def add(surface: str, sense: Sense) -> None:
        if surface and len(surface) <= _MOST_CHARS:
            found.setdefault(surface, {})[sense] = None

    for kind, members in _members(model):
        for name, member in members.items():
            for surface in _surfaces(member):
                add(surface, Sense(kind, name))
    for name, surface in _other_segments(model, found):
        add(surface, Sense("segment", name))
    for name, surface, noun in _verb_heads(model):
        if not any(s.kind == "behaviour" and s.name == name for s in found.get(surface, {})):
            add(surface, Sense("behaviour", name, noun, True))
    for name, surface, stored in _declared_values(model):
        add(surface, Sense("value", name, stored))
    written = {(fold(word), name) for name, metric in model.metrics.items() for word in (metric.label.en, *metric.synonyms.en)}
    return {surface: _as_written(surface, tuple(senses), written) for surface, senses in found.items()}


def _other_segments(model: SemanticModel, known: Collection[str]) -> list[tuple[str, str]]:
    """(segment, surface) of each by the other words for people that are no names yet."""
    made = ((name, fold(other)) for name, segment in model.segments.items() for other in other_names(segment, model))
    return [(name, surface) for name, surface in made if surface not in known]


def _bare_terms(terms: Mapping[str, tuple[Sense, ...]]) -> dict[str, tuple[Sense, ...]]:
    """The meanings of long English names by their skeletons; not of attributes: an order in the last 30 days is no number of orders."""
    found: dict[str, tuple[Sense, ...]] = {}
    for surface, senses in terms.items():
        bare = bare_name(surface)
        if bare is not None and not any(sense.kind in ("dimension", "value") for sense in senses):
            found[bare] = tuple(dict.fromkeys((*found.get(bare, ()), *senses)))
    return found


def _as_written(surface: str, senses: tuple[Sense, ...], written: Collection[tuple[str, str]]) -> tuple[Sense, ...]:
    """The meanings without metrics of which a name is only another form, where it is one's own name: conversions are no conversion."""
    own = {sense.name for sense in senses if sense.kind == "metric" and (surface, sense.name) in written}
    return tuple(s for s in senses if s.kind != "metric" or s.name in own) if own else senses


def _declared_values(model: SemanticModel) -> Iterator[tuple[str, str, Scalar]]:
    """(dimension, surface, stored value) of every declared value."""
    for name, dimension in model.dimensions.items():
        for value in dimension.values:
            for surface in _value_surfaces(value):
                yield name, surface, value.value


def _members(model: SemanticModel) -> tuple[tuple[SenseKind, Mapping[str, Member]], ...]:
    return (
        ("metric", model.metrics),
        ("dimension", model.dimensions),
        ("segment", model.segments),
        ("behaviour", model.behaviours),
        ("entity", model.entities),
    )


def _surfaces(member: Member) -> Iterator[str]:
    """The names of a member; a behaviour's words are verbs, everything else's are nouns."""
    if isinstance(member, BehaviourType):
        yield from _zh(member.verbs, ())
        for verb in member.verbs.en:
            yield from verb_forms(fold(verb))
        return
    yield from _zh(member.synonyms, (member.label.zh,))
    for word in (member.label.en, *member.synonyms.en, member.name.replace("_", " ")):
        one_word = " " not in word and word.endswith("s") and not isinstance(member, Entity | Dimension)
        yield from (fold(word),) if one_word else noun_forms(fold(word))  # opens is a number, open is not


def _verb_heads(model: SemanticModel) -> Iterator[tuple[str, str, str]]:
    """(behaviour, verb, entity) of phrases that end in the noun of what was done: opened (a ticket), 提过 (工单)."""
    for name, behaviour in model.behaviours.items():
        nouns = [e for e in model.entities.values() if e.name != behaviour.entity]
        zh = {fold(w): e.name for e in nouns for w in (e.label.zh, *e.synonyms.zh)}
        en = {form: e.name for e in nouns for w in (e.label.en, *e.synonyms.en) for form in noun_forms(fold(w))}
        yield from ((name, head, noun) for head, noun in (*_zh_heads(behaviour, zh), *_en_heads(behaviour, en)))


def _zh_heads(behaviour: BehaviourType, nouns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for verb in behaviour.verbs.zh:
        noun = next((n for n in nouns if fold(verb).endswith(n) and len(n) < len(fold(verb))), None)
        if noun is not None:
            yield fold(verb).removesuffix(noun), nouns[noun]


def _en_heads(behaviour: BehaviourType, nouns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for verb in behaviour.verbs.en:
        words = fold(verb).split(" ")
        if len(words) > 1 and words[-1] in nouns and len(words[0]) > 2:
            yield from ((form, nouns[words[-1]]) for form in verb_forms(words[0]))


def _value_surfaces(value: Value) -> Iterator[str]:
    yield from _zh(value.synonyms, (value.label.zh,))
    if isinstance(value.value, str):
        yield fold(value.value)
    for word in (value.label.en, *value.synonyms.en):
        yield from noun_forms(fold(word))


def _zh(words: Words, labels: Iterable[str]) -> Iterator[str]:
    for word in (*labels, *words.zh):
        yield fold(word)


def _stored(values: Sequence[str], model: SemanticModel, dimension: str) -> Iterator[tuple[str, Scalar]]:
    """The stored values of a dimension that can be told from other words: at least two characters, not a bare number."""
    declared = {value.value for value in model.dimensions[dimension].values} if dimension in model.dimensions else set()
    for value in values:
        if not isinstance(value, str) or value in declared or not 2 <= len(value) <= _MOST_CHARS:
            continue
        surface = fold(value)
        if len(surface) >= 2 and not surface.replace(".", "").isdigit():
            yield surface, value
            dated = _YEAR.match(surface)
            if dated and len(surface) - dated.end() >= _SHORTEST:
                yield surface[dated.end() :], value  # 秋日唤醒券 of every year
