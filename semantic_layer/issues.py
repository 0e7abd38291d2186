"""What a user or a modeller did wrong, as a value: a stable code, where, the facts, and near misses.

In: nothing; this is the bottom of the house. Out: `Issue`. The sentence of a code lives in `prompts/messages.{zh,en}.yaml`;
tests assert codes, never sentences. All issues of a stage are collected, then shown together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "assumption", "warning"]
"""error: cannot run. assumption: ran, and the answer says so. warning: lint, worth a look."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an issue is: a file and line of the YAML, a path inside a query, or a span of the question."""

    file: str | None = None
    line: int | None = None
    path: str | None = None
    start: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        if self.file is not None:
            return f"{self.file}:{self.line}" if self.line is not None else self.file
        if self.path is not None:
            return self.path
        return f"{self.start}-{self.end}" if self.start is not None else ""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `params` are the variables of its sentence; `suggestions` are names the asker may see, best first."""

    code: str
    severity: Severity = "error"
    where: Place = field(default_factory=Place)
    params: Mapping[str, str] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()


def errors(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """The issues that stop a run."""
    return tuple(i for i in issues if i.severity == "error")
