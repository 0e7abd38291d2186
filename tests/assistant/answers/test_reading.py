"""How a question was read, as items with labels."""

from datetime import date

from assistant.answers.reading import reading_of
from assistant.qa import Item
from semantic_layer.issues import Issue
from semantic_layer.query import (
    Aggregate,
    And,
    Attribute,
    Calculation,
    Compare,
    Having,
    InSegment,
    MetricColumn,
    MetricUse,
    Order,
    Period,
    Predicate,
    Records,
    Share,
)
from tests.assistant.answers.gallery import SHOWN
from tests.assistant.answers.world import Q3, SEPTEMBER, SEPTEMBER_2025, by, shop

MODEL = shop()
EAST = Predicate(member="region", op="=", values=("华东",))


def labels(items: tuple[Item, ...]) -> list[str]:
    return [i.label for i in items]


def test_a_metric_comes_with_its_definition() -> None:
    item = reading_of(by("sales"), MODEL, "zh").metrics[0]
    assert (item.kind, item.label, item.detail, item.member) == ("metric", "销售额", "已完成订单的实付金额合计", "sales")


def test_a_metric_without_a_definition_has_its_formula() -> None:
    assert reading_of(by("repurchase_rate"), MODEL, "zh").metrics[0].detail == "复购客户数 ÷ 购买客户数"


def test_filters_come_one_by_one_with_what_they_mean() -> None:
    where = And(filters=(EAST, InSegment(segment="vip"), Predicate(member="value_tier", op="=", values=("高价值",))))
    filters = reading_of(by("sales", where=where), MODEL, "en").filters
    assert labels(filters) == ["region is East China", "belongs to the segment “VIP customers”", "value tier is high value"]
    assert filters[1].detail == "value tier is high value"
    assert filters[2].detail is not None and filters[2].detail.startswith("spent ≥ 5000 yuan")


def test_dates_are_the_resolved_ones() -> None:
    query = by("sales", period=SEPTEMBER, compare=Compare(kind="same_period_last_year"))
    reading = reading_of(query, MODEL, "zh")
    assert (reading.period, reading.previous) == (SEPTEMBER, SEPTEMBER_2025)
    other = Period(start=date(2026, 1, 1), end=date(2026, 2, 1))
    assert reading_of(query, MODEL, "zh", period=Q3, previous=other).previous == other


def test_grouping_comparison_share_and_order() -> None:
    query = by(
        "sales",
        "month",
        "channel",
        period=SEPTEMBER,
        compare=Compare(kind="same_period_last_year"),
        having=(Having(by="sales", part="growth", op=">", values=(0.1,)),),
        order=(Order(by="sales", part="growth"),),
        limit=3,
    )
    reading = reading_of(query, MODEL, "zh")
    assert labels(reading.grouping) == ["月份", "渠道", "同比（与去年同期比）"]
    assert labels(reading.order) == ["销售额变化率从高到低", "只取前 3 个"]
    assert labels(reading.filters) == ["销售额变化率超过 10%"]
    shared = by("sales", "region", "channel", share=Share(within=("region",)), running_total=False)
    assert labels(reading_of(shared, MODEL, "en").grouping) == ["region", "channel", "share within each region"]


def test_a_list_has_its_entity_and_its_columns() -> None:
    query = Records(entity="customer", columns=(Attribute(member="region"), MetricColumn(metric="sales", period=Q3)))
    items = reading_of(query, MODEL, "zh").metrics
    assert [(i.kind, i.label) for i in items] == [("entity", "客户"), ("column", "大区"), ("column", "销售额")]
    assert "2026年三季度" in str(items[2].detail)


def test_uses_of_a_metric_have_their_conditions() -> None:
    query = Aggregate(metrics=(MetricUse(metric="sales", where=EAST, name="a"), Calculation(agg="median", member="age")))
    first, second = reading_of(query, MODEL, "zh").metrics
    assert "大区为华东" in str(first.detail)
    assert second.label == "年龄中位数"


def test_groups_that_are_compared_are_named() -> None:
    compare = Compare(kind="filter", left=EAST, where=Predicate(member="region", op="=", values=("华南",)))
    reading = reading_of(by("aov", period=Q3, compare=compare), MODEL, "zh")
    assert labels(reading.filters) == ["大区为华东 对比 大区为华南"]
    assert reading.previous is None


def test_assumptions_are_sentences() -> None:
    issues = (Issue("finer-metric", "assumption", params={"metric": "sales", "finer": "item_sales"}), Issue("x", "warning"))
    assumptions = reading_of(by("sales"), MODEL, "en", issues=issues).assumptions
    assert len(assumptions) == 1 and "product sales" in assumptions[0].label


def test_every_query_can_be_read() -> None:
    for name, (query, _, _) in SHOWN.items():
        for lang in ("zh", "en"):
            reading = reading_of(query, MODEL, lang)
            assert reading.query == query and reading.metrics, name
