"""The agent over a real socket: when a model is asked, both planners beside each other, stops, what is remembered, no key in a log."""

import logging
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Assistant as Opened
from assistant.errors import AssistantError, ConfigError
from assistant.service import Parts
from semantic_layer.query import Aggregate, MetricUse
from tests.assistant.planners.agent.conftest import KEY, Agent
from tests.assistant.planners.agent.scripted import Script, Step, call, query
from tests.bench.agent_turns import measured
from tests.conftest import ROOT

SALES = {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}]}
UNREAD = "上个月各大区的吸金能力咋样"
BY_REGION = {**SALES, "group_by": [{"kind": "dimension", "member": "region"}], "period": "<t1>"}
READ = "上个月的销售额"


def test_wording_that_rules_cannot_read(agent: Agent, server: Script) -> None:
    server.says(query(BY_REGION))
    answer = agent("auto").ask(UNREAD, role="manager")
    assert (answer.status, answer.planner, len(answer.rows)) == ("answered", "agent", 7), answer.text
    assert answer.interpretation is not None
    assert any("语言模型" in item.label for item in answer.interpretation.assumptions)


def test_auto_asks_no_model_where_rules_understand_or_refuse(agent: Agent, server: Script) -> None:
    server.says(query(SALES))
    wenke = agent("auto")
    assert wenke.ask(READ, role="manager").planner == "rules"
    assert wenke.ask("把所有客户删除", role="manager").status == "refused"
    assert wenke.ask("复购率怎么算？", role="manager").status == "answered"
    assert server.requests == []


# --- both planners -------------------------------------------------------------------------------------------------------


def test_planners_that_agree_answer(agent: Agent, server: Script) -> None:
    server.says(query({**SALES, "period": "<t1>"}))
    answer = agent("agent").ask(READ, role="manager")
    assert (answer.status, answer.planner) == ("answered", "agent")


