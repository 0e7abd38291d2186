"""The meaning of development questions as hand-written semantic queries, hard ones first: id -> query.

The rows of each must agree with the question's gold SQL (test_dev_queries.py). Questions are named by id only: their texts and
gold stay in ../shared.
"""

from datetime import date, timedelta

from semantic_layer.query import (
    Aggregate,
    And,
    Attribute,
    Behaviour,
    ByDimension,
    ByTime,
    Calculation,
    Compare,
    Filter,
    Having,
    InSegment,
    MetricPredicate,
    MetricUse,
    Not,
    Or,
    Order,
    Period,
    Predicate,
    Records,
    Scalar,
    SemanticQuery,
    Share,
)


def days(first: str, last: str) -> Period:
    """Both ends included."""
    return Period(start=date.fromisoformat(first), end=date.fromisoformat(last) + timedelta(days=1))


def use(*names: str) -> tuple[MetricUse, ...]:
    return tuple(MetricUse(metric=n) for n in names)


def by(*names: str) -> tuple[ByDimension | ByTime, ...]:
    grains = ("day", "week", "month", "quarter", "year")
    return tuple(ByTime(grain=n) if n in grains else ByDimension(member=n) for n in names)


def eq(member: str, value: Scalar) -> Predicate:
    return Predicate(member=member, op="=", values=(value,))


def one_of(member: str, *values: Scalar) -> Predicate:
    return Predicate(member=member, op="in", values=values)


def test(member: str, op: str, *values: Scalar) -> Predicate:
    return Predicate(member=member, op=op, values=values)


test.__test__ = False  # type: ignore[attr-defined]  # a builder, not a test


def every(*filters: Filter) -> And:
    return And(filters=filters)


def did(behaviour: str, period: Period | None = None, where: Filter | None = None) -> Behaviour:
    return Behaviour(behaviour=behaviour, period=period, where=where)


def never(behaviour: str, period: Period | None = None, where: Filter | None = None) -> Behaviour:
    return Behaviour(behaviour=behaviour, did=False, period=period, where=where)


def show(*members: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(member=m) for m in members)


def rank(name: str, part: str = "value", *, worst: bool = False) -> tuple[Order, ...]:
    return (Order(by=name, part=part, descending=not worst),)


SEPTEMBER = days("2026-09-01", "2026-09-30")
Q3 = days("2026-07-01", "2026-09-30")
THIS_YEAR = days("2026-01-01", "2026-10-19")
LAST_30 = days("2026-09-20", "2026-10-19")
LAST_90 = days("2026-07-22", "2026-10-19")
LAST_365 = days("2025-10-20", "2026-10-19")
MTD = days("2026-10-01", "2026-10-19")
PREVIOUS = Compare(kind="previous_period")
YEAR_AGO = Compare(kind="same_period_last_year")
QUIET = every(InSegment(segment="high_value_customers"), eq("region", "华东"), never("login", LAST_30))

