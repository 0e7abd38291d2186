"""Typical queries and the SQL that a careful person would write for each: name -> (query, SQL)."""

from semantic_layer.query import Aggregate, SemanticQuery
from tests.semantic_layer.dev_queries import LAST_30, QUERIES, SEPTEMBER, THIS_YEAR, by, days, use


def _orders(*ranges: tuple[str, str]) -> str:
    each = [f"(order_time >= TIMESTAMP '{a}' AND order_time < TIMESTAMP '{b}')" for a, b in ranges]
    return f"status = '已完成' AND ({' OR '.join(each)})"


_THIS, _LAST = ("2026-09-01", "2026-10-01"), ("2025-09-01", "2025-10-01")
_Q3, _Q3_BEFORE = ("2026-07-01", "2026-10-01"), ("2025-07-01", "2025-10-01")
_YEAR, _ROLLING = ("2026-01-01", "2026-10-20"), ("2025-10-20", "2026-10-20")
_ITEMS = "orders o JOIN order_items i ON i.order_id = o.order_id JOIN products p ON p.product_id = i.product_id"


def _sum(what: str, between: tuple[str, str]) -> str:
    return f"sum({what}) FILTER (order_time >= TIMESTAMP '{between[0]}' AND order_time < TIMESTAMP '{between[1]}')"


CASES: dict[str, tuple[SemanticQuery, str]] = {
    "one KPI": (Aggregate(metrics=use("sales"), period=SEPTEMBER), f"SELECT sum(amount) FROM orders WHERE {_orders(_THIS)}"),
    "month x region, 3 metrics": (
        Aggregate(
            metrics=use("sales", "order_count", "buyers"),
            group_by=by("month", "region"),
            period=days("2025-01-01", "2026-10-19"),
        ),
        "SELECT date_trunc('month', order_time)::DATE, region, sum(amount), count(*), count(DISTINCT o.customer_id) "
        f"FROM orders o JOIN customers c ON c.customer_id = o.customer_id WHERE {_orders(('2025-01-01', '2026-10-20'))} "
        "GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    "repurchase rate": (
        Aggregate(metrics=use("repurchase_rate"), period=days("2025-10-20", "2026-10-19")),
        "SELECT count(*) FILTER (n >= 2) / count(*) FROM "
        f"(SELECT customer_id, count(*) n FROM orders WHERE {_orders(_ROLLING)} GROUP BY 1)",
    ),
    "YoY by channel": (
        QUERIES["d042"],
        f"SELECT channel, {_sum('amount', _Q3)} a, {_sum('amount', _Q3_BEFORE)} b, a / b - 1 FROM orders "
        f"WHERE {_orders(_Q3, _Q3_BEFORE)} GROUP BY 1 ORDER BY 2 DESC",
    ),
    "sales by category": (
        QUERIES["d010"],
        f"SELECT category, sum(i.amount) FROM {_ITEMS} WHERE {_orders(_YEAR)} GROUP BY 1 ORDER BY 2 DESC",
    ),
    "fastest growing categories": (
        QUERIES["d051"],
        f"SELECT category, {_sum('i.amount', _THIS)} a, {_sum('i.amount', _LAST)} b, a / b - 1 g FROM {_ITEMS} "
        f"WHERE {_orders(_THIS, _LAST)} GROUP BY 1 ORDER BY g DESC LIMIT 3",
    ),
    "bought A but not B": (
        QUERIES["d094"],
        f"SELECT count(*) FROM (SELECT o.customer_id FROM {_ITEMS} WHERE {_orders(_ROLLING)} GROUP BY 1 "
        "HAVING bool_or(p.category = '女装') AND NOT bool_or(p.category = '男装'))",
    ),
    "high value, not logged in": (
        QUERIES["d079"],
        "SELECT customer_id FROM customer_profile p WHERE value_tier = '高价值' AND NOT EXISTS (SELECT 1 FROM events e WHERE "
        "e.customer_id = p.customer_id AND event_type = '登录' AND event_time >= TIMESTAMP '2026-09-20' "
        "AND event_time < TIMESTAMP '2026-10-20') ORDER BY 1",
    ),
    "top 100 spenders": (
        QUERIES["d081"],
        "SELECT p.customer_id, member_level, spend_365d FROM customer_profile p JOIN customers USING (customer_id) "
        "ORDER BY spend_365d DESC, p.customer_id LIMIT 100",
    ),
    "complaint rate by month": (
        QUERIES["d108"],
        "SELECT month, c / n FROM (SELECT date_trunc('month', created_time)::DATE AS month, count(*) c FROM tickets WHERE "
        "ticket_type = '投诉' AND created_time >= TIMESTAMP '2026-01-01' AND created_time < TIMESTAMP '2026-10-20' GROUP BY 1) "
        "JOIN (SELECT date_trunc('month', order_time)::DATE AS month, count(*) n FROM orders "
        f"WHERE {_orders(_YEAR)} GROUP BY 1) USING (month) ORDER BY 1",
    ),
    "active customers a day": (
        Aggregate(metrics=use("active_customers"), group_by=by("day"), period=LAST_30),
        "SELECT event_time::DATE, count(DISTINCT customer_id) FROM events WHERE event_time >= TIMESTAMP '2026-09-20' "
        "AND event_time < TIMESTAMP '2026-10-20' GROUP BY 1 ORDER BY 1",
    ),
    "NPS by region": (
        Aggregate(metrics=use("nps"), group_by=by("region"), period=THIS_YEAR),
        "SELECT region, 100.0 * (count(*) FILTER (nps_score >= 9) - count(*) FILTER (nps_score <= 6)) / count(*) FROM surveys "
        "JOIN customers USING (customer_id) WHERE survey_time >= TIMESTAMP '2026-01-01' AND survey_time < TIMESTAMP '2026-10-20' "
        "GROUP BY 1 ORDER BY 2 DESC",
    ),
}
