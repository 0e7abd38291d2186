"""What a short message behind an answer is of: the one that a ranking chose, all of them, the people spoken of, values of one kind."""

from typing import Any

import pytest

from assistant import Assistant


def told(wenke: Assistant, conversation: str) -> tuple[str, list[tuple[Any, ...]]]:
    thread = wenke.thread(role="ops")
    answers = [thread.ask(turn) for turn in conversation.split(" // ")]
    return answers[-1].status, [tuple(row) for row in answers[-1].rows]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("哪个城市金卡最多 // 多少人", "上海市的金卡会员有多少"),
        ("哪个城市金卡最多 // 有多少人", "上海市的金卡会员有多少"),
        ("哪个城市金卡最多 // 名单给我", "上海市的金卡会员名单"),
        ("which city has the most gold members // list them", "list gold members in the city of Shanghai"),
        ("流失风险高的客户有多少 // 平均消费多少", "流失风险高的客户人均消费"),
        ("流失风险高的客户名单 // 平均消费多少", "流失风险高的客户人均消费"),
        ("今年哪个品类卖得最好 // 各占多少", "今年各品类销售额占比，从高到低"),
        ("Which category sells best this year // what share does each have", "今年各品类销售额占比，从高到低"),
        ("上海和北京今年销售额 // 加上广州", "上海、北京和广州三个城市今年销售额一共多少"),
        ("sales Shanghai vs Beijing this year // Guangzhou too", "今年上海、北京、广州各城市销售额"),
        ("天猫上个月卖了多少 // 京东呢 // 哪个高", "上个月天猫和京东各卖了多少"),
        ("sales by month this year // as a chart", "sales by month this year"),
        ("今年每月销售 // 来个图 // 只看线下", "今年线下每月销售额"),
        ("sales by channel last month with orders", "sales and orders by channel last month"),
        # who was counted in a time: what they are like was told of everybody
        ("今年购买客户数 // 他们的平均年龄", "今年买过东西的客户平均年龄"),
        ("buyers last month // average age", "average age of customers who bought last month"),
        ("天猫上个月购买客户数 // 他们的平均年龄", "上个月在天猫买过东西的客户平均年龄"),
        ("今年复购的人 // 名单", "今年买过至少两次的客户名单"),
        ("上个月退货客户数 // 他们的平均年龄", "上个月退货的客户平均年龄"),
        # who bought it: the sales of all buyers were shown
        ("今年哪个品类卖得最好 // 谁买的", "今年买过女装的客户名单"),
        ("金卡和钻石会员 // 各多少人", "金卡和钻石会员各有多少人"),
        ("gold and diamond members // how many each", "金卡和钻石会员各有多少人"),
        ("complaints by store this month // top 5 // same stores last month", "这个月各门店投诉 // 前五 // 这几家上个月呢"),
        ("本季度各大区销售 // 前三 // 它们的增速", "本季度销售额前三的大区，和上季度同期比"),
        ("sales by region this quarter // top 3 // and their growth", "本季度各大区销售 // 前三 // 它们的增速"),
        ("上个月退款率 // 哪个门店最高", "上个月退款率最高的门店是哪个"),
        ("refund rate last month // which store is highest", "上个月退款率最高的门店是哪个"),
        ("各渠道上月销售额 // 哪个渠道跌得最多 // 跌了多少", "各渠道上月销售额 // 哪个渠道跌得最多"),
        ("金卡会员上个月销售额 // 女的有多少", "金卡女会员有多少人"),
        ("最近30天没下单的金卡 // 平均消费 // 同意营销的有多少", "最近30天没下单的金卡里同意营销的有多少人"),
        ("list of dormant customers // what's the AOV", "AOV of dormant customers"),
        ("上个月投诉", "上个月投诉量"),
        ("昨天注册", "昨天新客数"),
        ("这个月怎么样 // 比上个月呢", "这个月销售额环比"),
        # by which number was asked back: what is said then is that number of the very question, with its ranking
        ("top 3 cities // by orders", "top 3 cities by orders"),
        ("top 3 cities // orders", "top 3 cities by orders"),
        ("本季度前五的商品 // 按销量", "本季度销量前五的商品"),
        ("本季度前五的商品 // 销量", "本季度销量前五的商品"),
        ("哪个门店最好 // 按客单价", "客单价最高的门店是哪个"),
        ("which city is best // 2", "which city has the highest GMV"),
        ("上个月各渠道 // 订单数", "上个月各渠道订单数"),
        ("西南近半年复购率 // 成都单独看是多少", "近半年成都的复购率"),
        ("今年谁投诉最多", "今年投诉量最多的1个客户"),
        ("今年谁买得最多", "哪个客户今年买得最多"),
        ("who bought the most this year", "which customer spent the most this year"),
        ("会员等级分布 // 金卡以上占多少", "金卡以上的会员占多少"),
        ("客诉最多的前三个城市 // 分别多少", "客诉最多的前三个城市"),
        ("who complained the most this year", "top 1 customer by complaints this year"),
        ("who spent the most last month", "top 1 customer by sales last month"),
        ("上季度谁退货最多", "上季度退款订单数最多的1个客户"),
        ("上个月各渠道销售额 // 最高的那个的订单数", "上个月APP渠道订单数"),
        ("各城市会员数 // 前三的客单价", "上海、北京和广州各城市的客单价"),
        ("sales by city // orders of the top three", "orders by city in Shanghai, Beijing and Guangzhou"),
        ("上个月各渠道销售额 // 前三的销售额", "上个月销售额前三的渠道"),
        ("sales last month // no, this month", "sales this month"),
        ("sales last month by city // no, by channel", "sales last month by channel"),
        ("sales last month // I meant orders", "orders last month"),
        ("上个月销售额 // 不是，这个月", "这个月销售额"),
        ("sales by channel last month // top one // and its AOV // same for Tmall", "Tmall AOV last month"),
        ("上个月投诉客户数 // 他们上个月消费多少", "上个月投诉的客户上个月销售额"),
        ("which city has the most gold members // which category do they buy most", "哪个城市金卡最多 // 他们买得最多的品类"),
        ("stores in Shanghai with sales and orders", "stores in Shanghai with sales and order count"),
        ("近30天投诉了多少件 // 华东投诉的人拉一下，带会员等级", "近30天投诉过的华东客户名单，带会员等级"),
        ("沉睡的金卡有多少 // 同意营销的占多少 // 就要同意营销的，按大区分别多少人", "沉睡的金卡里同意营销的按大区各多少人"),
        ("今年的活动，带预算和订单数", "campaigns this year with budget and order count"),
        ("how many gold+ members are dormant", "how many gold and above members are dormant"),
        ("金卡+会员有多少", "金卡及以上的会员有多少"),
        (
            "how many gold members bought this month // the ones who didnt",
            "how many gold members bought this month // the ones who didn't",
        ),
        ("how many gold members // split by region // list them with level and phone", "list gold members with level and phone"),
        ("近一年又买女装又买童装的会员多少人", "近一年既买过女装也买过童装的会员有多少人"),
        ("流失风险高的客户 // 最近一次买是什么时候", "流失风险高的客户名单，带上最近一次下单日期"),
    ],
)
def test_said_so_means_that(wenke: Assistant, asked: str, meant: str) -> None:
    expected = told(wenke, meant)
    assert expected[0] == "answered"
    assert expected[1]
    got = told(wenke, asked)
    assert (got[0], sorted(got[1], key=str)) == (expected[0], sorted(expected[1], key=str))


