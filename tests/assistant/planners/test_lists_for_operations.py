"""Lists of people for operations: columns of one time, what they were chosen by told once more, whom they are for, and who is meant at all.

Each question is compared with the plain one that means the same, by its query.
"""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_columns import columns
from tests.assistant.planners.test_general_zh import asked, query
from tests.assistant.planners.test_read_wrongly_once import told

ZH, EN = "成都的钻石会员名单，带", "list diamond members in Chengdu with "


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (f"{ZH}近90天消费和单数", ["spend_90d", "orders_90d"]),
        (f"{ZH}等级、近90天消费、单数", ["member_level", "spend_90d", "orders_90d"]),
        (f"{ZH}近一年消费额和订单数", ["spend_365d", "orders_365d"]),
        (f"{ZH}近90天的单数和消费", ["orders_90d", "spend_90d"]),
        (f"{ZH}近90天消费和累计消费", ["spend_90d", "lifetime_spend"]),
        (f"{EN}spend and orders in the last 90 days", ["spend_90d", "orders_90d"]),
        (f"{EN}90-day spend and number of orders", ["spend_90d", "orders_90d"]),
        (f"{EN}lifetime spend and orders in the last 365 days", ["lifetime_spend", "orders_365d"]),
    ],
)
def test_columns_side_by_side_are_of_one_time(wenke: Assistant, question: str, wanted: list[str]) -> None:
    """The second number was over all the data until 2026-12-01."""
    assert columns(query(asked(wenke, question))) == wanted


def test_the_money_of_refunds_is_of_when_they_were(wenke: Assistant) -> None:
    found = query(asked(wenke, "近半年退款4笔及以上的客户拉个名单，带退款笔数和退款金额"))
    assert [c["period"]["start"] for c in found["columns"]] == ["2026-04-23", "2026-04-23"]


SAME = [
    ("at-risk diamonds, biggest 365-day spend first", "at-risk diamond members with 365-day spend, sorted by 365-day spend"),
    (
        "at-risk diamond members, highest spend in the last 365 days first",
        "at-risk diamond members with 365-day spend, sorted by 365-day spend",
    ),
    ("unhappy diamonds by lifetime spend", "unhappy diamond members with lifetime spend, sorted by lifetime spend"),
    (
        "unhappy gold customers by number of orders in the last 90 days",
        "unhappy gold customers with 90-day orders, sorted by orders in the last 90 days",
    ),
    (
        "Who are the ten early adopters with the highest spend over the last 365 days, and how much did each of them spend?",
        "top 10 early adopters by spend over the last 365 days",
    ),
    (
        "the 10 gold members with the most orders in the last 365 days, and how many did each of them place?",
        "top 10 gold members by orders in the last 365 days",
    ),
    ("100 biggest lifetime spenders, with the amount", "top 100 customers by lifetime spend"),
    (
        "customers who spent more than 30000 in the last 365 days, show region and amount",
        "customers who spent more than 30000 in the last 365 days, with region and 365-day spend",
    ),
    ("近90天消费超过1万的客户有哪些，带上大区和金额", "近90天消费超过1万的客户名单，带上大区和近90天消费"),
    ("近一年消费过万的银卡会员，每人花了多少", "近一年消费过万的银卡会员名单，带上近一年消费"),
    (
        "近一年消费超过一万的普通或银卡会员，按消费从高到低排",
        "regular or silver members with 365-day spend over 10000, sorted by 365-day spend",
    ),
    ("近半年工单不少于3张的客户都有谁？每人几张？", "近半年工单不少于3张的客户名单，带上近180天工单数"),
    ("成都的钻石会员，附上每人近一年的消费额", "成都的钻石会员名单，带上近一年消费"),
    (
        "gold members whose last order was more than 60 days ago, with the date of it",
        "gold members whose last order was more than 60 days ago, with last order date",
    ),
    ("超过60天没下单的金卡会员，日期也带上", "超过60天没下单的金卡会员名单，带上最近下单日期"),
    (
        "customers where churn risk is high and level is diamond",
        "diamond customers with high churn risk",
    ),
    ("高价值、流失风险又高的客户名单，附会员等级", "高价值、高流失风险的客户名单，带上会员等级"),
    ("give me ids for all diamond customers flagged as high churn risk", "list diamond customers with high churn risk"),
    (
        "customer ids with more than 15000 spent in the last 365 days but nothing in the last 90",
        "customers with more than 15000 spent in the last 365 days who did not buy in the last 90 days",
    ),
    (
        "customers with 3 or more orders in the last 90 days who did not complain in that time",
        "customers with 3 or more orders in the last 90 days who did not complain in the last 90 days",
    ),
    (
        "I want to call our unhappy gold and diamond customers. list them with city and lifetime spend",
        "list unhappy gold and diamond customers with city and lifetime spend",
    ),
    ("我想回访一下不满意的金卡会员，把他们列出来，带上城市", "不满意的金卡会员名单，带上城市"),
    (
        "Silver members who ordered at least 8 times in the past year. They may deserve an upgrade.",
        "Silver members who ordered at least 8 times in the past year",
    ),
    (
        "winback mailing - dormant, said yes to marketing. Show lifetime spend and the date of the last order",
        "dormant members who agreed to marketing, with lifetime spend and last order date",
    ),
    (
        "Which gold and diamond members spent more than 3,000 yuan in Q3 2026? Show customer ID and level",
        "list gold and diamond members who spent more than 3,000 yuan in Q3 2026, with level",
    ),
    (
        "silver members with at least 10 orders in the last 365 days, I need the list for the gold upgrade",
        "silver members with at least 10 orders in the last 365 days",
    ),
]


