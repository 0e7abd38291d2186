"""Find members by name, and suggest near misses among what the asker may see.

In: a (restricted) model and a name. Out: names, best first. Never raises; nothing hidden can be suggested, since a restricted
model does not hold it.
"""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from semantic_layer.model import SemanticModel

_ENOUGH = 55.0
_LONGEST = 80
"""Characters of a name that may be misspelt; comparing takes time with their square."""


def nearest(name: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Up to `limit` candidates that look like `name`, best first.

    >>> nearest("salse", ["sales", "orders"])
    ('sales',)
    """
    if len(name) > _LONGEST:
        return ()
    found = process.extract(name.lower(), list(candidates), scorer=fuzz.WRatio, limit=limit, processor=str.lower)
    return tuple(text for text, score, _ in found if score >= _ENOUGH)


def surface_forms(model: SemanticModel, kind: str) -> dict[str, str]:
    """Every name, label and synonym of one kind of member (metrics, dimensions …) -> the member's name."""
    forms: dict[str, str] = {}
    for name, member in getattr(model, kind).items():
        words = (name, member.label.zh, member.label.en, *member.synonyms.zh, *member.synonyms.en)
        for word in words:
            forms.setdefault(word, name)
    return forms


def suggest(model: SemanticModel, kind: str, name: str) -> tuple[str, ...]:
    """Names of members of one kind whose name, label or synonym looks like `name`."""
    forms = surface_forms(model, kind)
    return tuple(dict.fromkeys(forms[form] for form in nearest(name, forms, limit=6)))[:3]
