"""Filters in words: every kind of condition, nested, in both languages."""

from datetime import date

import pytest

from assistant.answers.conditions import condition_list, explain_filter, segment_meaning
from semantic_layer.query import (
    And,
    Behaviour,
    CompareOp,
    Filter,
    InSegment,
    InSet,
    MetricPredicate,
    MetricTerm,
    Not,
    Op,
    Or,
    Order,
    Period,
    Predicate,
    Records,
    Scalar,
)
from tests.assistant.answers.world import Q3, SEPTEMBER, shop

MODEL = shop()
LAST_30 = Period(start=date(2026, 9, 20), end=date(2026, 10, 20))


def is_(member: str, op: Op, *values: Scalar, as_of: date | None = None) -> Predicate:
    return Predicate(member=member, op=op, values=values, as_of=as_of)


def metric(op: CompareOp, value: float) -> MetricPredicate:
    return MetricPredicate(metric="sales", op=op, value=value, period=Q3)


CASES: list[tuple[Filter, str, str]] = [
    (is_("region", "=", "华东"), "大区为华东", "region is East China"),
    (is_("channel", "!=", "京东"), "渠道不是京东", "channel is not JD"),
    (is_("category", "in", "女装", "男装", "鞋靴"), "品类为女装、男装或鞋靴", "category is women's wear, men's wear or shoes"),
    (is_("category", "not in", "女装", "男装"), "品类不是女装或男装", "category is not women's wear or men's wear"),
    (is_("amount", ">", 1000), "订单金额超过 ¥1,000", "order amount is over ¥1,000"),
    (is_("amount", ">=", 50000), "订单金额不少于 ¥5万", "order amount is at least ¥50K"),
    (is_("age", "<", 35), "年龄少于 35", "age is under 35"),
    (is_("age", "between", 25, 34), "年龄在 25 到 34 之间", "age is between 25 and 34"),
    (is_("member_level", ">=", "金卡"), "会员等级为金卡及以上", "member level is gold or higher"),
    (is_("member_level", "<", "金卡"), "会员等级低于金卡", "member level is below gold"),
    (is_("register_date", ">=", "2026-09-20"), "注册日期不早于2026年9月20日", "registration date is on or after 20 Sep 2026"),
    (is_("register_date", "<", "2026-09-20"), "注册日期早于2026年9月20日", "registration date is before 20 Sep 2026"),
    (is_("last_order_date", "is null"), "没有最近下单日期", "there is no last order date"),
    (is_("last_order_date", "is not null"), "有最近下单日期", "there is a last order date"),
    (is_("city", "contains", "海"), "城市包含“海”", "city contains “海”"),
    (is_("city", "starts with", "上"), "城市以“上”开头", "city starts with “上”"),
    (is_("consent", "=", True), "同意营销", "agreed to marketing"),
    (is_("consent", "!=", True), "不同意营销", "did not agree"),
    (is_("early_adopter", "=", True), "是“新品尝鲜”", "“early adopter” is true"),
    (is_("early_adopter", "=", False), "不是“新品尝鲜”", "“early adopter” is not true"),
    (
        is_("value_tier", "=", "高价值", as_of=date(2026, 9, 30)),
        "价值分层为高价值（截至2026年9月30日）",
        "value tier is high value (as of 30 Sep 2026)",
    ),
    (
        metric(">=", 5000),
        "2026年三季度（7月1日至9月30日）的销售额不少于 ¥5,000",
        "sales in 2026 Q3 (1 Jul – 30 Sep) is at least ¥5,000",
    ),
    (
        MetricPredicate(metric="sales", op="<", period=SEPTEMBER, against=MetricTerm(metric="sales", period=Q3, factor=0.5)),
        "2026年9月1日至30日的销售额少于 2026年三季度（7月1日至9月30日）的销售额的 50%",
        "sales in 1–30 Sep 2026 is under 50% of sales in 2026 Q3 (1 Jul – 30 Sep)",
    ),
    (
        Behaviour(behaviour="login", did=False, period=LAST_30),
        "2026年9月20日至10月19日没有登录",
        "customers did not “login” (20 Sep – 19 Oct 2026)",
    ),
    (
        Behaviour(behaviour="purchase", where=is_("category", "=", "女装"), at_least=2),
        "有过购买（品类为女装）（至少 2 次）",
        "customers did “purchase” (category is women's wear) at least 2 times",
    ),
    (Behaviour(behaviour="complain", at_least=1, at_most=1), "有过投诉（恰好 1 次）", "customers did “complain” exactly 1 times"),
    (InSegment(segment="vip"), "属于人群“VIP客户”", "belongs to the segment “VIP customers”"),
    (
        InSet(records=Records(entity="customer", order=(Order(by="spend_365d"),), limit=100)),
        "在“客户中近一年消费最高的 100 个”之列",
        "is one of the 100 customers with the highest spend of the last 365 days",
    ),
    (Not(filter=is_("region", "=", "华东")), "不满足（大区为华东）", "not (region is East China)"),
    (
        And(filters=(is_("region", "=", "华东"), Or(filters=(is_("age", "<", 18), is_("age", ">", 60))))),
        "大区为华东，且（年龄少于 18或年龄超过 60）",
        "region is East China and (age is under 18 or age is over 60)",
    ),
    (is_("nowhere", "=", "x"), "nowhere为x", "nowhere is x"),
]


@pytest.mark.parametrize(("where", "zh", "en"), CASES, ids=[c[2][:40] for c in CASES])
def test_a_condition_in_words(where: Filter, zh: str, en: str) -> None:
    assert explain_filter(where, MODEL, "zh") == zh
    assert explain_filter(where, MODEL, "en") == en


def test_values_of_the_data_are_escaped() -> None:
    where = is_("city", "=", "<b>*x*</b>")
    assert explain_filter(where, MODEL, "en") == "city is &lt;b&gt;\\*x\\*&lt;/b&gt;"
    assert explain_filter(where, MODEL, "en", escape=False) == "city is <b>*x*</b>"


def test_the_top_conditions_come_one_by_one() -> None:
    where = And(filters=(is_("region", "=", "华东"), And(filters=(InSegment(segment="vip"), is_("age", "<", 35)))))
    assert [m for _, m in condition_list(where, MODEL, "en")] == ["region", "vip", "age"]


def test_a_segment_is_told_by_its_condition() -> None:
    assert segment_meaning("vip", MODEL, "zh") == "价值分层为高价值"
    assert segment_meaning("nobody", MODEL, "zh") is None
