"""A small bilingual shop for the answer room, and results as an engine would give them.

In: short rows. Out: `shop()`, a `SemanticModel` with labels in both languages, and `result_of(...)`: a `ResultSet` whose columns
are named as the compiler names them (`sales`, `sales:previous`, `month`, `region`).
"""

from datetime import date
from typing import Any

from assistant.qa import Cell, Column, ResultSet
from semantic_layer.model import SemanticModel
from semantic_layer.query import (
    Aggregate,
    Attribute,
    ByBucket,
    ByDimension,
    ByTime,
    ByTimePart,
    Calculation,
    Change,
    Funnel,
    MetricColumn,
    MetricUse,
    Period,
    Records,
    Retention,
    SemanticQuery,
)

TODAY = date(2026, 10, 20)
LAST_DAY = date(2026, 10, 19)
SEPTEMBER = Period(start=date(2026, 9, 1), end=date(2026, 10, 1))
SEPTEMBER_2025 = Period(start=date(2025, 9, 1), end=date(2025, 10, 1))
Q3 = Period(start=date(2026, 7, 1), end=date(2026, 10, 1))
THIS_YEAR = Period(start=date(2026, 1, 1), end=date(2026, 10, 20))

_REGIONS = (("华东", "East China"), ("华南", "South China"), ("华北", "North China"), ("西南", "Southwest China"))
_CATEGORIES = (("女装", "women's wear"), ("男装", "men's wear"), ("童装", "children's wear"), ("鞋靴", "shoes"))
_CHANNELS = (("天猫", "Tmall"), ("门店", "store"), ("APP", "app"), ("小程序", "mini-program"), ("京东", "JD"))
_LEVELS = (("普通", "regular"), ("银卡", "silver"), ("金卡", "gold"), ("钻石", "diamond"))
_TIERS = (("高价值", "high value"), ("潜力", "potential"), ("一般", "average"), ("低价值", "low value"))


