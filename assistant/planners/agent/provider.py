"""The model: langchain's agent over an OpenAI-compatible service. The only module that imports langchain.

In: a `Turn` with its `Brief`, the settings, the egress log, the `Line` of the turn. Out: the turn has ended one way or another.
Every request passes the gate: it is searched for what must not leave, logged, then sent. What may fail: whatever a provider can
do wrong (`converse` runs in a worker, whose failure `planner` turns into what the rules say); the key stands in no message.
"""

import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit

import certifi
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse, hook_config
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langchain_openai import ChatOpenAI
from langsmith import tracing_context
from openai import APIConnectionError, APIStatusError, DefaultHttpxClient
from pydantic import BaseModel, BeforeValidator, SecretStr

import prompts
from assistant.egress import Egress, EgressError
from assistant.planners.agent.brief import Brief
from assistant.planners.agent.line import Line
from assistant.planners.agent.members import estimate
from assistant.planners.agent.turn import Turn
from assistant.settings import LlmSettings

OPENAI = "https://api.openai.com/v1"
_NO_KEY = "none"
"""Local servers want a key and look at none."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0


@dataclass(slots=True)
class Provider:
    """One turn's way to the model."""

    turn: Turn
    brief: Brief
    llm: LlmSettings
    egress: Egress
    line: Line
    name: str
    blocked: bool = False
    calls: int = 0
    tokens: int = 0
    client: DefaultHttpxClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = DefaultHttpxClient(
            event_hooks={"request": [self._gate]},
            timeout=self.llm.timeout,
            verify=_trusted() if (self.llm.base_url or OPENAI).startswith("https:") else False,
        )

    def converse(self) -> None:
        """Talks to the model until the turn has ended."""
        agent = create_agent(
            self._model(),
            tools(self.turn),
            system_prompt=self.brief.system,
            middleware=[_Steering(self)],
        )
        with tracing_context(enabled=False):
            agent.invoke({"messages": [HumanMessage(self.brief.question)]}, {"recursion_limit": 12 * self.llm.calls + 12})
        self.turn.stop("no-answer")

    def leave(self) -> None:
        """Closes the connection, so that nothing more is sent."""
        self.client.close()

    def _model(self) -> ChatOpenAI:
        return ChatOpenAI(
            model=str(self.llm.model),
            base_url=self.llm.base_url or OPENAI,
            api_key=self.llm.api_key or SecretStr(_NO_KEY),
            timeout=self.llm.timeout,
            max_retries=0,  # ours hear a stop
            http_client=self.client,
            streaming=self.llm.stream,
            stream_usage=self.llm.stream_usage,
            use_responses_api=False,
            extra_body=dict(self.llm.extra) or None,
        )

    def _gate(self, request: Any) -> None:  # noqa: ANN401 - httpx or httpx2
        """Nothing leaves unseen: searched, logged, sent."""
        body = json.loads(request.content)
        texts = [text.casefold() for text in _texts(body)]
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

    def call(self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]) -> ModelResponse[Any]:
        """One call with more tries, each within what is left of the turn's time."""
        self.calls += 1
        tries = 0
        while True:
            within = min(self.llm.timeout, self.line.seconds_left() or 0.01)
            try:
                response = handler(request.override(model_settings={**request.model_settings, "timeout": within}))
            except (APIConnectionError, APIStatusError) as failed:
                if tries >= self.llm.retries or self.blocked or not _passes(failed):
                    raise
                self.line.pause(_wait(failed, tries))
                tries += 1
                continue
            self.tokens += _spent(request, response)
            return response


class _Steering(AgentMiddleware[Any, Any, Any]):
    """Ends the loop where the turn has ended; a reply without a tool is answered."""

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self._provider = provider

    @hook_config(can_jump_to=["end"])
    def before_model(self, state: AgentState[Any], runtime: Any) -> dict[str, Any] | None:  # noqa: ANN401, ARG002 - langchain's
        return None if self._provider.may_call() else {"jump_to": "end"}

    @hook_config(can_jump_to=["model", "end"])
    def after_model(self, state: AgentState[Any], runtime: Any) -> dict[str, Any] | None:  # noqa: ANN401, ARG002 - langchain's
        last = state["messages"][-1]
        if not isinstance(last, AIMessage) or last.tool_calls:
            return None
        told = self._provider.turn.talked(str(last.text))
        if told is None:
            return {"jump_to": "end"}
        broken = [ToolMessage(told, tool_call_id=call["id"] or "") for call in last.invalid_tool_calls]
        return {"messages": broken or [HumanMessage(told)], "jump_to": "model"}

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        return self._provider.call(request, handler)


def _parsed(value: object) -> object:
    """Some models write the query as a text of JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


class RunQuery(BaseModel):
    query: Annotated[dict[str, Any], BeforeValidator(_parsed)]


class LookUp(BaseModel):
    words: str


class AskPerson(BaseModel):
    question: str
    choices: list[str]


class Describe(BaseModel):
    members: list[str]


class RunSql(BaseModel):
    sql: str


class GiveUp(BaseModel):
    pass


def tools(turn: Turn) -> list[BaseTool]:
    """The turn's tools, described in the asker's language; wrong arguments come back as text."""
    made: tuple[tuple[str, type[BaseModel], Callable[..., str]], ...] = (
        ("run_query", RunQuery, turn.run_query),
        ("look_up", LookUp, turn.look_up),
        ("ask_person", AskPerson, turn.ask_person),
        ("describe", Describe, turn.describe),
        ("run_sql", RunSql, turn.run_sql),
        ("give_up", GiveUp, turn.give_up),
    )
    return [
        StructuredTool(name=name, description=prompts.render(f"agent.{name}", turn.lang), args_schema=schema, func=tool)
        for name, schema, tool in made
    ]


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates of this machine and of certifi; read once, it takes longer than all else here."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _texts(node: Any) -> Iterator[str]:  # noqa: ANN401 - JSON of any shape
    """Every text of a request, texts of JSON within texts unescaped too."""
    if isinstance(node, dict):
        for item in node.values():
            yield from _texts(item)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, str):
        yield node
        inner = _parsed(node) if node[:1] in "{[" else node
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
