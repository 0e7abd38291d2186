"""The next round of strangers and threads: buyers who did something before, people counted a month earlier, dates that are deeds.

Each kind next to a question in other words that was not misread, numbers against SQL where both could be wrong together.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, number, told

SAME = [
    # deeds of those whom a noun names, in order
    ("how many September buyers had complained before", "先投诉过、后来9月买过的客户有多少"),
    ("9月的买家之前投诉过的有多少", "先投诉过、后来9月买过的客户有多少"),
    ("how many of the September buyers complained afterwards", "9月买过、后来投诉过的客户有多少"),
    ("9月的买家后来投诉过的有多少", "9月买过、后来投诉过的客户有多少"),
    # the last survey
    ("最近一次评价不满意的有多少人", "满意度标签为不满意的客户数"),
    ("how many customers whose latest survey was unhappy", "满意度标签为不满意的客户数"),
    ("近一年消费满8000、最后一次评价却不满意的，列个表，附等级", "近一年消费满8000且满意度标签为不满意的客户名单，附等级"),
]


@pytest.mark.parametrize(("question", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, question: str, other: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, other))


TURNS = [
    (("How many people bought in August", "and the month before"), "7月有多少人买过"),
    (("List customers who bought in August", "the month before"), "7月买过的客户名单"),
    (("8月有多少人下过单", "再往前一个月呢"), "7月有多少人下过单"),
    (("8月的销售额", "再往前一个月呢"), "7月的销售额"),
    (("上个月的销售额", "再上一个月呢"), "8月的销售额"),
    (("sales in August", "previous month"), "7月的销售额"),
]


@pytest.mark.parametrize(("turns", "other"), TURNS)
def test_a_message_that_goes_on(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


NUMBERS = [
    (
        "how many September buyers had bought before",
        "SELECT count(DISTINCT b.customer_id) FROM orders AS a JOIN orders AS b USING (customer_id) WHERE a.status = '已完成'"
        " AND b.status = '已完成' AND a.order_time < b.order_time"
        " AND CAST(b.order_time AS DATE) BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'",
    ),
]


@pytest.mark.parametrize(("question", "sql"), NUMBERS)
def test_the_number_is_that_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert number(quiet, question) == demo.execute(sql).fetchall()[0][0]


ASKED_BACK = [
    (("今年开了哪些新店",), "the date of stores is no breakdown of what people opened"),
]


@pytest.mark.parametrize(("turns", "why"), ASKED_BACK)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...], why: str) -> None:
    assert told(quiet, *turns)[0] == "clarify", why
