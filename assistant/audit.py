"""The audit log: who asked what, what ran, how many rows left; one JSON object a line, appended, never rewritten.

In: an `Entry` (and a clock, given once by `app`). Out: a line of `audit.jsonl`, a file that only its owner can read. Nothing here
may fail an answer: a log that cannot be written is reported to `logging`, once.
"""

import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was asked or taken away. `action`: a question, a query, governed SQL, an export."""

    action: Literal["ask", "query", "sql", "export"]
    question: str
    role: str
    status: str
    channel: str = "python"
    attributes: Mapping[str, str] = field(default_factory=dict)
    query: str | None = None
    sql: str | None = None
    rows: int | None = None
    ms: float | None = None
    code: str | None = None
    incident: str | None = None
    detail: str | None = None


class Audit:
    """Appends entries to a file. Safe for many threads and processes: one write call a line, in append mode."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._complained = False

    def record(self, entry: Entry) -> None:
        """Appends `entry` with the time; never raises."""
        given = {name: value for name, value in asdict(entry).items() if value not in (None, {}, "")}
        line = json.dumps({"time": self._clock().isoformat(timespec="milliseconds"), **given}, ensure_ascii=False, default=str)
        try:
            self._append((line + "\n").encode("utf-8", errors="replace"))
        except OSError as failed:
            if not self._complained:
                self._complained = True
                logger.warning("the audit log %s cannot be written: %s", self._path, failed.strerror)

    def _append(self, line: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)
