"""Kinds of questions that were answered wrongly as if they were right, each beside the same question in words that never were."""

import pytest

from assistant.app import Assistant


def told(quiet: Assistant, *turns: str) -> tuple[str, tuple[tuple[object, ...], ...]]:
    thread = quiet.thread(role="ops")
    answers = [thread.ask(turn) for turn in turns]
    return answers[-1].status, tuple(answers[-1].rows)


def number(quiet: Assistant, *turns: str) -> object:
    status, rows = told(quiet, *turns)
    assert status == "answered"
    return rows[0][0]


SAME = [
    ("客服响应最慢的渠道", "平均首次响应时长最高的工单渠道"),
    ("cities with more than 500 customers", "客户数超过500的城市"),
    ("which month had the highest sales this year", "今年哪个月销售额最高"),
    ("people who clicked a campaign but didn't buy in the next week", "点击了活动但一周内没下单的人"),
    ("最近一次下单在半年前的客户", "customers who last ordered more than 6 months ago"),
    ("how many people viewed a product but didn't add to cart last week", "上周浏览过但没加购的客户有几个"),
    ("customers who spent more this year than last year", "今年消费比去年多的客户"),
    ("months with more than 8000 orders", "订单超过8000的月份"),
    ("打过1分的客户名单", "customers who rated us 1"),
    ("refunds in % by channel", "各渠道退款率"),
    ("本季度销售额环比", "本季度到目前为止的销售额跟上季度同期比"),
    ("month over month growth of orders this year", "今年各月订单数环比"),
    ("哪类活动打开率最高", "打开率最高的活动类型"),
    ("open rate of each member day campaign", "每个会员日活动的打开率"),
    ("上海门店有几家", "上海有几家门店"),
    ("上个月微信渠道打开过消息又下单的有多少人", "上个月打开过微信消息也下过单的客户数"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    a, b = told(quiet, one), told(quiet, other)
    assert a[0] == b[0] == "answered"
    assert a[1]
    assert sorted(map(str, a[1])) == sorted(map(str, b[1]))


ASKED = [
    "金卡会员多久买一次",
    "哪个渠道来的客户最值钱",
    "满意度和复购率有关系吗",
    "哪类客户消费最高",
    "sales on Saturdays last month",
]


@pytest.mark.parametrize("question", ASKED)
def test_what_is_not_read_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


REFUSED = ["change my store's sales number", "can you remove the diamond tag from customer 123", "麻烦直接帮他会员等级改成钻石"]


@pytest.mark.parametrize("question", REFUSED)
def test_whose_data_is_to_be_changed_is_refused(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "refused"


def test_a_follow_up_that_only_drops_crashes_not(quiet: Assistant) -> None:
    assert told(quiet, "上周每天的订单数", "周末两天不要")[0] in ("answered", "clarify")


def test_the_winner_of_a_ranking_may_be_asked_about(quiet: Assistant) -> None:
    first = told(quiet, "今年销售额前十的城市")[1][0][0]
    assert number(quiet, "今年销售额前十的城市", "第一名的客单价") == number(quiet, f"今年{first}市的客单价")


def test_the_earlier_of_two_answers_is_what_is_compared_with(quiet: Assistant) -> None:
    now, before = number(quiet, "上周订单数"), number(quiet, "上上周订单数")
    assert told(quiet, "上周订单数", "前一周呢", "差多少")[1][0][:2] == (now, before)


def test_a_breakdown_instead_takes_the_place_of_the_old_one(quiet: Assistant) -> None:
    assert told(quiet, "各渠道退款率", "换成按月看")[1] == told(quiet, "每月退款率")[1]


def test_a_metric_next_to_it_stays_beside_it(quiet: Assistant) -> None:
    rows = told(quiet, "open rate by campaign type this year", "put click rate next to it")[1]
    assert len(rows[0]) == 3


def test_two_numbers_of_one_question_are_both_told(quiet: Assistant) -> None:
    assert len(told(quiet, "上个月订单有多少，销售额多少")[1][0]) == 2


def test_per_head_is_of_what_was_shown(quiet: Assistant) -> None:
    assert number(quiet, "钻石会员今年花了多少钱", "人均呢") == number(quiet, "钻石会员今年人均消费")


def test_to_list_them_is_to_list_those_who_were_counted(quiet: Assistant) -> None:
    counted = number(quiet, "近一年消费超过2万的客户有几个")
    thread = quiet.thread(role="ops")
    thread.ask("近一年消费超过2万的客户有几个")
    assert thread.ask("列出来吧，要城市和消费额").total_rows == counted
