"""Numbers of first orders: their channel, what was in them, what they came to; never of all orders, nor of how people registered."""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told

FIRST = (
    "(SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成' "
    "QUALIFY order_time = min(order_time) OVER (PARTITION BY customer_id))"
)
BY_CHANNEL = f"SELECT channel, count(DISTINCT customer_id) FROM {FIRST} GROUP BY 1"
OF_THE_YEAR = f"SELECT channel, count(DISTINCT customer_id) FROM {FIRST} WHERE day >= DATE '2026-01-01' GROUP BY 1"
ITEMS = f"SELECT category, sum(i.amount) FROM {FIRST} o JOIN order_items i USING (order_id) JOIN products USING (product_id) GROUP BY 1"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("客户第一单来自哪个渠道", BY_CHANNEL),  # it was where they registered
        ("各渠道的首单客户数", BY_CHANNEL),
        ("first orders by channel", f"SELECT channel, count(*) FROM {FIRST} GROUP BY 1"),
        ("which channel do first orders come from", f"SELECT channel, count(*) FROM {FIRST} GROUP BY 1"),
        ("今年首单客户数按渠道", OF_THE_YEAR),
        ("in which channel do people make their first purchase", BY_CHANNEL),
        ("首单客单价", f"SELECT sum(amount) / count(*) FROM {FIRST}"),
        ("9月首单订单数", f"SELECT count(*) FROM {FIRST} WHERE day BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"),
        ("首单里各品类的销售额", ITEMS),
    ],
)
def test_they_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    found = {tuple(row[:-1]): float(str(row[-1])) for row in rows}
    assert found == {tuple(row[:-1]): pytest.approx(float(row[-1])) for row in demo.execute(sql).fetchall()}


def test_whose_first_one_it_was_stays_a_condition(quiet: Assistant) -> None:
    assert told(quiet, "首单在天猫的客户有多少")[1] == told(quiet, "how many customers made their first purchase on Tmall")[1]


def test_beside_all_of_them_it_is_asked_about(quiet: Assistant) -> None:
    assert told(quiet, "今年首单客单价和客单价")[0] == "clarify"


def test_the_answer_says_that_they_are_first_ones(quiet: Assistant) -> None:
    assert "首次购买" in quiet.ask("首单客单价").text
    assert "very first" in quiet.ask("first orders by channel").text
