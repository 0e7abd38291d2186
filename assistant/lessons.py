"""What askers teach without meaning to: after a question back, what they picked, or how they said it again.

In: a conversation before and after a turn, who asked (and a clock, given once by `app`). Out: a line of `lessons.jsonl`, a file that
only its owner can read: the question, what was meant, the query that was right, by whom, when; and lines that say what the data
owner decided. Nothing here may fail an answer: a file that cannot be written is reported to `logging`, once.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.conversation import Conversation
from assistant.language.text import normalise
from assistant.qa import Answer, Lang
from semantic_layer.query import to_json

logger = logging.getLogger(__name__)
_REWORDED = frozenset({"unread-words", "agent-asks"})
"""Questions back after which another wording says what the first one meant."""
_SAME_SHARE = 0.4
"""Of a question, for another to be the same one said again."""
Verdict = Literal["accepted", "rejected"]


class Note(BaseModel):
    """One lesson. `question`: what was not understood; `meant`: the same in words that were, where there are such; `query`: what
    was then answered, as JSON; `today`: the day its dates are counted from; `first`: nothing was asked before in the thread."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time: datetime
    domain: str
    question: str
    lang: Lang
    how: Literal["picked", "reworded"]
    meant: str | None = None
    query: str
    today: date
    first: bool
    role: str
    channel: str
    by: str | None = None


class Decision(BaseModel):
    """What the data owner decided about a proposal, by its key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time: datetime
    verdict: Verdict
    key: str


@dataclass(frozen=True, slots=True)
class Told:
    """Who asked where, for a note."""

    domain: str
    today: date
    role: str
    channel: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """Two texts that are the same before `start` and in their last `rest` characters."""

    asked: str
    meant: str
    start: int
    rest: int

    @property
    def old(self) -> str:
        """The words of the first in the middle."""
        return self.asked[self.start : len(self.asked) - self.rest].strip()

    @property
    def new(self) -> str:
        """Those of the second in their place."""
        return self.meant[self.start : len(self.meant) - self.rest].strip()

    def wider(self, before: int, after: int) -> "Swap":
        """The same, with some of what both share counted to the middle."""
        return Swap(self.asked, self.meant, self.start - before, self.rest - after)


def replaced(asked: str, meant: str) -> Swap | None:
    """Which words of `asked` others stand for in `meant`, where the two are one question but for them.

    >>> swap = replaced("上个月各大区的吸金能力", "上个月各大区的销售额")
    >>> swap.old, swap.new
    ('吸金能力', '销售额')
    >>> replaced("今天天气", "销售额")
    """
    one, other = (normalise(text).text.strip(" ?。.!，,") for text in (asked, meant))
    start = _same(one, other)
    while start and not (_at_edge(one, start) and _at_edge(other, start)):
        start -= 1
    end = _same(one[start:][::-1], other[start:][::-1])
    while end and not (_at_edge(one, len(one) - end) and _at_edge(other, len(other) - end)):
        end -= 1
    found = Swap(one, other, start, end)
    shared = (start + end) / max(len(one), len(other), 1)
    return found if found.old and found.new and shared >= _SAME_SHARE else None


def _same(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _at_edge(text: str, at: int) -> bool:
    """Whether no English word or number is cut in two."""
    left, right = text[at - 1 : at], text[at : at + 1]
    return not (left.isascii() and right.isascii() and left.isalnum() and right.isalnum())


class Lessons:
    """The file of notes and decisions. Safe for many threads and processes: one write call a line, in append mode."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._complained = False

    def heed(self, question: str, before: Conversation, answer: Answer, told: Told) -> None:
        """Notes what a turn teaches, if it does; never raises."""
        note = self._note(question, before, answer, told)
        if note is None:
            return
        try:
            self._append(note)
        except OSError as failed:
            if not self._complained:
                self._complained = True
                logger.warning("lessons cannot be written: %s", failed.strerror)

    def decide(self, key: str, verdict: Verdict) -> None:
        """Keeps a decision.

        Raises:
            OSError: it cannot be written.
        """
        self._append(Decision(time=self._clock(), verdict=verdict, key=key))

    def notes(self, domain: str) -> Iterator[tuple[int, Note]]:
        """The notes about a domain by the number of their line, which never changes, oldest first."""
        for number, line in self._lines():
            if "question" in line:
                try:
                    note = Note.model_validate(line)
                except ValidationError:
                    continue
                if note.domain == domain:
                    yield number, note

    def decided(self) -> dict[str, Verdict]:
        """The decisions by key, the latest of each."""
        found: dict[str, Verdict] = {}
        for _, line in self._lines():
            if "verdict" in line:
                try:
                    decision = Decision.model_validate(line)
                except ValidationError:
                    continue
                found[decision.key] = decision.verdict
        return found

    def _note(self, question: str, before: Conversation, answer: Answer, told: Told) -> Note | None:
        pending = before.pending
        query = answer.interpretation.query if answer.interpretation is not None else None
        if pending is None or query is None or answer.status != "answered" or answer.parts:
            return None
        picked = pending.picked(question)
        meant = picked.question if picked is not None else question
        if picked is None and (pending.code not in _REWORDED or replaced(pending.question, question) is None):
            return None
        return Note(
            time=self._clock(),
            domain=told.domain,
            question=pending.question,
            lang=answer.lang,
            how="picked" if picked is not None else "reworded",
            meant=meant,
            query=to_json(query),
            today=told.today,
            first=before.last is None,
            role=told.role,
            channel=told.channel,
            by=told.by,
        )

    def _lines(self) -> Iterator[tuple[int, dict[str, object]]]:
        try:
            text = self._path.read_text("utf-8", errors="replace")
        except OSError:
            return
        for number, line in enumerate(text.splitlines(), 1):
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict):
                yield number, told

    def _append(self, line: BaseModel) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, (line.model_dump_json(exclude_none=True) + "\n").encode("utf-8", errors="replace"))
        finally:
            os.close(handle)
