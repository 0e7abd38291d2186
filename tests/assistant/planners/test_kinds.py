"""Kinds of questions that strangers' words taught, in both languages: what is read, and what is rather asked back than guessed."""

from typing import Any

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, days, metrics, one, query

SEPTEMBER = days("2026-09-01", "2026-10-01")
THIS_YEAR = days("2026-01-01", "2026-10-20")


def groups(answer_query: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer_query.get("group_by", [])
    return found


@pytest.mark.parametrize(
    ("question", "op", "value"),
    [
        ("销售额同比增长超过20%的省份", ">", 0.2),
        ("provinces whose sales grew more than 50% yoy", ">", 0.5),
        ("客单价环比下降超过1%的大区", "<", -0.01),
        ("9月天猫销售额同比下降的品类有哪些", "<", 0.0),
        ("which categories fell year over year on Tmall in September", "<", 0.0),
    ],
)
def test_groups_are_chosen_by_their_change(wenke: Assistant, question: str, op: str, value: float) -> None:
    having = query(asked(wenke, question))["having"]
    assert [(h["part"], h["op"], h["values"]) for h in having] == [("growth", op, [value])]


@pytest.mark.parametrize("question", ["各品类销售额同比下降了多少", "how much did sales change year over year by category"])
def test_how_much_they_changed_chooses_none(wenke: Assistant, question: str) -> None:
    found = query(asked(wenke, question))
    assert "having" not in found
    assert found["compare"] == {"kind": "same_period_last_year"}


@pytest.mark.parametrize(
    "question", ["how many cities have AOV above 600", "客单价超过600的城市有几个", "有多少个城市客单价超过600"]
)
def test_groups_are_counted(wenke: Assistant, question: str) -> None:
    answer = asked(wenke, question)
    assert query(answer)["count_groups"] is True
    listed = wenke.query(answer.interpretation.query.model_copy(update={"count_groups": False}), role="admin")  # type: ignore[union-attr]
    assert answer.rows == [(len(listed.rows),)]
    assert str(len(listed.rows)) in answer.text


def test_counted_groups_can_be_listed_next(wenke: Assistant) -> None:
    answer = asked(wenke, "有多少个城市上个月销售额超过10万", "是哪些")
    assert "count_groups" not in query(answer)
    assert len(answer.rows) > 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("今年哪三家门店的顾客人均花得最多？", "arpu"),
        ("How much does a buyer spend with us on average, by age band, over the past year?", "arpu"),
        ("sales per head by region this year", "arpu"),
        ("平均每个客户下几单", "orders_per_buyer"),
        ("average number of items per order", "units_per_order"),
        ("去年不同年龄段的人，平均一单花多少钱", "aov"),
        ("How many cash sales did the shops make in August?", "order_count"),
        ("上个月订单有百分之多少被取消了", "cancel_rate"),
        ("what percent of orders were refunded last month by channel", "refund_rate"),
        ("北京的客户今年在天猫上买了多少钱", "sales"),
        ("广东金卡以上的会员上个月总共消费多少", "sales"),
    ],
)
def test_the_measure_that_is_meant(wenke: Assistant, question: str, expected: str) -> None:
    assert query(asked(wenke, question))["metrics"] == metrics(expected)


@pytest.mark.parametrize(
    ("question", "grain"),
    [
        ("monthly active users this year", "month"),
        ("今年的月活", "month"),
        ("what day had the highest sales in September", "day"),
        ("the day with the highest sales last month", "day"),
        ("去年销售额最高的月份", "month"),
        ("how has the repurchase rate evolved month on month this year", "month"),
    ],
)
def test_units_of_time_that_words_hold(wenke: Assistant, question: str, grain: str) -> None:
    assert groups(query(asked(wenke, question))) == [{"grain": grain}]


def test_a_month_of_monthly_users_is_one_number(wenke: Assistant) -> None:
    assert groups(query(asked(wenke, "上个月的月活"))) == []


@pytest.mark.parametrize(
    ("question", "period", "against"),
    [
        ("how did complaints change from August to September", "2026-09-01", "2026-08-01"),
        ("8月到9月投诉涨了多少", "2026-09-01", "2026-08-01"),
        ("sales H2 last year vs H1 this year", "2026-01-01", "2025-07-01"),
    ],
)
def test_one_end_is_compared_with_the_other(wenke: Assistant, question: str, period: str, against: str) -> None:
    found = query(asked(wenke, question))
    assert (found["period"]["start"], found["compare"]["period"]["start"]) == (period, against)


