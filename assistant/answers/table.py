"""The rows of an answer as a pandas frame: labels for column names and key values, numbers as numbers.

In: an `Answer`. Out: `pandas.DataFrame`; a null group reads 未知 / unknown, the labels of declared values are in the asker's
language. pandas is imported here and nowhere else. Nothing fails.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.answers import format as words
from assistant.qa import Answer, Cell, Column, Lang

if TYPE_CHECKING:
    import pandas as pd


def to_frame(answer: Answer) -> "pd.DataFrame":
    """The rows of `answer` with labels."""
    import pandas as pd

    return pd.DataFrame(dict(zip(headings(answer.columns), columns_of(answer), strict=True)))


def columns_of(answer: Answer) -> list[list[Cell]]:
    """The cells column by column, as `shown` gives them."""
    cells = zip(*answer.rows, strict=True) if answer.rows else [()] * len(answer.columns)
    return [shown(values, column, answer.lang) for values, column in zip(cells, answer.columns, strict=True)]


def headings(columns: Sequence[Column]) -> tuple[str, ...]:
    """What stands over each column; a second one of the same name is numbered."""
    seen: Counter[str] = Counter()
    names = []
    for column in columns:
        label = words.plain(words.capital(column.label))
        seen[label] += 1
        names.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(names)


def shown(values: Iterable[Cell], column: Column, lang: Lang) -> list[Cell]:
    """The cells of a column as people use them: the label of a value, a number as a number, a date as a date."""
    named = {(isinstance(stored, bool), stored): words.capital(text) for stored, text in column.labels}
    missing = words.cell(None, column, lang) if column.role == "key" else None
    return [_shown(v, named, column, lang) if v is not None else named.get((False, None), missing) for v in values]


def _shown(value: Cell, named: Mapping[tuple[bool, Cell], str], column: Column, lang: Lang) -> Cell:
    if isinstance(value, bool):
        return named.get((True, value)) or words.cell(value, column, lang)
    if named and (False, value) in named:
        return named[False, value]
    return float(value) if isinstance(value, Decimal) else value
