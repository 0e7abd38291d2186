"""Personal values that the data knows, found in a question: the exact way to keep them from leaving.

In: a text, the whole set of personal columns, an engine. Out: the values of those columns that stand in the text, as it was typed,
in the one spelling of `language.text`, or with something between the characters of a name (张 伟). What may fail: `EngineError`, also
where a text holds more of them than can be told apart; then nothing may leave.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from assistant.errors import EngineError
from assistant.language.text import HAN, normalise
from assistant.ports import Engine
from semantic_layer.model import SemanticModel, profile_history, profile_table

MOST = 500
"""Different combinations of values of one table that a question is searched for; it has room for fewer names than that."""
_LEAST = 2
"""Characters of a value that is searched for."""
_HEADS = (3, 2)
"""Characters of the beginnings that are kept of a column's values: the longer, unless there are too many of them."""
MOST_HEADS = 100_000
_RUN = re.compile(r"[!-~]+")
_BETWEEN = r"[\s·•・.,、/|_*-]{1,3}"
"""What people set between the characters of a name."""
_SPLIT = re.compile(f"(?<=[{HAN}]){_BETWEEN}(?=[{HAN}])")
_IN_HAN = re.compile(f"(?<=[{HAN}])(?=[{HAN}])")


@dataclass(frozen=True, slots=True)
class _Column:
    """What is known of the values of a column. `run`: the length of the shortest where all are runs of ASCII, else None; `heads`: how
    they begin, in lower case, or None where that is not known."""

    run: int | None
    heads: frozenset[str] | None = None

    def has_room(self, text: str, longest: int) -> bool:
        """Whether one of the values can stand in a text; `longest`: its longest run of ASCII."""
        if self.run is not None:
            return self.run <= longest
        return self.heads is None or not _lowers_alike(text) or not self.heads.isdisjoint(_beginnings(text))


@dataclass(frozen=True, slots=True)
class PersonalValues:
    """Looks for values of personal columns; safe for many threads. One scan a turn, of the columns that can stand in its text at
    all: where all values of a column are long runs of ASCII (phones, e-mails, numbers of cards), most questions have no room for
    one, and where they are names, most questions hold none that begins as one does. How long they are and how they begin is read
    once for each state of the data."""

    engine: Engine
    _known: dict[str, Mapping[str, _Column]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def inside(self, text: str, model: SemanticModel) -> tuple[str, ...]:
        """The values of personal columns of `model` that stand in `text`, whatever the case and spelling.

        Raises:
            EngineError: the data cannot be read, or `text` holds too many of them.
        """
        text = _spellings(text)
        longest = max((len(run) for run in _RUN.findall(text)), default=0)
        found: dict[str, None] = {}
        with self.engine.session():
            version = self.engine.data_version()
            for table, columns in _personal(model).items():
                known = self._of(table, columns, version)
                possible = [name for name in columns if known[name].has_room(text, longest)]
                rows = self.engine.values(_search(text, table, possible)) if possible else ()
                if len(rows) > MOST:
                    raise EngineError
                found |= {value: None for row in rows for value in row if value is not None}
        return tuple(found)

    def _of(self, table: str, columns: tuple[str, ...], version: str) -> Mapping[str, _Column]:
        """What is known of each column."""
        key = f"{version} {table} {columns}"
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = dict(self._read(table, columns))
            with self._lock:
                for old in [old for old in self._known if not old.startswith(f"{version} ")]:
                    del self._known[old]
                self._known[key] = known
        return known

    def _read(self, table: str, columns: tuple[str, ...]) -> Iterator[tuple[str, _Column]]:
        (row,) = self.engine.values(_facts(table, columns))
        for i, name in enumerate(columns):
            run = row[2 * i] if row[2 * i + 1] else None
            yield name, _Column(run) if run is not None else _Column(None, self._heads(table, name))

    def _heads(self, table: str, column: str) -> frozenset[str] | None:
        """How the values of a column begin; None where they begin in too many ways to be kept."""
        for size in _HEADS:
            rows = self.engine.values(_beginning(table, column, size))
            if len(rows) <= MOST_HEADS:
                return frozenset(str(head) for (head,) in rows)
        return None


def pattern(value: str) -> re.Pattern[str]:
    """Where a value stands in a normalised text, with or without something between its Chinese characters.

    >>> [bool(pattern("张伟").search(text)) for text in ("张伟的", "张 · 伟的", "张大伟")]
    [True, True, False]
    """
    pieces = _IN_HAN.split(normalise(value).text)
    return re.compile(f"(?:{_BETWEEN})?".join(map(re.escape, pieces)))


def _spellings(text: str) -> str:
    """A text in all the spellings that are searched; a lone surrogate is no text that an engine takes."""
    plain = normalise(text).text
    both = "\n".join(dict.fromkeys((text, plain, _SPLIT.sub("", plain))))
    return both.encode("utf-8", errors="replace").decode("utf-8")


def _lowers_alike(text: str) -> bool:
    """Whether Python and the engine know the same lower case of a text: that of Latin letters without marks is all that they surely
    agree on, and what has none."""
    return text.isascii() or all(
        char.isascii() or (char.lower() == char == char.upper() and unicodedata.category(char) != "Cn") for char in text
    )


def _beginnings(text: str) -> Iterator[str]:
    """Every stretch of a text with which a value can begin, in lower case."""
    lower = text.replace("\0", " ").lower()
    yield from (lower[at : at + size] for size in _HEADS for at in range(len(lower) - size + 1))


def _personal(model: SemanticModel) -> Mapping[str, tuple[str, ...]]:
    """The personal columns of text, by table; the profile repeats those of others."""
    profiles = {name(entity) for entity in model.entities for name in (profile_table, profile_history)}
    found = {
        table.name: tuple(column.name for column in table.columns if column.pii is not None and column.type == "text")
        for table in model.tables.values()
        if table.name not in profiles
    }
    return {table: columns for table, columns in found.items() if columns}


def _facts(table: str, columns: tuple[str, ...]) -> str:
    """One row: of each column the length of the shortest value, and whether all are runs of ASCII."""
    of_each = (
        f"min(length({value})) FILTER (length({value}) >= {_LEAST}), bool_and(NOT regexp_matches({value}, '[^!-~]'))"
        for value in map(_value, columns)
    )
    return f'SELECT {", ".join(of_each)} FROM "{table}"'


def _beginning(table: str, column: str, size: int) -> str:
    """One row for each way in which the values of a column begin; the engine lowers them, as in a search."""
    value = _value(column)
    return f'SELECT DISTINCT substr(lower({value}), 1, {size}) FROM "{table}" WHERE length({value}) >= {_LEAST} LIMIT {MOST_HEADS + 1}'


def _search(text: str, table: str, columns: list[str]) -> str:
    """One scan of a table: which of its personal values stand in the text. The engine lowers both, so that both agree."""
    quoted = "lower('" + text.replace("'", "''").replace("\0", " ") + "')"
    tests = {value: f"(length({value}) >= {_LEAST} AND contains({quoted}, lower({value})))" for value in map(_value, columns)}
    shown = ", ".join(f"CASE WHEN {test} THEN {value} END" for value, test in tests.items())
    return f'SELECT DISTINCT {shown} FROM "{table}" WHERE {" OR ".join(tests.values())} LIMIT {MOST + 1}'


def _value(column: str) -> str:
    return f'trim(CAST("{column}" AS VARCHAR))'
