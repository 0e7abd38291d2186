"""A conversation goes on from what was shown: who of them, the trend of the one that is best, what each group spends."""

from typing import Any

import pytest

from assistant.app import Assistant


def last(quiet: Assistant, conversation: str) -> tuple[str, list[tuple[Any, ...]]]:
    """What the last turn of a conversation gets; turns are parted by //."""
    thread = quiet.thread(role="ops")
    answers = [thread.ask(turn) for turn in conversation.split(" // ")]
    return answers[-1].status, [tuple(row) for row in answers[-1].rows]


SAME = [
    # who, of things and kinds of people: customers were counted instead
    ("今年各大区销售额 // 谁最低", "今年销售额最低的1个大区"),
    ("今年各门店销售额 // 谁最高", "今年销售额最高的1家门店"),
    ("sales by store this year // who is the best", "top 1 store by sales this year"),
    ("9月各等级客单价 // 谁最低", "9月客单价最低的1个会员等级"),
    # of the one that is best: one month of one thing was shown instead
    ("今年哪个渠道销售额最高 // 按月看走势", "今年APP渠道每月销售额"),
    ("which channel had the most orders this year // trend by month", "monthly orders on the app this year"),
    ("which category sells best this year // by channel", "this year's sales of women's wear by channel"),
    ("沉睡客户有多少 // 各大区分别有多少人", "沉睡客户按大区"),
    ("上周平均多少分钟才首次回复客户", "上周平均首次响应时长"),  # no 平均分 with a number in it
    # what each of them spends: the verb was taken as a deed of theirs, which limits nothing
    ("客户平均年龄 // 各年龄段消费", "各年龄段销售额"),
    ("上月各渠道订单数 // 各年龄段消费", "上月各年龄段销售额"),
    ("上月各等级会员消费", "上月各会员等级销售额"),
]


@pytest.mark.parametrize(("asked", "meant"), SAME)
def test_said_so_means_that(quiet: Assistant, asked: str, meant: str) -> None:
    expected = last(quiet, meant)
    assert expected[0] == "answered"
    assert expected[1]
    assert last(quiet, asked) == expected


def test_who_of_people_are_people(quiet: Assistant) -> None:
    status, found = last(quiet, "今年消费最高的5个客户 // 谁最高")
    assert status == "answered"
    assert found == last(quiet, "今年消费最高的1个客户")[1]
