"""The money, and other numbers, of the very rows that a question names: refunds, discounted orders, what people who did something spent.

Each next to SQL, or asked back where what was asked for would be left out.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told

SEPTEMBER = "BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
REFUNDS = f"SELECT count(*), sum(amount) FROM orders WHERE status = '已退款' AND CAST(order_time AS DATE) {SEPTEMBER}"
DONE = f"FROM orders WHERE status = '已完成' AND CAST(order_time AS DATE) {SEPTEMBER}"
DISCOUNTED = f"{DONE} AND discount_amount > 0"
COMPLAINED = (
    "SELECT sum(amount) FROM orders WHERE status = '已完成' AND CAST(order_time AS DATE) BETWEEN DATE '2026-01-01' AND DATE '2026-10-19' "
    "AND customer_id IN (SELECT customer_id FROM tickets WHERE ticket_type = '投诉')"
)

OF_SQL = [
    # a word of money alone is of the rows that are counted before it, and not of all sales
    ("refunds in September: number of orders and total amount", REFUNDS),
    ("September refunds: how many orders and how much money", REFUNDS),
    ("how many refunded orders in September and what amount", REFUNDS),
    ("9月退款：多少单、多少钱", REFUNDS),
    ("9月的退款，单数和金额", REFUNDS),
    (
        "9月取消的订单数量和金额",
        f"SELECT count(*), sum(amount) FROM orders WHERE status = '已取消' AND CAST(order_time AS DATE) {SEPTEMBER}",
    ),
    # where no metric is the money of those rows, they are a condition of both numbers
    ("coupon orders in September, number and amount", f"SELECT count(*), sum(amount) {DISCOUNTED}"),
    ("number and amount of discounted orders in September", f"SELECT count(*), sum(amount) {DISCOUNTED}"),
    ("9月优惠订单有多少，金额多少", f"SELECT count(*), sum(amount) {DISCOUNTED}"),
    (
        "coupon orders by channel in September and their sales",
        f"SELECT channel, count(*), sum(amount) {DISCOUNTED} GROUP BY 1",
    ),
    (
        "number and amount of orders by channel in September",
        f"SELECT channel, count(*), sum(amount) {DONE} GROUP BY 1",
    ),
    # another number of such rows
    ("sales from coupon orders in September", f"SELECT sum(amount) {DISCOUNTED}"),
    ("9月优惠订单的销售额", f"SELECT sum(amount) {DISCOUNTED}"),
    ("9月优惠订单的客单价", f"SELECT sum(amount) / count(*) {DISCOUNTED}"),
    ("退款订单的金额，9月", f"SELECT sum(amount) FROM orders WHERE status = '已退款' AND CAST(order_time AS DATE) {SEPTEMBER}"),
    # a rate beside the rows that it is made of is of all of them
    (
        "退款订单的数量和退款率，9月",
        "SELECT count(*) FILTER (status = '已退款'), count(*) FILTER (status = '已退款') / count(*) FILTER (status <> '已取消') "
        f"FROM orders WHERE CAST(order_time AS DATE) {SEPTEMBER}",
    ),
    # when they spent is not when they complained
    ("how much have customers who ever complained spent with us this year?", COMPLAINED),
    ("how much have customers who complained spent this year?", COMPLAINED),
    # sales, and no sale
    ("how did the app do on sales in September?", f"SELECT sum(amount) {DONE} AND channel = 'APP'"),
]


@pytest.mark.parametrize(("question", "sql"), OF_SQL)
def test_the_rows_are_those_of_the_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    assert sorted(map(_plain, rows)) == sorted(map(_plain, demo.execute(sql).fetchall()))


def _plain(row: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(f"{float(cell):.6g}" if not isinstance(cell, str) else cell for cell in row)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    [
        "September's refunded orders: how many customers and how much",
        "已退款订单9月的客户数和金额",
        "sales by number of orders",
        "gold members whose last order was over 90 days ago: how many, and what did they spend last year?",
    ],
)
def test_what_has_no_place_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


def test_a_shop_that_does_badly_on_sales_has_no_discount(quiet: Assistant) -> None:
    assert told(quiet, "which 5 stores did worst on sales growth, Q3 against Q2?") == told(
        quiet, "the 5 stores with the lowest sales growth, Q3 against Q2"
    )
