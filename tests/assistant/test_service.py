"""The pipeline over the real demo: what an answer holds, what becomes of errors, many askers at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.app import Assistant
from assistant.errors import AccessDenied, ConfigError, EngineUnavailable
from assistant.qa import Answer, Choice, Interpretation
from assistant.service import Parts
from semantic_layer.issues import Issue
from semantic_layer.query import (
    Aggregate,
    Attribute,
    ByDimension,
    Change,
    Compare,
    Order,
    Period,
    Predicate,
    Records,
    SemanticQuery,
)
from tests.assistant.conftest import Planned

SEPTEMBER = Period(start=date(2026, 9, 1), end=date(2026, 10, 1))
THIRD_QUARTER = Period(start=date(2026, 7, 1), end=date(2026, 10, 1))


def total(metric: str, **more: object) -> Aggregate:
    return Aggregate.model_validate({"metrics": ({"kind": "metric", "metric": metric},), "period": SEPTEMBER, **more})


SALES = total("sales")
BY_REGION = total("sales", group_by=(ByDimension(member="region"),))


def test_an_answer_holds_everything_that_is_shown(wenke: Assistant) -> None:
    answer = wenke.query(BY_REGION, lang="zh")
    assert (answer.status, answer.error_code, answer.planner) == ("answered", None, "none")
    assert [(c.name, c.label, c.role, c.unit) for c in answer.columns] == [
        ("region", "大区", "key", None),
        ("sales", "销售额", "value", "¥"),
    ]
    assert len(answer.rows) == answer.total_rows == 7
    assert all(isinstance(row, tuple) and isinstance(row[1], Decimal) for row in answer.rows)
    assert "2026年9月" in answer.text
    assert answer.sql is not None
    assert "GROUP BY" in answer.sql
    assert answer.as_of == date(2026, 10, 19)
    assert answer.chart is not None
    assert answer.chart.kind == "bar"
    assert answer.interpretation is not None
    assert answer.interpretation.query == BY_REGION
    assert [item.member for item in answer.interpretation.metrics] == ["sales"]
    assert {"compile", "run", "narrate", "total"} <= set(answer.timings)
    assert list(answer.table.columns) == ["大区", "销售额"]


def test_the_same_question_in_both_languages_gives_the_same_rows(wenke: Assistant) -> None:
    zh, en = wenke.ask("上个月各大区的销售额"), wenke.ask("sales by region last month")
    assert (zh.lang, en.lang) == ("zh", "en")
    assert zh.rows == en.rows
    assert [c.label for c in en.columns] != [c.label for c in zh.columns]


# --- several readings ---------------------------------------------------------------------------------------------------


def test_readings_with_equal_results_are_answered(planned: Planned) -> None:
    other = total("sales", where=Predicate(member="channel", op="is not null"))
    answer = planned(Interpretation(queries=(SALES, other))).ask("销售额")
    assert answer.status == "answered"


def test_readings_with_different_results_are_offered_with_their_numbers(planned: Planned) -> None:
    wenke = planned(Interpretation(queries=(SALES, total("gmv"))))
    answer = wenke.ask("卖了多少")
    assert (answer.status, answer.error_code) == ("clarify", "several-readings")
    assert [choice.query for choice in answer.choices] == [SALES, total("gmv")]
    assert all(choice.value and "¥" in choice.value for choice in answer.choices)
    assert len({choice.label for choice in answer.choices}) == 2


def test_a_reading_that_cannot_run_does_not_stand_in_the_way(planned: Planned) -> None:
    answer = planned(Interpretation(queries=(total("no_such_metric"), SALES))).ask("销售额")
    assert answer.status == "answered"


def test_a_choice_that_was_offered_answers_the_next_message(planned: Planned) -> None:
    issue = Issue("not-understood")
    wenke = planned(Interpretation(clarification=issue, choices=(Choice("销售额", SALES), Choice("GMV", total("gmv")))))
    thread = wenke.thread()
    asked = thread.ask("表现怎么样")
    assert asked.status == "clarify"
    assert [bool(choice.value) for choice in asked.choices] == [True, True]
    answer = thread.ask("2")
    assert answer.status == "answered"
    assert answer.interpretation is not None
    assert answer.interpretation.query == total("gmv")
    assert answer.lang == "zh"


def test_a_message_with_two_asks_has_two_answers(planned: Planned) -> None:
    wenke = planned(Interpretation(queries=(SALES,), rest=(Interpretation(queries=(total("gmv"),)),)))
    answer = wenke.ask("销售额和GMV")
    assert [part.status for part in answer.parts] == ["answered"]
    assert answer.parts[0].rows != answer.rows


# --- what goes wrong ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "role", "status", "code"),
    [
        (total("no_such_metric"), None, "clarify", "unknown-metric"),
        (total("salse"), None, "clarify", "unknown-metric"),
        (total("sales", group_by=(ByDimension(member="phone"),)), None, "refused", "personal-data"),
        (Records(entity="customer", columns=(Attribute(member="no_such"),)), None, "clarify", "unknown-dimension"),
        (SALES, "nobody", "failed", "unknown-role"),
        (SALES, "regional_manager", "failed", "missing-attribute"),
    ],
)
def test_a_query_that_does_not_fit_says_so(
    wenke: Assistant, query: SemanticQuery, role: str | None, status: str, code: str
) -> None:
    for lang in ("zh", "en"):
        answer = wenke.query(query, role=role, lang=lang)
        assert (answer.status, answer.error_code) == (status, code)
        assert answer.text
        assert answer.rows == []
        assert answer.sql is None


def test_near_misses_are_offered_as_choices(wenke: Assistant) -> None:
    assert "销售额" in [choice.label for choice in wenke.query(total("salse"), lang="zh").choices]


@pytest.mark.parametrize("broken", [RuntimeError("/etc/passwd secret 13800001111"), KeyError("x"), RecursionError()])
def test_any_exception_becomes_a_failed_answer_that_tells_nothing(
    planned: Planned, broken: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    answer = planned(broken).ask("sales last month")
    assert (answer.status, answer.error_code) == ("failed", "internal")
    assert answer.incident
    assert answer.incident in caplog.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_an_engine_that_is_down_is_said_to_be_down(planned: Planned) -> None:
    answer = planned(EngineUnavailable()).ask("上个月销售额")
    assert (answer.status, answer.error_code) == ("failed", "engine-unavailable")
    assert "数据库" in answer.text


def test_time_that_runs_out_is_a_failed_answer_and_the_next_one_is_fine(wenke: Assistant) -> None:
    slow = wenke.query(BY_REGION, timeout=1e-9)
    assert (slow.status, slow.error_code) == ("failed", "query-timeout")
    assert wenke.query(BY_REGION).status == "answered"


def test_a_refusal_wins_over_everything(planned: Planned) -> None:
    wenke = planned(Interpretation(queries=(SALES,), refusal=Issue("may-not-export")))
    answer = wenke.ask("删除所有客户")
    assert (answer.status, answer.error_code, answer.rows) == ("refused", "may-not-export", [])


# --- rights ----------------------------------------------------------------------------------------------------------------


def test_a_row_filter_holds_in_every_way_of_asking(wenke: Assistant) -> None:
    east = {"region": "华东"}
    rows = wenke.query(BY_REGION, role="regional_manager", attributes=east).rows
    assert [row[0] for row in rows] == ["华东"]
    sql = wenke.sql("SELECT DISTINCT region FROM customers", role="regional_manager", attributes=east)
    assert sql.rows == [("华东",)]
    thread = wenke.thread("regional_manager", east)
    assert [row[0] for row in thread.ask("上个月各大区的销售额").rows] == ["华东"]


def test_a_thread_holds_no_rights(wenke: Assistant) -> None:
    state = wenke.thread("admin").from_json(wenke.thread("admin").to_json()).to_json()
    assert "admin" not in state
    east = wenke.thread("regional_manager", {"region": "华东"}).from_json(state)
    assert [row[0] for row in east.ask("上个月各大区的销售额").rows] == ["华东"]


def test_the_label_of_a_hidden_member_is_in_no_answer(planned: Planned, demo_parts: Parts) -> None:
    role = demo_parts.model.roles["analyst"].model_copy(update={"hidden": ("discount_rate",)})
    model = demo_parts.model.model_copy(update={"roles": {**demo_parts.model.roles, "analyst": role}})
    wenke = planned(Interpretation(queries=(total("discount_rate"),)), model=model)
    for lang in ("zh", "en"):
        answer = wenke.ask("折扣率", lang=lang)
        assert answer.error_code == "unknown-metric"
        label = model.metrics["discount_rate"].label[lang].lower()
        assert label not in answer.text.lower()
        assert label not in [choice.label.lower() for choice in answer.choices]


def test_exports_need_their_rights(wenke: Assistant) -> None:
    query = Records(entity="customer", columns=(Attribute(member="phone"),), limit=3)
    masked = wenke.query(query, role="ops")
    assert all("*" in row[1] for row in masked.rows)
    assert wenke.export(masked, "csv", role="ops").count(b"\n") == 4
    for role, code in (("manager", "may-not-export"), ("analyst", "may-not-export")):
        with pytest.raises(AccessDenied) as denied:
            wenke.export(masked, "csv", role=role)
        assert denied.value.issue.code == code
    with pytest.raises(AccessDenied) as denied:
        wenke.export(masked, "csv", role="ops", clear=True)
    assert denied.value.issue.code == "may-not-export-clear"
    clear = wenke.export(wenke.query(query, role="admin"), "csv", role="admin", clear=True).decode("utf-8-sig")
    assert "*" not in clear


# --- governed SQL ----------------------------------------------------------------------------------------------------------


def test_governed_sql_is_answered_and_said_to_be_sql(wenke: Assistant) -> None:
    answer = wenke.sql("SELECT region, count(*) AS n FROM customers GROUP BY 1", lang="en")
    assert (answer.status, len(answer.rows), answer.planner, answer.governed) == ("answered", 7, "sql", False)
    assert [(c.name, c.type) for c in answer.columns] == [("region", "text"), ("n", "integer")]
    assert "not from a declared metric" in answer.text
    assert answer.chart is not None
    assert answer.chart.kind == "table"


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE orders",
        "SELECT * FROM salary",
        "SELECT 1; SELECT 2",
        "nonsense",
        "",
        "SELECT phone FROM customers ORDER BY phone",
    ],
)
def test_sql_that_may_not_run_is_refused(wenke: Assistant, text: str) -> None:
    answer = wenke.sql(text)
    assert (answer.status, answer.rows, answer.sql) == ("refused", [], None)
    assert answer.error_code


def test_governed_sql_is_cut_at_its_own_limit(planned: Planned, demo_parts: Parts) -> None:
    wenke = planned(Interpretation(), policy=replace(demo_parts.policy, suggestions=0, sql_rows=5))
    answer = wenke.sql("SELECT customer_id FROM customers")
    assert (len(answer.rows), answer.truncated, answer.total_rows) == (5, True, None)


# --- the rest ------------------------------------------------------------------------------------------------------------------


def test_proof_on_demand_and_by_setting(wenke: Assistant, planned: Planned, demo_parts: Parts) -> None:
    assert wenke.query(BY_REGION).proof is None
    proof = wenke.query(BY_REGION, prove=True).proof
    assert proof is not None
    assert proof.agrees
    always = planned(Interpretation(queries=(SALES,)), policy=replace(demo_parts.policy, suggestions=0, prove=True))
    assert always.ask("销售额").proof is not None
    assert always.query(SALES, prove=False).proof is None


def test_a_why_question_names_its_drivers_in_order(wenke: Assistant) -> None:
    answer = wenke.query(Change(metric="csat", period=THIRD_QUARTER, compare=Compare(kind="previous_period")), lang="zh")
    assert answer.status == "answered"
    assert len(answer.rows) == 1
    assert (answer.drivers[0].dimension, answer.drivers[0].member) == ("region", "华南")
    assert "华南" in answer.text


def test_rows_stop_at_the_limit_and_say_so(planned: Planned, demo_parts: Parts) -> None:
    wenke = planned(
        Interpretation(queries=(Records(entity="customer"),)), policy=replace(demo_parts.policy, suggestions=0, rows=10)
    )
    answer = wenke.ask("所有客户")
    assert (len(answer.rows), answer.truncated, answer.total_rows) == (10, True, None)


def test_suggestions_are_questions_that_work(wenke: Assistant) -> None:
    for question in ("上个月各大区的销售额", "sales by channel last quarter"):
        thread = wenke.thread()
        answer = thread.ask(question)
        for text in answer.suggestions:
            follow_up = wenke.thread().from_json(thread.to_json()).ask(text)
            assert follow_up.status == "answered", text


def test_everything_is_in_the_audit_log(demo_file: Path, tmp_path: Path) -> None:
    with Assistant.open("retail", database=demo_file, data_dir=tmp_path) as wenke:
        answer = wenke.ask("上个月各大区的销售额", role="ops", channel="chat")
        wenke.sql("DROP TABLE orders", role="ops")
        wenke.export(answer, "csv", role="ops")
    asked, sql, export = (json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines())
    assert (asked["question"], asked["role"], asked["channel"], asked["rows"]) == ("上个月各大区的销售额", "ops", "chat", 7)
    assert asked["sql"] == answer.sql
    assert json.loads(asked["query"])["kind"] == "aggregate"
    assert (sql["action"], sql["status"], sql["question"]) == ("sql", "refused", "DROP TABLE orders")
    assert (export["action"], export["rows"]) == ("export", 7)


def test_explain_runs_nothing(wenke: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.execution.Execution.rows", lambda *_: pytest.fail("it ran"))
    found = wenke.explain("上个月各大区的销售额")
    assert found.outcome == "run"
    assert found.queries[0].query == BY_REGION
    assert "GROUP BY" in found.queries[0].sql[0]


# --- many at once --------------------------------------------------------------------------------------------------------------


def test_many_threads_ask_at_once_and_get_their_own_answers(wenke: Assistant) -> None:
    questions = ("上个月各大区的销售额", "sales by channel last month", "上个月的订单数", "customers by member level")
    alone = {question: wenke.ask(question).rows for question in questions}
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda i: (questions[i % 4], wenke.ask(questions[i % 4])), range(48)))
    assert all(answer.status == "answered" for _, answer in answers)
    assert all(answer.rows == alone[question] for question, answer in answers)


def test_asks_of_one_thread_wait_for_each_other(planned: Planned) -> None:
    queries = [total("sales", limit=n + 1, order=(Order(by="sales"),)) for n in range(12)]
    thread = planned(*(Interpretation(queries=(query,)) for query in queries)).thread()
    with ThreadPoolExecutor(8) as pool:
        answers: list[Answer] = list(pool.map(lambda i: thread.ask(f"问题{i}"), range(12)))
    assert all(answer.status == "answered" for answer in answers)
    assert (*thread.state.history, thread.state.last) == tuple(queries)


def test_a_follow_up_sees_the_query_before_it(planned: Planned) -> None:
    wenke = planned(Interpretation(queries=(SALES,)), Interpretation(queries=(BY_REGION,)))
    thread = wenke.thread()
    thread.ask("销售额")
    thread.ask("分大区")
    assert thread.state.last == BY_REGION
    with pytest.raises(ConfigError):
        thread.from_json("{")