def test_the_share_of_the_one_that_was_shown_is_told(wenke: Assistant) -> None:
    thread = wenke.thread(role="ops")
    for turn in ("今年哪个品类卖得最好", "占比多少"):
        answer = thread.ask(turn)
    assert len(answer.rows) == 1
    assert f"占 {float(answer.rows[0][2]):.1%}" in answer.text


def test_a_list_is_no_picture(wenke: Assistant) -> None:
    assert told(wenke, "金卡名单 // 画个图")[0] == "clarify"


def test_people_who_did_another_thing_stay(wenke: Assistant, demo: Any) -> None:
    """上个月退货的客户: what they bought most is theirs, and not that of everybody in that month."""
    status, found = told(wenke, "上个月退货客户数 // 他们买得最多的品类")
    expected = demo.execute(
        "WITH c AS (SELECT DISTINCT customer_id FROM orders WHERE status = '已退款' "
        "AND order_time >= DATE '2026-09-01' AND order_time < DATE '2026-10-01') "
        "SELECT category, count(DISTINCT o.order_id) FROM orders o JOIN c USING (customer_id) JOIN order_items USING (order_id) "
        "JOIN products USING (product_id) WHERE o.status = '已完成' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchall()
    assert (status, found) == ("answered", expected)


def test_those_who_came_back_bought_that(wenke: Assistant, demo: Any) -> None:
    status, found = told(wenke, "今年复购的人 // 他们买得最多的品类")
    expected = demo.execute(
        "WITH o AS (SELECT * FROM orders WHERE status = '已完成' AND order_time >= DATE '2026-01-01' AND order_time < DATE '2026-10-20'), "
        "c AS (SELECT customer_id FROM o GROUP BY 1 HAVING count(*) >= 2) "
        "SELECT category, count(DISTINCT o.order_id) FROM o JOIN c USING (customer_id) JOIN order_items USING (order_id) "
        "JOIN products USING (product_id) GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ).fetchall()
    assert (status, found) == ("answered", expected)


def test_a_ranking_tells_the_changes_that_were_asked_for(wenke: Assistant) -> None:
    thread = wenke.thread(role="ops")
    for turn in ("sales by region this quarter", "top 3", "and their growth"):
        answer = thread.ask(turn)
    assert answer.text.count("(up ") + answer.text.count("(down ") == 3
    assert "Compared with" in answer.text


@pytest.mark.parametrize(
    "asked", ["list gold members // with phone", "list gold members // list with phone", "金卡名单 // 加上手机号"]
)
def test_phone_is_a_column_of_theirs_and_hidden(wenke: Assistant, asked: str) -> None:
    thread = wenke.thread(role="ops")
    answers = [thread.ask(turn) for turn in asked.split(" // ")]
    assert answers[-1].status == "answered"
    assert len(answers[-1].columns) == 2
    assert all("*" in str(row[1]) for row in answers[-1].rows)


@pytest.mark.parametrize(
    "asked",
    [
        "which city has the lowest satisfaction // how many responses // what did they buy most",
        "哪个城市金卡最多 // 他们买得最多的是什么",
    ],
)
def test_what_they_bought_most_is_of_no_kind_that_was_said(wenke: Assistant, asked: str) -> None:
    assert told(wenke, asked)[0] == "clarify"


@pytest.mark.parametrize("asked", ["只用过一个渠道的会员", "members who used only one channel"])
def test_how_many_different_ones_is_asked_about(wenke: Assistant, asked: str) -> None:
    """All members by channel were shown."""
    assert told(wenke, asked)[0] == "clarify"


@pytest.mark.parametrize("asked", ["今年的活动，带预算和订单数", "campaigns this year with budget and orders"])
def test_a_time_in_front_says_which_things(wenke: Assistant, asked: str, demo: Any) -> None:
    """All campaigns there ever were stood in the list."""
    expected = demo.execute(
        "SELECT count(*) FROM campaigns WHERE start_date >= DATE '2026-01-01' AND start_date < DATE '2026-10-20'"
    ).fetchone()
    assert (len(told(wenke, asked)[1]),) == expected
