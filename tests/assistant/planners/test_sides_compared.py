"""Sides set against each other: people of two kinds, one value against another, two periods for each of some values, and in conversations.

Each next to SQL, or to a question in other words that means the same.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders JOIN customers USING (customer_id) WHERE status = '已完成'"
YEAR = f"({DONE} AND order_time >= DATE '2026-01-01')"
COMPLAINED = "customer_id IN (SELECT customer_id FROM tickets WHERE ticket_type = '投诉')"
BEAUTY = (
    "customer_id IN (SELECT customer_id FROM orders JOIN order_items USING (order_id) JOIN products USING (product_id) "
    "WHERE status = '已完成' AND category = '美妆')"
)
NEW = "register_date >= DATE '2026-09-20'"
EAST = f"({DONE} AND order_time >= DATE '2026-01-01' AND region = '华东')"
ARPU, AOV = "sum(amount) / count(DISTINCT customer_id)", "sum(amount) / count(*)"


def _of_both(side: str, number: str, source: str = YEAR) -> str:
    return f"SELECT {number} FROM {source} GROUP BY ({side})"


SIDES = [
    ("新客跟老客今年的人均消费差多少，只看华东客户", _of_both(NEW, ARPU, EAST)),
    ("新客和老客今年的客单价对比", _of_both(NEW, AOV)),
    ("新老客户今年的客单价", _of_both(NEW, AOV)),
    ("老客比新客今年人均多花多少", _of_both(NEW, ARPU)),
    ("new vs existing customers: average order value this year", _of_both(NEW, AOV)),
    ("新客老客今年各贡献了多少销售额", _of_both(NEW, "sum(amount)")),
    ("投诉过的客户今年客单价是不是比没投诉过的低", _of_both(COMPLAINED, AOV)),
    ("有投诉的客户和没投诉的客户，今年人均消费各是多少", _of_both(COMPLAINED, ARPU)),
    ("没投诉过的比投诉过的客户今年人均多花多少", _of_both(COMPLAINED, ARPU)),
    ("customers who have complained vs those who never have: average order value this year", _of_both(COMPLAINED, AOV)),
    ("买过美妆的客户和没买过美妆的，今年客单价对比", _of_both(BEAUTY, AOV)),
    ("customers who bought beauty vs those who didn't, spend per customer this year", _of_both(BEAUTY, ARPU)),
    ("投诉过和没投诉过的客户各有多少人", _of_both(COMPLAINED, "count(*)", "customers")),
    ("愿意收营销的和不愿意的，今年销售额对比", _of_both("consent_marketing", "sum(amount)")),
    ("现在钻石会员跟其他客户今年的客单价", _of_both("member_level = '钻石'", AOV)),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), SIDES)
def test_people_of_two_kinds_are_two_rows(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    answer = quiet.ask(question)
    assert answer.status == "answered", answer.text
    expected = sorted(float(row[0]) for row in demo.execute(sql).fetchall())
    assert sorted(float(row[-1]) for row in answer.rows) == pytest.approx(expected)
    assert len({row[0] for row in answer.rows}) == 2


def test_sides_have_shares_and_months(quiet: Assistant) -> None:
    shares = quiet.ask("新客和老客今年的销售占比")
    assert sum(row[-1] for row in shares.rows) == pytest.approx(1)
    months = quiet.ask("新客和老客今年每月的销售额")
    assert {row[0] for row in months.rows} == {"新客", "老客"}


def test_the_reading_says_what_each_side_is(quiet: Assistant) -> None:
    answer = quiet.ask("投诉过和没投诉过的客户，今年客单价对比")
    assert answer.interpretation is not None
    assert [item.label for item in answer.interpretation.grouping] == ["投诉过", "没投诉过"]
    assert all(item.detail for item in answer.interpretation.grouping)


OTHER_WORDS = [
    # one value against another
    (("今年华东门店的退货率高还是华北门店高",), "今年华东门店和华北门店的退货率对比"),
    (("is AOV higher for gold members than for silver members",), "AOV of gold vs silver members"),
    (("how much more do diamond members spend than gold members this year",), "sales of diamond vs gold members this year"),
    (("华东比华南今年多卖多少",), "今年华东和华南的销售额对比"),
    (("女装销售额比男装高百分之多少",), "女装和男装的销售额对比"),
    (("今年华东的复购率比华南高多少个百分点",), "今年华东和华南的复购率对比"),
    (("男装9月比女装少卖多少件",), "9月男装和女装的销量对比"),
    (("金卡和银卡今年谁花得多",), "今年金卡和银卡的销售额对比"),
    (("did Tmall sell more than JD last month",), "sales of Tmall vs JD last month"),
    (("上海、北京、广州今年销售额排个序",), "今年上海、北京、广州的销售额对比"),
    # a row each, both periods
    (("Golden Week revenue, East and South China, this year vs last year",), "国庆华东和华南的销售额分别同比"),
    (("今年9月和去年9月，女装和男装的销量",), "9月女装和男装的销量分别同比"),
    (("国庆期间今年和去年的销售额对比，华东华南各一行",), "国庆华东和华南的销售额分别同比"),
    (("which channels grew this year",), "which channels' sales grew this year"),
    (("今年9月女装和男装哪个涨得多",), "9月女装和男装的商品销售额分别环比"),
    # shares
    (("channel split of revenue this year, leave stores out",), "share of revenue by channel this year, leave stores out"),
    (("上个月投诉占工单的比例，华东和华南分别多少",), "share of complaints in tickets by region last month, East and South China only"),
    # conversations
    (("上周一共成交多少单", "跟再上一周比呢", "各渠道分别涨跌多少"), "上周各渠道订单数环比"),
    (("orders last week", "compare with the week before", "then by channel, how much up or down"), "上周各渠道订单数环比"),
    (("weekly revenue in South China since the start of August", "make it monthly and start from January"),
     "monthly revenue in South China since January"),
    (("今年每月销售额", "从去年算起"), "2025年以来每月销售额"),
    (("今年女装的退货率", "跟鞋靴、童装比呢"), "今年女装、鞋靴、童装的退货率对比"),
    (("women's wear return rate this year", "compare with shoes and kids' wear"), "今年女装、鞋靴、童装的退货率对比"),
    (("今年女装的退货率", "鞋靴和童装比呢"), "今年鞋靴和童装的退货率对比"),
    (("今年女装的退货率", "鞋靴呢", "童装呢", "哪个最高"), "今年女装、鞋靴、童装哪个品类的退货率最高"),
    (("gold members' AOV this year", "and diamond?", "by how much more"), "AOV of gold vs diamond members this year"),
    (("AOV by level in Q3", "vs Q2", "which one changed most"), "AOV by level in Q3 vs Q2"),
    (("complaints this month", "last month, same days"), "complaints from September 1 to September 19"),
    (("本月投诉量", "上个月同样的天数呢"), "9月1日到9月19日的投诉量"),
    (("9月投诉量", "8月呢", "多了多少"), "9月投诉量环比"),
    (("今年华东的复购率", "华南的呢", "差多少个点"), "今年华东和华南的复购率对比"),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "other"), OTHER_WORDS)
def test_it_is_read_like_the_other_words_for_it(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, other))


@pytest.mark.parametrize(
    "question",
    [
        "今年华东销售额是华南的几倍",  # one number that no query holds
        "高价值客户和沉睡客户今年的客单价对比",  # somebody may be both
        "沉睡客户和活跃客户的平均消费差多少",
        "new vs returning customers, orders this quarter",  # it was three numbers
    ],
)
def test_what_has_no_two_sides_is_asked_about(quiet: Assistant, question: str) -> None:
    assert quiet.ask(question).status == "clarify"


def test_all_of_them_together_stay_one_number(quiet: Assistant) -> None:
    assert len(quiet.ask("华东和华南合计的销售额，今年国庆跟去年国庆比").rows) == 1
