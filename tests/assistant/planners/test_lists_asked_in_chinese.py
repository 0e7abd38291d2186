"""Customer lists and counts in the words of a colleague: what they are for, who is named by a value alone, columns, order, and so many.

Each next to SQL, or to a plain question that means the same. Threads: what is asked of a list behind it.
"""

import duckdb
import pytest

from assistant import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

DONE = "SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成'"
LAST = f"SELECT customer_id, max(day) AS day FROM ({DONE}) GROUP BY 1"
COMPLAINED = "SELECT customer_id FROM tickets WHERE ticket_type = '投诉'"

OF_SQL = [
    (
        "上周新注册、没下过单的客户名单",
        "SELECT customer_id FROM customers WHERE register_date BETWEEN '2026-10-12' AND '2026-10-18' "
        f"AND customer_id NOT IN (SELECT customer_id FROM ({DONE}))",
    ),
    (
        "2026年秋日唤醒券发了没打开的那些人，ID给我",
        "SELECT customer_id FROM campaign_touches JOIN campaigns USING (campaign_id) "
        "WHERE campaign_name = '2026年秋日唤醒券' AND NOT opened",
    ),
    (
        "有几个金卡最近一周投诉了",
        f"SELECT count(*) FROM customers WHERE member_level = '金卡' AND customer_id IN ({COMPLAINED} "
        "AND created_time >= '2026-10-13' AND created_time < '2026-10-20')",
    ),
    (
        "退过货又下单的客户名单",
        f"SELECT DISTINCT o.customer_id FROM ({DONE}) o JOIN orders r ON r.customer_id = o.customer_id "
        "AND r.status = '已退款' AND o.order_time > r.order_time",
    ),
    (
        "最后一次下单超过180天的金卡",
        f"SELECT customer_id FROM customers JOIN ({LAST}) USING (customer_id) "
        "WHERE member_level = '金卡' AND DATE '2026-10-20' - day > 180",
    ),
    ("最后一次下单30天以上的会员有多少", f"SELECT count(*) FROM ({LAST}) WHERE DATE '2026-10-20' - day >= 30"),
    ("最后一次下单不到30天的会员有多少", f"SELECT count(*) FROM ({LAST}) WHERE DATE '2026-10-20' - day < 30"),
]


@pytest.mark.parametrize(("question", "sql"), OF_SQL, ids=[question for question, _ in OF_SQL])
def test_the_rows_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    status, rows = told(quiet, question)
    wanted = demo.execute(sql).fetchall()
    assert status == "answered"
    assert wanted
    assert sorted(row[:1] for row in rows) == sorted(wanted)


SAME = [
    # people named by nothing but a value
    (("高价值里面投诉过的有几个",), "投诉过的高价值客户有多少人"),
    (("钻石里今年没下过单的有多少",), "今年没下过单的钻石会员有多少人"),
    (("没在天猫买过的金卡",), "没在天猫买过的金卡会员"),
    # those who joined are listed
    (("本月新客里来自小程序的有哪些",), "本月在小程序注册的会员名单"),
    (("帮我筛一下：近30天下过单的新客",), "注册不到30天且近30天下过单的客户名单"),
    # columns
    (
        ("累计消费超过２万、近半年一单没有的会员，带上累计金额和最后下单日期",),
        "累计消费超过2万且近半年没下单的会员，带上累计消费和最近一次下单日期",
    ),
    (("近一年花钱最多的20个客户，带上会员等级和花了多少",), "近一年消费最高的20个客户，带上会员等级和近一年消费"),
    (("高价值客户名单，带上会员等级和累计花了多少",), "高价值客户名单，带上会员等级和累计消费"),
    (("高价值客户名单，带上总金额、总订单数",), "高价值客户名单，带上累计消费和累计订单数"),
    (("近三十天退过款的客户，把退款次数列出来",), "近30天退过款的客户名单，带上退款次数"),
    (("花钱最多的100人，带上城市",), "累计消费最高的100个客户，带上城市和累计消费"),
    (("累计消费最多的10个客户都是哪个城市的",), "累计消费最高的10个客户，带上城市和累计消费"),
    # loose names
    (("对券敏感的女性客户名单",), "活动敏感度高的女性客户名单"),
    (("最近一次评分是1分的客户",), "最近一次满意度为1分的客户"),
    (("上次消费超过三个月的会员",), "最近一次下单在三个月前的会员"),
    (("绑定门店在广州的会员名单",), "归属门店在广州的会员名单"),
    (("要发过短信的，沉睡客户名单",), "收到过短信的沉睡客户名单"),  # no purpose: who got one
    # follow-ups
    (("快流失的金卡会员名单", "加上消费"), "快流失的金卡会员名单，带上累计消费"),
    (("快流失的金卡会员有多少", "导出来"), "快流失的金卡会员名单"),
]


