"""Nothing that a person said vanishes: conditions, periods, metrics and further asks stand where they do something, or are told."""

from typing import Any

import pytest

from assistant.planners.agent.naming import named_by_us
from assistant.service import Parts
from semantic_layer.query import Aggregate, from_json
from tests.assistant.planners.agent.conftest import Agent
from tests.assistant.planners.agent.scripted import Script, Step, call, query, sql

GIVE_UP = call("give_up")
P = {"period": "<t1>"}
EAST_IN = {"kind": "predicate", "member": "region", "op": "=", "values": ["华东"]}
EAST, MONTH = "华东上个月吸金能力咋样", "上个月吸金能力咋样"
DORMANT = "沉睡客户上个月吸金能力咋样"
SPENDERS = "消费超过4321元的败家客户有多少"
TWO_ASKS = "上个月吸金能力咋样？另外上个月订单数是多少？"


def agg(metric: str = "sales", name: str | None = None, **more: Any) -> dict[str, Any]:
    use = {"kind": "metric", "metric": metric, **({"name": name} if name else {})}
    return {"kind": "aggregate", "metrics": [use], **more}


def spent(value: Any) -> dict[str, Any]:
    return {"where": {"kind": "metric", "metric": "sales", "op": ">", "value": value}}


HIDDEN_IN_QUERIES = {
    "a value as a name": (EAST, agg(name="华东", **P)),
    "a value as a name of a calculation": (
        EAST,
        {"kind": "aggregate", "metrics": [{"kind": "calculation", "agg": "count", "member": "city", "name": "华东"}]},
    ),
    "a value of another member": (EAST, agg(where={**EAST_IN, "member": "gender"}, **P)),
    "a segment as a value": (DORMANT, agg(where={**EAST_IN, "values": ["dormant_customers"]}, **P)),
    "a period as a name": (MONTH, agg(name="<t1>")),
    "a period as the name of a step": (
        MONTH,
        {"kind": "funnel", "entity": "customer", "steps": [{"behaviour": "pay", "name": "<t1>"}, {"behaviour": "refund"}]},
    ),
    "a threshold as a limit": (SPENDERS, agg("customer_count", limit="<n1>")),
    "a threshold as a limit too": (SPENDERS, agg("customer_count", limit="<n1>", **spent("<n1>"))),
    "a threshold as an edge": (
        SPENDERS,
        agg("customer_count", group_by=[{"kind": "bucket", "metric": "sales", "edges": ["<n1>"]}]),
    ),
    "a threshold as a width": (
        SPENDERS,
        agg("customer_count", group_by=[{"kind": "bucket", "metric": "sales", "width": "<n1>"}]),
    ),
    "a further ask": (TWO_ASKS, agg("gmv", **P)),
}


@pytest.mark.parametrize("name", HIDDEN_IN_QUERIES)
def test_a_query_that_only_names_what_was_said_is_not_run(agent: Agent, server: Script, name: str) -> None:
    question, body = HIDDEN_IN_QUERIES[name]
    server.says(query(body), GIVE_UP)
    answer = agent("auto").ask(question, role="manager")
    assert answer.status == "clarify", answer.text
    assert "error" in server.told()[0]


KEPT_IN_QUERIES = {
    "a value": (EAST, agg(where=EAST_IN, **P)),
    "a value among others": (EAST, agg(where={**EAST_IN, "op": "in", "values": ["华东", "华南"]}, **P)),
    "a segment": (DORMANT, agg(where={"kind": "segment", "segment": "dormant_customers"}, **P)),
    "a threshold": (SPENDERS, agg("customer_count", **spent("<n1>"))),
    "a rank": (
        "上个月吸金前3的门店都有谁啊呀",
        agg(group_by=[{"kind": "dimension", "member": "store_name"}], order=[{"by": "sales"}], limit="<n1>", **P),
    ),
}


