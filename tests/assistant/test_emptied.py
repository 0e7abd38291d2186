"""An answer with nothing in it says which condition left nothing; and offers no further questions about the same nothing."""

import pytest

from assistant.app import Assistant
from assistant.qa import Answer

NOBODY_ALONE = {"zh": "上海的金卡会员里年龄超过200岁的客户名单", "en": "list gold members in Shanghai with age over 200"}


def asked(wenke: Assistant, question: str) -> Answer:
    answer = wenke.ask(question, role="ops")
    assert answer.status == "answered", answer.text
    return answer


@pytest.mark.parametrize(("lang", "said"), [("zh", "单看「年龄超过 200 岁」"), ("en", "“age is over 200 years” alone")])
def test_a_condition_that_nobody_meets_is_named(wenke: Assistant, lang: str, said: str) -> None:
    answer = asked(wenke, NOBODY_ALONE[lang])
    assert answer.rows == []
    assert said in answer.text
    assert answer.suggestions == ()


def test_conditions_that_nobody_meets_together_name_the_last_one(wenke: Assistant) -> None:
    answer = asked(wenke, "金卡会员中最近7天下单超过5次的上海客户名单")
    assert answer.rows == []
    assert "各个条件单独看都有结果" in answer.text


def test_a_count_of_nobody_is_explained_too(wenke: Assistant) -> None:
    answer = asked(wenke, "上个月华东的女性里年龄超过200岁的客户的订单数")
    assert answer.rows[0][-1] == 0
    assert "单看「年龄超过 200 岁」" in answer.text


def test_a_threshold_that_no_group_reaches_says_how_many_there_were(wenke: Assistant) -> None:
    answer = asked(wenke, "上个月订单数超过100万的大区")
    assert answer.rows == []
    assert "7 项，没有一项" in answer.text


def test_what_is_there_or_has_one_condition_is_told_as_before(wenke: Assistant) -> None:
    assert "单看" not in asked(wenke, "年龄超过200岁的客户名单").text
    full = asked(wenke, "上海的金卡会员名单")
    assert full.rows
    assert "单看" not in full.text
    assert full.suggestions


def test_a_period_outside_the_data_is_no_fault_of_a_condition(wenke: Assistant) -> None:
    answer = asked(wenke, "2030年上海金卡会员的销售额")
    assert "而数据只有" in answer.text
    assert "单看" not in answer.text


@pytest.mark.parametrize(
    "question", ["2030年上海金卡会员的销售额", "2023年的订单数", "sales and orders in 2031", "sales in 2030 by region"]
)
def test_days_without_data_have_no_rows(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    assert (answer.rows, answer.total_rows, answer.chart) == ([], 0, None)
    assert "没有数据" in answer.text or "no data" in answer.text
