"""langchain's chat model over one HTTP client, with what it leaves out: the thoughts of thinking models.

In: the settings, a client. Out: a chat model that never retries by itself (ours hear a stop) and speaks chat completions. Models
such as DeepSeek's give `reasoning_content` beside a tool call and want it back with the next request of the same turn; it is
kept with the message and passes the gate like every other text. What may fail: whatever a provider does wrong.
"""

import json
import ssl
from functools import cache
from typing import Any

import certifi
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from openai import BaseModel, DefaultHttpxClient
from pydantic import SecretStr

from assistant.settings import LlmSettings

OPENAI = "https://api.openai.com/v1"
_NO_KEY = "none"
"""Local servers want a key and look at none."""
_THOUGHTS = "reasoning_content"


class ThinkingChat(ChatOpenAI):
    """Chat completions, with the thoughts of a model handed back to it while it calls tools."""

    def _convert_chunk_to_generation_chunk(
        self,
        chunk: dict[str, Any],
        default_chunk_class: type,
        base_generation_info: dict[str, Any] | None,
    ) -> ChatGenerationChunk | None:
        choices = chunk.get("choices") or ()
        for choice in choices:
            _mend((choice.get("delta") or {}).get("tool_calls"))
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        thoughts = (choices[0].get("delta") or {}).get(_THOUGHTS) if choices else None
        if made is not None and isinstance(thoughts, str):
            made.message.additional_kwargs[_THOUGHTS] = thoughts
        return made

    def _create_chat_result(
        self, response: dict[str, Any] | BaseModel, generation_info: dict[str, Any] | None = None
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
        # plain JSON already: the client's own walk through its types takes longer than all else
        plain = {name: payload.pop(name) for name in ("messages", "tools") if name in payload}
        payload |= {"messages": [], "extra_body": {**(payload.get("extra_body") or {}), **plain}}
        return payload


def _mend(calls: Any, name: str = "") -> None:  # noqa: ANN401 - whatever a server sends
    """Some servers give arguments as JSON instead of its text, and whole calls without an id, by which their result is told."""
    for number, call in enumerate(calls or ()):
        function = call.get("function") or {}
        if isinstance(function.get("arguments"), dict):
            function["arguments"] = json.dumps(function["arguments"], ensure_ascii=False)
        if name and not call.get("id"):
            call["id"] = f"{name}_{number}"


def client(llm: LlmSettings, gate: Any) -> DefaultHttpxClient:  # noqa: ANN401 - takes a request of httpx or httpx2
    """A client of one turn, closed with it; `gate` sees each request before it is sent."""
    secure = (llm.base_url or OPENAI).startswith("https:")
    return DefaultHttpxClient(event_hooks={"request": [gate]}, timeout=llm.timeout, verify=_trusted() if secure else False)


def chat(llm: LlmSettings, through: DefaultHttpxClient) -> ThinkingChat:
    """The model that the settings name."""
    return ThinkingChat(
        model=str(llm.model),
        base_url=llm.base_url or OPENAI,
        api_key=llm.api_key or SecretStr(_NO_KEY),
        timeout=llm.timeout,
        max_retries=0,  # ours hear a stop
        http_client=through,
        streaming=llm.stream,
        stream_usage=llm.stream_usage,
        use_responses_api=False,
        extra_body=dict(llm.extra) or None,
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates of this machine and of certifi; read once, it takes longer than all else here."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
