"""Another number of what was shown, and what goes on from it: its own breakdown, those and when, the same rows in another order.

Each next to SQL, or to a question in other words that was not misread. Threads: what a message goes on from.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

OTHER_WORDS = [
    # a breakdown of its own
    (("sales by channel last month", "and tickets?"), "tickets by channel last month"),
    (("各渠道上个月销售额", "投诉量呢"), "上个月投诉量按工单渠道"),
    (("各渠道今年销售额", "触达次数呢"), "今年触达次数按触达渠道"),
    (("sales by channel this year", "new customers"), "new customers by registration channel this year"),
    (("各渠道今年销售额", "新客数呢"), "今年新客数按注册渠道"),
    (("各渠道今年销售额", "退款率呢"), "今年退款率按订单渠道"),
    (("上个月天猫销售额", "客户数呢", "新客数呢"), "上个月天猫注册的新客数"),
    (("sales by region last month", "tickets"), "tickets by region last month"),
    (("sales by category last month", "orders"), "orders by category last month"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "other"), OTHER_WORDS)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


def test_the_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """Complaints without an order are of some channel too."""
    sql = (
        "SELECT channel, count(*) FROM tickets WHERE ticket_type = '投诉' AND created_time >= DATE '2026-09-01' "
        "AND created_time < DATE '2026-10-01' GROUP BY 1"
    )
    status, rows = told(quiet, "sales by channel last month", "thanks, what about complaints")
    assert status == "answered"
    assert sorted(map(str, rows)) == sorted(map(str, demo.execute(sql).fetchall()))


@pytest.mark.parametrize(
    "turns",
    [
        ("sales by category last month", "complaints"),  # it was all of them
        ("sales by category last month", "and NPS?"),
        ("各品类上个月销售额", "投诉量"),
        ("上个月女装销售额", "NPS"),
        ("tickets by channel last month", "and sales?"),
        ("各品类今年销售额", "新客数呢"),  # it was the sales of new customers
    ],
)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"
