"""Numbers that stand in a statement where results come from: those that no table gave."""

import pytest

from semantic_layer.outside import parse_outside
from semantic_layer.shown import constants_shown


@pytest.mark.parametrize(
    "text",
    [
        "SELECT round(100.0 * sum(CASE WHEN a > 5 THEN 1 ELSE 0 END) / nullif(count(*), 0), 2) FROM orders",
        "SELECT round(avg(x), 2), quantile_cont(x, 0.9) FROM orders",
        "SELECT date_diff('day', max(order_time), DATE '2026-10-20') FROM orders",
        "SELECT 'all' AS what, sum(x) / 30 FROM orders",
        "SELECT CASE WHEN age < 25 THEN '18-24' ELSE '25+' END AS band, count(*) FROM customers GROUP BY 1",
        "SELECT sum(x) OVER (ORDER BY y ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM orders",
        "SELECT sum(x) FROM (SELECT 1 AS x FROM orders) AS t",
        "SELECT count(DISTINCT a) FILTER (WHERE b > 17) FROM orders LIMIT 17",
        "SELECT coalesce(sum(x), 0)::DECIMAL(10, 2), year(d) + 1 FROM orders WHERE x > 4200 GROUP BY 2",
        "SELECT NULL AS nothing, true AS yes, count(*) FROM orders",
    ],
)
def test_what_only_shapes_a_result_is_no_constant(text: str) -> None:
    assert constants_shown(parse_outside(text)) == frozenset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT region, 42 AS n FROM customers", {"42", "42 AS n"}),
        ("SELECT region, 0 AS n FROM customers", {"0 AS n"}),
        ("SELECT count(*) FROM a UNION ALL SELECT 1 AS n FROM b", {"1 AS n"}),
        ("SELECT x.n FROM (SELECT 42 AS n FROM customers) AS x", {"42"}),
        ("WITH c AS (SELECT 42 AS n) SELECT n + count(*) FROM c, orders", {"42"}),
        ("SELECT sum(x) * (1.3) FROM orders", {"1.3"}),
        ("SELECT sum(x) * CAST('1.3' AS DOUBLE) FROM orders", {"1.3"}),
        ("SELECT sum(x) + 100 FROM orders", {"100"}),
        ("SELECT sum(x) + length('aaaa') FROM orders", {"LENGTH('aaaa')"}),
        ("SELECT count(*) * pow(1.2, 3) FROM orders", {"POWER(1.2, 3)"}),
        ("SELECT if(a, 4200, x), greatest(x, 5000) FROM orders", {"4200", "5000"}),
        ("SELECT '500万' AS note, sum(x) FROM orders", {"'500万' AS note"}),
        ("SELECT sum(x) + (SELECT 4200) FROM orders", {"4200"}),
        ("SELECT sum(300) FROM orders", {"300"}),
    ],
)
def test_what_nobody_read_is_one(text: str, found: set[str]) -> None:
    assert constants_shown(parse_outside(text)) == found