def test_the_same_days_said_twice_are_one_period(wenke: Assistant) -> None:
    found = query(asked(wenke, "大前天到昨天这三天，营收加起来多少"))
    assert found["period"] == days("2026-10-17", "2026-10-20")
    assert "compare" not in found


@pytest.mark.parametrize(
    ("question", "part", "where"),
    [
        ("what share of customers with two or more complaints are high value", one("value_tier", "高价值"), "complaints"),
        ("share of women among gold members by region", one("gender", "女"), "member_level"),
        ("what percentage of customers who registered this year have ordered", None, "register_date"),
        ("what proportion of tickets in Q3 were complaints", one("ticket_type", "投诉"), None),
    ],
)
def test_part_and_whole_of_a_share(wenke: Assistant, question: str, part: dict[str, Any] | None, where: str | None) -> None:
    found = query(asked(wenke, question))
    if part is not None:
        assert found["share"]["part"] == part
    assert where is None or where in str(found["where"])
    assert where is None or where not in str(found["share"])


def test_a_region_before_its_provinces_limits_them(wenke: Assistant) -> None:
    found = query(asked(wenke, "华东各省的销售额占比"))
    assert (found["where"], found["share"]) == (one("region", "华东"), {})


@pytest.mark.parametrize(
    ("question", "denied"),
    [
        ("customers that bought on tmall or jd this year but not through the app, how many are there", "channel"),
        ("上个月在门店买过、但同期没在APP买过的有多少人", "channel"),
        ("customers who bought in the past year but nothing in the last 90 days", None),
    ],
)
def test_the_same_deed_denied(wenke: Assistant, question: str, denied: str | None) -> None:
    filters = query(asked(wenke, question))["where"]["filters"]
    deeds = [f for f in filters if f.get("behaviour") == "purchase"]
    assert [f.get("did", True) for f in deeds] == [True, False]
    assert all("period" in f for f in deeds)
    assert denied is None or deeds[1]["where"]["member"] == denied


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("注册超过一年但从没下过单的客户", {"member": "register_date", "op": "<", "values": ["2025-10-20"]}),
        (
            "customers whose last order is more than 30 days ago",
            {"member": "last_order_date", "op": "<", "values": ["2026-09-20"]},
        ),
        (
            "high-value customers who last ordered before June 2026",
            {"member": "last_order_date", "op": "<", "values": ["2026-06-01"]},
        ),
    ],
)
def test_dates_of_people(wenke: Assistant, question: str, expected: dict[str, Any]) -> None:
    where = query(asked(wenke, question))["where"]
    assert expected in where.get("filters", [where])


@pytest.mark.parametrize(
    ("question", "behaviour", "least"),
    [
        ("近半年提过两次及以上工单的客户名单", "contact_service", 2),
        ("customers who raised 3 or more tickets in the last 90 days", "contact_service", 3),
        ("上个月复购的客户有多少", "purchase", 2),
    ],
)
def test_how_often(wenke: Assistant, question: str, behaviour: str, least: int) -> None:
    where = query(asked(wenke, question))["where"]
    assert (where["behaviour"], where["at_least"]) == (behaviour, least)
    assert "period" in where


def test_whose_number_it_is(wenke: Assistant) -> None:
    found = query(asked(wenke, "repurchase rate of customers acquired through Tmall"))
    assert (found["metrics"], found["where"]) == (metrics("repurchase_rate"), one("register_channel", "天猫"))
    assert query(asked(wenke, "新客数和复购率，今年"))["metrics"] == metrics("new_customers", "repurchase_rate")


def test_what_sells_best_goes_by_the_headline_metric_and_says_so(wenke: Assistant) -> None:
    answer = asked(wenke, "which brand sold the least in September")
    found = query(answer)
    assert (found["metrics"], found["group_by"], found["limit"]) == (metrics("sales"), by("brand"), 1)
    assert found["order"] == [{"by": "sales", "descending": False}]
    assert "No metric was named" in answer.text


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (
            ("上个月各大区的销售额", "华东的按城市拆开"),
            {"metrics": metrics("sales"), "group_by": by("city"), "where": one("region", "华东")},
        ),
        (("sales by region last month", "why is South China down"), {"metric": "sales", "where": one("region", "华南")}),
        (("how many high-value customers are there", "what did they spend last month"), {"where": one("value_tier", "高价值")}),
        (("上个月各大区的销售额", "只看钻石会员", "不要钻石了，看金卡"), {"where": one("member_level", "金卡")}),
        (("今年每月销售额", "哪个月最高"), {"limit": 1}),
        (("sales by region last month", "change it to orders"), {"metrics": metrics("order_count"), "group_by": by("region")}),
    ],
)
def test_a_follow_up_loses_nothing(wenke: Assistant, messages: tuple[str, ...], expected: dict[str, Any]) -> None:
    found = query(asked(wenke, *messages))
    assert {key: found.get(key) for key in expected} == expected


