"""What goes over the wire to services that differ: thoughts, token counts, tool choice, extra fields, waits between tries."""

import json
import re
import time
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Assistant as Opened
from assistant.planners.agent.examples import Examples
from assistant.planners.agent.planner import AgentPlanner
from assistant.planners.agent.provider import Provider
from assistant.planners.agent.veiling import veiled
from assistant.planners.rules import RulesPlanner
from assistant.qa import Question
from assistant.service import Assistant, Parts
from assistant.settings import read
from semantic_layer.learned import Verified
from semantic_layer.query import Aggregate, MetricUse
from tests.assistant.planners.agent.conftest import Agent, planner_of
from tests.assistant.planners.agent.scripted import Script, Step, call, query, served

SALES = {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}], "period": "<t1>"}
GOOD = query(SALES)
LOOK = call("look_up", words="大区")
TALK = Step(text="The answer is 12345.")
UNREAD = "上个月吸金能力咋样"
THOUGHTS = "让我想想：先找大区，再用<t1>。"


# --- thinking models -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_thoughts_go_back_with_their_tool_call(agent: Agent, server: Script, *, stream: bool) -> None:
    """DeepSeek answers 400 in a tool loop without them."""
    server.says(replace(LOOK, thoughts=THOUGHTS), GOOD)
    assert agent("auto", stream=stream).ask(UNREAD, role="manager").status == "answered"
    said = [message for message in server.requests[1]["messages"] if message["role"] == "assistant"]
    assert [message.get("reasoning_content") for message in said] == [THOUGHTS]


def test_without_thoughts_no_field_is_sent(agent: Agent, server: Script) -> None:
    server.says(LOOK, GOOD)
    agent("auto").ask(UNREAD, role="manager")
    assert "reasoning_content" not in server.heard()


def test_thoughts_beside_talk_stay_here(agent: Agent, server: Script) -> None:
    """Older reasoners refuse a request that holds them outside a tool loop."""
    server.says(Step(text="I think it is sales.", thoughts=THOUGHTS), GOOD)
    assert agent("auto").ask(UNREAD, role="manager").status == "answered"
    assert THOUGHTS not in server.heard()


def test_thoughts_pass_the_gate(agent: Agent, server: Script) -> None:
    """A secret that a model thinks aloud is not sent again."""
    server.says(replace(LOOK, thoughts="神秘礼盒是什么？"), GOOD)
    answer = agent("auto").ask("“神秘礼盒”吸金能力咋样", role="manager")
    assert (answer.status, len(server.requests)) == ("clarify", 1)


def test_thinking_can_be_turned_off(agent: Agent, server: Script) -> None:
    server.says(GOOD)
    agent("auto", extra={"thinking": {"type": "disabled"}, "enable_thinking": False}).ask(UNREAD, role="manager")
    body = server.requests[0]
    assert (body["thinking"], body["enable_thinking"]) == ({"type": "disabled"}, False)
    assert body["tools"]


def test_extra_fields_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENKE_LLM__EXTRA", '{"enable_thinking": false}')
    assert read().llm.extra == {"enable_thinking": False}


# --- connections ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_turns_talk_over_one_connection(agent: Agent, server: Script, *, stream: bool) -> None:
    """A connection costs two journeys to the provider and back, and more work here than a call."""
    server.says(LOOK, LOOK, GOOD, TALK, GOOD)
    wenke = agent("auto", stream=stream)
    assert [wenke.ask(f"{UNREAD}{end}", role="manager").status for end in ("", "呀")] == ["answered", "answered"]
    assert (len(server.requests), server.connections) == (5, 1)


def test_a_connection_that_was_closed_meanwhile_costs_no_try(agent: Agent, server: Script) -> None:
    server.says(replace(LOOK, framed=False), replace(GOOD, framed=False), GOOD)
    wenke = agent("auto", retries=0)
    assert [wenke.ask(f"{UNREAD}{end}", role="manager").status for end in ("", "呀")] == ["answered", "answered"]
    assert (len(server.requests), server.connections) == (3, 3)


def test_a_turn_that_ends_in_a_reply_leaves_its_connection_to_nobody(agent: Agent, server: Script) -> None:
    """What comes late would be the next turn's reply."""
    server.says(replace(GOOD, seconds=2.0), GOOD)
    wenke = agent("auto", retries=0)
    assert wenke.ask(UNREAD, role="manager", timeout=0.5).status == "clarify"
    assert wenke.ask(f"{UNREAD}呀", role="manager").status == "answered"
    assert server.connections == 2


def test_each_turn_has_a_gate_of_its_own(agent: Agent, server: Script, egress_file: Path) -> None:
    server.says(GOOD, replace(LOOK, thoughts="神秘礼盒是什么？"), GOOD)
    wenke = agent("auto")
    wenke.ask(UNREAD, role="manager")
    assert wenke.ask("“神秘礼盒”吸金能力咋样", role="manager").status == "clarify"
    assert (len(server.requests), server.connections) == (2, 1)
    turns = [json.loads(line)["turn"] for line in egress_file.read_text("utf-8").splitlines()]
    assert len(set(turns)) == 2


