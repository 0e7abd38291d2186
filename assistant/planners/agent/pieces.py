"""A reply that comes piece by piece, put together: what is streamed ends as the same message as what comes whole.

In: the bytes of a stream of server-sent events, as services send them. Out: one chat completion as JSON. Pieces cost next to
nothing: a model's call of 400 characters comes in a hundred of them. What may fail: `CutShort`, where the stream ends before the
reply does; `TooLong`, where the reply says more than anybody reads, or than is left of what the question may cost.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.planners.agent.members import weight

_DONE = "[DONE]"
_TEXTS = ("content", "reasoning_content")
MOST_SAID = 400_000
"""Characters of a reply, thoughts included: several times the tokens that a question may cost."""
MOST_CALLS = 32
"""Calls of tools in one reply."""


class CutShort(Exception):
    """The stream ended, or said that it failed, before the reply was whole."""


class TooLong(Exception):
    """A reply is longer than any that is of use. It is not asked for again: the next one would be as long."""


class OverBudget(TooLong):
    """A reply has more tokens than are left for the question."""


def gathered(chunks: Iterable[bytes], tokens: int | None = None) -> dict[str, Any]:
    """The whole reply, of at most about so many tokens.

    Raises:
        CutShort: what came is no whole reply.
        TooLong: it has too many calls of tools.
        OverBudget: it has more tokens; nothing is read of it any more.
    """
    reply = _Reply(tokens)
    for event in _events(chunks):
        reply.hear(event)
    return reply.whole()


def _events(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The JSON objects of a stream, until it says that it is done, or ends; comments, which keep it alive, are none."""
    for line in _lines(chunks):
        kind, _, data = line.strip().decode("utf-8", "replace").partition(":")
        if kind != "data" or not data.strip():
            continue
        if data.strip() == _DONE:
            return
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            raise CutShort from None
        if not isinstance(event, dict) or event.get("error"):
            raise CutShort
        yield event


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines as the standard of server-sent events counts them here: JSON may hold what other splitters take for an end of line."""
    begun: list[bytes] = []  # a line may come in many chunks
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            yield b"".join((*begun, line))
            begun.clear()
        begun.append(rest)
    yield b"".join(begun)


def measured(told: dict[str, Any]) -> dict[str, Any]:
    """A whole reply, if it says no more than anybody reads.

    Raises:
        TooLong: it does.
    """
    for choice in told.get("choices") or ():
        message = choice.get("message") or {}
        calls = message.get("tool_calls") or ()
        said = [_text(message.get(name)) for name in _TEXTS]
        if len(calls) > MOST_CALLS or sum(map(len, (*said, json.dumps(calls, ensure_ascii=False)))) > MOST_SAID:
            raise TooLong
    return told


@dataclass(slots=True)
class _Reply:
    """What was heard so far of the first choice; a turn asks for no other."""

    most: int | None = None
    """Tokens."""
    spent: float = 0.0
    texts: dict[str, list[str]] = field(default_factory=dict)
    calls: list["_Call"] = field(default_factory=list)
    finish: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def hear(self, event: dict[str, Any]) -> None:
        """One event more."""
        self.more |= {name: event[name] for name in ("id", "model", "usage") if event.get(name)}
        for choice in event.get("choices") or ():
            if choice.get("index") in (0, None):
                self.finish = choice.get("finish_reason") or self.finish
                self._say(choice.get("delta") or choice.get("message") or {})
        if self.most is not None and self.spent > self.most:
            raise OverBudget

    def _say(self, delta: dict[str, Any]) -> None:
        for name in _TEXTS:
            text = _text(delta.get(name))
            if text:
                self.spent += weight(text)
                self.texts.setdefault(name, []).append(text)
        for piece in delta.get("tool_calls") or ():
            self.spent += weight(self._call_of(piece).hear(piece))

    def _call_of(self, piece: dict[str, Any]) -> "_Call":
        """The call that a piece goes on with. Some services number none, or all of them 0: another id is another call, and without
        ids a name behind arguments that are whole."""
        index, said = piece.get("index"), piece.get("id")
        known = next((call for call in reversed(self.calls) if index is None or call.index == index), None)
        if known is not None and index is None and said is None and known.arguments and (piece.get("function") or {}).get("name"):
            known = None if known.whole else known
        if known is None or (said and known.id and said != known.id):
            if len(self.calls) >= MOST_CALLS:
                raise TooLong
            known = _Call(index)
            self.calls.append(known)
        return known

    def whole(self) -> dict[str, Any]:
        """The reply as a service would have sent it whole. Not all say how it finished: then it must look finished."""
        said = bool(self.calls or self.texts.get("content"))
        if self.finish is None and not (said and all(call.whole for call in self.calls)):
            raise CutShort
        message: dict[str, Any] = {"role": "assistant", "content": None}
        message |= {name: "".join(texts) for name, texts in self.texts.items()}
        if self.calls:
            message["tool_calls"] = [call.told() for call in self.calls]
        return {**self.more, "choices": [{"index": 0, "message": message, "finish_reason": self.finish}]}


@dataclass(slots=True)
class _Call:
    """One call of a tool."""

    index: int | None
    id: str | None = None
    name: str = ""
    pieces: list[str] = field(default_factory=list)

    def hear(self, piece: dict[str, Any]) -> str:
        """One piece more, and what it says. Most services tell name and id once, some with every piece."""
        function = piece.get("function") or {}
        self.id = self.id or piece.get("id")
        name, given = function.get("name") or "", function.get("arguments")
        self.name += name if name != self.name else ""
        said = "" if given is None else given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        if said:
            self.pieces.append(said)
        return said

    @property
    def arguments(self) -> str:
        return "".join(self.pieces)

    @property
    def whole(self) -> bool:
        """Whether the arguments are JSON, which nothing cut short is; a call without any has none."""
        try:
            json.loads(self.arguments or "{}")
        except (ValueError, RecursionError):
            return False
        return True

    def told(self) -> dict[str, Any]:
        return {"id": self.id, "type": "function", "function": {"name": self.name or None, "arguments": self.arguments}}


def _text(said: Any) -> str:  # noqa: ANN401 - whatever a server sends
    """A text, or the texts of its parts."""
    if isinstance(said, list):
        return "".join(_text(part.get("text")) for part in said if isinstance(part, dict))
    return said if isinstance(said, str) else ""
