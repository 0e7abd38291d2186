"""What the command line needs of the composition root, as types; nothing here runs.

In: nothing. Out: the options that commands share, and the protocol that `assistant.workshop` fulfils.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from assistant.qa import Lang
    from assistant.service import Assistant


@dataclass(frozen=True, slots=True)
class Options:
    """What every command that reads data takes. None: what the settings say."""

    domain: str | None = None
    database: Path | None = None
    today: date | None = None
    role: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    planner: str | None = None
    lang: "Lang | None" = None


Ready = Callable[[str, tuple[str, ...], str], None]


class Root(Protocol):
    """The composition root, as the command line sees it."""

    def assistant(self, options: Options, /) -> "Assistant":
        """An assistant over the domain; builds what is missing, with a progress bar on stderr."""
        ...

    def build(self, name: str, *, scale: float | None, database: Path | None, force: bool, lang: str) -> str:
        """Builds a domain's demo database; a sentence about it."""
        ...

    def draft(self, database: Path, *, out: Path | None, name: str | None, force: bool, lang: str) -> str:
        """Drafts a domain folder from a database; sentences about it."""
        ...

    def refresh(self, options: Options, lang: str, /) -> str:
        """Computes the tags of `today` again; a sentence about it."""
        ...

    def check(self, options: Options, lang: str, /) -> tuple[dict[str, Any], bool]:
        """Settings and model findings as plain values, and whether all is well."""
        ...

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the YAML of a domain."""
        ...

    def evaluate(self, questions: Path, options: Options, views: Path | None, /) -> "EvaluationReport":
        """Runs a question set."""
        ...

    def serve(self, options: Options, host: str | None, port: int | None, chat: bool, ready: "Ready", /) -> None:
        """Serves until it is stopped; `ready` hears the address, and the demo users with their password where there are any."""
        ...

    def secret(self, password: str, /) -> str:
        """What the settings keep of a password."""
        ...

    def feedback(self) -> list[dict[str, Any]]:
        """What people thought of answers, as plain values."""
        ...

    def feedback_lines(self, lang: str, /) -> list[str]:
        """The same to read."""
        ...

    def feedback_case(self, key: str, gold_sql: str | None, /) -> dict[str, Any]:
        """One of them as a line of an evaluation set, with the SQL that is right."""
        ...

    def learn(self, options: Options, lang: str, /) -> list[str]:
        """What askers taught, to read."""
        ...

    def learn_plain(self, options: Options, /) -> list[dict[str, Any]]:
        """The same as plain values."""
        ...

    def learn_decide(self, options: Options, number: str, verdict: str, lang: str, /) -> str:
        """Accepts or rejects one of it; a sentence about it."""
        ...

    def history_file(self) -> Path:
        """Where the terminal's own history of lines lies."""
        ...

    def explain_error(self, error: BaseException, lang: str, /) -> tuple[str, int]:
        """A sentence about what went wrong, and the exit code that it deserves."""
        ...


class EvaluationReport(Protocol):
    """What an evaluation found, in the forms that can be printed."""

    def json(self) -> dict[str, Any]: ...

    def overview(self, lang: str) -> str: ...

    def markdown(self, lang: str) -> str: ...
