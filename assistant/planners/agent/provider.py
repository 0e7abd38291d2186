"""The loop: langchain's agent over an OpenAI-compatible service, one turn at a time.

In: a `Turn` with its `Brief`, the settings, the egress log, the `Line` of the turn. Out: the turn has ended one way or another.
Every request passes the gate: it is searched for what must not leave, logged, then sent. What may fail: whatever a provider can
do wrong (`converse` runs in a worker, whose failure `planner` turns into what the rules say); the key stands in no message.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse, ToolCallRequest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langsmith import tracing_context
from openai import APIConnectionError, APIStatusError

from assistant.egress import Egress, EgressError
from assistant.planners.agent.brief import Brief
from assistant.planners.agent.calls import called, declared, parsed, together
from assistant.planners.agent.line import Line
from assistant.planners.agent.members import estimate
from assistant.planners.agent.pieces import OverBudget
from assistant.planners.agent.spares import Spares
from assistant.planners.agent.turn import Turn
from assistant.planners.agent.wire import OPENAI, Way
from assistant.settings import LlmSettings

__all__ = ["OPENAI", "Provider"]
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0
_PROTOCOL = frozenset({"role", "type", "id", "tool_call_id"})
Handler = Callable[[ModelRequest[Any]], ModelResponse[Any]]


class _TurnEnded(Exception):
    """Nothing more is asked of the model."""


@dataclass(slots=True)
class Provider:
    """One turn's way to the model."""

    turn: Turn
    brief: Brief
    llm: LlmSettings
    egress: Egress
    line: Line
    name: str
    spares: Spares[Way]
    blocked: bool = False
    status: int | None = None
    """The HTTP status of the call that failed last."""
    calls: int = 0
    tokens: int = 0
    way: Way = field(init=False)
    _silent: bool = False

    def __post_init__(self) -> None:
        self.way = self.spares.take(lambda: Way(self.llm))
        self.way.gate = self._gate

    def converse(self) -> None:
        """Talks to the model until the turn has ended."""
        try:
            self._converse()
        finally:
            self._silent = True

    def _converse(self) -> None:
        begun, most = {"messages": [HumanMessage(self.brief.question)]}, {"recursion_limit": 12 * self.llm.calls + 12}
        with tracing_context(enabled=False):
            try:
                _loop().invoke(begun, most, context=self)
            except _TurnEnded:
                return
        self.turn.stop("no-answer")

    def leave(self) -> None:
        """Nothing more is sent: the way to the model is the next turn's, or closed where this one still waits for a reply."""
        if self._silent:
            self.way.gate = None
            self.spares.give(self.way)
        else:
            self.way.close()

    def _gate(self, request: Any) -> None:  # noqa: ANN401 - httpx or httpx2
        """Nothing leaves unseen: searched, logged, sent."""
        body = json.loads(request.content)
        texts = [text.casefold() for text in _texts(body.get("messages"))]
        own = self.brief.system.casefold()
        secrets = [s.casefold() for s in self.turn.asked.veil.secrets if s.casefold() not in own]
        if self.line.over.is_set() or any(secret in text for secret in secrets for text in texts):
            self.blocked = True
            raise EgressError
        self.egress.record(self.name, urlsplit(str(request.url)).netloc.rpartition("@")[2], body)

    # --- budget --------------------------------------------------------------------------------------------------------

    def may_call(self) -> bool:
        """Whether the turn goes on and the budget allows one more call."""
        if self.turn.done is None and (self.calls >= self.llm.calls or self.tokens >= self.llm.tokens or self.line.over.is_set()):
            self.turn.stop("budget")
        return self.turn.done is None

    def reply(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """The next messages up to one that calls a tool; a reply without a tool is answered at once.

        Raises:
            _TurnEnded: the turn is over, or its budget.
        """
        asking = request.override(
            model=self.way.chat, tools=list(declared(self.turn.lang)), system_message=SystemMessage(self.brief.system)
        )
        said: list[Any] = []
        while self.may_call():
            last = _one_query(self._call(asking, handler).result[-1])
            said.append(last)
            if not isinstance(last, AIMessage) or last.tool_calls:
                return ModelResponse(result=said)
            told = self.turn.talked(str(last.text))
            if told is None:
                break
            broken = [ToolMessage(told, tool_call_id=call["id"] or "") for call in last.invalid_tool_calls]
            said += broken or [HumanMessage(told)]
            asking = asking.override(messages=[*request.messages, *said])
        raise _TurnEnded

    def _call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """One call with more tries, each within what is left of the turn's time and tokens."""
        self.turn.doing = "model" if not self.turn.repairs else "repair"
        self.calls += 1
        tries = 0
        self.way.chat.most = max(self.llm.tokens - self.tokens, 0)
        while True:
            within = min(self.llm.timeout, self.line.seconds_left() or 0.01)
            try:
                response = handler(request.override(model_settings={**request.model_settings, "timeout": within}))
            except (APIConnectionError, APIStatusError) as failed:
                self.status = getattr(failed, "status_code", None)
                if tries >= self.llm.retries or self.blocked or not _passes(failed):
                    raise
                self.line.pause(_wait(failed, tries))
                tries += 1
                continue
            except OverBudget:
                self.turn.stop("budget")
                raise _TurnEnded from None
            self.tokens += _spent(request, response)
            return response


class _Steering(AgentMiddleware[Any, Any, Any]):
    """Puts the turn's own model and tools into the loop, which all turns share."""

    def wrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        provider: Provider = request.runtime.context
        return provider.reply(request, handler)

    def wrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Any]) -> ToolMessage:  # noqa: ARG002
        call = request.tool_call
        provider: Any = request.runtime.context
        told = called(provider.turn, call["name"], call["args"])
        if provider.turn.done:
            raise _TurnEnded  # nobody asks the model again: the loop need not go round once more to find that out
        return ToolMessage(told, tool_call_id=call["id"], name=call["name"])