def test_a_closed_assistant_has_no_connections(demo_parts: Parts, egress_file: Path) -> None:
    with served([LOOK, GOOD]) as server:
        planner = planner_of(demo_parts, server, egress_file, "auto")
        wenke = Assistant(replace(demo_parts, planner=planner, close=planner.close))
        wenke.ask(UNREAD, role="manager")
        assert server.open_now() == 1
        wenke.close()
        until = time.monotonic() + 5
        while server.open_now() and time.monotonic() < until:
            time.sleep(0.01)
        assert server.open_now() == 0


def test_an_assistant_closes_what_its_planner_keeps(monkeypatch: pytest.MonkeyPatch, demo_file: Path, data_dir: Path) -> None:
    with served([GOOD]) as server:
        monkeypatch.setenv("WENKE_LLM__BASE_URL", server.base_url)
        monkeypatch.setenv("WENKE_LLM__MODEL", "m")
        closed = []

        def close(planner: AgentPlanner) -> None:
            closed.append(planner)

        monkeypatch.setattr(AgentPlanner, "close", close)
        with Opened.open("retail", database=demo_file, data_dir=data_dir):
            assert closed == []
        assert len(closed) == 1


# --- what some services refuse ---------------------------------------------------------------------------------------------


def test_the_model_is_never_forced_to_a_tool(agent: Agent, server: Script) -> None:
    """Thinking modes and some local servers refuse `tool_choice`, `strict`, `parallel_tool_calls` and the Responses API."""
    server.says(LOOK, GOOD)
    agent("auto").ask(UNREAD, role="manager")
    for body in server.requests:
        assert not {"tool_choice", "parallel_tool_calls", "response_format", "input", "store"} & set(body)
        assert all("strict" not in tool["function"] for tool in body["tools"])
        assert [tool["function"]["name"] for tool in body["tools"]] == [
            "run_query", "look_up", "ask_person", "describe", "run_sql", "give_up"]  # fmt: skip


@pytest.mark.parametrize("wanted", [False, True])
def test_token_counts_of_streams_are_asked_for_by_a_setting(agent: Agent, server: Script, *, wanted: bool) -> None:
    server.says(LOOK)
    agent("auto", stream_usage=wanted, tokens=1000, calls=20).ask(UNREAD, role="manager")
    assert ("stream_options" in server.requests[0]) == wanted
    # as told: 120 a call; as estimated: thousands
    assert len(server.requests) == (9 if wanted else 1)


def test_a_local_server_needs_no_key(agent: Agent, server: Script) -> None:
    server.says(GOOD)
    assert agent("auto", api_key=None).ask(UNREAD, role="manager").status == "answered"
    assert {
        headers["authorization"] if "authorization" in headers else headers["Authorization"] for headers in server.headers
    } == {"Bearer none"}


def test_each_request_of_a_turn_begins_with_the_one_before(agent: Agent, server: Script) -> None:
    """Providers read the same beginning once; and what differs between questions stands behind what does not."""
    server.says(LOOK, TALK, query({**SALES, "metrics": [{"kind": "metric", "metric": "salez"}]}), GOOD)
    assert agent("auto").ask(UNREAD, role="manager").status == "answered"
    sent = [body["messages"] for body in server.requests]
    assert [len(messages) for messages in sent] == [2, 4, 6, 8]
    assert all(after[: len(before)] == before for before, after in pairwise(sent))
    assert all(body["tools"] == server.requests[0]["tools"] for body in server.requests)
    first = str(sent[0][0]["content"])
    agent("auto").ask("上周哪个渠道的退货最败家", role="manager")
    other = str(server.requests[-1]["messages"][0]["content"])
    same = next(i for i, (one, two) in enumerate(zip(first, other, strict=False)) if one != two)
    assert same > 0.4 * len(first), first[:same]


# --- tries ---------------------------------------------------------------------------------------------------------------


def test_waits_between_tries_grow(agent: Agent, server: Script) -> None:
    server.says(Step(status=503), Step(status=503), GOOD)
    began = time.perf_counter()
    assert agent("auto", retries=2, seconds=15).ask(UNREAD, role="manager").status == "answered"
    assert time.perf_counter() - began >= 0.5 + 1.0
    assert len(server.requests) == 3


def test_a_provider_says_how_long_to_wait(agent: Agent, server: Script) -> None:
    server.says(Step(status=429, headers={"retry-after": "1.2"}), GOOD)
    began = time.perf_counter()
    assert agent("auto", retries=1, seconds=15).ask(UNREAD, role="manager").status == "answered"
    assert time.perf_counter() - began >= 1.2


def test_a_model_that_calls_wrongly_gives_up_in_the_end(agent: Agent, server: Script) -> None:
    for wrong in (call("shell", command="env"), Step(calls=(("run_query", {}),))):
        server.says(wrong)
        answer = agent("auto").ask(UNREAD, role="manager")
        assert (answer.status, len(server.requests)) == ("clarify", 3)
        assert "run_query" in server.told()[0]


