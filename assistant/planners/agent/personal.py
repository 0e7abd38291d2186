"""Personal values that the data knows, found in a question: the exact way to keep them from leaving.

In: a text, the whole set of personal columns, an engine. Out: the values of those columns that stand in the text. What may fail:
`EngineError`; then nothing may leave.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.ports import Engine
from semantic_layer.model import SemanticModel, profile_history, profile_table

MOST = 50
"""Different values of one column that a question is searched for."""


@dataclass(frozen=True, slots=True)
class PersonalValues:
    """Looks for values of personal columns. One scan of them a turn: milliseconds beside what a model takes."""

    engine: Engine

    def inside(self, text: str, model: SemanticModel) -> tuple[str, ...]:
        """The values of personal columns of `model` that stand in `text`, whatever the case."""
        found = [value for sql in _searches(text.casefold(), model) for (value,) in self.engine.values(sql)]
        return tuple(dict.fromkeys(found))


def _searches(text: str, model: SemanticModel) -> Iterator[str]:
    quoted = "'" + text.replace("'", "''").replace("\0", " ") + "'"
    profiles = {name(entity) for entity in model.entities for name in (profile_table, profile_history)}
    for table in model.tables.values():
        if table.name in profiles:
            continue
        for column in table.columns:
            if column.pii is not None and column.type == "text":
                value = f'CAST("{column.name}" AS VARCHAR)'
                stands = f"length({value}) >= 2 AND contains({quoted}, lower({value}))"
                yield f'SELECT DISTINCT {value} AS v FROM "{table.name}" WHERE {stands} LIMIT {MOST}'
