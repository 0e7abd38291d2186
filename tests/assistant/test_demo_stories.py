"""The retail demo shows what the spec says it must: peaks, growth, the planted stories, awkward texts, tags well spread.

Tests that need the reference views or the development questions skip where ../shared is absent.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assistant.demo import build_retail

SHARED = Path(__file__).parents[3] / "shared" / "retail"
SCALE = 0.4
TAGS = {  # with the number of values, null included
    "spending_power": 4, "purchase_frequency": 4, "value_tier": 4, "rfm": 8, "activity": 4, "lifecycle": 5, "churn_risk": 4,
    "preferred_category": 9, "preferred_channel": 7, "promo_sensitivity": 4, "early_adopter": 2, "service_sensitivity": 3,
    "satisfaction": 4, "loyalty": 3, "age_group": 6,
}  # fmt: skip
AWKWARD = ('%"%', "%'%", "%<b>%", "=%", "+%", "-%", "@%", "%gnore previous instructions%", "%所有指令%")

Demo = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    path = tmp_path_factory.mktemp("demo") / "retail.duckdb"
    build_retail(path, scale=SCALE)
    connection = duckdb.connect(str(path))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def gold(demo: Demo) -> Demo:
    views = SHARED / "gold_views.sql"
    if not views.is_file():
        pytest.skip(f"{views} is not here")
    demo.execute(views.read_text(encoding="utf-8"))
    demo.execute(
        "CREATE TEMP TABLE profile AS FROM gold.profile; DROP VIEW gold.profile; CREATE VIEW gold.profile AS FROM profile"
    )
    return demo


def one(demo: Demo, sql: str) -> Any:
    row = demo.execute(sql).fetchone()
    assert row is not None
    return row[0]


def test_few_customers_buy_a_lot(demo: Demo) -> None:
    spent = "SELECT customer_id, sum(amount) AS s FROM orders WHERE status = '已完成' GROUP BY 1"
    top = f"SELECT sum(s) FROM (SELECT s FROM ({spent}) ORDER BY s DESC LIMIT {round(2_000 * SCALE)})"
    assert one(demo, top) / one(demo, f"SELECT sum(s) FROM ({spent})") > 0.45


def test_peaks_weekends_and_growth(demo: Demo) -> None:
    months = dict(demo.execute("SELECT strftime(order_time, '%Y-%m'), count(*) FROM orders GROUP BY 1").fetchall())
    assert {month for month in sorted(months, key=lambda m: -months[m]) if month < "2026"} >= {"2025-11", "2025-12", "2025-06"}
    assert sorted((months[f"2025-{m:02}"], m) for m in range(1, 13))[-3:][0][1] in {6, 11, 12}
    assert months["2025-11"] > 1.25 * months["2025-10"]
    assert months["2026-06"] > 1.15 * max(months["2026-05"], months["2026-07"])
    weekday, weekend = (
        one(demo, f"SELECT count(*) / count(DISTINCT CAST(order_time AS DATE)) FROM orders WHERE isodow(order_time) {days}")
        for days in ("BETWEEN 1 AND 5", "> 5")
    )
    assert weekend > 1.15 * weekday
    assert all(months[f"2026-{m:02}"] > 1.1 * months[f"2025-{m:02}"] > 1.2 * months[f"2024-{m:02}"] for m in range(1, 10))


def test_refunds_differ_by_channel(demo: Demo) -> None:
    rates = dict(
        demo.execute(
            "SELECT channel, count(*) FILTER (status = '已退款') / count(*) FILTER (status <> '已取消') FROM orders"
            " WHERE order_time >= '2026-04-23' GROUP BY 1"
        ).fetchall()
    )
    assert rates["天猫"] > 0.08 > rates["APP"] > rates["门店"]
    assert one(demo, "SELECT avg(CAST(status = '已完成' AS INTEGER)) FROM orders") > 0.85
    assert 0.3 < one(demo, "SELECT avg(CAST(discount_amount = 0 AS INTEGER)) FROM orders") < 0.8


def test_the_funnel_narrows(demo: Demo) -> None:
    seen, carted, ordered, paid = (
        one(demo, f"SELECT count(DISTINCT customer_id) FROM events WHERE event_type = '{kind}' AND event_time >= '2026-09-01'")
        for kind in ("浏览", "加购", "下单", "支付")
    )
    assert seen > 1.3 * carted > 1.3 * ordered > 1.3 * paid > 0.25 * seen


def test_story_satisfaction_falls_in_the_south(demo: Demo) -> None:
    rows = demo.execute(
        "SELECT region = '华南', quarter(survey_time), avg(csat_score),"
        " 100.0 * (count(*) FILTER (nps_score >= 9) - count(*) FILTER (nps_score <= 6)) / count(*) FROM surveys"
        " JOIN customers USING (customer_id) WHERE survey_time BETWEEN '2026-04-01' AND '2026-09-30 23:59:59' GROUP BY 1, 2"
    ).fetchall()
    csat, nps = ({(south, quarter): row[i] for south, quarter, *row in rows} for i in (0, 1))
    assert csat[True, 2] == pytest.approx(4.1, abs=0.15)
    assert csat[True, 3] == pytest.approx(3.0, abs=0.15)
    assert csat[False, 3] == pytest.approx(csat[False, 2], abs=0.08)
    assert nps[True, 3] < nps[True, 2] - 30
    assert nps[False, 3] == pytest.approx(nps[False, 2], abs=6)


def test_story_logistics_and_response_in_the_south(demo: Demo) -> None:
    logistics, orders = (
        {(south, bad): count for south, bad, count in demo.execute(sql).fetchall()}
        for sql in (
            f"SELECT region = '华南', {time} >= '2026-07-01', count(*) FROM {table} JOIN customers USING (customer_id)"
            f" WHERE {time} BETWEEN '2025-07-01' AND '2026-09-30 23:59:59' AND {which} GROUP BY 1, 2"
            for table, time, which in (("tickets", "created_time", "ticket_type = '物流'"), ("orders", "order_time", "true"))
        )
    )
    rate = {key: logistics[key] / orders[key] for key in orders}
    assert 1.6 < rate[True, True] / rate[True, False] < 2.9
    assert 0.8 < rate[False, True] / rate[False, False] < 1.25
    response = {
        (south, quarter): minutes
        for south, quarter, minutes in demo.execute(
            "SELECT region = '华南', quarter(created_time), avg(first_response_minutes) FROM tickets"
            " JOIN customers USING (customer_id) WHERE created_time BETWEEN '2026-04-01' AND '2026-09-30 23:59:59' GROUP BY 1, 2"
        ).fetchall()
    }
    assert response[True, 3] == pytest.approx(90, abs=12)
    for quiet in ((True, 2), (False, 2), (False, 3)):
        assert response[quiet] == pytest.approx(30, abs=4)


def test_story_womenswear_on_tmall_falls_while_all_else_grows(demo: Demo) -> None:
    growth = (
        "SELECT {key}, sum(i.amount) FILTER (order_time BETWEEN '2026-09-01' AND '2026-09-30 23:59:59')"
        " / sum(i.amount) FILTER (order_time BETWEEN '2025-09-01' AND '2025-09-30 23:59:59') - 1 FROM orders JOIN order_items i"
        " USING (order_id) JOIN products USING (product_id) WHERE status = '已完成' GROUP BY 1"
    )
    cell = dict(demo.execute(growth.format(key="category = '女装' AND channel = '天猫'")).fetchall())
    assert -0.7 < cell[True] < -0.3
    assert cell[False] > 0.25
    for key, laggard in (("category", "女装"), ("channel", "天猫")):
        by_key = dict(demo.execute(growth.format(key=key)).fetchall())
        assert min(value for name, value in by_key.items() if name != laggard) > 0.05, by_key
        assert by_key[laggard] < cell[False]


def test_story_wake_up_coupons_bring_dormant_customers_back(demo: Demo) -> None:
    gap, share, campaigns = demo.execute(
        "WITH done AS (SELECT customer_id, order_id, order_time,"
        " lag(order_time) OVER (PARTITION BY customer_id ORDER BY order_time) AS before"
        " FROM orders WHERE status = '已完成') SELECT min(date_diff('day', before, order_time)),"
        " avg(CAST(date_diff('day', before, order_time) > 120 AS INTEGER)), count(DISTINCT campaign_id) FROM campaign_touches"
        " JOIN campaigns USING (campaign_id) JOIN done ON order_id = converted_order_id WHERE campaign_type = '唤醒券'"
    ).fetchall()[0]
    assert gap > 90
    assert share > 0.95
    assert campaigns >= 8
    rates = dict(
        demo.execute(
            "SELECT campaign_type, count(converted_order_id) / count(*) FROM campaign_touches JOIN campaigns USING (campaign_id)"
            " WHERE sent_time >= '2026-01-01' GROUP BY 1"
        ).fetchall()
    )
    assert rates.pop("唤醒券") > 2 * max(rates.values())
    assert all(rates.values())


@pytest.mark.parametrize("column", ["customers.name", "surveys.comment", "tickets.content"])
def test_about_one_in_a_hundred_texts_is_awkward(demo: Demo, column: str) -> None:
    table, name = column.split(".")
    plain = "^[\\p{Han}]+$" if name == "name" else "^[\\p{Han}，。！：]+$"
    odd = one(demo, f"SELECT avg(CAST(NOT regexp_matches({name}, '{plain}') AS INTEGER)) FROM {table} WHERE {name} IS NOT NULL")
    assert 0.004 < odd < 0.02
    for pattern in AWKWARD:
        assert one(demo, f"SELECT count(*) FROM {table} WHERE {name} LIKE '{pattern.replace(chr(39), chr(39) * 2)}'") > 0, pattern
    assert one(demo, f"SELECT count(*) FROM {table} WHERE regexp_matches({name}, '[\\x{{1F300}}-\\x{{1FAFF}}]')") > 0


def test_texts_and_scores_may_be_missing(demo: Demo) -> None:
    for column in (
        "surveys.comment",
        "tickets.satisfaction_score",
        "tickets.order_id",
        "events.product_id",
        "orders.campaign_id",
    ):
        table, name = column.split(".")
        assert 0.02 < one(demo, f"SELECT avg(CAST({name} IS NULL AS INTEGER)) FROM {table}") < 0.98, column


def test_products_are_launched_until_the_end(demo: Demo) -> None:
    assert one(demo, "SELECT count(*) FROM products WHERE launch_date < '2024-01-01'") > 300
    assert (
        one(demo, "SELECT count(DISTINCT strftime(launch_date, '%Y-%m')) FROM products WHERE launch_date >= '2025-11-01'") >= 11
    )
    assert one(demo, "SELECT count(DISTINCT brand) FROM products") >= 25
    assert one(demo, "SELECT min(n) FROM (SELECT count(DISTINCT subcategory) AS n FROM products GROUP BY category)") >= 3


@pytest.mark.parametrize("tag", TAGS)
def test_tags_are_spread(gold: Demo, tag: str) -> None:
    shares = dict(gold.execute(f"SELECT {tag}, count(*) / {20_000 * SCALE} FROM gold.profile GROUP BY 1").fetchall())
    assert len(shares) == TAGS[tag]
    assert min(shares.values()) > (0.003 if tag == "rfm" else 0.01), shares
    assert (None in shares) == tag.startswith("preferred")


def test_development_questions_find_something(gold: Demo) -> None:
    questions = SHARED / "questions.dev.jsonl"
    if not questions.is_file():
        pytest.skip(f"{questions} is not here")
    dead = []
    for line in questions.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        if question["gold_sql"]:
            rows = gold.execute(question["gold_sql"]).fetchall()
            if not rows or (len(rows) == 1 and any(value in (None, 0, Decimal(0)) for value in rows[0])):
                dead.append(question["id"])
    assert dead == []
