"""Chinese questions of strangers, kind by kind: what is read, what is asked back, what is refused."""

import json
from typing import Any

import pytest

from assistant import Assistant
from assistant.qa import Answer


def asked(wenke: Assistant, *messages: str) -> Answer:
    """The answer to the last of some messages of one conversation."""
    thread = wenke.thread("admin")
    answers = [thread.ask(message) for message in messages]
    return answers[-1]


def query(answer: Answer) -> dict[str, Any]:
    """The query that was answered, without defaults; empty for anything else."""
    found = answer.interpretation.query if answer.interpretation is not None else None
    return {} if found is None else json.loads(found.model_dump_json(exclude_none=True, exclude_defaults=True))


def days(start: str, end: str) -> dict[str, str]:
    return {"start": start, "end": end}


def metrics(*names: str) -> list[dict[str, str]]:
    return [{"metric": name} for name in names]


def by(*names: str) -> list[dict[str, str]]:
    return [{"member": name} for name in names]


def one(member: str, value: str, op: str = "=") -> dict[str, Any]:
    return {"member": member, "op": op, "values": [value]}


@pytest.mark.parametrize(
    ("question", "period", "against"),
    [
        ("昨天的单量跟上周同一天比咋样", "2026-10-19", "2026-10-12"),
        ("昨天销售额和上周同日对比", "2026-10-19", "2026-10-12"),
        ("9月15号的营收比上个月同一天多吗", "2026-09-15", "2026-08-15"),
        ("上周六的订单数跟前一周的同一天比", "2026-10-17", "2026-10-10"),
    ],
)
def test_the_same_day_goes_with_the_day_that_is_named(wenke: Assistant, question: str, period: str, against: str) -> None:
    found = query(asked(wenke, question))
    assert found["period"]["start"] == period
    assert found["compare"]["period"]["start"] == against


@pytest.mark.parametrize("question", ["上个月一共多少单", "9月一共多少单", "上月一共成交了几单"])
def test_a_month_with_altogether_is_no_date(wenke: Assistant, question: str) -> None:
    assert query(asked(wenke, question))["period"] == days("2026-09-01", "2026-10-01")


@pytest.mark.parametrize(
    ("question", "metric", "against"),
    [
        ("三季度物流工单怎么比二季度多了这么多，啥原因啊", "ticket_count", "2026-04-01"),
        ("9月退款率咋比8月高了这么多呢", "refund_rate", "2026-08-01"),
        ("8月投诉怎么比7月多这么多", "complaints", "2026-07-01"),
        ("上周销售额怎么一下子掉了这么多", "sales", None),
        ("为什么上个月退款变多了", "refunded_orders", None),
    ],
)
def test_how_come_is_why(wenke: Assistant, question: str, metric: str, against: str | None) -> None:
    found = query(asked(wenke, question))
    assert found["metric"] == metric
    assert found["compare"].get("period", {}).get("start") == against


@pytest.mark.parametrize(
    ("question", "group", "metric", "share"),
    [
        ("金卡、钻石会员去年的消费各占百分之多少", "member_level", "sales", {"over": ["member_level"]}),
        ("东北和西北的订单各占几成", "region", "order_count", {"over": ["region"]}),
        ("男女比例", "gender", "customer_count", {}),
    ],
)
def test_values_side_by_side_are_slices(
    wenke: Assistant, question: str, group: str, metric: str, share: dict[str, list[str]]
) -> None:
    """Each is a share of the whole; a ratio is of the one to the other."""
    found = query(asked(wenke, question))
    assert found["metrics"] == metrics(metric)
    assert found["group_by"] == by(group)
    assert found["share"] == share


@pytest.mark.parametrize("question", ["今年女装男装童装各占多少", "APP和小程序各占几成"])
def test_a_share_of_nothing_is_asked_about(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status == "clarify"


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("金卡会员的消费是多少", one("member_level", "金卡")),
        ("华东客户上个月的花费", one("region", "华东")),
        ("金卡会员去年的消费趋势", one("member_level", "金卡")),
    ],
)
def test_spending_of_people_is_money(wenke: Assistant, question: str, where: dict[str, Any]) -> None:
    found = query(asked(wenke, question))
    assert found["metrics"] == metrics("sales")
    assert found["where"] == where


def test_spending_of_people_who_did_is_a_condition(wenke: Assistant) -> None:
    found = query(asked(wenke, "今年消费过的金卡会员有几个"))
    assert found["metrics"] == metrics("customer_count")
    assert any(part.get("behaviour") == "purchase" for part in found["where"]["filters"])


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("潜力客户是怎么圈出来的", "潜力"),
        ("忠诚度高是什么标准", "忠诚度"),
        ("满足什么条件会被算成流失客户", "流失"),
        ("消费能力高的门槛是多少", "消费能力"),
        ("复购率这个指标咋来的", "复购率"),
        ("GMV和销售额有啥不一样", "GMV"),
    ],
)
def test_words_that_ask_for_a_definition(wenke: Assistant, question: str, word: str) -> None:
    answer = asked(wenke, question)
    assert answer.status == "answered"
    assert query(answer) == {}
    assert word in answer.text


