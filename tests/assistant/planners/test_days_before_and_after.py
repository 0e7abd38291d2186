"""What lies before a day, after it, between two of them, beside a festival, and the same days of another time.

Each next to SQL, next to a question in words that were not misread, or asked back.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"
TAKEN = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status <> '已取消'"


def sales(first: str, last: str) -> str:
    """The sales of some days."""
    return f"SELECT sum(amount) FROM ({DONE}) WHERE day BETWEEN DATE '{first}' AND DATE '{last}'"


def count(first: str, last: str) -> str:
    """The orders of some days."""
    return f"SELECT count(*) FROM ({DONE}) WHERE day BETWEEN DATE '{first}' AND DATE '{last}'"


def refunds(first: str, last: str) -> str:
    """The refund rate of some days."""
    return f"SELECT avg((status = '已退款')::INT) FROM ({TAKEN}) WHERE day BETWEEN DATE '{first}' AND DATE '{last}'"


def ordered_in(*months: int) -> str:
    """Those who ordered in each of some months of 2026."""
    return " INTERSECT ".join(
        f"SELECT customer_id FROM ({DONE}) JOIN customers USING (customer_id) WHERE year(day) = 2026 AND month(day) = {month} "
        "AND region = '华东'"
        for month in months
    )


OF_SQL = [
    # before and after, in this year
    (("今年6月之前的销售额",), sales("2026-01-01", "2026-05-31")),
    (("今年国庆前的退款率",), refunds("2026-01-01", "2026-09-30")),
    (("Orders before June 18 this year",), count("2026-01-01", "2026-06-17")),
    (("Sales before National Day this year",), sales("2026-01-01", "2026-09-30")),
    (("Sales this year before June",), sales("2026-01-01", "2026-05-31")),
    (("618之前今年卖了多少",), sales("2026-01-01", "2026-05-31")),
    (("国庆前今年卖了多少",), sales("2026-01-01", "2026-09-30")),
    (("sales this year after 618",), sales("2026-06-19", "2026-10-19")),
    # in a month, wherever the month stands
    (("9月15号之前的9月销售额",), sales("2026-09-01", "2026-09-14")),
    (("9月的销售额，只看15号之前",), sales("2026-09-01", "2026-09-14")),
    (("September sales before the 15th",), sales("2026-09-01", "2026-09-14")),
    (("上个月15号之前的销售额",), sales("2026-09-01", "2026-09-14")),
    (("15号之前的订单数",), count("2026-10-01", "2026-10-14")),
    (("orders in Q3 after 15 August",), count("2026-08-16", "2026-09-30")),
    # between two days
    (("五一之后到618之前的销售额",), sales("2026-05-06", "2026-05-31")),
    (("五一之后、618之前的销售额",), sales("2026-05-06", "2026-05-31")),
    (("五一到618之前的订单数",), count("2026-05-01", "2026-05-31")),
    (("sales after Labour Day and before 618",), sales("2026-05-06", "2026-05-31")),
    (("from after May Day until before 618, orders",), count("2026-05-06", "2026-05-31")),
    (("双11之后到年底的退款率",), refunds("2025-11-12", "2025-12-31")),
    (("Sales after Double 11 last year until year end",), sales("2025-11-12", "2025-12-31")),
    (("Sales from Double 11 last year until the end of the year",), sales("2025-11-01", "2025-12-31")),
    (("国庆之后到现在的订单数",), count("2026-10-08", "2026-10-19")),
    (("orders after National Day until now",), count("2026-10-08", "2026-10-19")),
    # so long before and after what is named
    (("国庆之前一周的销售额",), sales("2026-09-24", "2026-09-30")),
    (("国庆之后一周的销售额",), sales("2026-10-08", "2026-10-14")),
    (("双十一之前两周的订单数",), count("2025-10-18", "2025-10-31")),
    (("9月之前三个月的销售额",), sales("2026-06-01", "2026-08-31")),
    # the time that was a year ago
    (("去年这个时候的销售额",), sales("2025-01-01", "2025-10-19")),
    (("what did we sell at this time last year",), sales("2025-01-01", "2025-10-19")),
    (("去年10月同期的订单数",), count("2025-10-01", "2025-10-19")),
    (("去年国庆同期的销售额",), sales("2025-10-01", "2025-10-07")),
    # each month of so many
    (("最近三个月每个月都下单的华东客户名单",), ordered_in(7, 8, 9)),
    (("East China customers who ordered in each of the last 3 months",), ordered_in(7, 8, 9)),
    (
        ("满意度最近三个月每月的变化，只看华南",),
        "SELECT CAST(date_trunc('month', survey_time) AS DATE), avg(csat_score) FROM surveys JOIN customers USING (customer_id) "
        "WHERE region = '华南' AND survey_time >= DATE '2026-07-01' AND survey_time < DATE '2026-10-01' GROUP BY 1",
    ),
]


@pytest.mark.parametrize(("turns", "sql"), OF_SQL)
def test_the_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str) -> None:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    wanted = demo.execute(sql).fetchall()
    assert len(rows) == len(wanted)
    if len(rows) == 1:
        assert len(rows[0]) == 1  # and nothing is compared
        assert float(str(rows[0][0])) == pytest.approx(float(wanted[0][0]))
    else:
        assert {str(row[0])[:10] for row in rows} == {str(row[0])[:10] for row in wanted}


COMPARED = [
    (("sales before 618 and after 618 this year",), sales("2026-06-19", "2026-10-19"), sales("2026-01-01", "2026-05-31")),
    (("今年618之前和之后的销售额",), sales("2026-06-19", "2026-10-19"), sales("2026-01-01", "2026-05-31")),
    (("sales before and after 618 this year",), sales("2026-06-19", "2026-10-19"), sales("2026-01-01", "2026-05-31")),
    (("9月上半月和下半月的销售额对比",), sales("2026-09-16", "2026-09-30"), sales("2026-09-01", "2026-09-15")),
    (("first half vs second half of September sales",), sales("2026-09-16", "2026-09-30"), sales("2026-09-01", "2026-09-15")),
    (
        ("the second half of August compared with the first half, orders",),
        count("2026-08-16", "2026-08-31"),
        count("2026-08-01", "2026-08-15"),
    ),
    (("上个月上半月和下半月的订单数",), count("2026-09-16", "2026-09-30"), count("2026-09-01", "2026-09-15")),
    (("sales last Friday versus the Friday before",), sales("2026-10-16", "2026-10-16"), sales("2026-10-09", "2026-10-09")),
    (("上周五的订单数和再上周五比",), count("2026-10-16", "2026-10-16"), count("2026-10-09", "2026-10-09")),
    (("昨天的销售额和上周同一天比",), sales("2026-10-19", "2026-10-19"), sales("2026-10-12", "2026-10-12")),
    (
        ("how much did we sell yesterday?", "and compared with the Monday before?"),
        sales("2026-10-19", "2026-10-19"),
        sales("2026-10-12", "2026-10-12"),
    ),
    (("昨天卖了多少", "跟前一个周一比呢"), sales("2026-10-19", "2026-10-19"), sales("2026-10-12", "2026-10-12")),
    (
        ("sales on 18 October compared with the Monday before",),
        sales("2026-10-18", "2026-10-18"),
        sales("2026-10-12", "2026-10-12"),
    ),
]


@pytest.mark.parametrize(("turns", "now", "before"), COMPARED)
def test_two_times_are_those_of_sql(
    quiet: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], now: str, before: str
) -> None:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    wanted = [float(demo.execute(sql).fetchall()[0][0]) for sql in (now, before)]
    assert [float(str(cell)) for cell in rows[0][:2]] == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("turns", "other"),
    [
        (("国庆之前两周每天的订单数",), "2026-09-17到2026-09-30每天的订单数"),
        (("8月之后到国庆前各渠道的销售额",), "9月各渠道的销售额"),
        (("9月15号之前的9月销售额按渠道",), "2026-09-01到2026-09-14各渠道的销售额"),
        (("上个月逐周的销售额变化",), "上个月每周的销售额"),
        (("customers who registered before March last year",), "2025-03-01之前注册的客户名单"),
        (("yesterday day before yesterday orders",), "昨天和前天的订单数"),
    ],
)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


@pytest.mark.parametrize(
    "turns",
    [
        ("new customers before Double 11 last year",),  # in that year, or from the first one on
        ("去年6月之前的销售额",),
        ("sales after 618 last year",),
        ("sales before 618 and after 618",),  # everything there ever was, against a few months
        ("sales after 618 vs before 618",),
        ("sales last October so far",),  # it is over
        ("去年这几天的订单数",),  # which ones?
        ("tickets not resolved within 3 days last month",),  # how long it took, and no window of three days
        ("tickets not resolved within 3 days",),
        ("3天内没解决的工单有多少",),
        ("tickets resolved within 3 days last month",),
    ],
)
def test_is_asked_about(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"


def test_what_is_asked_about_can_be_chosen(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    for text in ("去年双11之前的销售额", "sales before Double 11 last year"):
        choices = quiet.thread().ask(text).choices
        assert len(choices) == 2
        for choice, first in zip(choices, ("2025-01-01", "2024-01-01"), strict=True):
            wanted = demo.execute(sales(first, "2025-10-31")).fetchall()
            assert float(str(told(quiet, choice.label)[1][0][0])) == pytest.approx(float(wanted[0][0]))


def test_a_week_that_the_period_cuts_short_is_said_to_be_none(quiet: Assistant) -> None:
    for text, said in (("which week of last quarter was the worst for sales", "Cut short"), ("上个月哪一周订单最少", "截短")):
        assert said in quiet.thread().ask(text).text
    for text in ("best month this year for orders", "which week of last quarter had the lowest refund rate"):
        assert "Cut short" not in quiet.thread().ask(text).text


def test_a_deed_is_not_bounded_by_the_year(quiet: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    rows = told(quiet, "今年五一之前下过单的客户有多少")[1]
    assert demo.execute(f"SELECT count(DISTINCT customer_id) FROM ({DONE}) WHERE day < DATE '2026-05-01'").fetchall() == list(
        rows
    )
