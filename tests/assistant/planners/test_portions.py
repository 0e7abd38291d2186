"""Thresholds and parts that name no metric: scores, parts of what is counted, deeds of groups, what a number is per."""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, metrics, query


@pytest.mark.parametrize(
    "question",
    [
        "what % of survey answers were a 4 or a 5 in Q3",
        "三季度打4分5分的问卷占多少",
        "三季度4分及以上的问卷占多少",
        "share of surveys with a 4 or 5 in Q3",
    ],
)
def test_scores_without_a_name_are_those_of_the_rows(wenke: Assistant, question: str) -> None:
    """A count between 4 and 5 was looked for, and nothing found, until 2026-11-28."""
    (row,) = asked(wenke, question).rows
    assert row[-1] == pytest.approx(asked(wenke, "三季度满意率").rows[0][0])


def test_a_score_fits_the_scale_that_it_is_on(wenke: Assistant) -> None:
    where = {"打9分的问卷有多少": "nps_score", "打2分的问卷有多少": "csat_score"}
    for question, member in where.items():
        assert query(asked(wenke, question))["where"]["member"] == member


@pytest.mark.parametrize(
    "question", ["9月1分2分3分4分5分的问卷各多少份", "1到5分的问卷9月各有多少", "9月的问卷，满意度1到5分各多少份"]
)
def test_every_score_has_its_own_number(wenke: Assistant, question: str) -> None:
    assert query(asked(wenke, question))["group_by"] == by("csat_score")


def test_a_number_of_surveys_is_no_score(wenke: Assistant) -> None:
    found = query(asked(wenke, "stores with more than 20 surveys"))
    assert found["having"] == [{"by": "survey_count", "op": ">", "values": [20.0]}]


@pytest.mark.parametrize(
    ("question", "rate", "member"),
    [
        ("provinces where more than 5% of orders got cancelled last quarter", "cancel_rate", "province"),
        ("上季度超过5%的订单被取消的省份", "cancel_rate", "province"),
        ("哪些渠道有5%以上的订单退款", "refund_rate", "channel"),
        ("campaigns where over 30% of messages were opened this year", "open_rate", "campaign_name"),
    ],
)
def test_a_part_that_is_a_threshold_is_its_rate(wenke: Assistant, question: str, rate: str, member: str) -> None:
    found = query(asked(wenke, question))
    assert (found["metrics"], found["group_by"], found["having"][0]["by"]) == (metrics(rate), by(member), rate)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        (
            "avg first response per ticket type last month, plus how many of them got resolved in %",
            ("first_response", "resolution_rate"),
        ),
        ("上个月工单多少，解决了百分之几", ("ticket_count", "resolution_rate")),
        ("上个月发了多少条消息，打开的占多少", ("touch_count", "open_rate")),
        ("how many orders and what % got refunded last month", ("order_count", "refund_rate")),
        (
            "how many messages were sent per campaign this year and what share led to an order",
            ("touch_count", "campaign_conversion"),
        ),
    ],
)
def test_a_part_beside_a_number_is_its_rate(wenke: Assistant, question: str, names: tuple[str, ...]) -> None:
    """Only one of the two was shown, or the first was limited to the part, until 2026-11-28."""
    assert query(asked(wenke, question))["metrics"] == [each for name in names for each in metrics(name)]


@pytest.mark.parametrize(
    "question",
    [
        "how many people bought last quarter, and what % came back",
        "how many women bought beauty last month and what did they spend",
        "8月有多少金卡买了鞋，一共花了多少钱",
        "九月新客有多少，其中女的几个",
    ],
)
def test_two_numbers_of_which_one_could_be_shown_are_asked_about(wenke: Assistant, question: str) -> None:
    assert wenke.ask(question, role="manager").status == "clarify"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("8月华东有多少人下单，退款率多少", ("buyers", "refund_rate")),
        ("how many people ordered in August and what was the refund rate", ("buyers", "refund_rate")),
        ("how many gold members bought in August, and how much did they spend", ("buyers", "sales")),
        ("上个月有多少钻石会员下单，花了多少", ("buyers", "sales")),
    ],
)
def test_people_are_counted_where_they_did_it(wenke: Assistant, question: str, names: tuple[str, ...]) -> None:
    """All customers of East China were counted, or none at all, until 2026-11-28."""
    found = query(asked(wenke, question))
    assert found["metrics"] == [each for name in names for each in metrics(name)]
    assert found["period"] is not None


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("8月投诉满5件的城市", "complaints"),
        ("哪些城市8月投诉满5件", "complaints"),
        ("which cities complained more than 4 times in August", "complaints"),
        ("9月下单满100单的城市", "order_count"),
    ],
)
def test_what_is_done_so_often_in_a_place(wenke: Assistant, question: str, metric: str) -> None:
    found = query(asked(wenke, question))
    assert (found["group_by"], found["having"][0]["by"]) == (by("city"), metric)


