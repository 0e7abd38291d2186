"""Names that are written in Chinese, told in English, so that both languages can ask of them; and Chinese names in their initials.

In: the facts of a database. Out: the same facts, where names in Chinese (会员编号) have a label in English words (member id), and
the Chinese of each of these words, so that a label in Chinese is the name as it stands. A stretch that nobody can translate stays
as it is. A column called by the initials of another's Chinese name (hybh) is labelled like it. Pure; nothing fails.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pypinyin import Style, lazy_pinyin

from semantic_layer.drafting.facts import ColumnFacts, SchemaFacts, TableFacts
from semantic_layer.drafting.words import dictionary, is_chinese

_RUNS = re.compile(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+")
_SHORTEST_INITIALS = 3
_LONGEST = 6


@dataclass(slots=True)
class _Words:
    """The English of Chinese words, one word for one: `english` by Chinese, `told` the other way round."""

    english: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def of(self, zh: str, *, alone: bool) -> str | None:
        """The English of a word; where it stands `alone`, the first that says no other Chinese word of this database."""
        readings = dictionary().get(zh, ())
        if zh not in self.english:
            free = next((w for w in readings if self.told.setdefault(w, zh) == zh), None)
            if free is None:
                return None if alone else next(iter(readings), None)
            self.english[zh] = free
        return self.english[zh]

    def phrase(self, name: str) -> str:
        """A name in English words, its Chinese stretches translated as far as they are known."""
        parts = [part for run in _RUNS.findall(name) for part in (_stretches(run) if is_chinese(run) else [run])]
        made = " ".join(self.of(part, alone=len(parts) == 1) or part for part in parts)
        return made if self.told.setdefault(made, name) == name else name


def _stretches(run: str) -> list[str]:
    """A Chinese name cut into known words, the longest first, and what lies between them."""
    found: list[str] = []
    at = rest = 0
    while at < len(run):
        size = next((n for n in range(min(_LONGEST, len(run) - at), 0, -1) if run[at : at + n] in dictionary()), 0)
        if size and rest < at:
            found.append(run[rest:at])
        if size:
            found.append(run[at : at + size])
            rest = at + size
        at += size or 1
    return [*found, run[rest:]] if rest < len(run) else found


def translated(facts: SchemaFacts) -> tuple[SchemaFacts, Mapping[str, str]]:
    """The facts with English labels for Chinese names, and the Chinese of the words in them."""
    known = _Words()
    short = _initials(facts)
    tables = tuple(_table(table, known, short) for table in facts.tables)
    return replace(facts, tables=tables), known.told


def _table(table: TableFacts, known: _Words, short: Mapping[str, str]) -> TableFacts:
    name = table.label or table.name
    label = known.phrase(name) if is_chinese(name) else table.label
    taken: set[str] = set()
    return replace(table, label=label, columns=tuple(_column(column, known, short, taken) for column in table.columns))


def _column(column: ColumnFacts, known: _Words, short: Mapping[str, str], taken: set[str]) -> ColumnFacts:
    name = column.label or short.get(column.name.lower(), column.name)
    if not is_chinese(name):
        return column
    phrase = known.phrase(name)
    if phrase in taken:
        phrase = name
    taken.add(phrase)
    return replace(column, label=phrase)


def _initials(facts: SchemaFacts) -> dict[str, str]:
    """The initials of the Chinese column names of a database, where they mean one."""
    found: dict[str, set[str]] = {}
    for table in facts.tables:
        for column in table.columns:
            letters = initials(column.name) if is_chinese(column.name) else ""
            if len(letters) >= _SHORTEST_INITIALS:
                found.setdefault(letters, set()).add(column.name)
    return {letters: names.pop() for letters, names in found.items() if len(names) == 1}


def initials(name: str) -> str:
    """The first letters of the syllables of a Chinese name.

    >>> initials("会员编号")
    'hybh'
    """
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
