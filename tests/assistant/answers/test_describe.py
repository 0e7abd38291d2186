"""Answers about the model itself."""

import pytest

from assistant.answers.definitions import formula, metric_definition, tag_definition, value_definition
from assistant.answers.describe import describe, described
from assistant.qa import Description, Lang
from semantic_layer.model import (
    Case,
    Cases,
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Expression,
    Favourite,
    LastDate,
    Latest,
    SemanticModel,
    Tag,
    Text,
    Window,
)
from tests.assistant.answers.world import shop

MODEL = shop()


def define(*members: str, value: str | None = None, lang: Lang = "zh") -> str:
    return describe(Description("define", members, value), MODEL, lang).text


@pytest.mark.parametrize(
    ("members", "value", "zh", "en"),
    [
        (
            ("sales",),
            None,
            ("**销售额**", "已完成订单的实付金额合计", "越高越好", "营收和业绩"),
            ("**Sales**", "completed orders", "revenue"),
        ),
        (("aov",), None, ("销售额 ÷ 订单数",), ("sales / orders",)),
        (("repurchase_rate",), None, ("复购客户数 ÷ 购买客户数",), ("repeat buyers ÷ buyers",)),
        (("repeat_buyers",), None, ("订单数不少于 2 的客户数",), ("customers whose orders",)),
        (("customer_count",), None, ("当前的存量",), ("current stock",)),
        (("gmv", "sales"), None, ("区别", "全部状态"), ("The difference", "every status")),
        (("value_tier",), "高价值", ("**高价值**（价值分层）", "≥ 5000 元", "今天"), ("high value", "≥ 5000 yuan")),
        (("value_tier",), None, ("先满足的为准", "- **高价值**", "- **低价值**"), ("- **high value**",)),
        (("region",), None, ("取值：华东、华南、华北和西南",), ("East China",)),
        (("vip",), None, ("**VIP客户**：价值分层为高价值",), ("value tier is high value",)),
        (("purchase",), None, ("客户的一种行为",), ("something that customers do",)),
        (("customer",), None, ("可以列出名单",), ("can be listed",)),
        (("nothing",), None, ("没有找到",), ("no metric or tag",)),
    ],
)
def test_definitions(members: tuple[str, ...], value: str | None, zh: tuple[str, ...], en: tuple[str, ...]) -> None:
    for lang, facts in (("zh", zh), ("en", en)):
        text = define(*members, value=value, lang=lang)  # type: ignore[arg-type]
        assert [fact for fact in facts if fact not in text] == [], text


@pytest.mark.parametrize(
    ("what", "members", "rows", "first"),
    [
        ("metrics", (), len(MODEL.metrics), "销售额"),
        ("tags", (), 2, "新品尝鲜"),
        ("segments", (), 1, "VIP客户"),
        ("values", ("region",), 4, "华东"),
    ],
)
def test_catalogues_are_tables(what: str, members: tuple[str, ...], rows: int, first: str) -> None:
    answer = describe(Description(what, members), MODEL, "zh")  # type: ignore[arg-type]
    assert (len(answer.rows), answer.rows[0][0], answer.total_rows) == (rows, first, rows)
    assert answer.chart is not None and answer.chart.kind == "table" and answer.chart.to_vega() is None
    assert str(rows) in answer.text


def test_dimensions_are_those_to_group_by() -> None:
    rows = describe(Description("dimensions"), MODEL, "en").rows
    names = [row[0] for row in rows]
    assert "Region" in names and "Customer id" not in names and "Value tier" not in names


def test_values_that_are_not_declared_are_too_many() -> None:
    text, table = described(Description("values", ("city",)), MODEL, "zh")
    assert "城市" in text and table is None
    assert described(Description("values", ("nothing",)), MODEL, "zh")[1] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_names_what_the_model_has(lang: Lang) -> None:
    text = describe(Description("help"), MODEL, lang).text
    assert MODEL.metrics["sales"].label[lang] in text and str(len(MODEL.metrics)) in text


def test_formulas_of_every_kind_of_metric() -> None:
    label = Text(zh="甲", en="A")
    derived = DerivedMetric(name="d", label=label, expr="sales / nullif(buyers, 0)", metrics=("sales", "buyers"))
    assert formula(derived, MODEL, "zh") == "销售额 / nullif(购买客户数, 0)"
    running = CumulativeMetric(name="c", label=label, metric="sales", reset="month")
    assert formula(running, MODEL, "zh") == "销售额的累计，每月重新开始"
    assert "running total of sales" in formula(running.model_copy(update={"reset": None}), MODEL, "en")
    conversion = ConversionMetric(name="v", label=label, entity="customer", base="browse", to="pay", days=7)
    assert "7 天内" in formula(conversion, MODEL, "zh")
    assert metric_definition("ticket_count", MODEL, "zh") == "tickets的行数"
    assert "(where status = '已完成')" in str(metric_definition("order_count", MODEL, "en"))
    assert metric_definition("nothing", MODEL, "zh") is None


def test_formulas_of_every_kind_of_tag() -> None:
    computed = {
        "w": Window(metric="sales", days=365),
        "e": Window(metric="sales"),
        "l": LastDate(behaviour="purchase"),
        "t": Latest(table="surveys", expr="csat_score", tie_break="survey_id"),
        "f": Favourite(dimension="category", metric="sales", days=365),
        "x": Expression(expr="age >= 18 AND region = 'age'"),
        "c": Cases(cases=(Case(value="高", when="spend_365d >= 5000"), Case(value="低"))),
    }
    tags = {n: Tag(name=n, entity="customer", type="text", compute=c) for n, c in computed.items()}
    model = SemanticModel.model_validate(MODEL.model_copy(update={"tags": tags}).model_dump())
    told = {n: tag_definition(n, model, "zh") for n in tags}
    assert told == {
        "w": "近 365 天的销售额",
        "e": "全部时间的销售额",
        "l": "最近一次“购买”的日期",
        "t": "最近一条surveys的csat_score",
        "f": "近 365 天销售额最高的品类",
        "x": "年龄 >= 18 AND 大区 = 'age'",
        "c": None,
    }
    tier = model.tags["c"].model_copy(update={"name": "value_tier"})
    bare = model.dimensions["value_tier"].model_copy(update={"values": ()})
    model = model.model_copy(update={"tags": {"value_tier": tier}, "dimensions": {**model.dimensions, "value_tier": bare}})
    assert value_definition("value_tier", "高", model, "zh") == "近一年消费 >= 5000"
    assert value_definition("value_tier", "低", model, "zh") == "不符合以上任何条件"
    assert value_definition("value_tier", "无", model, "zh") is None
