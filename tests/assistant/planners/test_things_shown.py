"""What a follow-up adds to, or asks of, the few things that a ranking showed: each beside the plain query that means the same, or SQL."""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

STORES = (
    "SELECT s.store_name, {keys}sum(o.amount) AS v{more} FROM orders o JOIN stores s USING (store_id) WHERE o.status = '已完成'"
    " AND CAST(o.order_time AS DATE) BETWEEN DATE '2026-09-01' AND DATE '2026-09-30' "
)
LOWEST = STORES.format(keys="", more="") + "GROUP BY 1 ORDER BY v LIMIT 5"
BEST = "our 10 best stores by sales in September"
BESIDE = "put order count and average basket next to it"
AND_ORDERS = STORES.format(keys="", more=", count(*), sum(o.amount) / count(*)")
TOUCHES = (
    "SELECT campaign_name, budget, count(converted_order_id) / count(*) AS v, count(*) FROM campaign_touches"
    " JOIN campaigns USING (campaign_id) WHERE CAST(sent_time AS DATE) BETWEEN DATE '2026-01-01' AND DATE '2026-10-19'"
    " GROUP BY campaign_id, campaign_name, budget "
)
CONVERSION, WITH_BUDGET = "今年活动转化率最高的5场活动", "把触达人次和预算也带上"
BY_SQL = [
    ((BEST, BESIDE), AND_ORDERS + "GROUP BY 1 ORDER BY v DESC LIMIT 10"),
    (
        (BEST, BESIDE, "which of these are flagships?"),
        f"SELECT * FROM ({AND_ORDERS} GROUP BY 1 ORDER BY v DESC LIMIT 10) WHERE store_name LIKE '%旗舰店'",
    ),
    (
        (BEST, BESIDE, "which of these are flagships?", "now the 5 weakest of all our stores, same figures"),
        AND_ORDERS + "GROUP BY 1 ORDER BY v LIMIT 5",
    ),
    (
        ("9月销售额前8的门店", "其中哪些是社区店", "所有门店里最差的5家呢，同样的列"),
        STORES.format(keys="", more="") + "GROUP BY 1 ORDER BY v LIMIT 5",
    ),
    (
        ("9月业绩垫底的5家门店", "加上门店类型和所在城市"),
        STORES.format(keys="s.store_type, s.city, ", more="") + "GROUP BY ALL ORDER BY v LIMIT 5",
    ),
    (
        ("9月业绩垫底的5家门店", "加上门店类型和所在城市", "前5名呢"),
        STORES.format(keys="s.store_type, s.city, ", more="") + "GROUP BY ALL ORDER BY v DESC LIMIT 5",
    ),
    (
        ("top 10 stores by sales in September with their city and store type",),
        STORES.format(keys="s.city, s.store_type, ", more="") + "GROUP BY ALL ORDER BY v DESC LIMIT 10",
    ),
    (
        ("sales last month", "show me the top 10 stores", "with their opening date", "now the bottom 10"),
        STORES.format(keys="s.open_date, ", more="") + "GROUP BY ALL ORDER BY v LIMIT 10",
    ),
    ((CONVERSION, WITH_BUDGET), TOUCHES + "ORDER BY v DESC LIMIT 5"),
    ((CONVERSION, WITH_BUDGET, "最差的5场呢"), TOUCHES + "ORDER BY v LIMIT 5"),
]


@pytest.mark.parametrize(("turns", "sql"), BY_SQL)
def test_what_is_added_to_the_things_shown(
    wenke: Assistant, demo: duckdb.DuckDBPyConnection, turns: tuple[str, ...], sql: str
) -> None:
    status, rows = told(wenke, *turns)
    assert status == "answered"
    want = demo.execute(sql).fetchall()
    assert rows, want
    assert sorted(_plain(row) for row in rows) == sorted(_plain(row) for row in want)


def _plain(row: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(f"{float(str(v)):.6f}" if not isinstance(v, str) and str(v)[:4] + "-" != str(v)[:5] else str(v) for v in row)


CITIES = "今年卖得最好的10个城市"
SAME = [
    ((CITIES, "这几个城市分别有多少人在买"), (CITIES, "这几个城市的购买客户数")),
    (
        ("top 5 cities by sales in September", "how many people bought in each of these cities"),
        ("top 5 cities by sales in September", "buyers of these cities"),
    ),
    ((CITIES, "这几个城市的客单价", "把华东去掉，按销售额重新排前10"), ("今年销售额最高的10个城市，不含华东",)),
    (("上个月销售额", "给我看看前十的店"), ("上个月销售额最高的10家门店",)),
    (("orders last month", "top 5 stores"), ("top 5 stores by orders last month",)),
    (("上季度满意度最低的5家门店", "加上问卷数", "前5名呢"), ("上季度满意度最高的5家门店", "加上问卷数")),
    (
        ("show me the 5 stores with the highest refund rate last month", "put sales beside it", "the best five?"),
        ("the 5 stores with the lowest refund rate last month", "add sales"),
    ),
    (("上季度退款率最高的5个品类", "销售额也放旁边"), ("上季度退款率最高的5个品类", "加上销售额")),
    (
        ("上个月投诉最多的5家门店", "带上城市", "各自的销售额是多少"),
        ("上个月投诉最多的5家门店", "各自的销售额是多少", "带上城市"),
    ),
    (("今年触达最多的5个活动", "加上活动类型"), ("top 5 campaigns by touches this year", "add type")),
    (
        ("高价值客户按偏好品类分布", "偏好美妆的给我近一年花得最多的20个，带会员等级"),
        ("偏好美妆的高价值客户有多少", "近一年花得最多的20个，带会员等级"),
    ),
    (
        ("list unhappy diamond customers with city and last order date", "latest order first"),
        ("list unhappy diamond customers with city and last order date", "sort by last order date, latest first"),
    ),
]


@pytest.mark.parametrize(("turns", "plain"), SAME)
def test_a_follow_up_on_things_means_the_plain_one(wenke: Assistant, turns: tuple[str, ...], plain: tuple[str, ...]) -> None:
    assert_same_rows(told(wenke, *turns), told(wenke, *plain))


def test_how_many_of_those_shown(wenke: Assistant, demo: duckdb.DuckDBPyConnection) -> None:
    """其中旗舰店有几家: of the eight, and not of all that there are."""
    ranked = STORES.format(keys="", more="") + "GROUP BY 1 ORDER BY v DESC LIMIT 8"
    want = demo.execute(f"SELECT count(*) FROM ({ranked}) WHERE store_name LIKE '%旗舰店'").fetchall()
    assert told(wenke, "9月销售额前8的门店", "其中旗舰店有几家") == ("answered", tuple(want))


def test_two_ways_to_rank_anew_are_asked(wenke: Assistant) -> None:
    """The five with the most, then another number of theirs, then ranked again: by which of the two, nobody said."""
    assert told(wenke, "今年GMV前5的省份", "这几个省份的客单价呢", "把广东剔掉，重新排前5")[0] == "clarify"
