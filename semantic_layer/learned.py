"""What a domain learnt from its askers: words for its members, and questions with the query that is right for them.

In: entries of `synonyms.yaml` and `verified.yaml`, of the domain's folder or of an overlay beside it. Out: the model with the words
added; issues for words of members that are not there (any more), which are warnings: what was learnt never stops a domain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from semantic_layer.issues import Issue, Place
from semantic_layer.model import Dimension, Member, Part, SemanticModel, Value, Words
from semantic_layer.query import SemanticQuery

LEARNED = ("synonyms", "verified")
"""The files that hold what was learnt."""
_ROOMS = ("metrics", "dimensions", "segments", "entities")


class Synonym(Part):
    """A word for a member, or for one `value` of a dimension. `by`: who said so."""

    member: str
    value: str | bool | int | None = None
    lang: Literal["zh", "en"]
    word: str
    by: str | None = None


class Verified(Part):
    """A question with the query that a person found right. `as_of`: the day that its dates are counted from."""

    question: str
    lang: Literal["zh", "en"]
    as_of: date
    query: SemanticQuery
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A learnt word and where it was written."""

    word: Synonym
    where: Place


def with_words(model: SemanticModel, words: Iterable[Placed]) -> tuple[SemanticModel, tuple[Issue, ...]]:
    """The model whose members have the words as synonyms, and what is wrong with some of them."""
    rooms: dict[str, dict[str, Any]] = {}
    issues = []
    for placed in words:
        changed = _changed(model, rooms, placed.word)
        if changed is None:
            issues.append(_missing(placed))
            continue
        room, member = changed
        rooms.setdefault(room, dict(getattr(model, room)))[member.name] = member
    return (model.model_copy(update=rooms) if rooms else model), tuple(issues)


def _changed(model: SemanticModel, rooms: Mapping[str, Mapping[str, Any]], word: Synonym) -> tuple[str, Member] | None:
    for room in _ROOMS:
        member = rooms.get(room, getattr(model, room)).get(word.member)
        if member is None:
            continue
        if word.value is None:
            return room, member.model_copy(update={"synonyms": _more(member.synonyms, word)})
        if isinstance(member, Dimension) and any(value.value == word.value for value in member.values):
            return room, member.model_copy(update={"values": tuple(_with_word(value, word) for value in member.values)})
    return None


def _with_word(value: Value, word: Synonym) -> Value:
    return value.model_copy(update={"synonyms": _more(value.synonyms, word)}) if value.value == word.value else value


def _more(words: Words, word: Synonym) -> Words:
    known = words.zh if word.lang == "zh" else words.en
    return words if word.word in known else words.model_copy(update={word.lang: (*known, word.word)})


def _missing(placed: Placed) -> Issue:
    word = placed.word
    if word.value is not None:
        params = {"name": word.member, "value": str(word.value)}
        return Issue("undeclared-value", "warning", where=placed.where, params=params)
    return Issue("undeclared-name", "warning", where=placed.where, params={"name": word.member})
