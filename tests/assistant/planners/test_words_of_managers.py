"""How managers name what the data has, in English: rows by the noun of their kind, whom we messaged, a breakdown that opens the question.

Each next to the question that says the same plainly, next to SQL, or asked back where a number would be another one.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import told

SEPTEMBER = "BETWEEN DATE '2026-09-01' AND DATE '2026-09-30'"
EVENTS = f"SELECT count(*) FROM events WHERE event_type = '{{}}' AND CAST(event_time AS DATE) {SEPTEMBER}"
TOUCHED = f"SELECT count(DISTINCT customer_id) FROM campaign_touches WHERE CAST(sent_time AS DATE) {SEPTEMBER}"
SENT = f"SELECT count(*) FROM campaign_touches WHERE touch_channel = '{{}}' AND CAST(sent_time AS DATE) {SEPTEMBER}"
SCORES = f"SELECT csat_score, count(*) FROM surveys WHERE CAST(survey_time AS DATE) {SEPTEMBER} GROUP BY 1"
ORDERED = f"SELECT * FROM orders WHERE CAST(order_time AS DATE) {SEPTEMBER}"

OF_SQL = [
    # a plural that is a deed counts its rows
    ("how many searches did we get last month", EVENTS.format("搜索")),
    ("how many logins last month", EVENTS.format("登录")),
    ("how many add to carts in September", EVENTS.format("加购")),
    (
        "how many inquiries last month",
        f"SELECT count(*) FROM tickets WHERE ticket_type = '咨询' AND CAST(created_time AS DATE) {SEPTEMBER}",
    ),
    ("how many emails last month", SENT.format("邮件")),
    ("how many texts did we send out in September", SENT.format("短信")),
    # people, whom something was done to or who did something, though no noun says so
    ("how many different people did we message last month?", TOUCHED),
    ("how many people did we text last month", f"{TOUCHED} AND touch_channel = '短信'"),
    (
        "how many gold members did we email last month",
        f"{TOUCHED} AND touch_channel = '邮件' AND customer_id IN (SELECT customer_id FROM customers WHERE member_level = '金卡')",
    ),
    (
        "how many added something to their basket in September",
        f"SELECT count(DISTINCT customer_id) FROM events WHERE event_type = '加购' AND CAST(event_time AS DATE) {SEPTEMBER}",
    ),
    (
        "how many purchasers did we have in September",
        f"SELECT count(DISTINCT customer_id) FROM ({ORDERED}) WHERE status = '已完成'",
    ),
    (
        "how many came back and bought again in September",
        f"SELECT count(*) FROM (SELECT customer_id FROM ({ORDERED}) WHERE status = '已完成' GROUP BY 1 HAVING count(*) >= 2)",
    ),
    # the verb before through ends there, and no time is open
    ("how many orders came through last month", f"SELECT count(*) FROM ({ORDERED}) WHERE status = '已完成'"),
    ("how many orders fell through last month", f"SELECT count(*) FROM ({ORDERED}) WHERE status = '已取消'"),
    ("how many 1s, 2s, 3s, 4s and 5s did we get on the CSAT survey last month", SCORES),
]

SAME = [
    ("logins by channel last week", "number of login events by channel last week"),
    ("phone complaints from South China last month, how many", "how many complaints by phone from South China last month"),
    ("what % of company revenue this year is East China?", "what % of revenue this year is East China?"),
    (
        "how many customers are attached to each South China store as their home store?",
        "how many customers belong to each South China store",
    ),
    # a breakdown that opens the question
    ("category by channel sales for Q3, online only no stores", "online sales by category and channel in Q3"),
    ("store by month revenue this year", "revenue by store and month this year"),
    ("region by level customers", "customers by region and member level"),
    ("gender split by region", "customers by gender and region"),
    ("favourite channel by age group", "customers by preferred channel and age group"),
    ("loyalty breakdown", "customers by loyalty"),
    ("level split", "customers by member level"),
    ("members level split", "customers by member level"),
    ("lifecycle stages count", "customers by lifecycle"),
    ("RFM segments, how many in each", "customers by rfm"),
    # what is left out, liked, sold, compared
    ("sales by channel this year, no stores", "sales by channel this year, excluding stores"),
    (
        "women aged 25-34 with high spending power like women's wear best, how many",
        "how many women aged 25-34 with high spending power prefer women's wear",
    ),
    ("what sold best in Guangzhou in September", "best-selling products in Guangzhou in September"),
    ("our best sellers in Q3", "best-selling products in Q3"),
    ("did we sell as many pieces in September as in August", "did we sell more pieces in September than in August"),
    ("sales to under-25s this year", "sales this year to customers under 25 years old"),
    ("AOV in stores vs online", "AOV online vs offline"),
    # names of the things and of the numbers
    ("sales by shop for last week", "sales by store last week"),
    ("coupons redeemed by month this year", "orders with a discount by month this year"),
    ("what does a typical order come to in the app", "AOV in the app"),
    ("average wait for a response by ticket type", "first response time by ticket type"),
    ("resolved tickets rate by region", "resolution rate by region"),
    ("how much discount did we give away in September", "total discount in September"),
    ("site traffic by month this year", "visits by month this year"),
    ("price per piece by brand", "average price per item by brand"),
]

ASKED = [
    "where do our new customers come from",  # by region, by channel? Their number is no answer
    "what level are our best customers",  # best by what?
    "how many deliveries last month",  # tickets about them are no deliveries
    "region breakdown",  # of what?
    "searches per customer last month",  # a number of each is none of all
    "email the gold members about their orders",
]


@pytest.mark.parametrize(("question", "sql"), OF_SQL)
def test_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    assert status == "answered"
    assert sorted(map(str, rows)) == sorted(map(str, demo.execute(sql).fetchall()))


@pytest.mark.parametrize(("question", "plain"), SAME)
def test_means_the_same_as_the_plain_question(quiet: Assistant, question: str, plain: str) -> None:
    (status, rows), same = told(quiet, question), told(quiet, plain)
    assert status == same[0] == "answered"
    assert rows
    assert sorted(map(str, rows)) == sorted(map(str, same[1]))


@pytest.mark.parametrize("question", ASKED)
def test_what_would_be_another_number_is_asked_back(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] in ("clarify", "refused")
