"""What is put right in a conversation, why something fares badly, what a number or a tag is made of, and what there is to choose people by.

Each next to a question in other words that means the same, or to the definition; what a word could change stays asked.
"""

import pytest

from assistant.app import Assistant

SAME = [
    # a breakdown in another's place
    ("how many complaints each month this year?", "by region instead of by month", "complaints by region this year"),
    ("上个月各渠道的退货率", "维度改为会员等级，指标和时间不变", "上个月各会员等级的退货率"),
    ("上个月各触达渠道的触达量", "时间和维度不变，指标改为打开率", "上个月各触达渠道的打开率"),
    # which rows, and not how many they are
    ("AOV in the last 30 days", "only orders with a discount", "AOV of orders with a discount in the last 30 days"),
    ("sales last month", "only orders with a discount", "sales of orders with a discount last month"),
    ("今年客单价", "只看优惠订单", "今年有优惠的订单的客单价"),
    ("今年参加活动的订单客单价多少", "没参加活动的呢", "今年非活动订单的客单价"),
    # how many are wanted, by what
    (
        "top 10 brands by sales this year",
        "3 is enough, and only for women's wear",
        "top 3 brands of women's wear by sales this year",
    ),
    ("上个月销量前10的商品", "5个就够了，只要美妆", "上个月美妆销量前5的商品"),
    ("top 5 brands by sales in the last 30 days", "I meant by units sold", "top 5 brands by units in the last 30 days"),
    (
        "top 5 brands by sales in the last 30 days",
        "sorry, I meant by number of orders",
        "top 5 brands by orders in the last 30 days",
    ),
    ("上个月各渠道销售额", "我的意思是上上个月", "8月各渠道销售额"),
    ("近90天的工单按类型分一下", "每类平均多久才首次响应", "近90天各工单类型的平均首次响应时长"),
    ("上季度满意率是多少", "同样这个数，七个大区一个一个列出来", "上季度各大区的满意率"),
    # the others left out
    ("今年每个月的退款率", "其他渠道都去掉，剩天猫的月度走势", "今年天猫每个月的退款率"),
    ("refund rate by month this year", "drop the other channels, just Tmall", "refund rate of tmall by month this year"),
    # the one that is named after those days
    ("how much did we sell under the 2026 National Day campaign", "and the 618 one?", "2026年618年中大促的销售额"),
    ("2026年国庆狂欢的打开率", "双十一那次呢", "2025年双十一狂欢的打开率"),
    # where they live
    (
        "resolution rate by ticket type in the last 90 days",
        "what does it look like for our people down in south china?",
        "resolution rate by ticket type of customers in South China in the last 90 days",
    ),
    # why it fares badly
    ("9月各渠道销售额同比", "天猫为什么这么弱", "9月天猫的销售额同比为什么变了"),
    ("9月各渠道销售额同比", "天猫为什么涨得比别的渠道慢", "9月天猫的销售额同比为什么变了"),
    ("9月各渠道销售额同比", "为啥天猫落后别的渠道", "9月天猫的销售额同比为什么变了"),
    ("sales by channel in September, against September last year", "what held Tmall back?", "9月天猫的销售额同比为什么变了"),
    (
        "women's wear sales in September vs September last year",
        "why so little? other categories grew much more",
        "9月女装的销售额同比为什么变了",
    ),
]
ALONE = [
    ("Tmall's YoY sales growth in September trails every other channel. Why?", "9月天猫的销售额同比为什么变了"),
    ("9月天猫同比没别的渠道涨得多，卡在哪了", "9月天猫的销售额同比为什么变了"),
    ("what held women's wear sales back in September compared with last year?", "9月女装的销售额同比为什么变了"),
    ("Something pulled the satisfaction score down between Q2 and Q3 - what was it?", "三季度满意度比二季度低，为什么"),
    ("三季度满意率比二季度低了不少,啥原因", "三季度满意率比二季度低，为什么"),
    ("s china csat down in q3, how come", "华南三季度满意度为什么下降"),
]
DEFINED = [
    ((), "discount rate: numerator and denominator?", "discount rate"),
    ((), "Which orders are counted in the refund rate, and what are they divided by?", "refund rate"),
    ((), "is the refund rate based on money or on number of orders?", "refund rate"),
    ((), "退款率是按金额算还是按单数算", "退款率"),
    ((), "满意率的口径，是按人还是按问卷", "满意率"),
    ((), "折扣率和优惠力度是一个东西吗，怎么算的", "折扣率"),
    (("上个月的投诉率多少",), "这个率是怎么算出来的", "投诉率"),
    (("refund rate by channel in Q3",), "what's the denominator here?", "refund rate"),
    ((), "what makes a customer 'lost' in our lifecycle tag?", "churned"),
    ((), "what do you call a loyal customer", "loyalty"),
    ((), "who do you call an at-risk customer?", "churn risk"),
    ((), "你们说的快要流失的那些客人，是拿什么规矩认出来的", "流失风险"),
]
LISTED = [
    "what sort of things can i break sales down by?",
    "第一天用这个，你这儿都能查哪些指标呀？",
    "圈人的时候能用哪些条件？",
    "筛客户能按什么筛",
    "what conditions can I use to pick customers",
    "Which customer service figures can you show me?",
    "跟钱有关的指标你这儿都有哪些",
]


def ask(wenke: Assistant, *turns: str) -> tuple[tuple[object, ...], ...]:
    thread = wenke.thread(channel="eval")
    for turn in turns[:-1]:
        assert thread.ask(turn).status == "answered", turn
    answer = thread.ask(turns[-1])
    assert answer.status == "answered", answer.text
    return tuple(map(tuple, answer.rows))


@pytest.mark.parametrize(("first", "then", "plain"), SAME)
def test_a_message_means_what_a_plain_question_does(wenke: Assistant, first: str, then: str, plain: str) -> None:
    assert sorted(map(str, ask(wenke, first, then))) == sorted(map(str, ask(wenke, plain)))


@pytest.mark.parametrize(("question", "plain"), ALONE)
def test_a_why_question_means_what_a_plain_one_does(wenke: Assistant, question: str, plain: str) -> None:
    assert ask(wenke, question) == ask(wenke, plain)


@pytest.mark.parametrize(("before", "question", "name"), DEFINED)
def test_what_it_is_made_of_is_defined(wenke: Assistant, before: tuple[str, ...], question: str, name: str) -> None:
    thread = wenke.thread(channel="eval")
    for turn in before:
        thread.ask(turn)
    answer = thread.ask(question)
    assert answer.status == "answered" and name in answer.text.lower() and answer.text.startswith("**"), answer.text


@pytest.mark.parametrize("question", LISTED)
def test_what_there_is_is_listed(wenke: Assistant, question: str) -> None:
    answer = wenke.thread(channel="eval").ask(question)
    assert answer.status == "answered", answer.text
    assert answer.text.startswith(("There are **", "共有 **", "这方面有 **")), answer.text


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("sales by channel last month", "weak ones only"),  # no limit was said
        ("sales by channel last month", "drop the other channels"),  # but which
        ("各渠道上个月销售额", "弱的几个"),
    ],
)
def test_what_chooses_rows_without_a_limit_stays_asked(wenke: Assistant, first: str, then: str) -> None:
    thread = wenke.thread(channel="eval")
    thread.ask(first)
    assert thread.ask(then).status == "clarify"
