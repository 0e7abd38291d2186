"""One result of every shape that a chart or a sentence is made of: name -> (query, rows, kind of chart)."""

from datetime import date, timedelta

from assistant.qa import Cell, ChartKind, Driver
from semantic_layer.query import (
    Aggregate,
    Attribute,
    ByBucket,
    ByDimension,
    ByTime,
    ByTimePart,
    Change,
    Compare,
    Funnel,
    Having,
    MetricColumn,
    MetricUse,
    Order,
    Period,
    Predicate,
    Records,
    Retention,
    SemanticQuery,
    Share,
    Step,
)
from tests.assistant.answers.world import Q3, SEPTEMBER, THIS_YEAR, by

Row = tuple[Cell, ...]
Shown = tuple[SemanticQuery, list[Row], ChartKind]

MONTHS = [date(2026, m, 1) for m in range(1, 11)]
REGIONS = ("华东", "华南", "华北", "西南")
CHANNELS = ("天猫", "门店", "APP", "小程序", "京东")
LEVELS = ("普通", "银卡", "金卡", "钻石")
YEAR_AGO = Compare(kind="same_period_last_year")
BEFORE = Compare(kind="previous_period")
STEPS = tuple(Step(behaviour=b) for b in ("browse", "add_to_cart", "pay"))


def uses(*names: str) -> tuple[MetricUse, ...]:
    return tuple(MetricUse(metric=n) for n in names)


def grouped(names: tuple[str, ...], by_: str, **more: object) -> Aggregate:
    keys = (ByDimension(member=by_),)
    return Aggregate(metrics=uses(*names), group_by=keys, period=SEPTEMBER, **more)