@pytest.mark.parametrize(("turns", "plain"), SAME, ids=[turns[-1] for turns, _ in SAME])
def test_it_is_the_plain_list(quiet: Assistant, turns: tuple[str, ...], plain: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, plain))


PURPOSES = [
    "导一份快流失的钻石客户名单，准备发券",
    "打电话回访用，快流失的钻石客户名单",
    "我要给生日券，快流失的钻石客户名单",
    "做会员日邀约用，快流失的钻石客户名单",
    "要发新品试用，给我快流失的钻石客户名单",
    "电话回访，快流失的钻石客户",
    "短信召回：快流失的钻石客户",
    "快流失的钻石客户，下次活动剔掉",
    "快流失的钻石客户名单，下周要做一波召回",
    "快流失的钻石客户，客服回访",
    "想送礼物，快流失的钻石客户都有谁",
]


@pytest.mark.parametrize("question", PURPOSES)
def test_what_they_are_for_adds_no_condition_and_is_told(quiet: Assistant, question: str) -> None:
    answer = quiet.ask(question, role="ops")
    assert_same_rows((answer.status, tuple(answer.rows)), told(quiet, "快流失的钻石客户名单"))
    assert "没有当作条件" in answer.text


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("沉睡客户名单，给他们发短信", "refused"),  # an order
        ("给沉睡客户发短信", "refused"),
        ("我们要做会员日活动，金卡客户的转化率多少", "clarify"),  # of that campaign, perhaps
        ("沉睡客户前50个", "clarify"),  # the first by what?
    ],
)
def test_what_may_be_a_condition_or_an_order_is_not_set_aside(quiet: Assistant, question: str, status: str) -> None:
    assert quiet.ask(question, role="ops").status == status


@pytest.mark.parametrize("question", ["给我50个沉睡客户", "随机抽50个沉睡客户", "沉睡客户里随便挑50个"])
def test_so_many_of_them_are_any(quiet: Assistant, question: str) -> None:
    answer = quiet.ask(question, role="ops")
    assert answer.status == "answered"
    assert len(answer.rows) == 50
    assert "任意 50 个" in answer.text


@pytest.mark.parametrize(
    ("turns", "column"),
    [
        (("累计消费前50的会员名单，带上城市和等级",), "lifetime_spend"),
        (("快流失的钻石客户名单", "带上城市", "按累计消费从高到低"), "lifetime_spend"),
        (("快流失的钻石客户名单，按最后下单日期排",), "last_order_date"),
        (("快流失的钻石客户名单", "带上城市", "按最后下单日期排"), "last_order_date"),
        (("快流失的钻石客户名单", "带上累计消费", "排个序"), "lifetime_spend"),
        (("退货超过3次的客户，按退货次数倒序",), "refunded_orders"),
    ],
)
def test_what_orders_a_list_is_shown(quiet: Assistant, turns: tuple[str, ...], column: str) -> None:
    thread = quiet.thread(role="ops")
    answer = [thread.ask(turn) for turn in turns][-1]
    at = [c.name for c in answer.columns].index(column)
    values = [row[at] for row in answer.rows if row[at] is not None]
    assert len(values) > 1
    assert values == sorted(values, reverse=True)
