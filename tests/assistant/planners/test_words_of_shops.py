"""How shops, their finance, service and goods people name what the data has: each beside the plain question that means the same."""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

SAME = [
    # a deed beside numbers is a number
    ("今年各类活动的触达、打开率、点击率、转化率拉个表", "今年各活动类型的触达人次、打开率、点击率、活动转化率"),
    ("各渠道发了多少、打开多少、点了多少", "各触达渠道的触达人次、打开量、点击量"),
    ("上个月的新客和活跃", "上个月的新客数和活跃客户数"),
    ("上个月新客、活跃、下单各多少人", "上个月的新客数、活跃客户数、购买客户数"),
    ("上个月单量和退货", "上个月的订单数和退款订单数"),
    ("各区业绩和投诉", "各大区的销售额和投诉量"),
    ("上个月各店型业绩、客单、连带、复购", "上个月各门店类型的销售额、客单价、连带率、复购率"),
    ("上个月单量和取消单数", "上个月的订单数和取消订单数"),
    ("近7天浏览、加购、支付的人数各是多少", "近7天的浏览人数、加购人数、支付人数"),
    ("今年打折让出去多少钱", "今年优惠总额"),
    # how many there are
    ("今年几期唤醒券的转化率分别多少", "今年每期唤醒券的活动转化率"),
    ("RFM那八类每类多少人", "各RFM分层的客户数"),
    ("会员等级四档各多少人", "各会员等级的客户数"),
    ("六个渠道上个月单量", "上个月各渠道的订单数"),
    ("今年五一特惠和618年中大促两场活动都打开过的会员有多少", "打开过2026年五一特惠、也打开过2026年618年中大促的会员有多少"),
    # new by name
    ("今年上的新品，到现在各品类卖了多少钱", "今年上市的商品，各品类的销售额"),
    ("今年的新品卖了多少", "今年上市的商品销售额"),
    ("我们在华东开了几家店", "门店大区是华东的门店数"),
    # people by what they are
    ("高价值里面投诉过的有几个", "投诉过的高价值客户有多少人"),
    ("金卡里面今年没买的有几个", "今年没买过的金卡会员有多少人"),
    # what was sold, made, contributed
    ("围巾从2024年到现在每个季度卖多少件", "围巾2024年1月至今每季度销量"),
    ("上个月各品类卖的占比", "上个月各品类销售额占比"),
    ("天猫今年做了多少", "天猫今年销售额"),
    ("今年卖的最少的三个品牌", "今年销售额最低的三个品牌"),
    ("年消费过万的贡献了多少", "近一年消费超过1万的客户的销售额"),
    ("各渠道单量对比本月", "本月各渠道订单数"),
    # words of shops
    ("今年被唤醒券带回来下了单的会员，按等级看各多少人", "今年被唤醒券转化过的会员数，按会员等级"),
    ("今年投诉里处理完的占多少", "今年投诉中已解决的占比"),
    ("没关的工单按类型看", "处理中的工单数按工单类型"),
    ("上个月客服接了多少单子", "上个月工单数"),
    ("上个月打了多少折", "上个月折扣率"),
    ("各品类平均一件卖多少钱", "各品类件单价"),
    ("各类工单平均多久回第一句", "各工单类型的平均首次响应时长"),
]
ASKED = [
    "上个月销售额、单量、退款",  # how much money, or how many orders
    "上个月折扣和客单按渠道",  # no kind of campaign
    "今年两期唤醒券的打开率各是多少",  # there were five
    "在六个渠道都买过的会员多少人",
    "新开的店业绩怎么样",  # since when
    "这个月上新的款卖了多少件",
    "业绩对比今年",
    "小程序里投诉过的有多少",
]


@pytest.mark.parametrize(("said", "plain"), SAME)
def test_words_of_shops_mean_the_plain_question(wenke: Assistant, said: str, plain: str) -> None:
    assert_same_rows(told(wenke, said), told(wenke, plain))


@pytest.mark.parametrize("question", ASKED)
def test_what_may_mean_two_things_is_asked_back(wenke: Assistant, question: str) -> None:
    assert wenke.ask(question).status == "clarify"


def test_a_share_of_what_is_new_is_of_what_was_sold_then(wenke: Assistant) -> None:
    """今年新品 of this year's sales, not of all there ever were."""
    new, all_sold = (wenke.ask(q).rows[0][0] for q in ("今年上市的商品，今年的销售额", "今年商品销售额"))
    assert float(wenke.ask("今年新品业绩占比").rows[0][0]) == pytest.approx(float(new) / float(all_sold))