SHOWN: dict[str, Shown] = {
    "number": (by("sales", period=SEPTEMBER), [(12345678.9,)], "number"),
    "number compared": (by("sales", period=SEPTEMBER, compare=YEAR_AGO), [(12345678.9, 10987654.3, 0.1236)], "number"),
    "numbers": (
        Aggregate(metrics=uses("sales", "order_count", "aov"), period=SEPTEMBER),
        [(12345678.9, 23456, 526.3)],
        "number",
    ),
    "single share": (
        by("sales", period=SEPTEMBER, share=Share(part=Predicate(member="channel", op="=", values=("APP",)))),
        [(0.234,)],
        "number",
    ),
    "breakdown": (
        by("sales", "channel", period=SEPTEMBER),
        [(c, 1e6 * i) for i, c in enumerate(CHANNELS, 1)] + [(None, 5e5)],
        "bar",
    ),
    "levels": (by("sales", "member_level", period=SEPTEMBER), [(v, 1e6) for v in LEVELS[::-1]], "bar"),
    "ranking": (
        by("sales", "store_name", period=SEPTEMBER, limit=10, order=(Order(by="sales"),)),
        [(f"上海南京东路步行街世纪广场旗舰店第{i}号店", 9e5 - 5e4 * i) for i in range(10)],
        "bar",
    ),
    "tested": (
        by("refund_rate", "channel", period=Q3, having=(Having(by="refund_rate", op=">", values=(0.08,)),)),
        [("天猫", 0.091)],
        "bar",
    ),
    "shares": (
        by("sales", "channel", period=SEPTEMBER, share=Share()),
        [(c, 1e7 * s, s) for c, s in zip(CHANNELS, (0.4, 0.25, 0.2, 0.13, 0.02), strict=True)],
        "pie",
    ),
    "many shares": (by("sales", "city", period=SEPTEMBER, share=Share()), [(f"城{i}", 1e5, 0.05) for i in range(20)], "bar"),
    "shares within": (
        by("sales", "region", "channel", period=SEPTEMBER, share=Share(within=("region",))),
        [(r, c, 2e5, 0.2) for r in REGIONS for c in CHANNELS],
        "stacked_bar",
    ),
    "trend": (by("sales", "month", period=THIS_YEAR), [(m, 5e6 + 1e5 * m.month) for m in MONTHS], "line"),
    "days": (
        by("order_count", "day", period=Period(start=date(2025, 9, 1), end=date(2026, 10, 1))),
        [(date(2025, 9, 1) + timedelta(i), 300 + i % 90) for i in range(395)],
        "line",
    ),
    "weeks": (by("csat", "week", period=Q3), [(date(2026, 6, 29) + timedelta(7 * i), 4.1) for i in range(14)], "line"),
    "quarters": (by("repurchase_rate", "quarter"), [(date(y, q, 1), 0.3) for y in (2025, 2026) for q in (1, 4, 7, 10)], "line"),
    "one bucket": (by("sales", "month", period=SEPTEMBER), [(date(2026, 9, 1), 1e6)], "bar"),
    "trend compared": (by("sales", "month", period=THIS_YEAR, compare=YEAR_AGO), [(m, 6e6, 5e6, 0.2) for m in MONTHS], "line"),
    "running": (by("sales", "month", period=THIS_YEAR, running_total=True), [(m, 1e6 * m.month) for m in MONTHS], "line"),
    "series": (
        by("sales", "month", "channel", period=THIS_YEAR),
        [(m, c, 1e6) for m in MONTHS for c in CHANNELS if c != "京东" or m.month > 3],
        "line",
    ),
    "trend of three": (
        Aggregate(metrics=uses("sales", "order_count", "nps"), group_by=(ByTime(grain="month"),), period=THIS_YEAR),
        [(m, 7e6, 15000, 12.5) for m in MONTHS],
        "line",
    ),
    "regions compared": (
        by("sales", "region", period=SEPTEMBER, compare=YEAR_AGO),
        [(r, 2e6, 1e6 + 5e5 * i, 0.1) for i, r in enumerate(REGIONS)],
        "grouped_bar",
    ),
    "growth ranking": (
        by(
            "sales",
            "city",
            period=SEPTEMBER,
            limit=2,
            order=(Order(by="sales", part="growth", descending=False),),
            compare=YEAR_AGO,
        ),
        [("武汉", 9e5, 1e6, -0.1), ("北京", 8e5, 8.5e5, -0.0588)],
        "bar",
    ),
    "one unit": (grouped(("sales", "gmv"), "channel"), [(c, 1e6, 2e6) for c in CHANNELS], "grouped_bar"),
    "other units": (grouped(("buyers", "order_count", "aov"), "region"), [(r, 2000, 3000, 520.5) for r in REGIONS], "bar"),
    "one dwarfs the other": (grouped(("gmv", "aov"), "channel"), [(c, 2e6, 520.5) for c in CHANNELS], "bar"),
    "two groups": (by("repurchase_rate", "member_level", period=Q3), [("金卡", 0.31), ("钻石", 0.42)], "bar"),
    "pivot": (
        by("sales", "region", "member_level", period=SEPTEMBER),
        [(r, v, 1e6) for r in REGIONS for v in LEVELS],
        "grouped_bar",
    ),
    "large pivot": (
        by("sales", "city", "category", period=SEPTEMBER),
        [(f"城{i}", c, 1e5 * (i + 1)) for i in range(9) for c in ("女装", "男装", "童装", "鞋靴", "配饰", "美妆")],
        "heatmap",
    ),
    "weekday and hour": (
        by("order_count", ByTimePart(part="weekday"), ByTimePart(part="hour"), period=SEPTEMBER),
        [(d, h, d * h) for d in range(1, 8) for h in range(24)],
        "heatmap",
    ),
    "best of each": (
        by("sales", "region", "category", period=SEPTEMBER, limit=1, limit_per=("region",), order=(Order(by="sales"),)),
        [(r, "女装", 1e6) for r in REGIONS],
        "bar",
    ),
    "many dots": (grouped(("order_count", "aov"), "store_name"), [(f"门店{i}", 100 + i, 500 - i) for i in range(40)], "scatter"),
    "histogram": (
        by("customer_count", ByBucket(member="age", width=10)),
        [(float(a), 100) for a in range(10, 80, 10)],
        "histogram",
    ),
    "ranges": (
        by("customer_count", ByBucket(member="spend_365d", edges=(1, 500, 20000))),
        [(None, 7), (1, 5), (500, 3), (20000, 1)],
        "histogram",
    ),
    "three keys": (by("sales", "region", "channel", "member_level"), [("华东", "APP", "金卡", 1.0)], "table"),
    "list": (
        Records(
            entity="customer",
            columns=(Attribute(member="region"), Attribute(member="last_order_date"), MetricColumn(metric="sales", period=Q3)),
            where=Predicate(member="value_tier", op="=", values=("高价值",)),
        ),
        [(10000 + i, REGIONS[i % 4], date(2026, 9, i + 1) if i else None, 100.5 * i) for i in range(25)],
        "table",
    ),
    "funnel": (
        Funnel(entity="customer", steps=STEPS, period=SEPTEMBER),
        [("browse", 12000), ("add_to_cart", 6100), ("pay", 2345)],
        "funnel",
    ),
    "funnels": (
        Funnel(entity="customer", steps=STEPS, period=SEPTEMBER, group_by=(ByDimension(member="region"),)),
        [(r, s, n) for r in REGIONS for s, n in (("browse", 100), ("add_to_cart", 50), ("pay", 10))],
        "grouped_bar",
    ),
    "retention": (
        Retention(entity="customer", start="register_date", back="purchase", offsets=4),
        [(date(2026, m, 1), o, 1000, 1000 // (o + 1), 1 / (o + 1)) for m in range(3, 8) for o in range(8 - m)],
        "heatmap",
    ),
    "change": (Change(metric="sales", period=SEPTEMBER, compare=YEAR_AGO), [(12345678.9, 10987654.3, 0.1236)], "bar"),
}

DRIVERS = (
    Driver("category × channel", "女装 × 天猫", 5e6, 2.4e6, -2.6e6, "女装 × 天猫", 2),
    Driver("region", "华东", 1e6, 2.5e6, 1.5e6, "华东"),
    Driver("channel", "APP", 1e6, 2.1e6, 1.1e6, "APP"),
)