def _t(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _values(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [{"value": zh, "label": _t(zh, en)} for zh, en in pairs]


def _dimension(name: str, zh: str, en: str, table: str = "customers", **more: Any) -> dict[str, Any]:
    return {"name": name, "label": _t(zh, en), "table": table, **more}


_DIMENSIONS = (
    _dimension("customer_id", "客户ID", "customer id", type="integer", groupable=False),
    _dimension("customer_name", "姓名", "name", pii="name", groupable=False),
    _dimension("region", "大区", "region", values=_values(_REGIONS)),
    _dimension("city", "城市", "city", index_values=True),
    _dimension("member_level", "会员等级", "member level", values=_values(_LEVELS), ordered=True),
    _dimension("register_date", "注册日期", "registration date", type="date"),
    _dimension(
        "consent",
        "同意营销",
        "marketing consent",
        type="boolean",
        values=[
            {"value": True, "label": _t("同意营销", "agreed to marketing")},
            {"value": False, "label": _t("不同意营销", "did not agree")},
        ],
    ),
    _dimension("early_adopter", "新品尝鲜", "early adopter", table="customer_profile", type="boolean", tag=True),
    _dimension("channel", "渠道", "channel", table="orders", values=_values(_CHANNELS)),
    _dimension("category", "品类", "category", table="order_items", values=_values(_CATEGORIES)),
    _dimension("store_name", "门店", "store", table="stores", index_values=True),
    _dimension("amount", "订单金额", "order amount", table="orders", type="decimal", format="currency", groupable=False),
    _dimension(
        "value_tier",
        "价值分层",
        "value tier",
        table="customer_profile",
        tag=True,
        values=[
            {
                **v,
                "definition": _t(
                    "近一年消费 ≥ 5000 元且完成订单 ≥ 4 单", "spent ≥ 5000 yuan and ≥ 4 completed orders in the last 365 days"
                ),
            }
            if v["value"] == "高价值"
            else v
            for v in _values(_TIERS)
        ],
    ),
    _dimension("age", "年龄", "age", table="customer_profile", tag=True, type="integer"),
    _dimension(
        "spend_365d",
        "近一年消费",
        "spend of the last 365 days",
        table="customer_profile",
        tag=True,
        type="decimal",
        format="currency",
    ),
    _dimension("last_order_date", "最近下单日期", "last order date", table="customer_profile", tag=True, type="date"),
)

_MEASURES = (
    {"name": "order_amount", "table": "orders", "agg": "sum", "expr": "amount", "where": "status = '已完成'"},
    {"name": "all_amount", "table": "orders", "agg": "sum", "expr": "amount"},
    {"name": "order_rows", "table": "orders", "agg": "count", "where": "status = '已完成'"},
    {"name": "order_buyers", "table": "orders", "agg": "count_distinct", "expr": "customer_id"},
    {"name": "item_amount", "table": "order_items", "agg": "sum", "expr": "amount"},
    {"name": "customer_rows", "table": "customers", "agg": "count"},
    {"name": "csat_mean", "table": "surveys", "agg": "avg", "expr": "csat_score"},
    {"name": "nps_mean", "table": "surveys", "agg": "avg", "expr": "nps_score"},
    {"name": "response_mean", "table": "tickets", "agg": "avg", "expr": "first_response_minutes"},
    {"name": "ticket_rows", "table": "tickets", "agg": "count"},
)


def _metric(name: str, zh: str, en: str, kind: str = "simple", **more: Any) -> dict[str, Any]:
    return {"name": name, "label": _t(zh, en), "kind": kind, **more}


_METRICS = (
    _metric(
        "sales",
        "销售额",
        "sales",
        measure="order_amount",
        format="currency",
        up_is_good=True,
        finer="item_sales",
        definition=_t("已完成订单的实付金额合计", "sum of what was paid for completed orders"),
        drivers=("region", "channel"),
        synonyms={"zh": ("营收", "业绩"), "en": ("revenue", "turnover")},
    ),
    _metric(
        "gmv",
        "GMV",
        "GMV",
        measure="all_amount",
        format="currency",
        up_is_good=True,
        definition=_t("全部状态订单的金额合计", "sum of orders of every status"),
    ),
    _metric("item_sales", "商品销售额", "product sales", measure="item_amount", format="currency", up_is_good=True),
    _metric("order_count", "订单数", "orders", measure="order_rows", format="integer", up_is_good=True, unit=_t("单", "orders")),
    _metric(
        "buyers", "购买客户数", "buyers", measure="order_buyers", format="integer", up_is_good=True, unit=_t("人", "customers")
    ),
    _metric(
        "customer_count",
        "客户数",
        "customers",
        measure="customer_rows",
        format="integer",
        timeless=True,
        unit=_t("人", "customers"),
    ),
    _metric(
        "aov",
        "客单价",
        "AOV",
        "ratio",
        numerator="sales",
        denominator="order_count",
        format="currency",
        up_is_good=True,
        definition=_t("销售额 ÷ 订单数", "sales / orders"),
    ),
    _metric(
        "repeat_buyers",
        "复购客户数",
        "repeat buyers",
        "members",
        entity="customer",
        metric="order_count",
        at_least=2,
        format="integer",
    ),
    _metric(
        "repurchase_rate",
        "复购率",
        "repurchase rate",
        "ratio",
        numerator="repeat_buyers",
        denominator="buyers",
        format="percent",
        up_is_good=True,
    ),
    _metric(
        "refund_rate",
        "退款率",
        "refund rate",
        "ratio",
        numerator="order_count",
        denominator="gmv",
        format="percent",
        up_is_good=False,
    ),
    _metric("csat", "满意度", "satisfaction", measure="csat_mean", format="score", up_is_good=True, unit=_t("分", "points")),
    _metric("nps", "NPS", "NPS", measure="nps_mean", format="score", up_is_good=True),
    _metric(
        "first_response", "平均首次响应时长", "first response time", measure="response_mean", format="minutes", up_is_good=False
    ),
    _metric("ticket_count", "工单数", "tickets", measure="ticket_rows", format="integer", unit=_t("件", "tickets")),
)

_BEHAVIOURS = (
    {"name": "purchase", "label": _t("购买", "purchase"), "table": "orders", "entity": "customer"},
    {"name": "login", "label": _t("登录", "login"), "table": "events", "entity": "customer"},
    {"name": "browse", "label": _t("浏览", "browse"), "table": "events", "entity": "customer"},
    {"name": "add_to_cart", "label": _t("加购", "add to cart"), "table": "events", "entity": "customer"},
    {"name": "pay", "label": _t("支付", "pay"), "table": "events", "entity": "customer"},
    {"name": "complain", "label": _t("投诉", "complain"), "table": "tickets", "entity": "customer"},
)


def _table(name: str) -> dict[str, Any]:
    return {"name": name, "label": _t(name, name), "primary_key": ("id",), "columns": ({"name": "id", "type": "integer"},)}


_TABLES = ("customers", "stores", "orders", "order_items", "surveys", "tickets", "events", "customer_profile")


def _named(items: tuple[dict[str, Any], ...]) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in items}


def shop() -> SemanticModel:
    """The model; the same value at each call."""
    return SemanticModel.model_validate(
        {
            "domain": {
                "name": "shop",
                "label": _t("小店", "shop"),
                "entity": "customer",
                "default_role": "analyst",
                "today": TODAY,
                "first_day": "2024-01-01",
            },
            "tables": _named(tuple(_table(t) for t in _TABLES)),
            "entities": {
                "customer": {
                    "name": "customer",
                    "label": _t("客户", "customers"),
                    "table": "customers",
                    "unit": _t("人", "customers"),
                }
            },
            "dimensions": _named(_DIMENSIONS),
            "measures": _named(_MEASURES),
            "metrics": _named(_METRICS),
            "behaviours": _named(_BEHAVIOURS),
            "segments": {
                "vip": {
                    "name": "vip",
                    "label": _t("VIP客户", "VIP customers"),
                    "entity": "customer",
                    "where": '{"kind": "predicate", "member": "value_tier", "op": "=", "values": ["高价值"]}',
                },
            },
            "tags": {
                "value_tier": {
                    "name": "value_tier",
                    "entity": "customer",
                    "type": "text",
                    "compute": {"kind": "cases", "cases": [{"value": "高价值", "when": "1 = 1"}]},
                },
            },
        }
    )


# --- results ---------------------------------------------------------------------------------------------------------------


def result_of(query: SemanticQuery, *rows: tuple[Cell, ...], model: SemanticModel | None = None, **more: Any) -> ResultSet:
    """A result with the columns that the compiler gives for `query`."""
    return ResultSet(tuple(_columns(query, model or shop())), rows, total_rows=len(rows), **more)


def _columns(query: SemanticQuery, model: SemanticModel) -> list[Column]:
    match query:
        case Aggregate():
            return [_key(g) for g in query.group_by] + [c for m in query.metrics for c in _measured(query, m, model)]
        case Records():
            return [
                Column("customer_id", "", "key", "integer", member="customer_id", part="key"),
                *(_listed(c, model) for c in query.columns),
            ]
        case Funnel():
            group = [_key(g) for g in query.group_by]
            return [*group, Column("step", "", "key", "text", part="key"), Column("members", "", "value", "integer", "integer")]
        case Retention():
            return [
                Column("cohort", "", "key", "date", part="key", grain=query.grain),
                Column("offset", "", "key", "integer", part="key"),
                Column("size", "", "value", "integer", "integer"),
                Column("members", "", "value", "integer", "integer"),
                Column("rate", "", "value", "decimal", "percent", part="share"),
            ]
        case Change():
            return _parts(query.metric, query.metric, model, ("value", "previous", "growth"))


def _key(group: Any) -> Column:
    match group:
        case ByDimension():
            kind = shop().dimensions[group.member].type
            return Column(group.member, "", "key", kind, member=group.member, part="key")
        case ByTime():
            return Column(group.grain, "", "key", "date", member=group.member, part="key", grain=group.grain)
        case ByTimePart():
            return Column(
                group.part, "", "key", "boolean" if group.part == "weekend" else "integer", part="key", grain=group.part
            )
        case ByBucket():
            name = group.member or group.metric
            return Column(str(name), "", "key", "number", member=name, part="key", grain="bucket")
    raise AssertionError(group)


def _measured(query: Aggregate, use: Any, model: SemanticModel) -> list[Column]:
    if isinstance(use, Calculation):
        return [Column(use.name or f"{use.agg}_{use.member}", "", "value", "number", member=use.member)]
    share_only = query.share is not None and query.share.part is not None
    parts: tuple[Any, ...] = ("share",) if share_only else ("value",)
    if query.compare is not None:
        parts = (*parts, "previous", "growth")
    if query.share is not None and not share_only:
        parts = (*parts, "share")
    if query.running_total:
        parts = ("running",)
    return _parts(use.name or use.metric, use.metric, model, parts)


def _parts(name: str, metric: str, model: SemanticModel, parts: tuple[Any, ...]) -> list[Column]:
    fmt = model.metrics[metric].format
    return [
        Column(
            name if p in ("value", "running") else f"{name}:{p}",
            "",
            "value",
            "number",
            "percent" if p in ("growth", "share") else fmt,
            member=metric,
            part=p,
        )
        for p in parts
    ]


def _listed(column: Attribute | MetricColumn, model: SemanticModel) -> Column:
    if isinstance(column, Attribute):
        return Column(column.member, "", "value", model.dimensions[column.member].type, member=column.member, part="attribute")
    return _parts(column.name or column.metric, column.metric, model, ("value",))[0]


def by(metric: str, *groups: Any, **more: Any) -> Aggregate:
    """An aggregate of one metric: names are dimensions, grains are grains."""
    keys = tuple(g if not isinstance(g, str) else _group(g) for g in groups)
    return Aggregate(metrics=(MetricUse(metric=metric),), group_by=keys, **more)


def _group(name: str) -> ByTime | ByDimension:
    return ByTime(grain=name) if name in ("day", "week", "month", "quarter", "year") else ByDimension(member=name)
