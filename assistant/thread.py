"""A conversation of one asker: what is asked in it waits for what was asked before.

In: questions. Out: answers; JSON of what is remembered, and a thread that continues from it. What may fail: `from_json` with
`ConfigError` `thread-invalid`; `export` with `AccessDenied`.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from assistant.conversation import Conversation
from assistant.qa import Answer, Lang


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks (`by`: their name, where it is known), through which channel, and what they want of this one answer. `told`
    hears of each stage as it begins, and ends the turn by raising."""

    role: str
    attributes: Mapping[str, str]
    channel: str = "python"
    lang: Lang | None = None
    timeout: float | None = None
    prove: bool | None = None
    told: Callable[[str], None] | None = None
    by: str | None = None


Turn = Callable[[str, Asker, Conversation], Answer]
"""One question with what is known of its conversation."""


class Thread:
    """A conversation; safe for many threads. Rights are looked at with every ask, not kept with it."""

    def __init__(self, turn: Turn, export: Callable[..., bytes], asker: Asker, state: Conversation | None = None) -> None:
        self._turn = turn
        self._export = export
        self._asker = asker
        self._state = state or Conversation()
        self._lock = threading.Lock()

    def ask(
        self,
        question: str,
        *,
        lang: Lang | None = None,
        timeout: float | None = None,
        prove: bool | None = None,
        told: Callable[[str], None] | None = None,
    ) -> Answer:
        """The answer to the next question of this conversation; `told`: see `Asker`."""
        with self._lock:
            spoken = lang or self._asker.lang or self._state.language_of(question)
            answer = self._turn(question, replace(self._asker, lang=spoken, timeout=timeout, prove=prove, told=told), self._state)
            self._state = self._state.after(question, answer)
            return answer

    def export(self, answer: Answer, kind: str, *, clear: bool = False) -> bytes:
        """The rows of an answer of this conversation as a file; see `Assistant.export`."""
        who = self._asker
        return self._export(answer, kind, role=who.role, attributes=who.attributes, clear=clear, channel=who.channel)

    def to_json(self) -> str:
        """What is remembered, as JSON; neither the role nor any row."""
        with self._lock:
            return self._state.to_json()

    def from_json(self, text: str | bytes) -> "Thread":
        """A thread of the same asker that continues from `text`.

        Raises:
            ConfigError: `thread-invalid`.
        """
        return Thread(self._turn, self._export, self._asker, Conversation.from_json(text))

    def anew(self) -> "Thread":
        """An empty conversation of the same asker."""
        return Thread(self._turn, self._export, self._asker)

    @property
    def state(self) -> Conversation:
        """What is remembered."""
        return self._state
