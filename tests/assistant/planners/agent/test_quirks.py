"""What services send that the standard does not foresee: calls without ids, arguments that are no text, replies cut short."""

import json
from typing import Any

import pytest

from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import Script, Step, query

SALES = {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}], "period": "<t1>"}
WRAPPED = json.dumps({"query": SALES})
UNREAD = "上个月吸金能力咋样"


def said(content: Any = None, *calls: dict[str, Any], finish: str = "stop", **more: Any) -> Step:
    """A whole reply, word for word."""
    message = {"role": "assistant", "content": content, **({"tool_calls": list(calls)} if calls else {})}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **more}
    return Step(raw=json.dumps(body))


def tool(arguments: Any, name: Any = "run_query", call_id: Any = "a") -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


READ_AT_ONCE = {
    "no usage": said(None, tool(WRAPPED)),
    "usage is null": said(None, tool(WRAPPED), usage=None),
    "arguments as JSON": said("", tool({"query": SALES})),
    "no id": said(None, tool(WRAPPED, call_id=None)),
    "an empty id": said(None, tool(WRAPPED, call_id="")),
    "the query itself": said(None, tool(json.dumps(SALES))),
    "content in parts": said([{"type": "text", "text": json.dumps(SALES)}]),
    "parts beside a call": said([{"type": "text", "text": "ok"}], tool(WRAPPED)),
    "fenced": said(f"```json\n{json.dumps(SALES)}\n```"),
    "thoughts in the text": said(f"<think>{{maybe}} so</think>\n{json.dumps(SALES)}"),
    "a call as text": said(f'<tool_call>{{"name": "run_query", "arguments": {WRAPPED}}}</tool_call>'),
    "two calls at once": said(None, tool(json.dumps({"words": "大区"}), "look_up", "x"), tool(WRAPPED)),
}
READ_LATER = {
    "cut short in a call": said("", tool(WRAPPED[:30]), finish="length"),
    "cut short in a sentence": said("I think", finish="length"),
    "nothing": said(""),
    "null": said(None),
    "filtered": said("", finish="content_filter"),
    "a call of nothing": said(None, tool(WRAPPED, name=None)),
}
NEVER = {
    "gives up with empty arguments": said("", tool("", "give_up")),
    "gives up with null": said("", tool(None, "give_up")),
    "no choices": Step(raw=json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": []})),
}


@pytest.mark.parametrize("name", READ_AT_ONCE)
def test_read_at_once(agent: Agent, server: Script, name: str) -> None:
    server.says(READ_AT_ONCE[name], Step(status=500))
    answer = agent("auto", stream=False).ask(UNREAD, role="manager")
    assert (answer.status, answer.planner, len(server.requests)) == ("answered", "agent", 1)


@pytest.mark.parametrize("name", READ_LATER)
def test_read_after_a_word(agent: Agent, server: Script, name: str) -> None:
    server.says(READ_LATER[name], query(SALES))
    answer = agent("auto", stream=False).ask(UNREAD, role="manager")
    assert (answer.status, answer.planner, len(server.requests)) == ("answered", "agent", 2)


@pytest.mark.parametrize("name", NEVER)
def test_never_a_crash(agent: Agent, server: Script, name: str) -> None:
    server.says(NEVER[name])
    answer = agent("auto", stream=False).ask(UNREAD, role="manager")
    assert (answer.status, answer.error_code, answer.rows) == ("clarify", "unread-words", [])


def test_a_call_without_id_gets_its_result_by_one(agent: Agent, server: Script) -> None:
    server.says(said(None, tool(json.dumps({"words": "大区"}), "look_up", None)), query(SALES))
    assert agent("auto", stream=False).ask(UNREAD, role="manager").status == "answered"
    call, result = server.requests[1]["messages"][2:]
    assert call["tool_calls"][0]["id"] == result["tool_call_id"] != ""
