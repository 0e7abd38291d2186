"""Comparisons around numbers: operator, values, what is included."""

import pytest

from assistant.language.comparisons import comparisons
from assistant.language.text import normalise

Row = tuple[object, ...]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # included
        ("1000元以上", [(">=", 1000)]),
        ("5单及以上", [(">=", 5)]),
        ("至少3次", [(">=", 3)]),
        ("满5单", [(">=", 5)]),
        ("消费满1,000元", [(">=", 1000)]),
        ("不低于百分之五", [(">=", 0.05)]),
        ("500元起", [(">=", 500)]),
        ("at least 3 times", [(">=", 3)]),
        ("5+ orders", [(">=", 5)]),
        ("10k+", [(">=", 10000)]),
        ("5 or more orders", [(">=", 5)]),
        ("35 and over", [(">=", 35)]),
        ("no fewer than 2", [(">=", 2)]),
        ("orders >= 5", [(">=", 5)]),
        ("≥5", [(">=", 5)]),
        ("大于等于5", [(">=", 5)]),
        ("at least twice", [(">=", 2)]),
        ("5 orders at least", [(">=", 5)]),
        # left out
        ("超过一万", [(">", 10000)]),
        ("超一万", [(">", 10000)]),
        ("大于5", [(">", 5)]),
        ("超过了人民币5000元", [(">", 5000)]),
        ("金额超过一千的订单", [(">", 1000)]),
        ("over 2k yuan", [(">", 2000)]),
        ("more than 5% ", [(">", 0.05)]),
        ("above 80", [(">", 80)]),
        ("spent > 500", [(">", 500)]),
        ("older than 45", [(">", 45)]),
        ("more than once", [(">", 1)]),
        ("不到三成", [("<", 0.3)]),
        ("少于3次", [("<", 3)]),
        ("未满18岁", [("<", 18)]),
        ("under 35", [("<", 35)]),
        ("under-25s", [("<", 25)]),
        ("below 3", [("<", 3)]),
        ("fewer than 10 orders", [("<", 10)]),
        ("低于80分", [("<", 80)]),
        ("18岁以下", [("<", 18)]),
        # at most
        ("18岁及以下", [("<=", 18)]),
        ("不超过5单", [("<=", 5)]),
        ("最多10次", [("<=", 10)]),
        ("1000元以内", [("<=", 1000)]),
        ("up to 3", [("<=", 3)]),
        ("at most 3", [("<=", 3)]),
        ("no more than 3 times", [("<=", 3)]),
        ("CSAT ≤ 2", [("<=", 2)]),
        ("小于等于2", [("<=", 2)]),
        ("18 or younger", [("<=", 18)]),
        # equal
        ("exactly 2 orders", [("=", 2)]),
        ("正好3单", [("=", 3)]),
        # ranges
        ("35到44岁", [("between", 35, 44)]),
        ("between 1k and 2k", [("between", 1000, 2000)]),
        ("aged 25-34", [("between", 25, 34)]),
        ("1000-2000元", [("between", 1000, 2000)]),
        ("1-2万", [("between", 10000, 20000)]),
        ("10-20%", [("between", 0.1, 0.2)]),
        ("介于100和200之间", [("between", 100, 200)]),
        ("100和200之间", [("between", 100, 200)]),
        ("between 5 and 10 thousand", [("between", 5000, 10000)]),
        ("$2k to $5k", [("between", 2000, 5000)]),
        ("3到5次", [("between", 3, 5)]),
        # approximately more
        ("一万多", [("between", 10000, 19999)]),
        ("一万多元", [("between", 10000, 19999.99)]),
        ("20多岁", [("between", 20, 29)]),
        ("300余人", [("between", 300, 399)]),
        ("1.5万多", [("between", 15000, 15999)]),
        ("in their 30s", [("between", 30, 39)]),
        # several in one question
        ("5以上10以下", [(">=", 5), ("<", 10)]),
        ("35到44岁、金卡及以上", [("between", 35, 44)]),
        # none
        ("前十名", []),
        ("最低的三个", []),
        ("2024-2025", []),
        ("100和200", []),
        ("over the last 30 days", []),
        ("top 5 stores", []),
        ("约1000元", []),
    ],
)
def test_comparison(text: str, expected: list[Row]) -> None:
    found = [(one.op, *one.plain) for one in comparisons(normalise(text))]
    assert found == [(op, *map(pytest.approx, values)) for op, *values in expected]


def test_units() -> None:
    found = comparisons(normalise("35到44岁, 满5单, over ¥500, 5 or more orders, 10-20%"))
    assert [one.unit for one in found] == ["year_of_age", "order", "currency", "order", None]
    assert found[-1].kind == "percent"


def test_span_holds_the_comparing_words() -> None:
    text = normalise("消费超过了人民币5000元的, 5 or more orders, 介于100和200之间")
    assert [text.text[one.start : one.end] for one in comparisons(text)] == [
        "超过了人民币5000元",
        "5 or more orders",
        "介于100和200之间",
    ]


def test_taken_spans_are_left_alone() -> None:
    text = normalise("8月1-15号超过5单")
    assert [one.plain for one in comparisons(text, taken=[(0, 7)])] == [(5,)]
