"""What is said besides the question: musings, definitions among other words, names cut short or with the year in words."""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, metrics, query


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        (
            "I wonder whether people who complain come back. Of the customers who lodged a complaint in Q2, how many bought in Q3?",
            "Of the customers who lodged a complaint in Q2, how many bought in Q3?",
        ),
        ("Who comes back? Repeat purchase rate by age bracket for 2025, please.", "Repeat purchase rate by age bracket for 2025"),
        (
            "想知道投诉过的人还会不会回来。二季度投诉过的客户里，三季度又下单的有多少人？",
            "二季度投诉过的客户里，三季度又下单的有多少人？",
        ),
    ],
)
def test_a_musing_sets_no_condition_and_is_told(wenke: Assistant, question: str, plain: str) -> None:
    """Its deeds were conditions, in silence, until 2026-11-28."""
    answer = asked(wenke, question)
    assert query(answer) == query(asked(wenke, plain))
    assert "was not taken as a condition" in answer.text or "没有当作条件" in answer.text


def test_a_musing_that_asks_is_the_question(wenke: Assistant) -> None:
    found = query(asked(wenke, "I wonder how many customers bought in Q3. By region please."))
    assert found["group_by"] == by("region")


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("when the dashboard says a customer is at risk, what does that actually mean? whats the rule behind it", "Churn risk"),
        (
            "Somebody asked me when a customer gets flagged with high churn risk and I had no answer. What's the rule?",
            "Churn risk",
        ),
    ],
)
def test_one_name_and_a_defining_word_are_a_definition(wenke: Assistant, question: str, label: str) -> None:
    answer = asked(wenke, question)
    assert answer.status == "answered"
    assert f"**high** ({label}): ordered in the last 365 days" in answer.text


def test_a_defining_word_beside_a_number_defines_nothing(wenke: Assistant) -> None:
    assert asked(wenke, "what is the rule, does the blue badge mean 40 orders").status == "clarify"


@pytest.mark.parametrize(
    ("question", "groups"),
    [
        ("How much are flagship, standard and community stores each selling this quarter?", by("store_type")),
        ("旗舰、标准、社区三种店，八月份各自做了多少业绩", by("store_type")),
    ],
)
def test_a_name_cut_short_in_a_list_of_its_kind(wenke: Assistant, question: str, groups: list[dict[str, str]]) -> None:
    answer = asked(wenke, question)
    assert (query(answer)["group_by"], len(answer.rows)) == (groups, 3)
    assert "standard" in answer.text or "“标准”按“标准店”理解" in answer.text


def test_the_year_in_words_stands_for_the_one_in_a_name(wenke: Assistant) -> None:
    """It was the sales festival, and the number of people instead of touches, until 2026-11-28."""
    found = query(asked(wenke, "今年618年中大促那一档总共发了多少人次？打开率也给我"))
    assert found["metrics"] == metrics("touch_count", "open_rate")
    assert found["where"] == {"member": "campaign_name", "op": "=", "values": ["2026年618年中大促"]}
    assert "campaign_name" not in str(query(asked(wenke, "今年618的销售额")))


@pytest.mark.parametrize("question", ["今年发的那几场唤醒券，一场一行，打开率列给我", "今年发的唤醒券，每场的打开率"])
def test_a_row_for_each_of_what_was_named(wenke: Assistant, question: str) -> None:
    assert query(asked(wenke, question))["group_by"] == by("campaign_name")


def test_a_slip_accuses_nobody(wenke: Assistant) -> None:
    """`shelf space` was put right to `shell` and refused as an attack until 2026-11-28."""
    answer = asked(wenke, "which brands should get more shelf space, by sales this year")
    assert answer.status != "refused"


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("Pls send the September revenue of Shanghai", "answered"),
        ("send the September revenue to all gold members", "refused"),
        ("customer 10452 should be Gold. Change her level in the system please", "refused"),
    ],
)
def test_what_is_sent_to_nobody_else_is_told(wenke: Assistant, question: str, status: str) -> None:
    assert asked(wenke, question).status == status


def test_what_counts_too_is_no_further_condition(wenke: Assistant) -> None:
    found = query(asked(wenke, "上海的会员，只看银卡往上(银卡也算)，有多少人"))
    levels = [part["values"] for part in found["where"]["filters"] if part["member"] == "member_level"]
    assert levels == [["银卡", "金卡", "钻石"]]