QUERIES: dict[str, SemanticQuery] = {
    # nested sets, behaviours, cross-fact, per-period counts of members
    "d094": Aggregate(
        metrics=use("customer_count"),
        where=every(did("purchase", LAST_365, eq("category", "女装")), never("purchase", LAST_365, eq("category", "男装"))),
    ),
    "d095": Aggregate(
        metrics=use("customer_count"),
        where=every(did("purchase", THIS_YEAR, eq("channel", "天猫")), did("purchase", THIS_YEAR, eq("channel", "小程序"))),
    ),
    "d096": Aggregate(metrics=use("repurchase_rate"), where=did("complain"), period=LAST_90),
    "d097": Aggregate(metrics=use("sales"), where=did("open_touch", None, eq("campaign_type", "唤醒券")), period=LAST_90),
    "d098": Aggregate(
        metrics=use("aov"), group_by=by("satisfaction"), where=one_of("satisfaction", "不满意", "满意"), period=THIS_YEAR
    ),
    "d099": Aggregate(metrics=use("buyers"), where=did("contact_service", SEPTEMBER, eq("ticket_type", "物流")), period=MTD),
    "d100": Aggregate(metrics=use("csat"), where=did("purchase", LAST_90, eq("category", "美妆")), period=LAST_90),
    "d108": Aggregate(metrics=use("complaint_rate"), group_by=by("month"), period=THIS_YEAR),
    "d078": Aggregate(metrics=use("customer_count", "sales"), group_by=by("rfm"), period=LAST_365),
    "d115": Aggregate(metrics=use("repurchase_rate"), group_by=by("preferred_channel"), period=LAST_90),
    "d050": Aggregate(
        metrics=use("repurchase_rate"), group_by=by("member_level"), where=one_of("member_level", "金卡", "钻石"), period=LAST_90
    ),
    "d114": Aggregate(metrics=use("repurchase_rate"), period=days("2024-01-01", "2024-12-31")),
    "d023": Aggregate(metrics=use("repurchase_rate"), group_by=by("quarter"), period=days("2025-01-01", "2026-10-19")),
    "d093": Aggregate(
        metrics=use("customer_count"),
        where=every(
            Or(filters=(InSegment(segment="potential_customers"), InSegment(segment="at_risk_customers"))),
            Not(filter=InSegment(segment="frequent_buyers")),
        ),
    ),
    "d092": Aggregate(metrics=use("customer_count"), where=every(eq("value_tier", "高价值"), eq("satisfaction", "不满意"))),
    "d116": Aggregate(metrics=use("customer_count"), where=every(eq("lifecycle", "流失"), test("lifetime_spend", ">", 10000))),
    "d061": Aggregate(metrics=use("order_count"), where=eq("category", "童装"), period=days("2026-05-01", "2026-05-05")),
    # comparisons, growth rankings
    "d051": Aggregate(
        metrics=use("sales"), group_by=by("category"), period=SEPTEMBER, compare=YEAR_AGO, order=rank("sales", "growth"), limit=3
    ),
    "d052": Aggregate(
        metrics=use("sales"), group_by=by("channel"), period=SEPTEMBER, compare=PREVIOUS, order=rank("sales", "growth")
    ),
    "d053": Aggregate(
        metrics=use("sales"),
        group_by=by("city"),
        period=days("2026-10-01", "2026-10-07"),
        compare=YEAR_AGO,
        order=rank("sales", "growth", worst=True),
        limit=5,
    ),
    "d038": Aggregate(metrics=use("sales"), period=SEPTEMBER, compare=YEAR_AGO),
    "d039": Aggregate(metrics=use("order_count"), period=THIS_YEAR, compare=YEAR_AGO),
    "d040": Aggregate(metrics=use("new_customers"), period=days("2026-10-12", "2026-10-18"), compare=PREVIOUS),
    "d041": Aggregate(metrics=use("aov"), period=MTD, compare=PREVIOUS),
    "d042": Aggregate(metrics=use("sales"), group_by=by("channel"), period=Q3, compare=YEAR_AGO),
    "d043": Aggregate(
        metrics=use("sales"),
        period=days("2026-06-01", "2026-06-18"),
        compare=Compare(kind="period", period=days("2025-06-01", "2025-06-18")),
    ),
    "d044": Aggregate(metrics=use("active_customers"), period=LAST_30, compare=PREVIOUS),
    "d045": Aggregate(
        metrics=use("order_count"),
        period=days("2026-10-19", "2026-10-19"),
        compare=Compare(kind="previous_period", period=days("2026-10-12", "2026-10-12")),
    ),
    "d046": Aggregate(metrics=use("sales", "buyers"), period=MTD, compare=YEAR_AGO),
    "d141": Aggregate(metrics=use("sales"), group_by=by("category"), period=Q3, compare=YEAR_AGO),
    "d142": Aggregate(metrics=use("sales"), group_by=by("category"), period=Q3, compare=PREVIOUS),
    "d150": Aggregate(metrics=use("sales"), group_by=by("channel"), period=SEPTEMBER, compare=PREVIOUS),
    # shares, ratios, having, pivots
    "d033": Aggregate(metrics=use("sales"), group_by=by("channel"), period=THIS_YEAR, share=Share()),
    "d034": Aggregate(metrics=use("sales"), period=SEPTEMBER, share=Share(part=eq("channel", "APP"))),
    "d035": Aggregate(metrics=use("order_count"), period=LAST_30, share=Share(part=eq("channel", "门店"))),
    "d036": Aggregate(metrics=use("sales"), group_by=by("member_level"), period=LAST_90, share=Share()),
    "d037": Aggregate(metrics=use("customer_count"), group_by=by("region"), share=Share()),
    "d137": Aggregate(
        metrics=use("gmv"), group_by=by("channel"), where=test("order_status", "!=", "已退款"), period=SEPTEMBER, share=Share()
    ),
    "d064": Aggregate(
        metrics=use("refund_rate"),
        group_by=by("channel"),
        period=days("2026-04-23", "2026-10-19"),
        having=(Having(by="refund_rate", op=">", values=(0.08,)),),
    ),
    "d015": Aggregate(metrics=use("refund_rate"), group_by=by("region"), period=LAST_90),
    "d063": Aggregate(metrics=use("cancel_rate"), group_by=by("channel"), period=Q3),
    "d065": Aggregate(metrics=use("add_to_cart_rate", "conversion_rate"), period=SEPTEMBER),
    "d066": Aggregate(metrics=use("gmv", "aov"), group_by=by("channel"), period=SEPTEMBER),
    "d068": Aggregate(metrics=use("buyers", "order_count", "arpu"), group_by=by("region"), period=LAST_30),
    "d069": Aggregate(metrics=use("order_count", "aov"), group_by=by("store_name"), period=THIS_YEAR),
    "d070": Aggregate(metrics=use("sales"), group_by=by("month", "channel"), period=THIS_YEAR),
    "d072": Aggregate(metrics=use("units"), group_by=by("region", "category"), period=SEPTEMBER),
    "d073": Aggregate(metrics=use("customer_count"), group_by=by("value_tier", "region")),
    "d139": Aggregate(metrics=use("aov"), group_by=by("member_level", "gender"), period=MTD),
    "d140": Aggregate(metrics=use("aov"), group_by=by("member_level", "gender"), period=MTD, order=rank("aov")),
    # lists
    "d079": Records(entity="customer", where=every(eq("value_tier", "高价值"), never("login", LAST_30))),
    "d080": Records(
        entity="customer",
        where=every(eq("region", "华南"), test("spend_365d", ">", 5000), test("latest_csat", "<=", 2)),
    ),
    "d081": Records(
        entity="customer",
        columns=show("member_level", "spend_365d"),
        order=(Order(by="spend_365d"),),
        limit=100,
    ),
    "d082": Records(
        entity="customer",
        columns=show("last_order_date"),
        where=every(eq("activity", "沉睡"), eq("member_level", "钻石"), eq("consent_marketing", True)),
    ),
    "d083": Records(
        entity="customer",
        columns=show("last_order_date", "spend_365d"),
        where=every(InSegment(segment="at_risk_customers"), eq("member_level", "钻石")),
    ),
    "d084": Records(
        entity="customer",
        columns=show("register_channel"),
        where=every(test("register_date", "between", "2026-09-20", "2026-10-19"), never("purchase")),
    ),
    "d085": Records(entity="customer", columns=show("lifetime_spend", "region"), order=(Order(by="lifetime_spend"),), limit=20),
    "d133": Records(entity="customer", columns=show("last_order_date", "spend_365d"), where=QUIET),
    "d135": Aggregate(metrics=use("customer_count"), where=QUIET),
    # per-member metrics, ordered values, attributes
    "d087": Aggregate(metrics=use("customer_count"), where=MetricPredicate(metric="sales", op=">", value=10000, period=LAST_365)),
    "d091": Aggregate(
        metrics=use("customer_count"),
        where=every(MetricPredicate(metric="order_count", op=">=", value=5, period=LAST_90), eq("loyalty", "高")),
    ),
    "d090": Aggregate(
        metrics=use("customer_count"), where=every(test("age", "between", 35, 44), test("member_level", ">=", "金卡"))
    ),
    "d089": Aggregate(
        metrics=use("customer_count"),
        where=every(eq("promo_sensitivity", "高"), eq("gender", "女"), test("age", "<", 35)),
    ),
    "d060": Aggregate(
        metrics=use("sales"),
        where=every(one_of("member_level", "金卡", "钻石"), test("age", "between", 25, 34)),
        period=THIS_YEAR,
    ),
    "d056": Aggregate(
        metrics=use("order_count"),
        where=every(one_of("payment_method", "支付宝", "微信"), test("order_amount", ">", 1000)),
        period=LAST_30,
    ),
    "d058": Aggregate(metrics=use("order_count"), where=eq("discount_amount", 0), period=days("2026-10-19", "2026-10-19")),
    "d055": Aggregate(metrics=use("sales"), where=every(eq("region", "华东"), test("channel", "!=", "京东")), period=SEPTEMBER),
    "d054": Aggregate(
        metrics=use("sales"),
        where=every(eq("region", "华东"), eq("category", "女装")),
        period=days("2025-01-01", "2025-12-31"),
    ),
    # rankings, trends, plain ones of each fact
    "d027": Aggregate(metrics=use("sales"), group_by=by("product_name"), period=SEPTEMBER, order=rank("sales"), limit=10),
    "d029": Aggregate(metrics=use("sales"), group_by=by("store_name"), period=THIS_YEAR, order=rank("sales"), limit=5),
    "d030": Aggregate(metrics=use("new_customers"), group_by=by("province"), period=Q3, order=rank("new_customers"), limit=3),
    "d032": Aggregate(
        metrics=use("units"),
        group_by=by("subcategory"),
        period=days("2025-12-01", "2025-12-12"),
        order=rank("units", worst=True),
        limit=3,
    ),
    "d105": Aggregate(metrics=use("csat"), group_by=by("region"), period=LAST_90, order=rank("csat", worst=True), limit=3),
    "d111": Aggregate(
        metrics=use("campaign_conversion"),
        group_by=by("campaign_name"),
        period=THIS_YEAR,
        order=rank("campaign_conversion"),
        limit=5,
    ),
    "d112": Aggregate(metrics=use("touch_count", "converted_touches"), where=eq("campaign_type", "唤醒券"), period=THIS_YEAR),
    "d110": Aggregate(
        metrics=use("open_rate", "click_rate", "campaign_conversion"), group_by=by("campaign_type"), period=THIS_YEAR
    ),
    "d101": Aggregate(metrics=use("csat", "nps"), group_by=by("touchpoint"), period=Q3),
    "d104": Aggregate(metrics=use("csat"), group_by=by("month"), where=eq("region", "华南"), period=THIS_YEAR),
    "d107": Aggregate(metrics=use("resolution_rate"), group_by=by("ticket_type"), period=days("2026-07-01", "2026-10-19")),
    "d109": Aggregate(metrics=use("ticket_count"), group_by=by("ticket_type"), where=eq("ticket_status", "处理中")),
    "d017": Aggregate(
        metrics=use("active_customers"),
        group_by=by("event_type"),
        where=one_of("event_type", "浏览", "加购", "下单", "支付"),
        period=SEPTEMBER,
    ),
    "d020": Aggregate(metrics=use("order_count"), group_by=by("day"), period=days("2026-10-13", "2026-10-19")),
    "d024": Aggregate(metrics=use("ticket_count"), group_by=by("week"), period=days("2026-08-01", "2026-08-31")),
    "d025": Aggregate(metrics=use("nps"), group_by=by("quarter"), period=days("2025-01-01", "2026-10-19")),
    "d026": Aggregate(metrics=use("active_customers"), group_by=by("month"), period=days("2026-04-01", "2026-09-30")),
    "d049": Aggregate(
        metrics=use("conversion_rate"), group_by=by("channel"), where=one_of("channel", "APP", "小程序"), period=SEPTEMBER
    ),
    "d014": Aggregate(metrics=use("sales"), group_by=by("store_type"), where=eq("channel", "门店"), period=Q3),
    "d010": Aggregate(metrics=use("sales"), group_by=by("category"), period=THIS_YEAR),
    "d106": Aggregate(metrics=use("first_response"), group_by=by("region"), period=Q3),
    "d075": Aggregate(metrics=use("customer_count"), group_by=by("age_group")),
    "d006": Aggregate(
        metrics=(Calculation(agg="avg", member="order_amount", where=eq("order_status", "已完成")),),
        period=days("2026-03-01", "2026-03-31"),
    ),
    "d007": Aggregate(metrics=use("customer_count")),
    "d003": Aggregate(metrics=use("gmv"), period=SEPTEMBER),
}
