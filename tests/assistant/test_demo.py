"""The retail demo: the spec's schema and values to the letter, the same rows every time, keys and rules that hold."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assistant.demo import BuildReport, build_retail

SCALE = 0.4
SCHEMA = {
    "customers": "customer_id BIGINT, name VARCHAR, gender VARCHAR, birth_date DATE, phone VARCHAR, email VARCHAR, "
    "wechat_unionid VARCHAR, id_card VARCHAR, province VARCHAR, city VARCHAR, region VARCHAR, register_date DATE, "
    "register_channel VARCHAR, member_level VARCHAR, home_store_id BIGINT, consent_marketing BOOLEAN",
    "stores": "store_id BIGINT, store_name VARCHAR, city VARCHAR, province VARCHAR, region VARCHAR, store_type VARCHAR, "
    "open_date DATE",
    "products": "product_id BIGINT, product_name VARCHAR, category VARCHAR, subcategory VARCHAR, brand VARCHAR, "
    "list_price DECIMAL(12,2), launch_date DATE",
    "orders": "order_id BIGINT, customer_id BIGINT, order_time TIMESTAMP, channel VARCHAR, store_id BIGINT, status VARCHAR, "
    "payment_method VARCHAR, campaign_id BIGINT, discount_amount DECIMAL(12,2), amount DECIMAL(12,2)",
    "order_items": "order_item_id BIGINT, order_id BIGINT, product_id BIGINT, quantity INTEGER, unit_price DECIMAL(12,2), "
    "amount DECIMAL(12,2)",
    "events": "event_id BIGINT, customer_id BIGINT, event_time TIMESTAMP, event_type VARCHAR, channel VARCHAR, "
    "product_id BIGINT, session_id BIGINT",
    "tickets": "ticket_id BIGINT, customer_id BIGINT, order_id BIGINT, created_time TIMESTAMP, ticket_type VARCHAR, "
    "channel VARCHAR, first_response_minutes INTEGER, resolved_time TIMESTAMP, status VARCHAR, "
    "satisfaction_score INTEGER, content VARCHAR",
    "surveys": "survey_id BIGINT, customer_id BIGINT, survey_time TIMESTAMP, touchpoint VARCHAR, csat_score INTEGER, "
    "nps_score INTEGER, comment VARCHAR",
    "campaigns": "campaign_id BIGINT, campaign_name VARCHAR, campaign_type VARCHAR, start_date DATE, end_date DATE, "
    "budget DECIMAL(12,2)",
    "campaign_touches": "touch_id BIGINT, campaign_id BIGINT, customer_id BIGINT, sent_time TIMESTAMP, touch_channel VARCHAR, "
    "opened BOOLEAN, clicked BOOLEAN, converted_order_id BIGINT",
}
CHANNELS = {"APP", "小程序", "官网", "门店", "天猫", "京东"}
REGIONS = {"华东", "华南", "华北", "华中", "西南", "西北", "东北"}
VALUES = {
    "customers.gender": {"男", "女", "未知"},
    "customers.region": REGIONS,
    "customers.register_channel": CHANNELS,
    "customers.member_level": {"普通", "银卡", "金卡", "钻石"},
    "stores.region": REGIONS,
    "stores.store_type": {"旗舰店", "标准店", "社区店"},
    "products.category": {"女装", "男装", "童装", "鞋靴", "配饰", "美妆", "家居", "食品"},
    "orders.channel": CHANNELS,
    "orders.status": {"已完成", "已退款", "已取消"},
    "orders.payment_method": {"微信", "支付宝", "银行卡", "现金"},
    "events.event_type": {"登录", "浏览", "搜索", "加购", "下单", "支付", "分享"},
    "events.channel": {"APP", "小程序", "官网"},
    "tickets.ticket_type": {"投诉", "咨询", "退换货", "物流", "其他"},
    "tickets.channel": {"电话", "在线", "微信", "门店"},
    "tickets.status": {"已解决", "处理中"},
    "surveys.touchpoint": {"购买后", "售后", "门店", "APP"},
    "campaigns.campaign_type": {"满减", "折扣", "新品试用", "会员日", "唤醒券"},
    "campaign_touches.touch_channel": {"短信", "APP推送", "微信", "邮件"},
}
TIMES = {
    "orders": "order_time", "events": "event_time", "tickets": "created_time", "surveys": "survey_time",
    "campaign_touches": "sent_time",
}  # fmt: skip
KEYS = (  # nullable references too: a null lacks no partner
    "customers.home_store_id", "orders.customer_id", "orders.store_id", "orders.campaign_id", "order_items.order_id",
    "order_items.product_id", "events.customer_id", "events.product_id", "tickets.customer_id", "tickets.order_id",
    "surveys.customer_id", "campaign_touches.campaign_id", "campaign_touches.customer_id", "campaign_touches.converted_order_id",
)  # fmt: skip

Demo = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    path = tmp_path_factory.mktemp("demo") / "retail.duckdb"
    return path, build_retail(path, scale=SCALE)


@pytest.fixture(scope="module")
def demo(built: tuple[Path, BuildReport]) -> Iterator[Demo]:
    connection = duckdb.connect(str(built[0]))
    yield connection
    connection.close()


def one(demo: Demo, sql: str) -> Any:
    row = demo.execute(sql).fetchone()
    assert row is not None
    return row[0]


def digest(path: Path) -> dict[str, Any]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {table: one(connection, f"SELECT md5(string_agg(t::VARCHAR, '|')) FROM {table} t") for table in SCHEMA}


def test_schema_is_the_spec(demo: Demo) -> None:
    tables = {name for (name,) in demo.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()}
    assert set(SCHEMA) <= tables
    for table, columns in SCHEMA.items():
        found = ", ".join(f"{row[0]} {row[1]}" for row in demo.execute(f"DESCRIBE {table}").fetchall())
        assert found == columns, table


@pytest.mark.parametrize("column", VALUES)
def test_values_are_those_of_the_spec(demo: Demo, column: str) -> None:
    table, name = column.split(".")
    assert {value for (value,) in demo.execute(f"SELECT DISTINCT {name} FROM {table}").fetchall()} == VALUES[column]


def test_report_counts_what_is_there(demo: Demo, built: tuple[Path, BuildReport]) -> None:
    path, report = built
    assert dict(report.rows) == {table: one(demo, f"SELECT count(*) FROM {table}") for table in report.rows}
    assert set(report.rows) == set(SCHEMA)
    assert report.bytes == path.stat().st_size
    assert 0 < report.seconds < 30
    assert report.rows["customers"] == 20_000 * SCALE
    assert report.rows["orders"] == pytest.approx(200_000 * SCALE, rel=0.08)
    assert 90 <= report.rows["stores"] <= 120
    assert 600 <= report.rows["products"] <= 1000


def test_same_seed_same_rows_other_seed_other_rows(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        build_retail(tmp_path / name, scale=0.02, seed=seed)
    first, again, other = (digest(tmp_path / name) for name in "abc")
    assert first == again
    assert all(first[table] != other[table] for table in first)


def test_progress_is_told_and_rises(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    build_retail(tmp_path / "retail.duckdb", scale=0.005, progress=lambda stage, done: told.append((stage, done)))
    fractions = [done for _, done in told]
    assert told[0] == ("2024-01", 0.0)
    assert told[-1] == ("done", 1.0)
    assert fractions == sorted(fractions)


def test_a_taken_path_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "retail.duckdb"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match=re.escape(str(path))):
        build_retail(path, scale=0.005)
    assert path.read_text() == "mine"


def test_an_interrupted_build_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(stage: str, _done: float) -> None:
        if stage == "2025-01":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_retail(tmp_path / "retail.duckdb", scale=0.005, progress=interrupt)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("scale", [0.0, -1.0, 0.0001, 1e6, float("nan")])
def test_a_senseless_scale_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(ValueError, match="out of range"):
        build_retail(tmp_path / "retail.duckdb", scale=scale)


@pytest.mark.parametrize("table", SCHEMA)
def test_primary_keys_are_unique(demo: Demo, table: str) -> None:
    key = SCHEMA[table].split()[0]
    assert one(demo, f"SELECT count(*) - count(DISTINCT {key}) FROM {table}") == 0


@pytest.mark.parametrize("column", KEYS)
def test_references_hold(demo: Demo, column: str) -> None:
    table, name = column.split(".")
    key = name.removeprefix("home_").removeprefix("converted_")
    other = key.replace("_id", "s")
    assert one(demo, f"SELECT count(*) FROM {table} t ANTI JOIN {other} o ON t.{name} = o.{key} WHERE t.{name} IS NOT NULL") == 0
    assert one(demo, f"SELECT count({name}) FROM {table}") > 0


NEVER = {
    "items sum to amount + discount": "SELECT order_id FROM orders LEFT JOIN (SELECT order_id, sum(amount) AS total"
    " FROM order_items GROUP BY 1) USING (order_id) WHERE total IS DISTINCT FROM amount + discount_amount",
    "an item is quantity times price": "SELECT 1 FROM order_items WHERE amount <> quantity * unit_price OR quantity < 1"
    " OR amount <= 0",
    "a product comes once in an order": "SELECT 1 FROM order_items GROUP BY order_id, product_id HAVING count(*) > 1",
    "money is not negative": "SELECT 1 FROM orders WHERE discount_amount < 0 OR amount <= 0",
    "no order before registration": "SELECT 1 FROM orders JOIN customers USING (customer_id) WHERE order_time < register_date",
    "no product before its launch": "SELECT 1 FROM order_items JOIN orders USING (order_id) JOIN products USING (product_id)"
    " WHERE order_time < launch_date",
    "no order in a store before it opened": "SELECT 1 FROM orders JOIN stores USING (store_id) WHERE order_time < open_date",
    "a store exactly for 门店": "SELECT 1 FROM orders WHERE (channel = '门店') <> (store_id IS NOT NULL)",
    "clicked is opened, converted is clicked": "SELECT 1 FROM campaign_touches WHERE (clicked AND NOT opened)"
    " OR (converted_order_id IS NOT NULL AND NOT clicked)",
    "a conversion is a later completed order of the same customer": "SELECT 1 FROM campaign_touches t JOIN orders o"
    " ON o.order_id = t.converted_order_id WHERE o.customer_id <> t.customer_id OR o.status <> '已完成'"
    " OR o.order_time <= t.sent_time OR o.campaign_id IS DISTINCT FROM t.campaign_id",
    "an order converts one touch": "SELECT 1 FROM campaign_touches WHERE converted_order_id IS NOT NULL"
    " GROUP BY converted_order_id HAVING count(*) > 1",
    "touched only with consent": "SELECT 1 FROM campaign_touches JOIN customers USING (customer_id) WHERE NOT consent_marketing",
    "sent while the campaign runs": "SELECT 1 FROM campaign_touches JOIN campaigns USING (campaign_id)"
    " WHERE CAST(sent_time AS DATE) NOT BETWEEN start_date AND end_date",
    "a ticket is after its order": "SELECT 1 FROM tickets t JOIN orders o USING (order_id) WHERE t.created_time <= o.order_time"
    " OR t.customer_id <> o.customer_id",
    "resolved has a time, after creation": "SELECT 1 FROM tickets WHERE (status = '已解决') <> (resolved_time IS NOT NULL)"
    " OR resolved_time < created_time OR first_response_minutes < 1",
    "scores in range": "SELECT 1 FROM surveys WHERE csat_score NOT BETWEEN 1 AND 5 OR nps_score NOT BETWEEN 0 AND 10",
    "ticket scores in range": "SELECT 1 FROM tickets WHERE satisfaction_score NOT BETWEEN 1 AND 5",
    "ages from 15 to 76": "SELECT 1 FROM customers WHERE datesub('year', birth_date, DATE '2026-10-20') NOT BETWEEN 15 AND 76",
    "a session has one customer and channel": "SELECT 1 FROM events GROUP BY session_id"
    " HAVING count(DISTINCT customer_id) > 1 OR count(DISTINCT channel) > 1",
    "no event before registration": "SELECT 1 FROM events JOIN customers USING (customer_id) WHERE event_time < register_date",
    "no 省 or 市": "SELECT 1 FROM customers WHERE regexp_matches(city || province, '[省市]')",
    "phones are 11 digits, id cards 18 with the birthday": "SELECT 1 FROM customers WHERE NOT regexp_matches(phone, '^1\\d{10}$')"
    " OR NOT regexp_matches(id_card, '^\\d{17}[\\dX]$') OR substr(id_card, 7, 8) <> strftime(birth_date, '%Y%m%d')",
    "nothing on or after today": " UNION ALL ".join(
        f"SELECT 1 FROM {table} WHERE {column} >= TIMESTAMP '2026-10-20' OR {column} < TIMESTAMP '2024-01-01'"
        for table, column in (*TIMES.items(), ("tickets", "resolved_time"))
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", NEVER)
def test_never(demo: Demo, rule: str) -> None:
    assert one(demo, f"SELECT count(*) FROM ({NEVER[rule]})") == 0


def test_id_cards_carry_their_check_digit(demo: Demo) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for (card,) in demo.execute("SELECT id_card FROM customers LIMIT 200").fetchall():
        total = sum(int(digit) * weight for digit, weight in zip(card, weights, strict=False))
        assert card[17] == "10X98765432"[total % 11]


@pytest.mark.parametrize("column", ["customers.phone", "products.product_name", "stores.store_name", "campaigns.campaign_name"])
def test_names_are_unique(demo: Demo, column: str) -> None:
    table, name = column.split(".")
    assert one(demo, f"SELECT count(*) - count(DISTINCT {name}) FROM {table}") == 0


def test_geography(demo: Demo) -> None:
    assert one(demo, "SELECT count(DISTINCT city) FROM customers") >= 40
    assert (
        one(demo, "SELECT count(*) FROM (SELECT city FROM customers GROUP BY city HAVING count(DISTINCT province || region) > 1)")
        == 0
    )
    assert one(demo, "SELECT region FROM customers GROUP BY 1 ORDER BY count(*) DESC LIMIT 1") == "华东"
    assert one(demo, "SELECT count(*) FROM stores s ANTI JOIN customers c USING (city, province, region)") == 0


@pytest.mark.parametrize("table", TIMES)
def test_facts_lie_in_the_order_of_time(demo: Demo, table: str) -> None:
    key = SCHEMA[table].split()[0]
    unsorted = f"SELECT {TIMES[table]} < lag({TIMES[table]}) OVER (ORDER BY {key}) AS back FROM {table}"
    assert one(demo, f"SELECT count(*) FROM ({unsorted}) WHERE back") == 0
    assert one(demo, f"SELECT count(*) FROM (SELECT {key} <> row_number() OVER () AS moved FROM {table}) WHERE moved") == 0


def test_every_day_has_orders_and_registrations_go_back(demo: Demo) -> None:
    assert (
        one(demo, "SELECT count(DISTINCT CAST(order_time AS DATE)) FROM orders") == (date(2026, 10, 20) - date(2024, 1, 1)).days
    )
    assert one(demo, "SELECT min(register_date) FROM customers") < date(2022, 2, 1)
    assert one(demo, "SELECT max(register_date) FROM customers") >= date(2026, 10, 15)
    assert one(demo, "SELECT max(order_time) FROM orders") > datetime(2026, 10, 19, 12)
