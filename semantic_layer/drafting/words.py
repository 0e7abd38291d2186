"""Names of tables and columns as words that people read, in both languages.

In: `CUST_ID`, `orderItems`. Out: "customer id", "order items"; a Chinese label where every word has one, else the English. The
words lie in words.yaml; nouns.zh.yaml has the common ones of many trades, with all that each is called. Nothing fails.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from pypinyin import lazy_pinyin

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TOLD: ContextVar[Mapping[str, str]] = ContextVar("told", default={})  # noqa: B039 - never changed
_SMALL = ("by", "of", "in", "from", "to", "for", "at", "per")
_IRREGULAR = {"people": "person", "staff": "staff", "series": "series", "children": "child", "men": "man", "women": "woman"}


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Any]:
    """The words of words.yaml; Chinese for more of them from nouns.zh.yaml."""
    loaded = _read("words.yaml")
    loaded["zh"] = {word: readings[0] for word, readings in nouns().items()} | loaded["zh"]
    return loaded


@lru_cache(maxsize=1)
def nouns() -> dict[str, list[str]]:
    """Common English nouns and what each is called in Chinese, the likeliest first."""
    return _read("nouns.zh.yaml")


def _read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(files("semantic_layer.drafting").joinpath(name).read_text("utf-8"))
    return loaded


@contextmanager
def told(words: Mapping[str, str]) -> Iterator[None]:
    """For the time of one draft: the Chinese of English words is what the names of the database say."""
    token = _TOLD.set(words)
    try:
        yield
    finally:
        _TOLD.reset(token)


def is_chinese(name: str) -> bool:
    """Whether a name has Chinese in it."""
    return _HAN.search(name) is not None


def spelt(name: str) -> str:
    """The name as lower-case English words, abbreviations spelt out.

    >>> spelt("CUST_ID"), spelt("orderItems"), spelt("no_of_loans")
    ('customer id', 'order items', 'number of loans')
    """
    short: dict[str, str] = lexicon()["abbreviations"]
    words = [w.lower() for w in _SPLIT.split(_HUMP.sub(" ", name)) if w]
    return " ".join(short.get(w, w) for w in words) or name.lower()


def plural(phrase: str) -> str:
    """The last word in the plural.

    >>> plural("order item"), plural("company"), plural("people"), plural("branch")
    ('order items', 'companies', 'people', 'branches')
    """
    head, _, last = phrase.rpartition(" ")
    if last in _IRREGULAR or last in _SMALL or is_chinese(last) or singular(last) != last:
        many = last
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        many = f"{last[:-1]}ies"
    else:
        many = last + ("es" if last.endswith(("s", "x", "ch", "sh")) else "s")
    return f"{head} {many}".strip()


def singular(phrase: str) -> str:
    """The last word in the singular.

    >>> singular("order items"), singular("companies"), singular("address"), singular("addresses")
    ('order item', 'company', 'address', 'address')
    """
    head, _, last = phrase.rpartition(" ")
    if last in _IRREGULAR:
        one = _IRREGULAR[last]
    elif last.endswith("ies") and len(last) > 4:
        one = f"{last[:-3]}y"
    elif last.endswith(("sses", "xes", "ches", "shes")):
        one = last[:-2]
    elif last.endswith("s") and not last.endswith(("ss", "us", "is")):
        one = last[:-1]
    else:
        one = last
    return f"{head} {one}".strip()


def chinese(phrase: str) -> str:
    """The Chinese of a phrase where every word is known, else the phrase itself.

    >>> chinese("customer name"), chinese("blorp")
    ('客户名称', 'blorp')
    """
    return "".join(zh for _, zh in _stretches(phrase)) or phrase


def further_chinese(phrase: str) -> tuple[str, ...]:
    """The Chinese of a phrase with one of its words called as it is called too.

    >>> further_chinese("school grade"), further_chinese("blorp")
    (('学校年级',), ())
    """
    if phrase in lexicon()["whole"]:
        return tuple(lexicon()["whole"][phrase][1:])
    found = _stretches(phrase)
    return tuple(
        "".join(other if i == at else zh for i, (_, zh) in enumerate(found))
        for at, (word, own) in enumerate(found)
        for other in nouns().get(word, nouns().get(singular(word), []))
        if other != own
    )


def _stretches(phrase: str) -> list[tuple[str, str]]:
    """The stretches of a phrase that have a Chinese word, in Chinese order; nothing where one has none."""
    own = _TOLD.get()
    if phrase in own:
        return [(phrase, own[phrase])]
    if phrase in lexicon()["whole"] and phrase not in own:
        return [(phrase, lexicon()["whole"][phrase][0])]
    parts, at = _ordered(phrase).split(), 0
    found: list[tuple[str, str]] = []
    while at < len(parts):
        size = next((n for n in (3, 2, 1) if _known(" ".join(parts[at : at + n]), n)), 0)
        if not size:
            return []
        words = " ".join(parts[at : at + size])
        found.append((words, _known(words, size)))
        at += size
    return found


def _ordered(phrase: str) -> str:
    """Chinese puts what describes before what is described: number of loans -> loans number, price in euros -> euros price."""
    if phrase in lexicon()["phrases"]:
        return phrase
    head, of, rest = phrase.partition(" of ")
    if of and rest:
        return f"{_ordered(rest.removeprefix('the '))} {head}"
    head, of, rest = phrase.partition(" in ")
    return f"{rest} {head}" if of and rest else phrase.replace(" to ", " ").replace(" per ", " ")


def _known(words: str, size: int) -> str:
    """The Chinese of a stretch of `size` words, or nothing."""
    own, known = _TOLD.get(), lexicon()["zh" if size == 1 else "phrases"]
    found: str = own.get(words) or own.get(singular(words)) or (words if is_chinese(words) and size == 1 else "")
    return found or known.get(words) or known.get(singular(words)) or ""


def transcribed(name: str) -> str:
    """A name in Latin letters.

    >>> transcribed("约课 record")
    'yueke record'
    """
    return "".join(lazy_pinyin(name))


def has_chinese(phrase: str) -> bool:
    """Whether a phrase can be said in Chinese.

    >>> has_chinese("customer name"), has_chinese("blorp"), has_chinese("约课")
    (True, False, True)
    """
    return is_chinese(phrase) or chinese(phrase) != phrase


def english(zh: str) -> str:
    """The English of a Chinese word of names, else the word itself.

    >>> english("女"), english("鑫")
    ('female', '鑫')
    """
    return next(iter(dictionary().get(zh, ())), zh)


@lru_cache(maxsize=1)
def dictionary() -> Mapping[str, tuple[str, ...]]:
    """What Chinese words of names are in English, the likeliest first."""
    found: dict[str, list[str]] = {zh: list(words) for zh, words in _read("names.zh.yaml").items()}
    for kind in ("zh", "phrases"):
        for word, zh in lexicon()[kind].items():
            if word.isascii() and word not in found.setdefault(zh, []):
                found[zh].append(word)
    return {zh: tuple(words) for zh, words in found.items()}


def identifier(phrase: str) -> str:
    """A name for YAML: Latin letters, digits, underscores.

    >>> identifier("Customer name"), identifier("约课 record")
    ('customer_name', 'yueke_record')
    """
    found = re.sub(r"[^0-9a-z_]+", "_", transcribed(phrase.strip()).lower()).strip("_") or "x"
    return f"x_{found}" if found[0].isdigit() else found


def personal(phrase: str) -> str | None:
    """The class of personal data that a column of this name holds, or None."""
    classes: dict[str, list[str]] = lexicon()["personal"]
    padded = f" {phrase} "
    return next((name for name, words in classes.items() if any(f" {w} " in padded for w in words)), None)
