"""The egress log: every text that left for a model provider, word for word; one JSON object a line, appended, never rewritten.

In: the body of a request, just before it is sent (and a clock, given once by `app`). Out: a line of `egress.jsonl`, a file that
only its owner can read. Headers, and with them the key, are never given to it. What may fail: `EgressError` where the line cannot
be written: then nothing may be sent.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.errors import PlannerError


class EgressError(PlannerError):
    """What leaves could not be logged, or must not leave."""

    code = "egress"


@dataclass(frozen=True, slots=True)
class Egress:
    """Appends to a file. Safe for many threads and processes: one write call a line, in append mode."""

    path: Path
    clock: Callable[[], datetime]

    def record(self, turn: str, host: str, body: Any) -> None:  # noqa: ANN401 - JSON of any shape
        """Appends what is about to leave for `host` in one turn.

        Raises:
            EgressError: it cannot be written.
        """
        told = {"time": self.clock().isoformat(timespec="milliseconds"), "turn": turn, "host": host, "body": body}
        line = (json.dumps(told, ensure_ascii=False, default=str) + "\n").encode("utf-8", errors="replace")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                if os.write(handle, line) != len(line):
                    raise EgressError(problem="cut off")
            finally:
                os.close(handle)
        except OSError as failed:
            raise EgressError(problem=failed.strerror or type(failed).__name__) from failed
