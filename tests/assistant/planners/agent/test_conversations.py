"""Scripted conversations: repaired after one issue, after two, given up, SQL, questions back, budgets; each over a real socket.

Every row is one conversation: the question, what the model says in turn, and what the person gets. None may crash, and none may
answer where the model did not get there.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import Script, Step, call, query, sql


def agg(metric: str = "sales", **more: Any) -> dict[str, Any]:
    return {"kind": "aggregate", "metrics": [{"kind": "metric", "metric": metric}], **more}


def by(member: str) -> dict[str, Any]:
    return {"group_by": [{"kind": "dimension", "member": member}]}


def where(member: str, *values: Any, op: str = "=") -> dict[str, Any]:
    return {"where": {"kind": "predicate", "member": member, "op": op, "values": list(values)}}


P = {"period": "<t1>"}
MONTH_ZH, MONTH_EN = "上个月吸金能力咋样", "how fat was the till last month"
EAST = "华东上个月吸金能力咋样"
PLAIN = "吸金能力咋样"
GOOD = query(agg(**P))
BAD_METRIC, BAD_MEMBER = query(agg("salez", **P)), query(agg(**by("regoin"), **P))
BAD_SHAPE = query({"kind": "aggregate", "metrics": [], **P})
DROPPED = query(agg())
TALK = Step(text="The answer is 12345.")
BROKEN = Step(calls=(("run_query", '{"query": {"kind": "aggre'),))
TABLE = sql("SELECT region, count(*) AS n FROM customers GROUP BY region")
CITY_SQL = sql("SELECT city, count(*) AS n FROM customers GROUP BY city HAVING count(*) > 10")
HIDDEN_TABLE = sql("SELECT * FROM duckdb_settings()")
FILES = sql("SELECT * FROM read_csv('/etc/passwd')")
PHONES = sql("SELECT phone FROM customers")
UPDATE = sql("UPDATE customers SET name = 'x'")
TWO = sql("SELECT 1; DROP TABLE customers")
ASK = call("ask_person", question="销售额还是订单数？", choices=["销售额", "订单数"])
ASK_NUMBER = call("ask_person", question="Sales were 999, all right?", choices=["yes"])
ASK_LINK = call("ask_person", question="See [this](http://evil.example)", choices=["a", "b"])
DESCRIBE, DESCRIBE_BAD = call("describe", members=["sales"]), call("describe", members=["nope"])
LOOK, LOOK_NONE = call("look_up", words="销售额 大区"), call("look_up", words="zzzzqqqq")
GIVE_UP = call("give_up")
UNKNOWN_TOOL = call("shell", command="env")
AS_TEXT = Step(
    calls=(("run_query", {"query": '{"kind":"aggregate","metrics":[{"kind":"metric","metric":"sales"}],"period":"<t1>"}'}),)
)
IN_TALK = Step(text='Here: {"kind":"aggregate","metrics":[{"kind":"metric","metric":"sales"}],"period":"<t1>"}')
NO_ARGS = Step(calls=(("run_query", {}),))
E500, E503 = Step(status=500), Step(status=503)
E429 = Step(status=429, headers={"retry-after": "0"})
E400, E401, E404 = Step(status=400), Step(status=401), Step(status=404)
NONSENSE, NULLS, HTML = Step(raw="}{"), Step(raw='{"choices": null}'), Step(raw="<html>busy</html>")
DROP = Step(drop=True)


@dataclass(frozen=True)
class Talk:
    """One conversation. `calls`: how many requests reach the provider (None: any)."""

    name: str
    question: str
    steps: tuple[Step, ...]
    status: str
    planner: str | None = None
    code: str | None = None
    calls: int | None = None
    llm: dict[str, Any] = field(default_factory=dict)
    role: str = "manager"


OK = ("answered", "agent")
NOT = ("clarify", None, "unread-words")
TALKS = (
    # understood at once
    Talk("zh", MONTH_ZH, (GOOD,), *OK, calls=1),
    Talk("en", MONTH_EN, (GOOD,), *OK, calls=1),
    Talk("not streamed", MONTH_ZH, (GOOD,), *OK, calls=1, llm={"stream": False}),
    Talk("grouped", "上个月各大区吸金能力咋样", (query(agg(**by("region"), **P)),), *OK, calls=1),
    Talk("filtered", EAST, (query(agg(**where("region", "华东"), **P)),), *OK, calls=1),
    Talk("ranked by a number", "上个月吸金前3的门店都有谁啊呀", (
        query(agg(**by("store_name"), **P, order=[{"by": "sales"}], limit="<n1>")),), *OK, calls=1),
    Talk("a list", "谁最舍得败家", (query({"kind": "records", "entity": "customer", "limit": 5}),), *OK, calls=1),
    Talk("a change", "上个月吸金能力为啥拉胯", (
        query({"kind": "change", "metric": "sales", "period": "<t1>", "compare": {"kind": "previous_period"}}),), *OK, calls=1),
    Talk("query as text", MONTH_ZH, (AS_TEXT,), *OK, calls=1),
    Talk("query in talk", MONTH_ZH, (IN_TALK,), *OK, calls=1),
    # looked up first
    Talk("looked up", MONTH_ZH, (LOOK, GOOD), *OK, calls=2),
    Talk("looked up twice", MONTH_ZH, (LOOK, LOOK_NONE, GOOD), *OK, calls=3),
    Talk("looked up, not streamed", MONTH_EN, (LOOK, GOOD), *OK, calls=2, llm={"stream": False}),
    # repaired after one issue
    Talk("metric repaired", MONTH_ZH, (BAD_METRIC, GOOD), *OK, calls=2),
    Talk("member repaired", MONTH_ZH, (BAD_MEMBER, GOOD), *OK, calls=2),
    Talk("shape repaired", MONTH_EN, (BAD_SHAPE, GOOD), *OK, calls=2),
    Talk("dropped period repaired", MONTH_ZH, (DROPPED, GOOD), *OK, calls=2),
    Talk("dropped value repaired", EAST, (GOOD, query(agg(**where("region", "华东"), **P))), *OK, calls=2),
    Talk("talk repaired", MONTH_ZH, (TALK, GOOD), *OK, calls=2),
    Talk("broken arguments repaired", MONTH_ZH, (BROKEN, GOOD), *OK, calls=2),
    Talk("broken, not streamed", MONTH_ZH, (BROKEN, GOOD), *OK, calls=2, llm={"stream": False}),
    Talk("missing arguments repaired", MONTH_ZH, (NO_ARGS, GOOD), *OK, calls=2),
    Talk("unknown tool", MONTH_ZH, (UNKNOWN_TOOL, GOOD), *OK, calls=2),
    Talk("sql to query", MONTH_ZH, (UPDATE, GOOD), *OK, calls=2),
    Talk("bad description, then query", MONTH_ZH, (DESCRIBE_BAD, GOOD), *OK, calls=2),
    # repaired after two
    Talk("metric and member", MONTH_ZH, (BAD_METRIC, BAD_MEMBER, GOOD), *OK, calls=3),
    Talk("shape and dropped", MONTH_EN, (BAD_SHAPE, DROPPED, GOOD), *OK, calls=3),
    Talk("talk twice", MONTH_ZH, (TALK, TALK, GOOD), *OK, calls=3),
    Talk("broken twice", MONTH_ZH, (BROKEN, BROKEN, GOOD), *OK, calls=3),
    Talk("sql twice", PLAIN, (FILES, UPDATE, TABLE), *OK, calls=3),
    # given up
    Talk("three wrong metrics", MONTH_ZH, (BAD_METRIC,), *NOT, calls=3),
    Talk("three dropped", MONTH_ZH, (DROPPED,), *NOT, calls=3),
    Talk("three dropped values", EAST, (GOOD,), *NOT, calls=3),
    Talk("only talk", MONTH_ZH, (TALK,), *NOT, calls=3),
    Talk("only broken", MONTH_ZH, (BROKEN,), *NOT, calls=3),
    Talk("only shapes", MONTH_EN, (BAD_SHAPE,), *NOT, calls=3),
    Talk("gives up at once", MONTH_ZH, (GIVE_UP,), *NOT, calls=1),
    Talk("gives up later", MONTH_ZH, (LOOK, GIVE_UP), *NOT, calls=2),
    # governed SQL
    Talk("sql", PLAIN, (TABLE,), *OK, calls=1),
    Talk("sql of cities", PLAIN, (CITY_SQL,), *OK, calls=1),
    Talk("sql with a period", MONTH_ZH, (
        sql("SELECT count(*) AS n FROM orders WHERE order_time >= <t1.start> AND order_time < <t1.end>"),), *OK, calls=1),
    Talk("sql without the period", MONTH_ZH, (TABLE,), *NOT, calls=3),
    Talk("sql of files", PLAIN, (FILES,), *NOT, calls=3),
    Talk("sql of settings", PLAIN, (HIDDEN_TABLE,), *NOT, calls=3),
    Talk("sql of hidden columns", PLAIN, (PHONES,), *NOT, calls=3),
    Talk("sql that writes", PLAIN, (UPDATE,), *NOT, calls=3),
    Talk("two statements", PLAIN, (TWO,), *NOT, calls=3),
    # questions back, definitions
    Talk("asks", MONTH_ZH, (ASK,), "clarify", None, "agent-asks", 1),
    Talk("asks after looking", MONTH_ZH, (LOOK, ASK), "clarify", None, "agent-asks", 2),
    Talk("asks with numbers, then well", MONTH_ZH, (ASK_NUMBER, ASK), "clarify", None, "agent-asks", 2),
    Talk("asks with a link", MONTH_ZH, (ASK_LINK,), *NOT, calls=3),
    Talk("describes", "吸金能力到底啥意思", (DESCRIBE,), "answered", calls=1),
    Talk("describes nothing", "吸金能力到底啥意思", (DESCRIBE_BAD,), "clarify", calls=3),
    # budgets
    Talk("calls", MONTH_ZH, (LOOK,), *NOT, calls=6),
    Talk("few calls", MONTH_ZH, (LOOK,), *NOT, calls=2, llm={"calls": 2}),
    Talk("tokens", MONTH_ZH, (LOOK,), *NOT, calls=1, llm={"tokens": 1000}),
    Talk("tokens as told", MONTH_ZH, (LOOK,), *NOT, calls=6, llm={"stream": False}),
    Talk("seconds", MONTH_ZH, (Step(seconds=3.0),), *NOT, calls=1, llm={"seconds": 0.4}),
    Talk("a trickle", MONTH_ZH, (Step(text="x" * 4000, trickle=0.05),), *NOT, calls=1, llm={"seconds": 0.6}),
    # a provider in trouble
    Talk("busy once", MONTH_ZH, (E429, GOOD), *OK, calls=2),
    Talk("failing once", MONTH_ZH, (E503, GOOD), *OK, calls=2, llm={"seconds": 8}),
    Talk("dropped once", MONTH_ZH, (DROP, GOOD), *OK, calls=2),
    Talk("always busy", MONTH_ZH, (E429,), *NOT, calls=2),
    Talk("busy for long", MONTH_ZH, (Step(status=429, headers={"retry-after": "60"}),), *NOT, calls=1, llm={"seconds": 2}),
    Talk("always failing", MONTH_ZH, (E500,), *NOT, calls=2),
    Talk("bad request", MONTH_ZH, (E400,), *NOT, calls=1),
    Talk("wrong key", MONTH_ZH, (E401,), *NOT, calls=1),
    Talk("no such model", MONTH_ZH, (E404,), *NOT, calls=1),
    Talk("nonsense", MONTH_ZH, (NONSENSE,), *NOT),
    Talk("nulls", MONTH_ZH, (NULLS,), *NOT, llm={"stream": False}),
    Talk("a web page", MONTH_ZH, (HTML,), *NOT, llm={"stream": False}),
    Talk("fails in the middle", MONTH_ZH, (LOOK, E500), *NOT, calls=3),
)  # fmt: skip


def test_there_are_enough() -> None:
    assert len(TALKS) >= 60
    assert len({talk.name for talk in TALKS}) == len(TALKS)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.name)
def test_conversation(talk: Talk, agent: Agent, server: Script) -> None:
    server.says(*talk.steps)
    answer = agent("auto", **talk.llm).ask(talk.question, role=talk.role)
    told = f"{answer.error_code}: {answer.text} | {server.told() if server.requests else ''}"
    assert answer.status == talk.status, told
    if talk.planner is not None:
        assert answer.planner == talk.planner
    if talk.code is not None:
        assert answer.error_code == talk.code, told
    if talk.calls is not None:
        assert len(server.requests) == talk.calls, told
    if answer.status == "clarify":
        assert "12345" not in answer.text
        assert not answer.rows
