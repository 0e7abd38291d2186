"""What strangers said and was misread or not read: each kind of it, beside the same in words that never were."""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

SAME = [
    ("For August, how big was the average order by channel and how many were there?", "AOV and orders by channel in August"),
    ("三季度各大区各类工单分别有多少件", "三季度工单数按大区和工单类型"),
    ("三季度各类工单分别有多少件", "三季度工单数按工单类型"),
    ("上个月北京门店一共开了多少单", "上个月门店城市是北京的订单数"),
    ("share of surveys scoring 4 or 5 at each touchpoint in August", "8月各触点的满意率"),
    ("what share of surveys scored 4 or more by touchpoint in September", "9月各触点的满意率"),
    ("do customers who agreed to marketing spend more per head than those who don't? this year", "今年人均消费按是否同意营销"),
    ("how many shoes did we sell last month", "上个月鞋靴的销量"),
    ("how many boots did our Shanghai shops sell last month", "上个月上海门店靴子的销量"),
    ("近30天收到多少投诉", "近30天投诉量"),
    ("北京金卡近一年的消费是多少", "北京金卡会员近一年的销售额"),
    ("列出成都的金卡，要城市和近一年的消费", "成都金卡名单，带城市和近一年消费"),
    ("how many customers bought in store but not online in August", "8月在门店买过、没在线上买过的客户有多少"),
    (
        "spend per customer last 30 days for people who had a logistics ticket in the same 30 days",
        "近30天提过物流工单的客户，近30天人均消费",
    ),
    ("AOV for each online channel last month", "上个月线上各渠道的客单价"),
    ("satisfaction score for each touchpoint, last quarter", "上季度各触点满意度"),
    ("sales growth from Q2 to Q3 by channel", "三季度各渠道销售额，和二季度比"),
    ("sales in the first quarter vs the second", "二季度销售额，和一季度比"),
    ("orders this month vs the same days in 2025", "本月订单数同比"),
    ("sales of women's and men's wear last month", "上个月女装和男装的销售额"),
    ("opens and clicks in % by message channel last month", "上个月各触达渠道的打开率和点击率"),
    ("open/click rates by message channel last month", "上个月各触达渠道的打开率和点击率"),
    ("华南的金卡会员里不满意的是哪些人，近一年花了多少也列上", "华南不满意的金卡会员名单，带近一年消费"),
    ("promo-sensitive customers in Chengdu, with what they spent this year", "成都活动敏感度高的客户名单，带今年消费"),
    ("what percentage of this year's buyers bought again", "今年的复购率"),
    ("今年的购买客户里又回来买的占多少", "今年的复购率"),
    ("昨天全部门店加起来卖了多少钱", "昨天门店渠道的销售额"),
    ("上周顾客在门店提的工单，各类型有几个", "上周工单渠道为门店的工单数按工单类型"),
    ("sales per store in Shanghai last month", "上个月门店城市是上海的销售额，按门店"),
    ("上个月上海那几家店的客单价", "上个月上海各门店的客单价"),
    ("how many people signed up in September compared to September last year?", "9月新客数同比"),
    ("8月买过童装的客户有多少，比7月多吗", "8月童装的购买客户数，和7月比"),
    ("三季度各大区拉了多少新、多少人下单、人均花了多少", "三季度各大区新客数、购买客户数、人均消费"),
    ("近一年投诉过的客户，这一年里一共贡献了多少销售额", "近一年投诉过的客户，近一年的销售额"),
    ("去年买过的客户，今年又买的占多大比例", "去年买过的客户里，今年又买的占多大比例"),
    ("七八九这三个月各渠道销售额", "三季度各渠道销售额"),
    ("去年四五六月销售额", "2025年二季度销售额"),
    ("按大区，取上个月销售额排名第一的品类", "上个月各大区销售额最高的品类"),
    (
        "the brands whose sales grew the most in percent between Q3 last year and Q3 this year",
        "三季度各品牌销售额同比，按增速从高到低",
    ),
    ("top 5 brands by % sales growth q3 26 vs q3 25", "三季度销售额同比增速最高的5个品牌"),
    ("brands by sales last month, first five with amounts", "上个月销售额最高的5个品牌"),
    ("打开率+点击率 今年 唤醒券 分短信/微信", "今年唤醒券短信和微信的打开率和点击率，分开看"),
    ("ids pls: diamond members in Beijing", "北京钻石会员名单"),
    ("Sept 2026: order count by channel", "2026年9月各渠道订单数"),
    ("上个月客单价最高的三个城市，各卖了多少", "上个月客单价最高的三个城市，带销售额"),
    ("上个月退款最多的5个商品，退款率各是多少", "上个月退款订单数和退款率，按商品，退款订单数最高的5个"),
    ("春节这七天的销售额", "春节期间的销售额"),
    ("上季度退换货工单最多的三个大区，平均解决多久", "上季度退换货工单数和平均解决时长，按大区，工单数最高的3个"),
    ("国庆七天卖得最好的5家店", "国庆期间销售额最高的5家店"),
    ("Q3 satisfaction: in the third quarter compared with the second", "三季度满意度，和二季度比"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    assert_same_rows(told(quiet, one), told(quiet, other))


TURNS = [
    (("今年投诉最多的5个城市", "那咨询的呢"), "今年工单类型是咨询的工单数最多的5个城市"),
    (("三季度华东和华南的投诉件数", "投诉率也看下，不要件数了"), "三季度华东和华南的投诉率，分开看"),
    (("本月工单数", "按工单渠道拆开", "解决率一起放上来"), "本月各工单渠道的工单数和解决率"),
    (("2026年秋日唤醒券触达人次", "活动转化率呢，分短信、微信这些看"), "2026年秋日唤醒券各触达渠道的活动转化率"),
    (("AOV in stores last week", "and online?"), "AOV online last week"),
    (("北京今年销售额", "上海和广州呢"), "今年销售额，城市是上海或广州"),
    (("new sign-ups by registration channel this year", "versus the same days in 2025"), "今年各注册渠道新客数同比"),
    (
        ("how many dormant customers by member level", "only the ones who opened a message"),
        "打开过活动消息的沉睡客户，按会员等级",
    ),
    (
        ("average first response time by ticket channel last month", "and just complaints?"),
        "上个月投诉工单的平均首次响应时长按工单渠道",
    ),
    (("上个月销售额最高的5家店", "这几家店的客单价"), "top 5 stores by sales last month // AOV of these stores"),
    (("上个月销售额最高的3个城市", "这三个的NPS"), "上个月销售额最高的3个城市 // 这些城市的NPS"),
    (
        ("top 5 stores by sales last month", "refund rate of those 5"),
        "top 5 stores by sales last month // refund rate of these stores",
    ),
    (("北京有多少金卡会员", "占北京会员的多少"), "北京会员里金卡占多少"),
    (("how many gold members in Beijing", "what share of Beijing members is that"), "北京会员里金卡占多少"),
    (("高价值客户有多少", "每个大区各多少", "潜力客户也这样看一下"), "潜力客户按大区"),
    (("2026年国庆狂欢打开率", "去年那场呢"), "2025年国庆狂欢打开率"),
    (("今年各品类销售额", "只算今年新注册的会员买的"), "今年注册的会员今年各品类的销售额"),
    (
        ("September sales by channel, year on year", "why is Tmall growing slower than the rest?"),
        "why did September Tmall sales change year on year",
    ),
]


@pytest.mark.parametrize(("turns", "other"), TURNS)
def test_a_message_that_goes_on(quiet: Assistant, turns: tuple[str, ...], other: str) -> None:
    assert_same_rows(told(quiet, *turns), told(quiet, *other.split(" // ")))


def test_what_those_shown_are_like_stands_beside_them(quiet: Assistant) -> None:
    status, rows = told(quiet, "上个月销售额最高的5家店", "各是什么店型")
    assert status == "answered"
    assert [(row[0], row[2]) for row in rows] == [tuple(row) for row in told(quiet, "上个月销售额最高的5家店")[1]]
    assert {row[1] for row in rows} <= {"旗舰店", "标准店", "社区店"}


@pytest.mark.parametrize(
    "turns",
    [
        ("top 5 stores by sales last month", "which cities are they in"),
        ("上个月销售额最高的5家店", "都在哪些城市"),
    ],
)
def test_where_those_shown_are(quiet: Assistant, turns: tuple[str, str]) -> None:
    """The city of each store, which its name begins with; not the cities of their customers."""
    status, rows = told(quiet, *turns)
    assert (status, len(rows)) == ("answered", 5)
    assert all(str(row[0]).startswith(str(row[1])) for row in rows)


def test_who_never_did_is_not_among_those_who_did_once_or_more(quiet: Assistant) -> None:
    _, from_one = told(quiet, "how many customers ordered once, twice, three times and so on in the last 90 days")
    _, from_zero = told(quiet, "how many customers placed 0, 1, 2, 3 and so on orders in the last 90 days")
    assert [tuple(row) for row in from_zero if row[0]] == [tuple(row) for row in from_one]
    assert any(row[0] == 0 for row in from_zero)


ASKED_BACK = [
    ("上个月那几家店的客单价", "which stores was never said"),
    ("今年购买的客户里今年买过的占多少", "of those that are so all are"),
    ("近30天收到好多怨言", "no word that is known"),
    ("双十一七天的销售额", "it lasts eleven days, and which seven was not said"),
    ("今年唤醒券发给了多少人，多少人打开了", "nothing counts those who opened"),
    ("首次响应时长占解决时长的比例", "a ratio that nobody declared"),
    ("refund amount as a percent of sales by category last quarter", "a ratio that nobody declared"),
    ("list gold members who complained this year, with days since that", "since what they did, which no attribute holds"),
    ("customers who complained in September, plus the date of it", "of what they did, which no attribute holds"),
]


@pytest.mark.parametrize(("question", "why"), ASKED_BACK)
def test_is_asked_about(quiet: Assistant, question: str, why: str) -> None:
    answer = quiet.thread(role="ops").ask(question)
    assert answer.status == "clarify", (why, answer.text)


def test_a_number_is_not_taken_from_a_time_that_was_not_understood(quiet: Assistant) -> None:
    """The message before named the time and was not understood; this one would be answered for all of the data."""
    thread = quiet.thread(role="ops")
    assert thread.ask("近30天天王星的投诉量").status == "clarify"
    answer = thread.ask("投诉量最多的是哪三个省")
    assert (answer.status, answer.error_code) == ("clarify", "after-unanswered"), answer.text


TOPICS = ["客服这块你能查哪些指标", "跟客服有关的指标能看哪几个", "which metrics are there about customer service?"]


@pytest.mark.parametrize("question", TOPICS)
def test_metrics_about_a_word_that_only_their_definitions_say(quiet: Assistant, question: str) -> None:
    shown = quiet.thread(role="manager").ask(question)
    assert shown.status == "answered", shown.text
    assert 5 < len(shown.rows) < 30
    assert any("工单数" in str(row) or "Tickets" in str(row) for row in shown.rows)


def test_the_name_of_things_is_no_personal_data(quiet: Assistant) -> None:
    answer = quiet.thread(role="ops").ask("stores with Q3 revenue over 30k, name and amount")
    assert answer.status == "answered", answer.text
    for question in ("给我所有客户的姓名", "names and phone numbers of all customers"):
        assert quiet.thread(role="ops").ask(question).status == "refused"