def test_planners_that_differ_show_both_numbers(agent: Agent, server: Script) -> None:
    server.says(query({"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "gmv"}], "period": "<t1>"}))
    answer = agent("agent").ask(READ, role="manager")
    assert (answer.status, answer.error_code) == ("clarify", "several-readings")
    assert len(answer.choices) == 2
    assert len({choice.value for choice in answer.choices}) == 2
    assert all(choice.value for choice in answer.choices)


def test_sql_of_a_model_never_stands_for_a_declared_metric(agent: Agent, server: Script) -> None:
    server.says(call("run_sql", sql="SELECT 1 AS n FROM orders WHERE order_time >= <t1.start> LIMIT 1"))
    answer = agent("agent").ask(READ, role="manager")
    assert (answer.status, answer.planner, answer.governed) == ("answered", "rules", True)


def test_governed_sql_is_labelled(agent: Agent, server: Script) -> None:
    server.says(call("run_sql", sql="SELECT count(*) AS n FROM orders WHERE order_time >= <t1.start> AND order_time < <t1.end>"))
    answer = agent("auto").ask("上个月吸金能力咋样", role="manager")
    assert (answer.status, answer.governed, answer.planner) == ("answered", False, "agent")
    assert "SQL" in answer.text


def test_rules_answer_where_the_model_is_down(agent: Agent, server: Script) -> None:
    server.says(Step(status=500))
    answer = agent("agent", retries=0).ask(READ, role="manager")
    assert (answer.status, answer.planner) == ("answered", "rules")
    assert answer.interpretation is not None
    assert any("语言模型" in item.label for item in answer.interpretation.assumptions)


def test_nobody_listens(agent: Agent) -> None:
    began = time.perf_counter()
    answer = agent("auto", base_url="http://127.0.0.1:9/v1", retries=0).ask(UNREAD, role="manager")
    assert (answer.status, answer.error_code) == ("clarify", "unread-words")
    assert time.perf_counter() - began < 5


GUESSED = "tell me the vibe of gold members in East China"


def test_a_model_hears_what_was_read_and_no_guess(agent: Agent, server: Script) -> None:
    """The nearest names of an unread word are for a person to choose from; a model would take them for what was said."""
    server.says(call("give_up"))
    back = agent("auto").ask(GUESSED, role="manager")
    (line,) = (row for row in server.requests[0]["messages"][1]["content"].splitlines() if row.startswith("Incomplete query"))
    assert "gold" in line.lower() or "金卡" in line
    asked = (choice.query for choice in back.choices if isinstance(choice.query, Aggregate))
    guesses = {use.metric for query in asked for use in query.metrics if isinstance(use, MetricUse)}
    assert guesses
    assert not any(name in line for name in guesses)


@pytest.mark.parametrize("question", [GUESSED, UNREAD, "上个月各门店", "why did it change"])
def test_without_a_model_the_asker_is_asked_what_rules_ask(
    agent: Agent, server: Script, demo_parts: Parts, question: str
) -> None:
    assert demo_parts.floor is not None
    server.says(Step(status=400))
    alone = Opened(replace(demo_parts, planner=demo_parts.floor)).ask(question, role="manager")
    back = agent("auto").ask(question, role="manager")
    assert (back.status, back.choices) == (alone.status, alone.choices)
    assert back.text.startswith(alone.text)
    assert len(server.requests) == 1


@pytest.mark.parametrize("step", [Step(status=401), Step(status=404), Step(drop=True), Step(raw="}{")])
@pytest.mark.parametrize(("question", "said"), [(UNREAD, "语言模型服务没能用上"), (GUESSED, "could not be used")])
def test_a_wrong_set_up_is_seen(agent: Agent, server: Script, step: Step, question: str, said: str) -> None:
    server.says(step)
    back = agent("auto", retries=0).ask(question, role="manager")
    assert back.status == "clarify"
    assert said in back.text
    server.says(call("give_up"))
    assert said not in agent("auto").ask(question, role="manager").text


@pytest.mark.parametrize(("status", "advice"), [(404, "/v1"), (401, "llm.api_key")])
def test_the_log_says_what_may_be_wrong(
    agent: Agent, server: Script, caplog: pytest.LogCaptureFixture, status: int, advice: str
) -> None:
    server.says(Step(status=status))
    agent("auto").ask(UNREAD, role="manager")
    assert advice in caplog.text


def test_an_address_with_its_last_part_does(agent: Agent, server: Script) -> None:
    server.says(query(BY_REGION))
    for ending in ("/chat/completions", "/chat/completions/", "/"):
        assert agent("auto", base_url=server.base_url + ending).ask(UNREAD, role="manager").status == "answered"


# --- questions back ------------------------------------------------------------------------------------------------------


def test_a_choice_that_is_picked_goes_on(agent: Agent, server: Script) -> None:
    server.says(call("ask_person", question="看哪个？", choices=["销售额", "订单数"]), query(BY_REGION))
    thread = agent("auto").thread("manager")
    asked = thread.ask(UNREAD)
    assert (asked.text, [choice.label for choice in asked.choices]) == ("语言模型想问：看哪个？", ["销售额", "订单数"])
    assert asked.planner == "agent"
    assert thread.ask("1").status == "answered"
    assert UNREAD in server.heard().replace("<t1>", "上个月")


def test_nothing_runs_to_explain(agent: Agent, server: Script) -> None:
    server.says(query(BY_REGION))
    told = agent("auto").explain(UNREAD, role="manager")
    assert (told.outcome, told.planner) == ("run", "agent")


# --- time, stops, memory ---------------------------------------------------------------------------------------------------


def test_a_stop_is_heard_while_the_model_thinks(agent: Agent, server: Script) -> None:
    server.says(Step(text="x" * 400, seconds=4.0))
    began, stopped = time.perf_counter(), threading.Event()

    def told(_: str) -> None:
        if time.perf_counter() - began > 0.5:
            stopped.set()
            raise AssistantError("stopped")

    answer = agent("auto").thread("manager").ask(UNREAD, told=told)
    assert (answer.status, stopped.is_set()) == ("failed", True)
    assert time.perf_counter() - began < 2.5


def test_the_time_of_an_answer_bounds_the_model(agent: Agent, server: Script) -> None:
    server.says(Step(seconds=5.0))
    began = time.perf_counter()
    answer = agent("auto").ask(UNREAD, role="manager", timeout=1.0)
    assert answer.status == "clarify"
    assert time.perf_counter() - began < 3


def test_what_was_read_is_kept_for_the_same_scope_only(agent: Agent, server: Script) -> None:
    server.says(query(BY_REGION))
    wenke = agent("auto")
    rows = [wenke.ask(UNREAD, role="manager").rows for _ in range(3)]
    assert rows[0] == rows[1] == rows[2]
    assert len(server.requests) == 1
    wenke.ask(UNREAD, role="regional_manager", attributes={"region": "华东"})
    wenke.ask(UNREAD, role="regional_manager", attributes={"region": "华南"})
    assert len(server.requests) == 3


def test_what_the_model_tried_does_not_run_again(
    agent: Agent, server: Script, demo_parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of its last attempt are those of the answer."""
    ran: list[str] = []
    run = type(demo_parts.engine).run

    def counted(engine: Any, sql: str, **limits: Any) -> Any:
        ran.append(sql)
        return run(engine, sql, **limits)

    monkeypatch.setattr(type(demo_parts.engine), "run", counted)
    server.says(query(BY_REGION))
    answer = agent("auto").ask(UNREAD, role="manager")
    assert answer.sql
    assert ran.count(answer.sql) == 1


def test_failures_are_not_kept(agent: Agent, server: Script) -> None:
    server.says(Step(status=400), query(BY_REGION))
    wenke = agent("auto")
    assert [wenke.ask(UNREAD, role="manager").status for _ in range(2)] == ["clarify", "answered"]


def test_many_at_once(agent: Agent, server: Script) -> None:
    server.says(query(BY_REGION))
    wenke = agent("auto")
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda i=i: found.append(wenke.ask(f"{UNREAD}{'啊' * i}", role="manager").status))
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["answered"] * 4


def test_no_key_in_any_log(agent: Agent, server: Script, caplog: pytest.LogCaptureFixture, egress_file: Path) -> None:
    caplog.set_level(logging.DEBUG)
    server.says(Step(status=401), Step(raw="}{"), query(BY_REGION))
    wenke = agent("auto", retries=0)
    texts = [wenke.ask(UNREAD, role="manager").text for _ in range(3)]
    assert any(KEY in header for headers in server.headers for header in headers.values())
    assert KEY not in "\n".join((caplog.text, *texts, egress_file.read_text("utf-8")))


def test_a_turn_asks_what_it_costs(demo_parts: Parts, tmp_path: Path) -> None:
    """The bench runs, and what it prints is of the same turn: a call more costs more."""
    costs = measured(demo_parts, tmp_path / "egress.jsonl", 3)
    assert {name: len(each) for name, each in costs.items()} == {"no agent": 3, "1 call": 3, "3 calls": 3}
    assert all(cost.planning <= cost.wall for each in costs.values() for cost in each)


@pytest.mark.bench
def test_overhead_of_a_turn(agent: Agent, server: Script) -> None:
    """Everything in this process for two calls and a tool between, the scripted server and the query included: CPU, not wall
    clock, so that a busy machine fails nobody."""
    wenke = agent("auto")
    spent = []
    for i in range(12):
        server.says(call("look_up", words="大区"), query(BY_REGION))
        began = time.process_time()
        wenke.ask(f"{UNREAD}{'呀' * i}", role="manager")
        spent.append((time.process_time() - began) * 1000)
    assert statistics.median(spent[2:]) < 350


# --- settings --------------------------------------------------------------------------------------------------------------


def test_the_agent_needs_a_model(demo_parts: Parts, demo_file: Path, data_dir: Path) -> None:
    assert demo_parts.planner.name == "rules"
    with pytest.raises(ConfigError) as told:
        Opened.open("retail", database=demo_file, data_dir=data_dir, planner="agent")
    assert told.value.issue.code == "llm-not-set"


ASK = "import sys; from assistant.__main__ import main; code = main(sys.argv[1:]); print(sorted(m for m in sys.modules if m.startswith(('langchain', 'openai', 'langgraph')))); sys.exit(code)"  # noqa: E501


def run(data_dir: Path, demo_file: Path, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    given = {"PATH": "/usr/bin:/bin", "HOME": str(data_dir), "WENKE_DATA_DIR": str(data_dir), **env}
    line = [sys.executable, "-c", ASK, "ask", *words, "--database", str(demo_file), "--role", "manager"]
    return subprocess.run(line, cwd=ROOT, env=given, capture_output=True, text=True, check=False, timeout=120)


def test_ask_with_rules_imports_no_langchain(data_dir: Path, demo_file: Path) -> None:
    told = run(data_dir, demo_file, READ, WENKE_LLM__MODEL="m", WENKE_LLM__BASE_URL="http://127.0.0.1:9/v1")
    assert told.returncode == 0, told.stderr
    assert told.stdout.rstrip().endswith("[]")


def test_ask_with_the_agent_needs_three_variables(data_dir: Path, demo_file: Path, server: Script) -> None:
    server.says(query(BY_REGION))
    env = {"WENKE_LLM__BASE_URL": server.base_url, "WENKE_LLM__API_KEY": KEY, "WENKE_LLM__MODEL": "scripted"}
    told = run(data_dir, demo_file, UNREAD, "--planner", "agent", **env)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "华东" in told.stdout
    assert KEY not in told.stdout + told.stderr
    assert (data_dir / "egress.jsonl").is_file()


def test_langchain_is_imported_in_two_modules() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "assistant").rglob("*.py")
        if any(
            line.startswith(("import langchain", "from langchain", "import openai", "from openai"))
            for line in path.read_text("utf-8").splitlines()
        )
    ]
    assert sorted(found) == ["assistant/planners/agent/provider.py", "assistant/planners/agent/wire.py"]
