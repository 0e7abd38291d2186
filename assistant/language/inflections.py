"""English inflections: from a name as the model writes it, the forms that people type. Words as data: irregulars in `en.forms.yaml`.

Never fails; a form that nobody uses does no harm, because it is only ever matched whole.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import yaml

_VOWELS = "aeiou"
_WORD = re.compile(r"[a-z]+$")


@cache
def _irregular() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("en.forms.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    return loaded


@cache
def _singulars() -> dict[str, str]:
    return {plural: single for single, plural in _irregular()["plurals"].items()}


def plural(word: str) -> str:
    """The plural of an English noun.

    >>> [plural(w) for w in ("category", "city", "box", "customer", "day", "person")]
    ['categories', 'cities', 'boxes', 'customers', 'days', 'people']
    """
    known = _irregular()["plurals"].get(word)
    if known is not None:
        return str(known)
    if word.endswith("y") and word[-2:-1] not in _VOWELS and len(word) > 2:
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


def singular(word: str) -> str:
    """The singular of an English noun; itself where it is none.

    >>> [singular(w) for w in ("categories", "boxes", "sales", "status", "people", "class")]
    ['category', 'box', 'sale', 'status', 'person', 'class']
    """
    known = _singulars().get(word)
    if known is not None:
        return known
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _with_last(phrase: str, last: str) -> str:
    match = _WORD.search(phrase)
    return phrase[: match.start()] + last if match else phrase


_HOW = re.compile(
    r"(how(?: \w+ly| fast| quick| soon| long| often)?) (we|they|people|customers|members|shoppers|buyers|users) (?=[a-z])"
)


def _asked(phrase: str) -> Iterator[str]:
    """how people pay, as a question: how do people pay, how did people pay."""
    match = _HOW.match(phrase)
    if match:
        yield from (f"{match[1]} {does} {match[2]} {phrase[match.end() :]}" for does in ("do", "did"))


_ADVERB = re.compile(r"(?:not )?(?:on|at) [a-z]+")
"""on sale: how a store did on sales is no discount."""


@cache
def noun_forms(phrase: str) -> tuple[str, ...]:
    """A name with its last word in singular and plural, with and without an apostrophe or inner spaces of a hyphenated word.

    >>> noun_forms("product category")
    ('product category', 'product categories')
    """
    forms = dict.fromkeys((phrase, *_asked(phrase)))
    match = _WORD.search(phrase)
    fixed = phrase.startswith("how many ") or _ADVERB.fullmatch(phrase)  # how many store orders: no stores
    if match and len(match.group()) > 2 and not fixed:
        word = match.group()
        one = singular(word)
        forms |= dict.fromkeys(
            (_with_last(phrase, one), _with_last(phrase, plural(one))) if one != word else (_with_last(phrase, plural(word)),)
        )
    for form in list(forms):
        if "'" in form:
            forms[form.replace("'", "")] = None
    return tuple(forms)


def _doubled(word: str) -> str:
    """shop -> shopp before -ed and -ing; open stays."""
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdfgklmnprt]", word)
    return word + word[-1] if short else word


@cache
def _forms_of_verb(verb: str) -> tuple[str, ...]:
    irregular = _irregular()["verbs"]
    base = next((base for base, forms in irregular.items() if verb == base or verb in forms), None)
    if base is not None:
        return (base, *irregular[base])
    base = verb[:-1] + "y" if verb.endswith("ied") else verb
    if verb.endswith("ed") and not verb.endswith(("eed", "ied")) and len(verb) > 4:
        return (verb, verb[:-1], verb[:-2], verb[:-2] + "ing", verb[:-2] + "s", verb[:-1] + "s", verb[:-3])
    ending = (
        base[:-1] + "ied"
        if base.endswith("y") and base[-2] not in _VOWELS
        else base + "d"
        if base.endswith("e")
        else _doubled(base) + "ed"
    )
    running = base[:-1] + "ing" if base.endswith("e") and not base.endswith("ee") else _doubled(base) + "ing"
    return (base, plural(base), ending, running)


@cache
def verb_forms(phrase: str) -> tuple[str, ...]:
    """A verb phrase with its first word in the usual forms.

    >>> verb_forms("log in")
    ('log in', 'logs in', 'logged in', 'logging in')
    """
    first, space, rest = phrase.partition(" ")
    if not first.isascii() or not first.isalpha() or len(first) < 2:
        return (phrase,)
    rests = (rest, *(article + rest[2:] for article in ("any ", "a single ", "another ") if rest.startswith("a ")))
    forms = (form + space + behind for behind in rests for form in _forms_of_verb(first) if len(form) > 1)
    return tuple(dict.fromkeys((phrase, *forms)))


def words(forms: Iterator[str]) -> frozenset[str]:
    """The distinct words of phrases."""
    return frozenset(word for form in forms for word in form.split())
