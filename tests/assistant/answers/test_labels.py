"""Columns with the labels of the asker."""

import pytest
from pydantic import ValidationError

from assistant.answers.labels import dressed, label_columns
from assistant.answers.shape import additive, shape_of
from assistant.qa import Lang
from semantic_layer.model import Text
from semantic_layer.plan import OutputColumn
from semantic_layer.query import (
    Aggregate,
    Attribute,
    Calculation,
    Change,
    Compare,
    MetricColumn,
    MetricUse,
    Predicate,
    Records,
    SemanticQuery,
)
from tests.assistant.answers.gallery import SHOWN, YEAR_AGO
from tests.assistant.answers.world import Q3, SEPTEMBER, by, result_of, shop

MODEL = shop()


def labels(query: SemanticQuery, lang: Lang = "zh") -> list[str]:
    return [c.label for c in dressed(result_of(query), query, MODEL, lang).columns]


@pytest.mark.parametrize(
    ("query", "zh", "en"),
    [
        (by("sales", "month", "region"), ["月份", "大区", "销售额"], ["Month", "Region", "Sales"]),
        (
            by("sales", period=SEPTEMBER, compare=YEAR_AGO),
            ["销售额", "去年同期销售额", "销售额同比"],
            ["Sales", "Sales, a year earlier", "Sales, YoY"],
        ),
        (
            Change(metric="sales", period=SEPTEMBER, compare=Compare(kind="previous_period")),
            ["销售额", "上期销售额", "销售额环比"],
            ["Sales", "Sales, previous period", "Sales, change"],
        ),
        (
            Aggregate(metrics=(Calculation(agg="percentile", percentile=0.9, member="age"),)),
            ["年龄的 90 分位数"],
            ["90th percentile of age"],
        ),
        (
            SHOWN["retention"][0],
            ["同期群", "第几期", "同期群人数", "回来的人数", "留存率"],
            ["Cohort", "Periods later", "Cohort size", "Came back", "Retention rate"],
        ),
    ],
)
def test_columns_are_named_in_the_language(query: SemanticQuery, zh: list[str], en: list[str]) -> None:
    assert (labels(query), labels(query, "en")) == (zh, en)


def test_two_uses_of_a_metric_are_told_apart_by_their_conditions() -> None:
    east = Predicate(member="region", op="=", values=("华东",))
    query = Aggregate(metrics=(MetricUse(metric="sales", name="a", where=east), MetricUse(metric="sales", name="b", period=Q3)))
    assert labels(query) == ["销售额（大区为华东）", "销售额（2026年三季度）"]


def test_a_use_without_a_name_is_not_the_named_one_before_it() -> None:
    """Both were labelled 华东, with the number of another region."""
    east, south = (Predicate(member="region", op="=", values=(region,)) for region in ("华东", "华南"))
    query = Aggregate(metrics=(MetricUse(metric="sales", name="a", where=east), MetricUse(metric="sales", where=south)))
    assert labels(query) == ["销售额（大区为华东）", "销售额（大区为华南）"]


def test_a_colon_stands_between_a_name_and_its_part_only() -> None:
    with pytest.raises(ValidationError):
        MetricUse(metric="sales", name="sales:growth")


def test_a_column_of_a_list_says_its_period_and_its_date() -> None:
    query = Records(
        entity="customer",
        columns=(MetricColumn(metric="sales", period=Q3), Attribute(member="value_tier", as_of=SEPTEMBER.end)),
    )
    assert labels(query)[1:] == ["销售额（2026年三季度）", "价值分层（2026年10月1日）"]


def test_output_columns_of_a_plan_get_labels_units_and_formats() -> None:
    columns = (
        OutputColumn("region", "key", "text", "key", "region"),
        OutputColumn("sales", "value", "decimal", "value", "sales", unit=Text(zh="元", en="yuan")),
    )
    region, sales = label_columns(columns, (("华东", 1),), by("sales", "region"), MODEL, "en")
    assert (region.label, dict(region.labels)["华东"]) == ("Region", "East China")
    assert (sales.format, sales.unit) == ("currency", "¥")


def test_a_metric_that_became_another_is_named_by_what_it_is() -> None:
    columns = (OutputColumn("sales", "value", "decimal", "value", "item_sales", "currency"),)
    assert label_columns(columns, (), by("sales", "category"), MODEL, "zh")[0].label == "商品销售额"


def test_time_parts_and_ranges_have_words() -> None:
    query, rows, _ = SHOWN["weekday and hour"]
    weekday, hour, _ = dressed(result_of(query, *rows), query, MODEL, "en").columns
    assert dict(weekday.labels)[1] == "Mon" and dict(hour.labels)[14] == "14:00"
    query, rows, _ = SHOWN["ranges"]
    assert [text for _, text in dressed(result_of(query, *rows), query, MODEL, "zh").columns[0].labels] == [
        "¥1 以下",
        "¥1–¥500",
        "¥500–¥2万",
        "¥2万 及以上",
    ]
    query, rows, _ = SHOWN["histogram"]
    assert dressed(result_of(query, *rows), query, MODEL, "zh").columns[0].labels[0] == (10.0, "10–19")


@pytest.mark.parametrize(
    ("metric", "adds_up"),
    [
        ("sales", True),
        ("order_count", True),
        ("buyers", False),
        ("aov", False),
        ("csat", False),
        ("repeat_buyers", False),
        ("x", False),
    ],
)
def test_what_adds_up(metric: str, adds_up: bool) -> None:
    assert additive(metric, MODEL) is adds_up


def test_the_columns_of_a_metric_belong_together() -> None:
    query, rows, _ = SHOWN["regions compared"]
    shape = shape_of(query, dressed(result_of(query, *rows), query, MODEL, "zh"), MODEL)
    metric = shape.metrics[0]
    assert (len(shape.metrics), metric.index, metric.previous, metric.growth) == (1, 1, 2, 3)
