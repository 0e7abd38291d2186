"""The rows of an answer as a pandas frame: labels for column names and key values, numbers as numbers.

In: an `Answer`. Out: `pandas.DataFrame`; a null group reads 未知 / unknown, the labels of declared values are in the asker's
language. pandas is imported here and nowhere else. Nothing fails.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.answers import format as words
from assistant.qa import Answer, Cell, Column, Lang

if TYPE_CHECKING:
    import pandas as pd


def to_frame(answer: Answer) -> "pd.DataFrame":
    """The rows of `answer` with labels."""
    import pandas as pd

    names = headings(answer.columns)
    cells = list(zip(*answer.rows, strict=True)) if answer.rows else [()] * len(names)
    return pd.DataFrame(
        {n: [shown(v, c, answer.lang) for v in cs] for n, c, cs in zip(names, answer.columns, cells, strict=True)}
    )


def headings(columns: Sequence[Column]) -> tuple[str, ...]:
    """What stands over each column; a second one of the same name is numbered."""
    seen: Counter[str] = Counter()
    names = []
    for column in columns:
        label = words.plain(words.capital(column.label))
        seen[label] += 1
        names.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(names)


def shown(value: Cell, column: Column, lang: Lang) -> Cell:
    """A cell as people use it: the label of a value, a number as a number, a date as a date."""
    named = words.label_of(value, column)
    if named is not None:
        return words.capital(named)
    if value is None:
        return words.cell(None, column, lang) if column.role == "key" else None
    if isinstance(value, bool):
        return words.cell(value, column, lang)
    return float(value) if isinstance(value, Decimal) else value
