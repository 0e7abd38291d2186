"""The first people of each region, level, city: so many of each, and those are who is asked about next."""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told

SPENT = "SELECT customer_id, {key}, lifetime_spend FROM customer_profile JOIN customers USING (customer_id) WHERE {where} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY lifetime_spend DESC, customer_id) <= {limit}"  # noqa: E501
YEAR = "SELECT customer_id, {key}, spend_365d FROM customer_profile JOIN customers USING (customer_id) QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY spend_365d DESC, customer_id) <= {limit}"  # noqa: E501


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("每个区域消费最高的5个客户", SPENT.format(key="region", where="true", limit=5)),
        ("各区域消费前三的客户", SPENT.format(key="region", where="true", limit=3)),
        ("Top 3 spenders per region", SPENT.format(key="region", where="true", limit=3)),
        ("Top 5 customers in each region by spend", SPENT.format(key="region", where="true", limit=5)),
        ("各等级消费前5的客户名单", SPENT.format(key="member_level", where="true", limit=5)),
        ("每个会员等级里消费前十的客户", SPENT.format(key="member_level", where="true", limit=10)),
        ("各等级近一年消费前5的客户", YEAR.format(key="member_level", limit=5)),
        ("华东每个城市消费最高的2个客户", SPENT.format(key="city", where="region = '华东'", limit=2)),
    ],
)
def test_they_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    assert {(row[0], row[1]) for row in rows} == {row[:2] for row in demo.execute(sql).fetchall()}


def test_what_is_asked_next_is_of_them(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    status, rows = told(quiet, "每个区域消费最高的5个客户", "这些人今年下了多少单")
    best = SPENT.format(key="region", where="true", limit=5)
    orders = "FROM orders WHERE status = '已完成' AND order_time >= DATE '2026-01-01'"
    sql = f"SELECT count(*) {orders} AND customer_id IN (SELECT customer_id FROM ({best}))"
    assert (status, rows[0]) == ("answered", demo.execute(sql).fetchall()[0])


def test_the_answer_says_so_many_of_each(quiet: Assistant) -> None:
    assert "每个大区按累计消费从高到低的前 5 个" in quiet.ask("每个区域消费最高的5个客户", role="ops").text
    assert "The first 5 of each region by lifetime spend" in quiet.ask("Top 5 customers in each region by spend", role="ops").text
