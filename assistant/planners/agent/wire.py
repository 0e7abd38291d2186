"""langchain's chat model over one HTTP client, with what it leaves out: the thoughts of thinking models.

In: the settings, a gate for requests. Out: a chat model that never retries by itself (ours hear a stop) and speaks chat
completions. Replies that come piece by piece are put together before langchain sees them: it takes half a millisecond of this
process for each piece, and the time for a call grows with the square of its length. Models such as DeepSeek's give
`reasoning_content` beside a tool call and want it back with the next request of the same turn; it is kept with the message and
passes the gate like every other text. No reply is longer than the settings say. What may fail: whatever a provider does wrong.
"""

import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import certifi
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI
from openai import APIConnectionError, DefaultHttpxClient
from openai import BaseModel as OpenAIModel
from pydantic import SecretStr

from assistant.planners.agent.bounds import PLAIN, bounding
from assistant.planners.agent.pieces import CutShort, TooLong, gathered, measured
from assistant.settings import LlmSettings

OPENAI = "https://api.openai.com/v1"
_NO_KEY = "none"
"""Local servers want a key and look at none."""
_THOUGHTS = "reasoning_content"
_IDLE = 30.0
"""Seconds that a connection is kept for the next call: less than after which firewalls forget one without a word."""
_LAST_WORDS = 0.1
"""Seconds for the end of a stream that has said that it is done."""
HTTP: Any = import_module(DefaultHttpxClient.__mro__[1].__module__.partition(".")[0])
"""httpx, or httpx2 of newer versions of openai."""


class ThinkingChat(ChatOpenAI):
    """Chat completions, with the thoughts of a model handed back to it while it calls tools. `pieces`: replies come in pieces."""

    pieces: bool = False
    most: int | None = None
    """Tokens of the next reply that are read, where it comes in pieces."""

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ANN401 - langchain's
    ) -> ChatResult:
        body = self._get_request_payload(messages, stop=stop, **kwargs)
        options = {"timeout": body.pop("timeout", self.request_timeout)}
        body |= {"stream": self.pieces, **(body.pop("extra_body", None) or {})}
        if body["stream"] and self.stream_usage:
            body["stream_options"] = {"include_usage": True}
        # The answer of the HTTP client itself: openai's own walk through its types, of requests, replies and each of their
        # pieces, takes longer than all else. It is read here, piece by piece or not: within bounds.
        answer = self.root_client.post("/chat/completions", cast_to=HTTP.Response, body=body, options=options, stream=True)
        return self._create_chat_result(_read(answer, self.most))

    def _create_chat_result(
        self, response: dict[str, Any] | OpenAIModel, generation_info: dict[str, Any] | None = None
    ) -> ChatResult:
        told = response if isinstance(response, dict) else response.model_dump(warnings=False)
        for number, choice in enumerate(told.get("choices") or ()):
            _mend((choice.get("message") or {}).get("tool_calls"), f"call_{number}")
        made = super()._create_chat_result(told, generation_info)
        for choice, generation in zip(told["choices"], made.generations, strict=False):
            thoughts = (choice.get("message") or {}).get(_THOUGHTS)
            if isinstance(thoughts, str):
                generation.message.additional_kwargs[_THOUGHTS] = thoughts
        return made

    def _get_request_payload(
        self,
        input_: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,  # noqa: ANN401 - langchain's
    ) -> dict[str, Any]:
        payload = super()._get_request_payload(input_, stop=stop, **kwargs)
        said = self._convert_input(input_).to_messages()
        for message, sent in zip(said, payload.get("messages", ()), strict=False):
            if isinstance(message, AIMessage) and message.tool_calls and message.additional_kwargs.get(_THOUGHTS):
                sent[_THOUGHTS] = message.additional_kwargs[_THOUGHTS]
        return payload


def _read(answer: Any, most: int | None) -> dict[str, Any]:  # noqa: ANN401 - a response of httpx or httpx2
    """The whole reply, however it comes: some services send no pieces though they are asked to.

    Raises:
        APIConnectionError: it does not come to its end.
        TooLong: there is more of it than anybody reads.
    """
    try:
        if "event-stream" in answer.headers.get("content-type", ""):
            coming = answer.iter_bytes()  # kept until the end is heard: what iterates closes the connection when it goes
            told = gathered(coming, most)
            _end(answer)
        else:
            told = json.loads(answer.read())
    except (HTTP.RequestError, CutShort) as failed:
        raise APIConnectionError(request=answer.request) from failed
    finally:
        answer.close()
    if not isinstance(told, dict):
        raise TypeError
    return measured(told)


def _end(answer: Any) -> None:  # noqa: ANN401
    """Hears out a stream that is done: only then its connection serves the next call. Not for long: some never end, in silence or
    talking on."""
    if answer.is_closed:
        return
    until = time.monotonic() + _LAST_WORDS
    answer.request.extensions["timeout"]["read"] = _LAST_WORDS
    try:
        for _ in answer.stream:
            if time.monotonic() > until:
                return
    except (HTTP.RequestError, TooLong):
        return


def _mend(calls: Any, name: str) -> None:  # noqa: ANN401 - whatever a server sends
    """Some servers give arguments as JSON instead of its text, and whole calls without an id, by which their result is told."""
    for number, call in enumerate(calls or ()):
        function = call.get("function") or {}
        if isinstance(function.get("arguments"), dict):
            function["arguments"] = json.dumps(function["arguments"], ensure_ascii=False)
        if not call.get("id"):
            call["id"] = f"{name}_{number}"


Gate = Callable[[Any], None]
"""Sees a request, of httpx or httpx2, before it is sent; raises where it must not leave."""


@dataclass(slots=True)
class Way:
    """A chat model and its connections, for one turn at a time. Without a gate nothing leaves."""

    llm: LlmSettings
    gate: Gate | None = None
    chat: ThinkingChat = field(init=False)
    _client: DefaultHttpxClient = field(init=False)

    def __post_init__(self) -> None:
        llm = self.llm
        secure = (llm.base_url or OPENAI).startswith("https:")
        self._client = DefaultHttpxClient(
            event_hooks={"request": [self._pass], "response": [bounding(HTTP, round(llm.reply_mb * 1_000_000))]},
            headers=PLAIN,
            timeout=llm.timeout,
            verify=_trusted() if secure else False,
            limits=HTTP.Limits(max_keepalive_connections=2, keepalive_expiry=_IDLE),
        )
        self.chat = ThinkingChat(
            model=str(llm.model),
            base_url=llm.base_url or OPENAI,
            api_key=llm.api_key or SecretStr(_NO_KEY),
            timeout=llm.timeout,
            max_retries=0,  # ours hear a stop
            http_client=self._client,
            pieces=llm.stream,
            stream_usage=llm.stream_usage,
            use_responses_api=False,
            extra_body=dict(llm.extra) or None,
        )
        # openai takes them from the environment (OPENAI_ORG_ID, OPENAI_PROJECT_ID) and would tell them to any service
        self.chat.root_client.organization = self.chat.root_client.project = None

    def _pass(self, request: Any) -> None:  # noqa: ANN401
        if self.gate is None:
            raise HTTP.RequestError("no turn")
        self.gate(request)

    def close(self) -> None:
        """Ends its connections, at once, whoever waits for one of them."""
        self._client.close()


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates of this machine and of certifi; read once, it takes longer than all else here."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