@pytest.mark.parametrize(("question", "plain"), SAME, ids=[q for q, _ in SAME])
def test_lists_are_what_the_plain_question_lists(wenke: Assistant, question: str, plain: str) -> None:
    one, other = asked(wenke, question), asked(wenke, plain)
    assert one.status == other.status == "answered"
    assert sorted(map(str, one.rows)) == sorted(map(str, other.rows))


@pytest.mark.parametrize(
    "question", ["帮我圈一批人，下周发券用", "帮我拉个客户名单", "give me a customer list", "list customers with city"]
)
def test_a_list_of_nobody_in_particular_is_asked_about(wenke: Assistant, question: str) -> None:
    """All 20,000 were listed until 2026-12-01."""
    assert (asked(wenke, question).status, asked(wenke, question).error_code) == ("clarify", "which-people")


def test_all_of_them_may_be_meant(wenke: Assistant) -> None:
    assert asked(wenke, "list all customers").status == "answered"


@pytest.mark.parametrize("question", ["I want to call our unhappy gold customers", "给不满意的会员发短信"])
def test_an_order_to_act_is_refused_still(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status != "answered"


@pytest.mark.parametrize(
    "turns",
    [
        ("华东不满意的钻石会员名单，带城市和累计消费", "一共多少人", "换成华南的，名单给我"),
        (
            "unhappy diamond members in East China with city and lifetime spend",
            "how many are there",
            "now South China, the list please",
        ),
    ],
)
def test_the_columns_of_a_list_come_back_after_a_count(wenke: Assistant, turns: tuple[str, ...]) -> None:
    thread = wenke.thread("ops")
    answers = [thread.ask(turn) for turn in turns]
    assert columns(query(answers[-1])) == ["city", "lifetime_spend"]


@pytest.mark.parametrize(
    "turns",
    [
        ("最近7天每天的活跃客户数", "帮我圈一批人，下周发券用"),
        ("get me some customers for a mailing",),
        ("sales by channel in September", "get me some customers for a mailing"),
    ],
)
def test_somebody_new_is_asked_about_and_no_part_of_what_was_shown(quiet: Assistant, turns: tuple[str, ...]) -> None:
    assert told(quiet, *turns)[0] == "clarify"


def test_some_of_those_are_still_those(quiet: Assistant) -> None:
    assert told(quiet, "华东金卡客户有多少", "从里面挑一批人") == told(quiet, "华东金卡客户名单")