@pytest.mark.parametrize("name", KEPT_IN_QUERIES)
def test_a_query_that_holds_what_was_said_is_run(agent: Agent, server: Script, name: str) -> None:
    question, body = KEPT_IN_QUERIES[name]
    server.says(query(body), GIVE_UP)
    answer = agent("auto").ask(question, role="manager")
    assert (answer.status, len(server.requests)) == ("answered", 1), server.told()


HIDDEN_IN_SQL = (
    (MONTH, "SELECT count(*) AS n FROM orders /* <t1> */"),
    (MONTH, "SELECT count(*) AS n FROM orders -- <t1.start>"),
    (MONTH, "SELECT count(*) AS n, '<t1>' AS p FROM orders"),
    (MONTH, "SELECT count(*) AS n FROM orders WHERE '<t1>' = '<t1>'"),
    (MONTH, "SELECT count(*) AS n FROM orders WHERE order_id > 0 AND '<t1>' <> ''"),
    (MONTH, "WITH x AS (SELECT * FROM orders WHERE order_time >= <t1.start>) SELECT count(*) AS n FROM orders"),
    (EAST, "SELECT count(*) AS n FROM orders WHERE order_time >= <t1.start> -- 华东"),
    (EAST, "SELECT count(*) AS 华东 FROM orders WHERE order_time >= <t1.start>"),
    (DORMANT, "SELECT count(*) AS dormant_customers FROM orders WHERE order_time >= <t1.start>"),
    (SPENDERS, "SELECT count(*) AS n FROM customers LIMIT <n1>"),
)


@pytest.mark.parametrize(("question", "text"), HIDDEN_IN_SQL)
def test_sql_that_only_names_what_was_said_is_not_run(agent: Agent, server: Script, question: str, text: str) -> None:
    server.says(sql(text), GIVE_UP)
    answer = agent("auto").ask(question, role="manager")
    assert answer.status == "clarify", answer.text
    assert "WHERE" in server.told()[0]


KEPT_IN_SQL = (
    (MONTH, "SELECT count(*) AS n FROM orders WHERE order_time >= <t1.start> AND order_time < <t1.end>"),
    (MONTH, "SELECT count(*) AS n FROM orders WHERE order_time BETWEEN <t1>"),
    (MONTH, "SELECT count(*) AS n FROM orders WHERE order_time >= DATE '<t1.start>'"),
    (
        EAST,
        "SELECT count(*) AS n FROM orders o JOIN customers c ON c.customer_id = o.customer_id AND c.region = '华东' "
        "WHERE order_time >= <t1.start>",
    ),
    (
        SPENDERS,
        "SELECT count(*) AS n FROM (SELECT customer_id FROM orders GROUP BY customer_id HAVING sum(amount) > <n1>) AS x",
    ),
)


@pytest.mark.parametrize(("question", "text"), KEPT_IN_SQL)
def test_sql_that_holds_what_was_said_is_run(agent: Agent, server: Script, question: str, text: str) -> None:
    server.says(sql(text), GIVE_UP)
    answer = agent("auto").ask(question, role="manager")
    assert answer.status == "answered", server.told()


# --- names ----------------------------------------------------------------------------------------------------------------


def test_no_column_is_called_by_the_model(agent: Agent, server: Script) -> None:
    body = agg(name="您的密码", group_by=[{"kind": "dimension", "member": "region"}], order=[{"by": "您的密码"}], **P)
    server.says(query(body))
    answer = agent("auto").ask("上个月各大区的吸金能力咋样", role="manager")
    assert (answer.status, answer.columns[1].name) == ("answered", "sales"), server.told()
    assert "密码" not in answer.text
    assert [row[1] for row in answer.rows] == sorted((row[1] for row in answer.rows), reverse=True)


