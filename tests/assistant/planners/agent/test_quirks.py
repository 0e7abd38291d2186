"""What services send that the standard does not foresee: calls without ids, arguments that are no text, replies cut short. Whole
and piece by piece, over a real socket."""

import json
from collections.abc import Callable, Iterator, Mapping
from time import perf_counter
from typing import Any

import pytest

from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import HELD, Script, Step, query

SALES = {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}], "period": "<t1>"}
WRAPPED = json.dumps({"query": SALES})
UNREAD = "上个月吸金能力咋样"
LOOK = json.dumps({"words": "大区"})


def said(content: Any = None, *calls: dict[str, Any], finish: str | None = "stop", **more: Any) -> Step:
    """A whole reply, word for word."""
    message = {"role": "assistant", "content": content, **({"tool_calls": list(calls)} if calls else {})}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **more}
    return Step(raw=json.dumps(body))


def tool(arguments: Any, name: Any = "run_query", call_id: Any = "a") -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def streamed(reply: Step) -> Step:
    """The same reply in pieces, as the standard has them."""
    body = json.loads(reply.raw or "")
    return Step(events=tuple(_pieces(body)))


def _pieces(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for choice in body["choices"]:
        message = choice["message"]
        yield delta(role="assistant", content="" if isinstance(message["content"], str) else None)
        for content in _split(message["content"]):
            yield delta(content=content)
        for index, one in enumerate(message.get("tool_calls", ())):
            for number, arguments in enumerate(_split(one["function"]["arguments"]) or [None]):
                function = {"name": one["function"]["name"]} if number == 0 else {}
                head = {"id": one["id"], "type": "function"} if number == 0 else {}
                yield delta(tool_calls=[{"index": index, **head, "function": {**function, "arguments": arguments}}])
        yield delta(choice["finish_reason"])
    if "usage" in body or not body["choices"]:
        yield {"id": "c", "choices": [], "usage": body.get("usage")}


def delta(finish: str | None = None, **said: Any) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": said, "finish_reason": finish}]}


def _split(value: Any) -> list[Any]:
    """Texts in pieces of five characters, lists by their items; anything else comes at once."""
    if isinstance(value, str):
        return [value[at : at + 5] for at in range(0, len(value), 5)]
    if isinstance(value, list):
        return [[item] for item in value]
    return [] if value is None else [value]


WAYS: dict[str, Callable[[Step], tuple[Step, bool]]] = {
    "whole": lambda reply: (reply, False),
    "streamed": lambda reply: (streamed(reply), True),
    "streamed in name only": lambda reply: (reply, True),
}
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
    "two calls at once": said(None, tool(LOOK, "look_up", "x"), tool(WRAPPED)),
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


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", READ_AT_ONCE)
def test_read_at_once(agent: Agent, server: Script, name: str, way: str) -> None:
    reply, stream = WAYS[way](READ_AT_ONCE[name])
    server.says(reply, Step(status=500))
    answer = agent("auto", stream=stream).ask(UNREAD, role="manager")
    assert (answer.status, answer.planner, len(server.requests)) == ("answered", "agent", 1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", READ_LATER)
def test_read_after_a_word(agent: Agent, server: Script, name: str, way: str) -> None:
    reply, stream = WAYS[way](READ_LATER[name])
    server.says(reply, query(SALES))
    answer = agent("auto", stream=stream).ask(UNREAD, role="manager")
    assert (answer.status, answer.planner, len(server.requests)) == ("answered", "agent", 2)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NEVER)
def test_never_a_crash(agent: Agent, server: Script, name: str, way: str) -> None:
    reply, stream = WAYS[way](NEVER[name])
    server.says(reply)
    answer = agent("auto", stream=stream, retries=0).ask(UNREAD, role="manager")
    assert (answer.status, answer.error_code, answer.rows) == ("clarify", "unread-words", [])


@pytest.mark.parametrize("way", WAYS)
def test_a_call_without_id_gets_its_result_by_one(agent: Agent, server: Script, way: str) -> None:
    reply, stream = WAYS[way](said(None, tool(LOOK, "look_up", None)))
    server.says(reply, query(SALES))
    assert agent("auto", stream=stream).ask(UNREAD, role="manager").status == "answered"
    made, result = server.requests[1]["messages"][2:]
    assert made["tool_calls"][0]["id"] == result["tool_call_id"] != ""


# --- what only a stream can do ---------------------------------------------------------------------------------------------


def of_call(*pieces: Any, finish: str | None = "tool_calls", text: str = WRAPPED) -> tuple[Any, ...]:
    """A stream of one call in pieces: `pieces` stand before what is left of its arguments."""
    return (*(delta(tool_calls=[piece]) for piece in pieces), delta(tool_calls=[{"index": 0, "function": {"arguments": text}}]),
            *((delta(finish),) if finish else ()))  # fmt: skip


HEAD = {"index": 0, "id": "a", "type": "function", "function": {"name": "run_query", "arguments": ""}}
CHARS = tuple(delta(tool_calls=[{"index": 0, "function": {"arguments": char}}]) for char in WRAPPED)
EACH = tuple(delta(tool_calls=[{**HEAD, "function": {"name": "run_query", "arguments": char}}]) for char in WRAPPED)
UNNUMBERED = {"id": "a", "type": "function", "function": {"name": "run_query", "arguments": ""}}
COUNTED = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
BOTH = (tool(LOOK, "look_up", "x"), tool(WRAPPED))
WHOLE_STREAMS: dict[str, tuple[Any, ...]] = {
    "a piece for each character": (delta(tool_calls=[HEAD]), *CHARS, delta("tool_calls")),
    "name and id in every piece": (*EACH, delta("tool_calls")),
    "a name in pieces": of_call({**HEAD, "function": {"name": "run_"}}, {"index": 0, "function": {"name": "query"}}),
    "empty and null names later": of_call(HEAD, {"index": 0, "id": "", "function": {"name": ""}},
                                          {"index": 0, "id": None, "function": {"name": None, "arguments": None}}),
    "no finish": of_call(HEAD, finish=None),
    "finished as a sentence": of_call(HEAD, finish="stop"),
    "no numbers": (delta(tool_calls=[UNNUMBERED]), *(delta(tool_calls=[{"function": {"arguments": char}}]) for char in WRAPPED),
                   delta("tool_calls")),
    "two calls of one number": (delta(tool_calls=[{"index": 0, **BOTH[0]}]), delta(tool_calls=[{"index": 0, **BOTH[1]}]),
                                delta("tool_calls")),
    "two calls without numbers": (delta(tool_calls=list(BOTH)), delta("tool_calls")),
    "two calls without numbers or ids": (delta(tool_calls=[{"function": one["function"]} for one in BOTH]), delta("tool_calls")),
    "two calls by turns": (
        delta(tool_calls=[{"index": 0, **tool(LOOK[:9], "look_up", "x")}]),
        delta(tool_calls=[{"index": 1, **tool(WRAPPED[:9])}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": LOOK[9:]}}, {"index": 1, "function": {"arguments": WRAPPED[9:]}}]),
        delta("tool_calls"),
    ),
    "nothing in between": (*of_call({**HEAD}, finish=None), delta(), {"id": "c", "choices": [{"index": 0, "finish_reason": "stop"}]}),
    "null where a list belongs": (delta(content=None, tool_calls=None), *of_call(HEAD), {"id": "c", "choices": None}),
    "counts at the end": (*of_call(HEAD), {"id": "c", "choices": [], "usage": COUNTED}),
    "counts in every piece": tuple({**event, "usage": COUNTED} for event in of_call(HEAD)),
    "a message instead of a delta": tuple(
        {"choices": [{"index": 0, "message": {"role": "assistant", "tool_calls": [tool(WRAPPED)]}, "finish_reason": "stop"}]}
        for _ in "1"
    ),
    "comments that keep it alive": (": alive\n\n", *of_call(HEAD), ": alive\n\n"),
    "other events, empty ones": ("event: ping\ndata:\n\n", "id: 7\nretry: 10\n\n", *of_call(HEAD)),
    "lines end as on Windows": tuple(f"data:{json.dumps(event)}\r\n\r\n" for event in of_call(HEAD)),
    "what others take for an end of line": (
        "data: " + json.dumps(delta(content="a\u2028b\u0085c"), ensure_ascii=False) + "\n\n", *of_call(HEAD)),
    "another choice beside": (
        {"choices": [{"index": 1, "delta": {"tool_calls": [{**HEAD, "function": {"name": "give_up"}}]}, "finish_reason": "stop"}]},
        *of_call(HEAD)),
    "thoughts before": (delta(reasoning_content="想"), delta(reasoning_content="好了", content=None), *of_call(HEAD)),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE_STREAMS)
def test_a_stream_is_read_at_once(agent: Agent, server: Script, name: str) -> None:
    server.says(Step(events=WHOLE_STREAMS[name]), Step(status=500))
    answer = agent("auto").ask(UNREAD, role="manager")
    assert (answer.status, answer.planner, len(server.requests)) == ("answered", "agent", 1)


@pytest.mark.parametrize("framed", [True, False], ids=["framed", "until it closes"])
def test_a_stream_need_not_say_that_it_is_done(agent: Agent, server: Script, *, framed: bool) -> None:
    server.says(Step(events=of_call(HEAD), done=False, framed=framed), Step(status=500))
    assert agent("auto").ask(UNREAD, role="manager").status == "answered"
    assert len(server.requests) == 1


BROKEN: dict[str, Step] = {
    "cut in a call": Step(events=of_call(HEAD, finish=None, text=WRAPPED[:20]), done=False, end="cut"),
    "cut in a call, of unknown length": Step(events=of_call(HEAD, finish=None, text=WRAPPED[:20]), done=False, framed=False),
    "cut in a line": Step(events=(*of_call(HEAD, finish=None), "data: {\"choi"), done=False, framed=False),
    "cut in a letter": Step(events=(delta(tool_calls=[HEAD]), "data: {\"choices\":[{\"delta\":{\"content\":\"销"), done=False,
                            end="cut"),
    "cut in thoughts": Step(events=(delta(reasoning_content="想"),), done=False, framed=False),
    "cut before all": Step(events=(), done=False, end="cut"),
    "empty": Step(events=(), done=False, framed=False),
    "done before all": Step(events=()),
    "an error within": Step(events=(delta(content=""), {"error": {"message": "overloaded", "code": 503}})),
    "no JSON": Step(events=("data: <html>\n\n",)),
    "no object": Step(events=("data: [1]\n\n",)),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_stream_is_asked_for_again(agent: Agent, server: Script, name: str) -> None:
    """Nothing of it is believed: the same request is sent once more, and the model hears of no fault of its own."""
    server.says(BROKEN[name], query(SALES))
    answer = agent("auto", retries=1).ask(UNREAD, role="manager")
    assert (answer.status, answer.planner, len(server.requests)) == ("answered", "agent", 2)
    assert server.requests[0] == server.requests[1]


def test_a_stream_that_is_always_cut_ends_in_what_rules_say(agent: Agent, server: Script) -> None:
    server.says(BROKEN["cut in a call"])
    answer = agent("auto", retries=1).ask(UNREAD, role="manager")
    assert (answer.status, answer.error_code, len(server.requests)) == ("clarify", "unread-words", 2)


def test_silence_within_a_stream_ends_the_call(agent: Agent, server: Script) -> None:
    server.says(Step(events=of_call(HEAD), trickle=2.0), query(SALES))
    began = perf_counter()
    assert agent("auto", timeout=0.5, retries=1).ask(UNREAD, role="manager").status == "answered"
    assert perf_counter() - began < 6
    assert len(server.requests) == 2


def test_a_stream_that_is_done_but_stays_open_holds_nobody_up(agent: Agent, server: Script) -> None:
    server.says(Step(events=of_call(HEAD), end="held"))
    began = perf_counter()
    assert agent("auto").ask(UNREAD, role="manager").status == "answered"
    assert perf_counter() - began < HELD / 2


def test_thoughts_in_pieces_go_back_whole(agent: Agent, server: Script) -> None:
    look = of_call({**HEAD, "function": {"name": "look_up"}}, text=LOOK)
    server.says(Step(events=(delta(reasoning_content="让我"), delta(reasoning_content="想想"), *look)), query(SALES))
    assert agent("auto").ask(UNREAD, role="manager").status == "answered"
    assert server.requests[1]["messages"][2]["reasoning_content"] == "让我想想"


def test_counts_of_a_stream_are_counted(agent: Agent, server: Script) -> None:
    """Ten replies of 120 tokens are more than a thousand."""
    look = of_call({**HEAD, "function": {"name": "look_up"}}, text=LOOK)
    server.says(Step(events=(*look, {"id": "c", "choices": [], "usage": COUNTED})))
    agent("auto", stream_usage=True, tokens=1000, calls=20).ask(UNREAD, role="manager")
    assert len(server.requests) == 9
