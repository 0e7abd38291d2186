"""What a short message behind an answer is of: the one that a ranking chose, all of them, the people spoken of, values of one kind."""

from typing import Any

import pytest

from assistant import Assistant


def told(wenke: Assistant, conversation: str) -> tuple[str, list[tuple[Any, ...]]]:
    thread = wenke.thread(role="ops")
    answers = [thread.ask(turn) for turn in conversation.split(" // ")]
    return answers[-1].status, [tuple(row) for row in answers[-1].rows]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("哪个城市金卡最多 // 多少人", "上海市的金卡会员有多少"),
        ("哪个城市金卡最多 // 有多少人", "上海市的金卡会员有多少"),
        ("哪个城市金卡最多 // 名单给我", "上海市的金卡会员名单"),
        ("which city has the most gold members // list them", "list gold members in the city of Shanghai"),
        ("流失风险高的客户有多少 // 平均消费多少", "流失风险高的客户人均消费"),
        ("流失风险高的客户名单 // 平均消费多少", "流失风险高的客户人均消费"),
        ("今年哪个品类卖得最好 // 各占多少", "今年各品类销售额占比，从高到低"),
        ("Which category sells best this year // what share does each have", "今年各品类销售额占比，从高到低"),
        ("上海和北京今年销售额 // 加上广州", "上海、北京和广州三个城市今年销售额一共多少"),
        ("sales Shanghai vs Beijing this year // Guangzhou too", "今年上海、北京、广州各城市销售额"),
        ("天猫上个月卖了多少 // 京东呢 // 哪个高", "上个月天猫和京东各卖了多少"),
        ("sales by month this year // as a chart", "sales by month this year"),
        ("今年每月销售 // 来个图 // 只看线下", "今年线下每月销售额"),
        ("sales by channel last month with orders", "sales and orders by channel last month"),
    ],
)
def test_said_so_means_that(wenke: Assistant, asked: str, meant: str) -> None:
    expected = told(wenke, meant)
    assert expected[0] == "answered"
    assert expected[1]
    got = told(wenke, asked)
    assert (got[0], sorted(got[1], key=str)) == (expected[0], sorted(expected[1], key=str))


def test_the_share_of_the_one_that_was_shown_is_told(wenke: Assistant) -> None:
    thread = wenke.thread(role="ops")
    for turn in ("今年哪个品类卖得最好", "占比多少"):
        answer = thread.ask(turn)
    assert len(answer.rows) == 1
    assert f"占 {float(answer.rows[0][2]):.1%}" in answer.text


def test_a_list_is_no_picture(wenke: Assistant) -> None:
    assert told(wenke, "金卡名单 // 画个图")[0] == "clarify"
