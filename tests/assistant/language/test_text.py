"""One spelling with a map back, words, and the language of the answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.text import detect_language, normalise, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("８月１号到１５号", "8月1号到15号"),
        ("ＡＯＶ　ｂｙ　ＣＨＡＮＮＥＬ", "aov by channel"),
        ("銷售額，這個月？", "销售额,这个月?"),
        ("上個週末幹嘛了", "上个周末干嘛了"),
        ("  two\t\n spaces  ", "two spaces"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("“quoted” ‘it’s’", "\"quoted\" 'it's'"),
        ("2014–2018 — 10−3", "2014-2018 - 10-3"),
        ("≧5 和 ≦3", "≥5 和 ≤3"),
        ("￥１，０００", "¥1,000"),
        ("cafe\u0301", "café"),
        ("😀 订单", "😀 订单"),
        ("a\x00b\x07c", "abc"),
        ("\ud800坏", "�坏"),
        ("", ""),
        ("   ", ""),
        ("二〇二五", "二〇二五"),
    ],
)
def test_one_spelling(text: str, expected: str) -> None:
    assert normalise(text).text == expected


def test_shown_in_the_words_of_the_asker() -> None:
    text = normalise("看下　８月１号到１５号　各渠道的銷售額～")
    start = text.text.index("8月")
    assert text.shown(start, start + len("8月1号到15号")) == "８月１号到１５号"
    start = text.text.index("销售额")
    assert text.shown(start, start + 3) == "銷售額"
    assert text.shown(0, len(text.text)) == text.original
    assert text.shown(5, 5) == ""


def test_a_character_that_becomes_several_keeps_its_place() -> None:
    text = normalise("½ of ㎏x")
    assert text.text == "1/2 of kgx"
    assert text.shown(0, 1) == text.shown(0, 3) == "½"
    assert text.shown(7, 9) == "㎏"


@given(st.text())
def test_map_covers_every_character(text: str) -> None:
    normal = normalise(text)
    assert len(normal.starts) == len(normal.ends) == len(normal.text)
    assert list(normal.starts) == sorted(normal.starts)
    assert all(start < end <= len(text) for start, end in zip(normal.starts, normal.ends, strict=True))
    assert normalise(normal.text).text == normal.text or "\ufffd" in normal.text or not normal.text.isascii()
    for token in tokens(normal):
        assert normal.text[token.start : token.end] == token.text


def test_tokens() -> None:
    found = [(token.kind, token.text) for token in tokens(normalise("Top10城市's AOV,今年1,234.5"))]
    assert found == [
        ("en", "top"),
        ("number", "10"),
        ("zh", "城市"),
        ("en", "s"),
        ("en", "aov"),
        ("zh", "今年"),
        ("number", "1,234.5"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("各 region 的 refund rate", "zh"),
        ("YTD 的 sales 是多少", "zh"),
        ("top 10 城市 by 订单数，上个月", "zh"),
        ("华东 sales last month", "en"),
        ("customers in 华南 who spent over 5k in the past year but gave CSAT ≤ 2", "en"),
        ("last 90 days sales from customers who opened a 唤醒券 campaign", "en"),
        ("what was the open rate of 我的会员日 last month", "en"),
        ("女性 customers 在天猫的 sales, last 90 days", "zh"),
        ("今年 sales by 月份 和 渠道", "zh"),
        ("那 by category 呢", "zh"),
        ("金卡 vs 钻石 近90天 repurchase rate", "zh"),
        ("GMV", "en"),
        ("环比呢", "zh"),
        ("618", "zh"),
        ("", "zh"),
        ("帮我给高价值客户 send 一条 SMS", "zh"),
    ],
)
def test_language_of_the_answer(text: str, expected: str) -> None:
    assert detect_language(text) == expected