def test_a_further_metric_is_shown_beside_the_first(wenke: Assistant) -> None:
    answer = asked(wenke, "今年发送量最大的三个活动是啥，顺便给下打开率")
    found = query(answer)
    assert (found["metrics"], found["limit"], answer.parts) == (metrics("touch_count", "open_rate"), 3, ())


def test_the_order_is_that_of_the_window_that_was_tested(wenke: Assistant) -> None:
    found = query(asked(wenke, "流失风险高且近一年消费超过5000的客户，按消费降序"))
    assert (found["columns"], found["order"]) == (by("spend_365d"), [{"by": "spend_365d"}])


def test_a_price_is_never_added_up(wenke: Assistant) -> None:
    assert query(asked(wenke, "吊牌价最高的商品"))["metrics"] == [{"agg": "max", "member": "list_price"}]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("满意度为什么下降", "missing-period"),
        ("is the refund rate going up", "missing-period"),
        ("how many is that, by gender?", "no-context"),
        ("how many A-list customers do we have in Beijing?", "unread-words"),
        ("各城市等级的销售额", "unread-words"),
        ("how many emails did we send last month and how many were opened", None),
        ("how many tickets were resolved within a day", "unread-words"),
        ("低分评价主要集中在哪些门店", "unread-words"),
    ],
)
def test_rather_asked_than_guessed(wenke: Assistant, question: str, code: str | None) -> None:
    answer = asked(wenke, question)
    assert answer.status == "clarify"
    assert code is None or answer.error_code == code


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("set the price of all beauty products 10% lower", "refuse-write"),
        ("change the price of all shoes", "refuse-write"),
        ("Please issue a 50 yuan voucher to everybody who complained last week", "refuse-action"),
        ("How much rent are we paying on the Shanghai stores?", "refuse-outside"),
    ],
)
def test_orders_and_other_subjects_are_refused(wenke: Assistant, question: str, code: str) -> None:
    answer = asked(wenke, question)
    assert (answer.status, answer.error_code) == ("refused", code)


def test_a_why_without_a_period_offers_periods_that_answer(wenke: Assistant) -> None:
    answer = asked(wenke, "why did satisfaction fall")
    assert len(answer.choices) > 1
    assert all(choice.query is not None and choice.query.kind == "change" for choice in answer.choices)


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("members with a refunded order", "refunded_orders"),
        ("members with a ticket", "ticket_count"),
        ("customers with a closed ticket", "resolved_tickets"),
        ("how many customers with a closed ticket", "resolved_tickets"),
    ],
)
def test_people_with_one_are_not_all_people(wenke: Assistant, question: str, metric: str) -> None:
    found = query(asked(wenke, question))
    assert (found["where"]["metric"], found["where"]["op"], found["where"]["value"]) == (metric, ">=", 1.0)


def test_people_with_their_number_are_all_shown(wenke: Assistant) -> None:
    found = query(asked(wenke, "customers with their orders"))
    assert "where" not in found
    assert found["columns"]


@pytest.mark.parametrize("question", ["which members have open tickets", "members who still have an open ticket"])
def test_an_open_ticket_is_one_that_is_not_closed(wenke: Assistant, question: str) -> None:
    where = query(asked(wenke, question))["where"]
    assert where["behaviour"] == "contact_service"
    assert where["where"]["member"] == "ticket_status"


def test_an_urgency_of_things_is_not_one_of_the_asker(wenke: Assistant) -> None:
    answer = asked(wenke, "members with urgent tickets")
    assert answer.status == "clarify"
    assert "urgent" in answer.text


def test_an_assumed_period_names_its_last_day(wenke: Assistant) -> None:
    assert "2026-10-19" in asked(wenke, "复购率比去年同期高了多少").text
