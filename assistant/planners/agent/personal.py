"""Personal values that the data knows, found in a question: the exact way to keep them from leaving.

In: a text, the whole set of personal columns, an engine. Out: the values of those columns that stand in the text. What may fail:
`EngineError`; then nothing may leave.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.ports import Engine
from semantic_layer.model import SemanticModel, profile_history, profile_table

MOST = 200
"""Different combinations of values of one table that a question is searched for."""


@dataclass(frozen=True, slots=True)
class PersonalValues:
    """Looks for values of personal columns. One scan of them a turn: milliseconds beside what a model takes."""

    engine: Engine

    def inside(self, text: str, model: SemanticModel) -> tuple[str, ...]:
        """The values of personal columns of `model` that stand in `text`, whatever the case."""
        rows = (row for sql in _searches(text.casefold(), model) for row in self.engine.values(sql))
        return tuple(dict.fromkeys(value for row in rows for value in row if value is not None))


def _searches(text: str, model: SemanticModel) -> Iterator[str]:
    """One scan for each table: which of its personal values stand in the text."""
    quoted = "'" + text.replace("'", "''").replace("\0", " ") + "'"
    profiles = {name(entity) for entity in model.entities for name in (profile_table, profile_history)}
    for table in model.tables.values():
        personal = [column.name for column in table.columns if column.pii is not None and column.type == "text"]
        if table.name in profiles or not personal:
            continue
        values = [f'CAST("{name}" AS VARCHAR)' for name in personal]
        inside = [f"(length({value}) >= 2 AND contains({quoted}, lower({value})))" for value in values]
        shown = ", ".join(f"CASE WHEN {test} THEN {value} END" for test, value in zip(inside, values, strict=True))
        yield f'SELECT DISTINCT {shown} FROM "{table.name}" WHERE {" OR ".join(inside)} LIMIT {MOST}'