def test_two_uses_of_one_metric_are_told_apart_by_their_conditions(demo_parts: Parts) -> None:
    one, other = (
        {"kind": "metric", "metric": "sales", "name": f"x{v}", "where": {**EAST_IN, "values": [v]}} for v in ("华东", "华南")
    )
    asked = from_json(Aggregate.model_validate({"metrics": [one, other], "order": [{"by": "x华南"}]}).model_dump_json())
    found = named_by_us(asked, demo_parts.model, "zh")
    assert isinstance(found, Aggregate)
    assert [use.name for use in found.metrics] == ["销售额 (华东)", "销售额 (华南)"]
    assert found.order[0].by == "销售额 (华南)"


def test_names_inside_sets_and_lists_are_ours_too(demo_parts: Parts) -> None:
    listed = {"kind": "records", "entity": "customer", "columns": [{"kind": "metric", "metric": "sales", "name": "y"}],
              "order": [{"by": "y"}], "limit": 5}  # fmt: skip
    asked = from_json(Aggregate.model_validate(
        {"metrics": [{"kind": "metric", "metric": "sales"}], "where": {"kind": "in_set", "records": listed}}
    ).model_dump_json())  # fmt: skip
    found = named_by_us(asked, demo_parts.model, "zh").model_dump(mode="json")["where"]["records"]
    assert (found["columns"][0]["name"], found["order"][0]["by"]) == (None, "sales")


# --- further asks, unread words ---------------------------------------------------------------------------------------------


def test_two_queries_of_one_reply_answer_two_asks(agent: Agent, server: Script) -> None:
    calls = (("run_query", {"query": agg("gmv", **P)}), ("run_query", {"query": agg("order_count", **P)}))
    server.says(Step(calls=calls))
    answer = agent("auto").ask(TWO_ASKS, role="manager")
    assert (answer.status, [part.status for part in answer.parts]) == ("answered", ["answered"])
    assert "GMV" in answer.text
    assert "订单数" in answer.parts[0].text


def test_a_missing_ask_is_told_and_put_into_the_rest(agent: Agent, server: Script) -> None:
    server.says(query(agg("gmv", **P)), call("run_query", query=agg("gmv", **P), rest=[agg("order_count", **P)]))
    answer = agent("auto").ask(TWO_ASKS, role="manager")
    assert "订单数" in server.told()[0]
    assert [part.columns[0].name for part in answer.parts] == ["order_count"]


def test_a_further_query_that_cannot_run_is_told(agent: Agent, server: Script) -> None:
    server.says(call("run_query", query=agg("gmv", **P), rest=[agg("order_count", **P), agg("salez", **P)]), GIVE_UP)
    assert agent("auto").ask(TWO_ASKS, role="manager").status == "clarify"
    assert "salez" in server.told()[0]


def test_the_further_ask_of_rules_stays_where_planners_differ(agent: Agent, server: Script) -> None:
    server.says(query(agg("gmv", **P)))
    answer = agent("agent").ask("上个月的GMV是多少？另外上个月订单数是多少？", role="manager")
    assert [part.columns[0].name for part in answer.parts] == ["order_count"]
    server.says(query(agg("gmv", period="<t1>", where=EAST_IN)))
    answer = agent("agent").ask("上个月的GMV是多少？另外上个月订单数是多少呢？", role="manager")
    assert answer.error_code == "several-readings", answer.text
    assert [part.columns[0].name for part in answer.parts] == ["order_count"]


@pytest.mark.parametrize("step", [query(agg(**P)), sql("SELECT count(*) AS n FROM orders WHERE order_time >= <t1.start>")])
def test_words_that_only_the_model_read_are_told(agent: Agent, server: Script, step: Step) -> None:
    server.says(step)
    answer = agent("auto").ask("上个月穿红衣服的客户吸金能力咋样", role="manager")
    assert answer.status == "answered", server.told()
    assert answer.interpretation is not None
    told = " ".join(item.label for item in answer.interpretation.assumptions)
    assert "红衣服" in told
    assert "红衣服" in answer.text
