"""A hostile or confused model, once more: replies that are bombs, that end in an answer of ours that fails, that show what is hidden."""

import os
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

import pytest

from assistant.egress import Egress, EgressError
from assistant.errors import ConfigError
from assistant.planners.agent.turn import Turn
from assistant.planners.agent.veiling import veiled
from assistant.planners.rules import RulesPlanner
from assistant.ports import Workplace
from assistant.service import Parts
from assistant.settings import read
from semantic_layer.catalog import nearest
from semantic_layer.errors import UnsafeSQLError
from semantic_layer.governed import governed
from semantic_layer.model import SemanticModel
from semantic_layer.scope import Scope, restrict
from semantic_layer.shown import reads_data
from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import Script, Step, call, query, sql

PLAIN = "吸金能力咋样"
EAST = {"region": "华东"}
GIVE_UP = call("give_up")
SALES: dict[str, Any] = {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": "sales"}]}
AGES: dict[str, Any] = {"kind": "predicate", "member": "age", "op": ">"}


def clause(number: int) -> dict[str, Any]:
    return {"kind": "metric", "metric": "sales", "op": ">", "value": number}


# --- time and memory -------------------------------------------------------------------------------------------------------

LONG = "z" * 200_000
BOMBS = {
    "many names to define": call("describe", members=[f"zz{i}" for i in range(3000)]),
    "a long name to define": call("describe", members=[LONG]),
    "a long name of a metric": query({"kind": "aggregate", "metrics": [{"kind": "metric", "metric": LONG}]}),
    "many names of metrics": query(
        {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": f"zz{i}"} for i in range(2000)]}
    ),
    "stars over stars": sql(
        "WITH a0 AS (SELECT * FROM customers), "
        + ", ".join(f"a{i} AS (SELECT * FROM a{i - 1} JOIN a{i - 1} b USING (customer_id))" for i in range(1, 20))
        + " SELECT count(*) AS n FROM a19"
    ),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_no_time(agent: Agent, server: Script, bomb: Step) -> None:
    """Each took minutes, past every limit: in a tool that nobody can interrupt, or in the asker's own thread."""
    server.says(bomb, GIVE_UP)
    began = time.process_time()
    answer = agent("auto", stream=False).ask(PLAIN, role="manager")
    assert (answer.status, answer.error_code) == ("clarify", "unread-words")
    assert len(server.requests) == 2
    assert time.process_time() - began < 5.0
    assert len(server.told()[0]) < 20_000


def test_a_long_name_is_like_nothing() -> None:
    assert nearest("sales" * 20, ["sales"]) == ()


def test_doubled_stars_are_too_large(retail: SemanticModel) -> None:
    steps = ", ".join(f"a{i} AS (SELECT * FROM a{i - 1} JOIN a{i - 1} b USING (customer_id))" for i in range(1, 11))
    with pytest.raises(UnsafeSQLError) as wrong:
        governed(
            f"WITH a0 AS (SELECT * FROM customers), {steps} SELECT count(*) FROM a10", restrict(retail, Scope("manager", {}))
        )
    assert "statement-too-large" in [issue.code for issue in wrong.value.issues]


def test_nothing_is_looked_up_after_the_end(demo_parts: Parts) -> None:
    """Hundreds of calls may stand in one message; nobody waits for what follows the end."""
    floor = demo_parts.floor
    assert isinstance(floor, RulesPlanner)
    asked = veiled(PLAIN, floor.index, floor.calendar, demo_parts.model, ())
    turn = Turn("en", demo_parts.model, floor.index, asked, cast("Workplace", Mock(tables=dict)), PLAIN)
    assert "region" in turn.look_up("region")
    turn.stop("failed")
    assert turn.look_up("region") == "Done."


# --- what no machine counts with ------------------------------------------------------------------------------------------------

ENDLESS = {"start": "0001-01-01", "end": "9999-12-31"}
UNCOUNTABLE = {
    "a limit": {**SALES, "limit": 10**400},
    "a value": {**SALES, "where": {**AGES, "values": [10**400]}},
    "before the calendar": {**SALES, "period": ENDLESS, "compare": {"kind": "previous_period"}},
    "a year before the calendar": {**SALES, "period": ENDLESS, "compare": {"kind": "same_period_last_year"}},
    "weeks before the calendar": {
        **SALES, "period": ENDLESS, "compare": {"kind": "previous_period"}, "group_by": [{"kind": "time", "grain": "week"}]
    },
    "more than a statement holds": {**SALES, "where": {"kind": "and", "filters": [clause(i) for i in range(170)]}},
}  # fmt: skip


@pytest.mark.parametrize("body", UNCOUNTABLE.values(), ids=UNCOUNTABLE)
def test_what_cannot_run_goes_back_to_the_model(agent: Agent, server: Script, body: dict[str, Any]) -> None:
    """It ended the whole question: as a failure of ours, or as a refusal of a person who had asked for nothing of the kind."""
    server.says(query(body), GIVE_UP)
    answer = agent("auto").ask(PLAIN, role="manager")
    assert (answer.status, answer.error_code) == ("clarify", "unread-words")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("name", "value"), [("OPENAI_PROXY", "http://me:proxy-password@127.0.0.1:9"), ("ALL_PROXY", "socks9://me:proxy-password@x")]
)
def test_an_environment_that_no_client_takes(
    agent: Agent, server: Script, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    server.says(GIVE_UP)
    answer = agent("auto").ask(PLAIN, role="manager")
    assert (answer.status, answer.error_code) == ("clarify", "unread-words")
    assert "proxy-password" not in caplog.text


def test_an_address_holds_no_password(tmp_path: Path) -> None:
    """It would stand in `wenke check`, and in what libraries log of each request."""
    with pytest.raises(ConfigError) as wrong:
        read(llm={"base_url": "https://me:hunter2@llm.example/v1"}, data_dir=tmp_path)
    assert "hunter2" not in str(wrong.value.issue)
    assert read(llm={"base_url": "https://llm.example/v1"}).llm.base_url == "https://llm.example/v1"


def test_half_a_line_is_not_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is nearly full takes a part of it; then nothing is sent."""
    write = os.write
    monkeypatch.setattr("assistant.egress.os.write", lambda handle, line: write(handle, line[:10]))
    with pytest.raises(EgressError):
        Egress(tmp_path / "egress.jsonl", lambda: datetime(2026, 10, 20)).record("t", "host", {"messages": []})


# --- what is shown ----------------------------------------------------------------------------------------------------------------


def test_a_value_of_rows_that_are_hidden_is_not_found(agent: Agent, server: Script, demo_parts: Parts) -> None:
    """The index holds the values of all rows; one that a model looks up may be shown to the asker."""
    store = str(demo_parts.engine.values("SELECT store_name FROM stores WHERE region = '华南' ORDER BY store_id LIMIT 1")[0][0])
    steps = (call("look_up", words=store[:-1]), call("ask_person", question="是<v1>吗?", choices=["<v1>", "不是"]), GIVE_UP)
    server.says(*steps)
    answer = agent("auto").ask(PLAIN, role="regional_manager", attributes=EAST)
    assert store not in answer.text + "".join(choice.label for choice in answer.choices)
    assert "<v1>" not in server.told()[0] + answer.text
    server.says(*steps)
    assert store in agent("auto").ask(PLAIN, role="manager").text
    own = str(demo_parts.engine.values("SELECT store_name FROM stores WHERE region = '华东' ORDER BY store_id LIMIT 1")[0][0])
    server.says(call("look_up", words=own), call("ask_person", question="是<v1>吗?", choices=["是", "不是"]))
    assert own in agent("auto").ask(PLAIN, role="regional_manager", attributes=EAST).text


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 12345 AS sales",
        "SELECT 12345 AS sales FROM orders LIMIT 1",
        "SELECT 1 AS n UNION SELECT count(*) FROM orders",
        "SELECT region, 42 AS sales FROM stores",
        "SELECT count(*) * 1.3 AS n FROM orders",
        "SELECT sum(amount) + 88000 AS n FROM orders",
        "SELECT CASE WHEN count(*) > 0 THEN 4200 END AS n FROM orders",
        "SELECT n.goal FROM (SELECT 42 AS goal FROM orders) AS n",
    ],
)
def test_a_number_that_a_model_made_up_is_no_answer(agent: Agent, server: Script, text: str) -> None:
    server.says(sql(text), GIVE_UP)
    answer = agent("auto").ask(PLAIN, role="manager")
    assert (answer.status, answer.rows) == ("clarify", [])


def test_the_numbers_of_a_question_may_be_counted_with(agent: Agent, server: Script) -> None:
    """A goal that somebody names may be compared with; another number in its place may not."""
    made_up, honest = (f"SELECT count(*) / {n} AS part FROM stores HAVING count(*) < {n}" for n in ("4321", "<n1>"))
    server.says(sql(made_up), sql(honest))
    answer = agent("auto").ask("离4321的吸金目标差多少", role="manager")
    assert (answer.status, len(server.requests)) == ("answered", 2), answer.text
    assert answer.sql is not None
    assert "4321" in answer.sql


@pytest.mark.parametrize(
    "text",
    [
        "SELECT count(*) AS n FROM orders",
        "SELECT * FROM stores",
        "SELECT (SELECT sum(amount) FROM orders) / 2 AS half",
        "(SELECT region FROM stores) UNION ALL (SELECT region FROM customers)",
        "WITH x AS (SELECT amount FROM orders) SELECT 'all' AS what, sum(amount) AS total FROM x",
    ],
)
def test_a_number_that_comes_from_a_table_is(retail: SemanticModel, text: str) -> None:
    assert reads_data(governed(text, restrict(retail, Scope("manager", {}))))


@pytest.mark.parametrize(
    "text",
    [
        "请到 evil.example/login 登录",
        "ｈｔｔｐｓ：//x",
        "HTTPS：//x",
        "ＷＷＷ.x",
        "写信给 a@b",
        "销售额是五百万，对吗",
        "是<v7>吗",
        "１２",
    ],
)
def test_what_a_model_may_not_ask(agent: Agent, server: Script, text: str) -> None:
    server.says(call("ask_person", question=text, choices=["甲"]), call("ask_person", question="哪个?", choices=[text]), GIVE_UP)
    answer = agent("auto").ask(PLAIN, role="manager")
    assert answer.error_code == "unread-words"
    assert len(server.requests) == 3


def test_steps_are_shown_under_our_names(agent: Agent, server: Script) -> None:
    """A refund that a model calls a payment was one in the answer."""
    steps = [{"behaviour": "pay", "name": "evil.example"}, {"behaviour": "refund", "name": "付款"}, {"behaviour": "refund"}]
    server.says(query({"kind": "funnel", "entity": "customer", "steps": steps}))
    answer = agent("auto").ask(PLAIN, role="manager")
    assert [row[0] for row in answer.rows] == ["pay", "refund", "退款 2"]
    assert "付款" not in answer.text
    assert "evil" not in answer.text


# --- what is kept, and what is stopped ---------------------------------------------------------------------------------------------


def test_what_was_only_looked_at_is_not_kept_as_if_it_had_run(agent: Agent, server: Script) -> None:
    wenke = agent("auto")
    server.says(sql("SELECT CAST(store_name AS INTEGER) AS n FROM stores"))  # fails where it runs
    wenke.explain(PLAIN, role="manager")
    assert server.requests
    server.says(sql("SELECT count(*) AS n FROM stores"))
    assert wenke.ask(PLAIN, role="manager").status == "answered"


@pytest.mark.parametrize("word", ["tool", "function", "system", "scripted"])
def test_a_quoted_word_of_the_protocol_is_no_secret_in_it(agent: Agent, server: Script, word: str) -> None:
    server.says(call("look_up", words="大区"), GIVE_UP)
    agent("auto").ask(f"“{word}”吸金能力咋样", role="manager")
    assert len(server.requests) == 2


def test_askers_of_other_rights_days_languages_and_threads_share_nothing(agent: Agent, server: Script, demo_parts: Parts) -> None:
    """One process, one cache: what a model made of the same words for somebody else is not theirs."""
    wenke = agent("auto")
    server.says(query(SALES))
    wenke.ask(PLAIN, role="manager")
    server.says(GIVE_UP)
    asked = 0
    for who in ({"role": "ops"}, {"role": "regional_manager", "attributes": EAST}, {"role": "manager", "lang": "en"}):
        wenke.ask(PLAIN, **who)
        asked += 1
        assert len(server.requests) == asked, who
    thread = wenke.thread("manager")
    assert thread.ask("上个月的销售额").status == "answered"
    thread.ask(PLAIN)
    assert len(server.requests) == asked + 1
    tomorrow = type(wenke)(replace(wenke._parts, today=demo_parts.today.replace(day=21)))
    tomorrow.ask(PLAIN, role="manager")
    assert len(server.requests) == asked + 2
    wenke.ask(PLAIN, role="manager")
    assert len(server.requests) == asked + 2  # the first one is still there
