"""Numbers with their units, Chinese and English; and what only looks like a number."""

import pytest

from assistant.language.number_words import chinese_value, english_value
from assistant.language.numerals import numbers
from assistant.language.text import normalise

Row = tuple[float, str | None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一千", [(1000, None)]),
        ("三百五", [(350, None)]),
        ("一百零五元", [(105, "currency")]),
        ("1万", [(10000, None)]),
        ("1.5w", [(15000, None)]),
        ("1.5万元", [(15000, "currency")]),
        ("2k", [(2000, None)]),
        ("10K", [(10000, None)]),
        ("3M", [(3_000_000, None)]),
        ("两百万", [(2_000_000, None)]),
        ("一亿两千万", [(120_000_000, None)]),
        ("3.2亿", [(320_000_000, None)]),
        ("12万5千", [(125_000, None)]),
        ("1万2", [(12_000, None)]),
        ("十五", [(15, None)]),
        ("二十", [(20, None)]),
        ("一千零五十块钱", [(1050, "currency")]),
        ("1,000,000", [(1_000_000, None)]),
        ("1,000 元", [(1000, "currency")]),
        ("¥2,000", [(2000, "currency")]),
        ("rmb 500", [(500, "currency")]),
        ("$3.5k", [(3500, "currency")]),
        ("five thousand", [(5000, None)]),
        ("two hundred and fifty yuan", [(250, "currency")]),
        ("twenty-five", [(25, None)]),
        ("a dozen orders", [(12, "order")]),
        ("half a million", [(500_000, None)]),
        ("2.5 million", [(2_500_000, None)]),
        ("a hundred customers", [(100, "person")]),
        ("百分之八", [(0.08, None)]),
        ("8%", [(0.08, None)]),
        ("8.5 %", [(0.085, None)]),
        ("eight percent", [(0.08, None)]),
        ("百分之十二点", [(0.12, None)]),
        ("千分之五", [(0.005, None)]),
        ("三成", [(0.3, None)]),
        ("三成半", [(0.35, None)]),
        ("八折", [(0.8, None)]),
        ("一半", [(0.5, None)]),
        ("half of the customers", [(0.5, None)]),
        ("三分之一", [(1 / 3, None)]),
        ("5个百分点", [(0.05, None)]),
        ("翻倍", [(2, None)]),
        ("翻了两番", [(4, None)]),
        ("doubled", [(2, None)]),
        ("3倍", [(3, None)]),
        ("5x", [(5, None)]),
        ("35岁", [(35, "year_of_age")]),
        ("30天", [(30, "day")]),
        ("5次", [(5, "time")]),
        ("买过两次", [(2, "time")]),
        ("twice", [(2, "time")]),
        ("3单", [(3, "order")]),
        ("5人", [(5, "person")]),
        ("90 minutes", [(90, "minute")]),
        ("90分钟", [(90, "minute")]),
        ("45 years old", [(45, "year_of_age")]),
        ("前十", [(10, None)]),
        ("前5名", [(5, "person")]),
        ("top 10", [(10, None)]),
        ("top10的商品", [(10, None)]),
        ("第三名", [(3, None)]),
        ("最低的三个区域", [(3, "piece")]),
        ("卖得最差的3个子品类", [(3, "piece")]),
        ("20多岁", [(20, "year_of_age")]),
        ("大约1000元", [(1000, "currency")]),
        ("-5%", [(-0.05, None)]),
        ("5单价", [(5, None)]),
        ("前100名单", [(100, None)]),
    ],
)
def test_value_and_unit(text: str, expected: list[Row]) -> None:
    found = [(number.plain, number.unit) for number in numbers(normalise(text))]
    assert [unit for _, unit in found] == [unit for _, unit in expected]
    assert [value for value, _ in found] == pytest.approx([value for value, _ in expected])


@pytest.mark.parametrize(
    "text",
    [
        "一共多少会员", "统一看一下", "双十一", "五一期间", "Q3", "W38", "9月15号", "2026-09-30", "20260930", "2025年", "第45周",
        "abc-12x", "which one", "this one", "千万别", "三星", "十分满意", "一些客户", "三季度",
    ],
)  # fmt: skip
def test_no_number(text: str) -> None:
    assert numbers(normalise(text)) == ()


def test_kinds() -> None:
    def kinds(text: str) -> list[str]:
        return [number.kind for number in numbers(normalise(text))]

    assert kinds("前十, 第三, 8%, 三成, 八折, 翻倍, 后三名, 3rd") == [
        "rank", "ordinal", "percent", "fraction", "discount", "factor", "rank_last", "ordinal",
    ]  # fmt: skip
    assert kinds("前30天和前30名") == ["cardinal", "rank"]
    assert kinds("first 6 months, bottom 5") == ["cardinal", "rank_last"]


def test_spans_hold_sign_prefix_and_unit() -> None:
    text = normalise("消费¥2,000的前10名, 大约30岁, top 5")
    assert [text.text[n.start : n.end] for n in numbers(text)] == ["¥2,000", "前10名", "大约30岁", "top 5"]


def test_about() -> None:
    assert [n.about for n in numbers(normalise("1万多, 三百块左右, about 50, 80"))] == ["over", "about", "about", None]


def test_taken_spans_are_left_alone() -> None:
    text = normalise("近30天满5单")
    assert [n.plain for n in numbers(text, taken=[(0, 4)])] == [5]


@pytest.mark.parametrize("word", ["十十", "五一", "三八", "一二"])
def test_not_chinese_numbers(word: str) -> None:
    assert chinese_value(word) is None


def test_positional_digits() -> None:
    value = chinese_value("二零二六")
    assert value is not None
    assert value.value == 2026


def test_english_words_that_make_no_number() -> None:
    assert english_value("twenty thirty") is None