# --- memory --------------------------------------------------------------------------------------------------------------


def test_another_model_or_another_day_is_asked_anew(demo_parts: Parts, server: Script, egress_file: Path) -> None:
    """What was read is kept by question, model of the business, day and scope."""
    planner = planner_of(demo_parts, server, egress_file, "auto")
    server.says(GOOD)
    wenke = Assistant(replace(demo_parts, planner=planner, policy=replace(demo_parts.policy, suggestions=0)))
    for _ in range(2):
        wenke.ask(UNREAD, role="manager")
    assert len(server.requests) == 1
    planner.grounds = replace(planner.grounds, key="another")
    wenke.ask(UNREAD, role="manager")
    assert len(server.requests) == 2


# --- examples ------------------------------------------------------------------------------------------------------------


def examples_in(server: Script) -> list[str]:
    """The examples of the first request, as lines."""
    system = next(str(m["content"]) for m in server.requests[0]["messages"] if m["role"] == "system")
    return [line for line in system.splitlines() if " → {" in line]


def verified(text: str, **more: Any) -> Verified:
    made = Aggregate.model_validate({"metrics": [MetricUse(metric="sales")], **more})
    return Verified(question=text, lang="zh", as_of=date(2026, 10, 20), query=made)


def test_the_domains_questions_most_like_it_are_examples(agent: Agent, server: Script) -> None:
    server.says(call("give_up"))
    agent("auto").ask("上个月各大区的吸金能力", role="manager")
    shown = examples_in(server)
    assert len(shown) == 3
    assert any("大区" in line for line in shown)
    assert not any(re.search(r"20\d\d-", line) for line in shown), shown


def test_a_verified_question_is_the_first_example(demo_parts: Parts, server: Script, egress_file: Path) -> None:
    planner = planner_of(demo_parts, server, egress_file, "auto")
    assert isinstance(planner, AgentPlanner)
    one = verified("上个月吸金本事咋样", period={"start": "2026-09-01", "end": "2026-10-01"})
    planner.grounds = replace(planner.grounds, verified=(one,))
    planner.examples = Examples(planner.grounds)
    server.says(call("give_up"))
    Assistant(replace(demo_parts, planner=planner)).ask(UNREAD, role="manager")
    assert examples_in(server)[0].startswith("<t1>吸金本事咋样 → {")
    assert '"period":"<t1>"' in examples_in(server)[0]


def test_an_example_shows_nothing_hidden_and_no_value(demo_parts: Parts, server: Script, egress_file: Path) -> None:
    planner = planner_of(demo_parts, server, egress_file, "auto")
    period = {"start": "2026-09-01", "end": "2026-10-01"}
    where = {"kind": "predicate", "member": "store_name", "op": "=", "values": ["某店"]}
    said_less = verified("上个月吸金咋样", period=period, where=where)  # its query says more than its words
    hidden = verified("上个月吸金行吗", period=period)
    planner.grounds = replace(planner.grounds, verified=(said_less, hidden))
    floor, model = demo_parts.floor, demo_parts.model
    assert isinstance(floor, RulesPlanner)
    asked = veiled(UNREAD, floor.index, floor.calendar, model, ())
    question = Question(UNREAD, "zh", demo_parts.today)
    texts = [pair.text for pair in Examples(planner.grounds).near(asked, question, model, "a")]
    assert "<t1>吸金行吗" in texts
    assert "<t1>吸金咋样" not in texts
    less = model.model_copy(update={"metrics": {k: v for k, v in model.metrics.items() if k != "sales"}})
    assert "<t1>吸金行吗" not in [pair.text for pair in Examples(planner.grounds).near(asked, question, less, "b")]


def test_three_variables_are_all(monkeypatch: pytest.MonkeyPatch, demo_file: Path, data_dir: Path, server: Script) -> None:
    for name, value in (("BASE_URL", server.base_url), ("API_KEY", "k"), ("MODEL", "m")):
        monkeypatch.setenv(f"WENKE_LLM__{name}", value)
    server.says(GOOD)
    with Opened.open("retail", database=demo_file, data_dir=data_dir) as wenke:
        assert wenke.ask(UNREAD, role="manager").planner == "agent"


def test_a_turn_that_has_ended_goes_round_no_more(agent: Agent, server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round of the loop costs milliseconds, and the last one would only find out that there is nothing left to do."""
    rounds: list[str] = []
    reply = Provider.reply

    def counted(self: Provider, *given: Any) -> Any:
        rounds.append(self.name)
        return reply(self, *given)

    monkeypatch.setattr(Provider, "reply", counted)
    server.says(LOOK, GOOD)
    assert agent("auto").ask(UNREAD, role="manager").status == "answered"
    assert len(rounds) == len(server.requests) == 2


def test_organisation_and_project_of_the_environment_go_nowhere(
    agent: Agent, server: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "of-somebody-else")
    server.says(call("give_up"))
    agent("auto").ask("上个月吸金能力咋样", role="manager")
    assert server.headers
    assert "of-somebody-else" not in str(server.headers)