@cache
def _loop() -> Any:  # noqa: ANN401 - langgraph's own type, of many parameters
    """The agent, built once: it takes longer than a turn. Its model only holds the place of the turn's, and reaches nothing."""
    return create_agent(FakeListChatModel(responses=[]), [], middleware=[_Steering()], context_schema=Provider)


def _one_query(message: Any) -> Any:  # noqa: ANN401 - a message of langchain
    calls = together(message.tool_calls) if isinstance(message, AIMessage) else None
    return message if calls is None else message.model_copy(update={"tool_calls": calls})


def _texts(node: Any) -> Iterator[str]:  # noqa: ANN401 - JSON of any shape
    """Every text of messages, texts of JSON within texts unescaped too; but for words of the protocol, in which nobody says anything."""
    if isinstance(node, dict):
        for name, item in node.items():
            if name not in _PROTOCOL or not isinstance(item, str):
                yield from _texts(item)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, str):
        yield node
        inner = parsed(node) if node[:1] in "{[" else node
        if not isinstance(inner, str):
            yield from _texts(inner)


def _passes(failed: APIConnectionError | APIStatusError) -> bool:
    """Whether a later try may succeed."""
    return isinstance(failed, APIConnectionError) or failed.status_code in (408, 409, 425, 429) or failed.status_code >= 500


def _wait(failed: APIConnectionError | APIStatusError, tries: int) -> float:
    """Seconds until the next try: what the provider says, else doubling."""
    said = failed.response.headers.get("retry-after", "") if isinstance(failed, APIStatusError) else ""
    try:
        return min(max(float(said), 0.0), 60.0)
    except ValueError:
        return min(_FIRST_WAIT * 2.0**tries, _LONGEST_WAIT)


def _spent(request: ModelRequest[Any], response: ModelResponse[Any]) -> int:
    """Tokens of one call: as told, else estimated."""
    replies = [message for message in response.result if isinstance(message, AIMessage)]
    told = sum(message.usage_metadata["total_tokens"] for message in replies if message.usage_metadata)
    sent: list[BaseMessage] = [*request.messages, *replies]
    system = str(request.system_message.text) if request.system_message is not None else ""
    return told or estimate(system) + sum(estimate(str(message.content)) + _of_calls(message) for message in sent)


def _of_calls(message: BaseMessage) -> int:
    return sum(estimate(json.dumps(call["args"], default=str)) for call in getattr(message, "tool_calls", ()))
