"""What to ask next, and the words that it is asked in."""

from datetime import date

import pytest

from assistant.answers.suggest import suggest, suggestions
from assistant.answers.wording import period_words, question
from semantic_layer.query import (
    Aggregate,
    And,
    ByDimension,
    Change,
    InSegment,
    MetricUse,
    Order,
    Period,
    Predicate,
    Records,
    SemanticQuery,
    Share,
)
from tests.assistant.answers.gallery import BEFORE, SHOWN, YEAR_AGO
from tests.assistant.answers.world import SEPTEMBER, THIS_YEAR, TODAY, by, shop

MODEL = shop()
EAST = Predicate(member="region", op="=", values=("华东",))
LARGE = Predicate(member="amount", op=">", values=(1000,))


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("2026-09-01", "2026-10-01", "上个月", " last month"),
        ("2026-10-01", "2026-10-20", "本月", " this month"),
        ("2026-10-12", "2026-10-19", "上周", " last week"),
        ("2026-10-19", "2026-10-20", "昨天", " yesterday"),
        ("2026-07-01", "2026-10-01", "上季度", " last quarter"),
        ("2026-01-01", "2026-10-20", "今年", " this year"),
        ("2025-01-01", "2026-01-01", "去年", " last year"),
        ("2026-09-20", "2026-10-20", "近30天", " in the last 30 days"),
        ("2026-08-01", "2026-09-01", "2026年8月", " in Aug 2026"),
        ("2026-04-01", "2026-07-01", "2026年二季度", " in 2026 Q2"),
        ("2026-08-01", "2026-08-16", "2026年8月1日到2026年8月15日", " from 2026-08-01 to 2026-08-15"),
    ],
)
def test_periods_as_people_say_them(start: str, end: str, zh: str, en: str) -> None:
    period = Period(start=date.fromisoformat(start), end=date.fromisoformat(end))
    assert (period_words(period, "zh", TODAY), period_words(period, "en", TODAY)) == (zh, en)


def test_without_today_dates_are_written_out() -> None:
    assert period_words(SEPTEMBER, "zh") == "2026年9月"
    assert period_words(Period(start=date(2026, 9, 20), end=TODAY), "en") == " from 2026-09-20 to 2026-10-19"


@pytest.mark.parametrize(
    ("query", "zh", "en"),
    [
        (by("sales", period=SEPTEMBER), "上个月的销售额", "sales last month"),
        (by("sales", "channel", period=SEPTEMBER), "上个月各渠道的销售额", "sales by channel last month"),
        (by("sales", "month", period=THIS_YEAR), "今年每月的销售额", "sales by month this year"),
        (by("sales", "month", "channel", period=THIS_YEAR), "今年各渠道每月的销售额", "sales by channel and month this year"),
        (by("sales", period=SEPTEMBER, compare=YEAR_AGO), "上个月的销售额同比", "sales YoY last month"),
        (
            by("sales", "channel", period=SEPTEMBER, share=Share()),
            "上个月各渠道的销售额占比",
            "share of sales by channel last month",
        ),
        (
            by("sales", "store_name", period=SEPTEMBER, order=(Order(by="sales"),), limit=10),
            "上个月销售额最高的10个门店",
            "top 10 store by sales last month",
        ),
        (by("sales", period=SEPTEMBER, where=EAST), "上个月华东的销售额", "sales for East China last month"),
        (by("customer_count", where=InSegment(segment="vip")), "VIP客户的客户数", "customers for VIP customers"),
        (Change(metric="sales", period=SEPTEMBER, compare=BEFORE), "为什么上个月的销售额变了", "why did sales change last month"),
        (Records(entity="customer", where=InSegment(segment="vip")), "VIP客户名单", "list VIP customers"),
        (
            Records(entity="customer", where=Predicate(member="value_tier", op="=", values=("高价值",))),
            "高价值客户名单",
            "list customers where value tier is high value",
        ),
    ],
)
def test_questions_in_plain_words(query: SemanticQuery, zh: str, en: str) -> None:
    assert (question(query, MODEL, "zh", TODAY), question(query, MODEL, "en", TODAY)) == (zh, en)


def test_conditions_that_take_too_many_words_are_not_said() -> None:
    assert question(by("sales", where=LARGE), MODEL, "zh") is None
    assert question(by("sales", where=And(filters=(EAST, LARGE))), MODEL, "zh") is None


def test_suggestions_drill_trend_compare_and_ask_why() -> None:
    texts = suggest(by("sales", period=SEPTEMBER), MODEL, "zh", TODAY)
    assert texts[:4] == ("上个月各大区的销售额", "上个月每天的销售额", "上个月的销售额同比", "为什么上个月的销售额变了")
    assert "上个月销售额最高的10个城市" in texts


def test_suggestions_leave_out_what_is_grouped_or_fixed_already() -> None:
    texts = " ".join(suggest(by("sales", "channel", period=SEPTEMBER, where=EAST), MODEL, "zh", TODAY))
    assert "各大区" not in texts and "华东各会员等级的销售额" in texts
    assert "华东各渠道的销售额同比" in texts


def test_conditions_that_cannot_be_said_lean_on_the_conversation() -> None:
    texts = suggest(by("aov", period=SEPTEMBER, where=LARGE), MODEL, "en", TODAY)
    assert texts[:3] == ("by region", "by day", "year on year")


def test_a_list_is_counted_and_a_count_is_listed() -> None:
    tier = Predicate(member="value_tier", op="=", values=("高价值",))
    assert suggest(Records(entity="customer", where=tier), MODEL, "zh")[0] == "高价值的客户数"
    assert "高价值客户名单" in suggest(by("customer_count", where=tier), MODEL, "zh")


def test_the_query_behind_a_suggestion_asks_for_what_it_says() -> None:
    found = {s.text: s.query for s in suggestions(by("sales", period=SEPTEMBER), MODEL, "zh", TODAY)}
    expected = Aggregate(metrics=(MetricUse(metric="sales"),), group_by=(ByDimension(member="region"),), period=SEPTEMBER)
    assert found["上个月各大区的销售额"] == expected
    assert isinstance(found["为什么上个月的销售额变了"], Change)


@pytest.mark.parametrize("name", SHOWN)
def test_every_answer_has_something_to_ask_next(name: str) -> None:
    query = SHOWN[name][0]
    for lang in ("zh", "en"):
        texts = suggest(query, MODEL, lang, TODAY)
        assert texts and len(set(texts)) == len(texts) <= 8
        assert question(query, MODEL, lang, TODAY) not in texts
