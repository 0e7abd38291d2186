"""Chinese words that say again what stands beside them, and remarks beside a question: 客服, 大单, 最后, 平均容易被带偏.

Each next to a question in plainer words, or to SQL; what could change the rows stays asked.
"""

import duckdb
import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_is_that_of, assert_same_rows, told

SAME = [
    ("投诉类的单子上周客服每个大区各进来多少张", "上周投诉工单数按大区"),
    ("上周物流类的单子客服每个大区各进来多少张", "上周物流工单数按大区"),
    ("客服这边问下，上周物流类的单子每个大区各进来多少张", "上周物流工单数按大区"),
    ("客服上周收到多少张投诉", "上周投诉量"),
    ("客服平均多久才首次响应，上个月", "上个月平均首次响应时长"),
    ("华南这个月客服平均多少分钟才回第一句", "华南这个月平均首次响应时长"),
    ("华南客服首次响应，今年1到9月每个月平均要多少分钟", "华南今年1到9月每月平均首次响应时长"),
    ("上个月营销消息的打开率", "上个月打开率"),
    ("9月份发出去的营销消息，按活动类型拉下点击率", "9月点击率按活动类型"),
    ("国庆狂欢的消息打开过的客户有多少", "打开过国庆狂欢的客户有多少"),
    ("上个月门店客单价和中位数", "上个月门店订单金额的平均值和中位数"),
    ("我不光看平均，9月份门店每单金额的中位数也一块儿给我", "9月门店订单金额的平均值和中位数"),
    ("平均数加中位数，看上个月门店每笔订单付了多少", "上个月门店订单金额的平均值和中位数"),
    ("平均容易被大单拉高，给我上个月各渠道订单金额的中位数", "上个月各渠道订单金额的中位数"),
    ("光看平均不行，你把最近30天各渠道一单的平均金额和中位数都摆出来", "近30天各渠道订单金额的平均值和中位数"),
    ("今年大单（2000块以上）有几笔", "今年订单金额2000块以上的订单有几笔"),
    ("9月APP上优惠超过100块的订单有几单", "9月APP上优惠金额超过100块的订单有几单"),
    ("上个月加购了但最后没下单的客户有多少", "上个月加购了但没下单的客户有多少"),
    ("打过1分2分满意度的那些客户，近90天还有多少人来买过", "打过1分或2分满意度的客户，近90天有多少人买过"),
    ("上个月客户给工单打的分，1到5分各有多少张", "上个月工单评分1到5分各有多少张"),
    ("现在的会员在各个流失风险档里怎么分布的", "会员按流失风险分布"),
    ("三季度各区域各类工单分别多少", "三季度工单数按大区和工单类型"),
    ("今年0投诉的金卡有多少", "今年没有投诉的金卡有多少"),
    ("今年买过1次的多少人，2次的多少人，3次及以上的多少人", "今年买1次、2次、3次及以上的客户各多少人"),
    ("上个月客单价，就是销售额除以订单数", "上个月客单价"),
    ("上季度各品类平均一件卖多少钱，用商品销售额除以件数", "上季度各品类的件单价"),
    ("9月退款率（退款订单数除以非取消订单数）", "9月退款率"),
    ("新加入会员，按注册渠道分一下", "新客数按注册渠道"),  # new members, and nobody who is new in member operations
    ("刚接手会员运营，想看看金卡客户有多少", "金卡客户有多少"),
    ("唤醒券用哪个触达渠道发，点击率最高", "唤醒券哪个触达渠道点击率最高"),
    ("唤醒券这类活动，今年不同触达方式的打开率", "今年唤醒券的打开率按触达渠道"),
    ("今年的订单数，按渠道和季度拉个表", "今年各渠道每季度的订单数"),
    ("国庆那几天物流工单有多少", "国庆物流工单数"),
    ("成都每家店名下挂了多少会员", "成都每家店的会员数"),
    ("第一次做退货分析，麻烦给下今年各品类的退款率", "今年各品类的退款率"),
    ("你好，我刚接手售后，9月退款的订单总共是几笔？", "9月退款订单数"),
    ("今年每个月的折扣力度是多少，我想看看是不是越打越狠了。", "今年每月折扣率"),
    ("昨天一共卖了多少钱？快", "昨天销售额"),
    ("上个月退款率，我不会算，是多少", "上个月退款率"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "plain"), SAME)
def test_says_no_more_than_the_plain_question(quiet: Assistant, question: str, plain: str) -> None:
    assert_same_rows(told(quiet, question), told(quiet, plain))


SEPTEMBER = "created_time >= DATE '2026-09-01' AND created_time < DATE '2026-10-01'"


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("上个月给客服打1分的工单有几张", f"SELECT count(*) FROM tickets WHERE satisfaction_score = 1 AND {SEPTEMBER}"),
        ("上个月打了1分或2分的工单有几张", f"SELECT count(*) FROM tickets WHERE satisfaction_score <= 2 AND {SEPTEMBER}"),
        ("上个月超过3000块的大单有几单",
         "SELECT count(*) FROM orders WHERE status = '已完成' AND amount > 3000 AND date_trunc('month', order_time) = '2026-09-01'"),
    ],
)  # fmt: skip
def test_is_the_number_that_sql_gives(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    assert_is_that_of(quiet, demo, question, sql)


@pytest.mark.parametrize(
    "question",
    [
        "上个月每个客服解决了多少张工单",  # no table knows who answered
        "上个月哪个客服解决率最高",
        "今年大单有几单",  # how large?
        "最后买了女装的客户有多少",  # the last thing that they bought?
        "上个月注册的客户有多少当天就下单了",  # no query holds the same day
        "绑定了微信的会员有多少",
        "上个月客单价，用销售额除以购买人数",  # which is another number
        "9月退款率，用退款订单除以全部订单",  # it was the rate of those that were not refunded
        "客服上个月一共接了多少单，平均多久回第一句",  # it was how many orders
        "第一次做9月分析，各渠道销售额多少",  # of September
        "今年的折扣率，按越打越狠的渠道看",
    ],
)
def test_what_could_change_the_rows_is_asked_about(quiet: Assistant, question: str) -> None:
    assert told(quiet, question)[0] == "clarify"


def test_who_answered_and_other_shops_are_not_in_the_data(quiet: Assistant) -> None:
    for question in ("坐席小陈上周处理了几张工单", "上周公众号涨了多少粉", "抖音店上个月卖了多少"):
        assert told(quiet, question)[0] == "refused"
