"""The egress log: every text that left for a model provider, word for word; one JSON object a line, appended, never rewritten.

In: the body of a request, just before it is sent (and a clock, given once by `app`). Out: a line of `egress.jsonl`, a file that
only its owner can read, also where it was made otherwise. A file that is full becomes `egress.jsonl.1` and a new one begins; the
oldest of the set goes. Headers, and with them the key, are never given to it. What may fail: `EgressError` where the line cannot be
written: then nothing may be sent.
"""

import json
import logging
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError, PlannerError
from assistant.locks import locked

logger = logging.getLogger(__name__)
MOST_BYTES = 20_000_000
MOST_FILES = 10


class EgressError(PlannerError):
    """What leaves could not be logged, or must not leave."""

    code = "egress"


@dataclass(frozen=True, slots=True)
class Egress:
    """Appends to a file. Safe for many threads and processes: one write call a line, in append mode. `most`: bytes of a file (0: it is
    never full); `files`: how many there are at most, the one that is written among them."""

    path: Path
    clock: Callable[[], datetime]
    most: int = MOST_BYTES
    files: int = MOST_FILES

    def record(self, turn: str, host: str, body: Any) -> None:  # noqa: ANN401 - JSON of any shape
        """Appends what is about to leave for `host` in one turn.

        Raises:
            EgressError: it cannot be written.
        """
        told = {"time": self.clock().isoformat(timespec="milliseconds"), "turn": turn, "host": host, "body": body}
        line = (json.dumps(told, ensure_ascii=False, default=str) + "\n").encode("utf-8", errors="replace")
        try:
            self._append(line)
        except OSError as failed:
            raise EgressError(problem=failed.strerror or type(failed).__name__) from failed

    def _append(self, line: bytes) -> None:
        """Writes one line. Whoever has the file open while another one moves it on writes to it under its new name."""
        handle = self._opened()
        try:
            size = _private(handle)
            if self._is_full(size, len(line)):
                self._move_on(len(line))
                os.close(handle)
                handle = self._opened()
                _private(handle)
            if os.write(handle, line) != len(line):
                raise EgressError(problem="cut off")
        finally:
            os.close(handle)

    def _opened(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _is_full(self, size: int, more: int) -> bool:
        return bool(self.most and size and size + more > self.most)

    def _move_on(self, more: int) -> None:
        """Gives each file of the set the next number, the oldest's to the one before it. One process at a time: another one that comes
        meanwhile, and a folder in which nothing can be renamed, leave the file as it is; a line beyond the most is better than none."""
        try:
            with locked(self.path.with_name(f"{self.path.name}.lock"), "egress"):
                if self._is_full(self.path.stat().st_size, more):  # and nobody else has just done it
                    for number in range(self.files - 1, 0, -1):
                        self._rename(number)
        except ConfigError:
            return
        except OSError as failed:
            logger.warning("the egress log %s cannot begin a new file: %s", self.path, failed.strerror)

    def _rename(self, number: int) -> None:
        older, newer = self._numbered(number), self._numbered(number - 1)
        if newer.exists():
            newer.replace(older)

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path


def _private(handle: int) -> int:
    """Takes from everybody else what they may do with an open file; how large it is."""
    known = os.fstat(handle)
    if os.name == "posix" and stat.S_IMODE(known.st_mode) & 0o077:
        os.fchmod(handle, 0o600)
    return known.st_size
