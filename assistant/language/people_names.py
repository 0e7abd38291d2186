"""A segment by all the words for the people in it: who calls patients 患者 and 病人 need write 久未就诊患者 only once.

In: the names of a segment, the words for a member of the domain's entity. Out: further names: the same with each of these words, in
Chinese with and without 的 in front of it (久未就诊的病人). A name that does not end in such a word has no others. Never fails.
"""

from collections.abc import Collection, Iterator

from assistant.language.inflections import noun_forms
from semantic_layer.model import Segment, SemanticModel

_SHORTEST = 3
"""Characters in front of the noun: 新客户 is a word of its own, and 新的会员, 一单的客户 may be anything."""

_LONGEST = 3
"""Characters of a noun: 名下的会员 is a phrase."""


def other_names(segment: Segment, model: SemanticModel) -> Iterator[str]:
    """Further names of a segment, as they are written; a name that it has already may be among them."""
    people = model.entities.get(model.domain.entity)
    if people is None:
        return
    zh = [word for word in (people.label.zh, *people.synonyms.zh) if len(word) <= _LONGEST]
    for name in (segment.label.zh, *segment.synonyms.zh):
        head = _head(name, zh).removesuffix("的")
        if len(head) >= _SHORTEST:
            yield from (f"{head}{of}{noun}" for noun in zh for of in ("", "的"))
    en = sorted({form for word in (people.label.en, *people.synonyms.en) if " " not in word for form in noun_forms(word.lower())})
    ends = [f" {noun}" for noun in en]
    for name in (segment.label.en, *segment.synonyms.en):
        head = _head(name.lower(), ends)
        if head:
            yield from (f"{head} {noun}" for noun in en)


def _head(name: str, nouns: Collection[str]) -> str:
    """What stands in front of the noun that a name ends in; nothing where it ends in none."""
    noun = max((n for n in nouns if name.endswith(n)), key=len, default="")
    return name.removesuffix(noun) if noun else ""