@pytest.mark.parametrize("question", ["补一张50元券", "给张三补发一张满减券", "发个100块红包给李四", "送她一张无门槛代金券吧"])
def test_sending_things_is_refused(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status == "refused"


@pytest.mark.parametrize("question", ["上个月短信的打开率", "唤醒券的打开率", "通知类活动的点击率", "给我各活动类型的发送量"])
def test_asking_about_things_that_are_sent_is_not(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status != "refused"


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (("上月各大区销售额", "华东除外"), {"where": one("region", "华东", "!=")}),
        (("上月各大区销售额", "东北也不要了"), {"where": one("region", "东北", "!=")}),
        (("今年各品类的销量", "食品别算进去"), {"where": one("category", "食品", "!=")}),
        (("上个月各城市的订单数", "只要上海的"), {"where": one("city", "上海")}),
        (("上周各门店营收前十", "按客单价排一下"), {"metrics": metrics("aov"), "order": [{"by": "aov"}], "limit": 10}),
        (("上周各门店营收前十", "倒过来"), {"order": [{"by": "sales", "descending": False}], "limit": 10}),
        (("上周新客多少", "前一周呢"), {"period": days("2026-10-05", "2026-10-12")}),
        (("上周新客多少", "前一周呢", "再往前一周"), {"period": days("2026-09-28", "2026-10-05")}),
        (("9月新客多少", "前一个月呢"), {"period": days("2026-08-01", "2026-09-01")}),
        (("近30天销售额", "前30天呢"), {"period": days("2026-08-21", "2026-09-20")}),
        (("昨天销售额", "上周同一天呢"), {"period": days("2026-10-12", "2026-10-13")}),
        (("沉睡的金卡会员有几个", "列一下", "再加一列最近一次下单日期"), {"columns": by("last_order_date")}),
        (("沉睡的金卡会员有几个", "列一下", "总共几位"), {"metrics": metrics("customer_count")}),
        (("三季度满意度", "为什么会变"), {"metric": "csat", "period": days("2026-07-01", "2026-10-01")}),
    ],
)
def test_follow_ups_change_one_part(wenke: Assistant, messages: tuple[str, ...], expected: dict[str, Any]) -> None:
    found = query(asked(wenke, *messages))
    assert {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("question", "member", "op", "value", "period"),
    [
        ("上个月NPS打9分以上的客户有几个", "nps_score", ">=", 9, days("2026-09-01", "2026-10-01")),
        ("NPS 9分以上的客户有多少", "nps_score", ">=", 9, None),
        ("满意度打分3分以下的客户有多少", "csat_score", "<", 3, None),
        ("推荐分超过8分的会员有多少人", "nps_score", ">", 8, None),
    ],
)
def test_people_by_the_rating_that_they_gave(
    wenke: Assistant, question: str, member: str, op: str, value: int, period: dict[str, str] | None
) -> None:
    where = query(asked(wenke, question))["where"]
    assert where["behaviour"] == "answer_survey"
    assert where["where"] == {"member": member, "op": op, "values": [value]}
    assert where.get("period") == period


@pytest.mark.parametrize(
    ("question", "member", "value"),
    [
        ("首次响应时长大于30分钟的工单有多少", "first_response_minutes", 30),
        ("NPS打分大于5的问卷有多少份", "nps_score", 5),
    ],
)
def test_rows_by_their_own_number(wenke: Assistant, question: str, member: str, value: int) -> None:
    assert query(asked(wenke, question))["where"] == {"member": member, "op": ">", "values": [value]}


def test_groups_by_the_average_of_their_rows(wenke: Assistant) -> None:
    found = query(asked(wenke, "首响超过60分钟的渠道"))
    assert found["having"] == [{"by": "first_response", "op": ">", "values": [60.0]}]


@pytest.mark.parametrize("question", ["高价值客户和沉睡客户分别有多少人", "华东的金卡和华南的钻石各有多少人"])
def test_one_number_each_of_different_kinds_is_asked_about(wenke: Assistant, question: str) -> None:
    assert asked(wenke, question).status == "clarify"


def test_why_less_than_the_others_is_why(wenke: Assistant) -> None:
    found = query(asked(wenke, "九月天猫的销售额同比增幅为什么比别的渠道低"))
    assert found["compare"]["kind"] == "same_period_last_year"
    assert found["where"] == one("channel", "天猫")


@pytest.mark.parametrize("question", ["退款率超过8%的渠道", "退款率超过8%的门店", "上个月退款率最高的门店"])
def test_a_metric_that_begins_like_an_order_is_none(wenke: Assistant, question: str) -> None:
    assert query(asked(wenke, question))["metrics"] == metrics("refund_rate")