def test_people_who_did_it_so_often_are_people(wenke: Assistant) -> None:
    found = query(asked(wenke, "退货满3次的客户"))
    assert found["entity"] == "customer"
    assert query(asked(wenke, "Which cities had at least 700 orders this year?"))["having"][0]["by"] == "order_count"


# --- what a number is per ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "Who spends more per order this year, men or women?",
        "do men or women spend more per order this year",
        "spend per order by gender this year",
    ],
)
def test_money_per_order_is_no_total(wenke: Assistant, question: str) -> None:
    """per order was dropped in silence until 2026-11-28."""
    assert query(asked(wenke, question))["metrics"] == metrics("aov")


@pytest.mark.parametrize(
    "question", ["Who spends more on average, men or women?", "which spends more on average, gold or diamond members"]
)
def test_money_on_average_is_per_person(wenke: Assistant, question: str) -> None:
    assert query(asked(wenke, question))["metrics"] == metrics("arpu")


@pytest.mark.parametrize(
    "question", ["tickets per customer by region", "spend per visit by level", "visits per customer last month"]
)
def test_a_ratio_that_nobody_declared_is_asked_about(wenke: Assistant, question: str) -> None:
    assert wenke.ask(question, role="manager").status == "clarify"


@pytest.mark.parametrize(
    ("question", "member"), [("orders per store this year", "store_name"), ("sales per campaign", "campaign_name")]
)
def test_things_that_numbers_are_broken_down_by_are_no_ratio(wenke: Assistant, question: str, member: str) -> None:
    assert query(asked(wenke, question))["group_by"] == by(member)


@pytest.mark.parametrize(
    "question", ["上个月销售额前三的门店，哪些客户买的", "which customers bought at the top 3 stores last month"]
)
def test_which_people_is_no_ranking_of_stores(wenke: Assistant, question: str) -> None:
    """The three stores were told, and nobody who bought there, until 2026-11-28."""
    assert wenke.ask(question, role="admin").status == "clarify"


@pytest.mark.parametrize(
    "question",
    [
        "Of the people who opened one of our campaign messages sent in September, how many bought something in that same month?",
        "九月打开过活动消息的人里，当月又下单的有多少",
    ],
)
def test_the_time_of_a_deed_is_not_left_to_a_number_that_knows_none(wenke: Assistant, question: str) -> None:
    """The period stood in the answer and limited nothing, until 2026-11-28."""
    deeds = query(asked(wenke, question))["where"]["filters"]
    assert [deed["period"] for deed in deeds] == [{"start": "2026-09-01", "end": "2026-10-01"}] * 2


def test_a_value_behind_what_was_done_is_of_people(wenke: Assistant) -> None:
    deeds = [part.get("behaviour") for part in query(asked(wenke, "近30天下过单但没投诉的金卡有多少"))["where"]["filters"]]
    assert deeds == ["purchase", "complain", None]


def test_how_long_rows_took_is_no_number_of_them(wenke: Assistant) -> None:
    """It was how many complaints have such a time, until 2026-11-28."""
    assert query(asked(wenke, "average time to resolve complaints in Q3"))["metrics"] == metrics("resolution_time")


def test_rows_said_behind_rates_are_no_further_number(wenke: Assistant) -> None:
    found = query(asked(wenke, "click rate and campaign conversion for each campaign type, messages sent in september"))
    assert found["metrics"] == [*metrics("click_rate"), *metrics("campaign_conversion")]
    assert found["period"] == {"start": "2026-09-01", "end": "2026-10-01"}


def test_good_customers_are_no_goods(wenke: Assistant) -> None:
    """They were 864 products until 2026-11-28."""
    assert wenke.ask("pull me the good customers", role="ops").status == "clarify"


def test_what_is_said_of_people_is_of_each_group_of_them(wenke: Assistant) -> None:
    """It was how those who ordered spread over the regions, until 2026-11-28."""
    found = query(asked(wenke, "what share of gold members ordered in the last 30 days, by region"))
    assert found["share"]["part"]["behaviour"] == "purchase"
    assert found["where"] == {"member": "member_level", "op": "=", "values": ["金卡"]}
