"""What single questions say once more, or in words of their own: definitions beside a name, how many did it once, twice and so on, the
kind of a number, the middle order, all scores, fuller names of what is counted, the last Double 11."""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, metrics, query
from tests.assistant.planners.test_read_wrongly_once import told


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("share of happy survey answers (4 or 5) per touchpoint, Q3", "satisfied share by touchpoint in Q3"),
        ("share of happy customers (score 4 or 5) by touchpoint in Q3", "satisfied share by touchpoint in Q3"),
        ("satisfied share, i.e. 4 or 5 points, by touchpoint, Q3", "satisfied share by touchpoint in Q3"),
        ("satisfaction rate (score of 4 or higher) by touchpoint in Q3", "satisfied share by touchpoint in Q3"),
        ("满意率（即4分及以上）按触点，三季度", "satisfied share by touchpoint in Q3"),
        ("refund rate (refunded orders out of all non-cancelled ones) by channel in Q3", "refund rate by channel in Q3"),
        ("退款率（退款订单/未取消订单）按渠道，三季度", "refund rate by channel in Q3"),
        ("repurchase rate (2+ orders) by channel in Q3", "repurchase rate by channel in Q3"),
        ("click rate (clicks / sends) by touch channel in September", "click rate by touch channel in September"),
        ("net promoter score (promoters minus detractors) by touchpoint in Q3", "NPS by touchpoint in Q3"),
    ],
)
def test_a_definition_beside_its_name_says_nothing_new(wenke: Assistant, question: str, plain: str) -> None:
    assert query(asked(wenke, question)) == query(asked(wenke, plain))


@pytest.mark.parametrize(
    "question",
    [
        "share of happy answers (3 or more) by touchpoint in Q3",
        "share of happy answers (5 only) by touchpoint in Q3",
        "repurchase rate (at least three orders) by channel in Q3",
        "refund rate (refunded orders of all orders) by channel in Q3",
    ],
)
def test_another_definition_is_asked_about(wenke: Assistant, question: str) -> None:
    assert wenke.ask(question).error_code == "unread-words"


def test_what_stands_in_brackets_may_also_be_asked_for(wenke: Assistant) -> None:
    found = query(asked(wenke, "AOV (sales and orders too) by channel in September"))
    assert found["metrics"] == metrics("aov", "sales", "order_count")
    limited = query(asked(wenke, "satisfied share (at least 100 surveys) by touchpoint in Q3"))
    assert limited["where"]["groups"]["having"][0]["values"] == [100.0]


@pytest.mark.parametrize(
    ("question", "metric", "edges"),
    [
        ("how many customers placed one order last quarter, how many two, three and so on?", "order_count", None),
        ("how many buyers had 1 order, 2 orders, 3 orders and so on in Q3", "order_count", None),
        ("how many customers ordered once last quarter, twice, three times etc?", "order_count", None),
        ("number of customers with 1 ticket, 2 tickets, 3 and so on in Q3", "ticket_count", None),
        ("how many customers complained once in Q3, how many twice, how many three times or more", "complaints", [1.0, 2.0, 3.0]),
        ("number of people with 1 complaint, 2 complaints, 3 and more in Q3", "complaints", [1.0, 2.0, 3.0]),
        (
            "split all customers by how many orders they placed in Q3: none, 1, 2-3, 4 or more",
            "order_count",
            [0.0, 1.0, 2.0, 4.0],
        ),
        ("customers by ticket count in Q3: none, 1, 2, 3 or more", "ticket_count", [0.0, 1.0, 2.0, 3.0]),
        ("三季度没下单、下1单、下2单、下3单以上的客户各有多少", "order_count", [0.0, 1.0, 2.0, 3.0]),
    ],
)
def test_how_many_did_it_so_often(wenke: Assistant, question: str, metric: str, edges: list[float] | None) -> None:
    answer = asked(wenke, question)
    (group,) = query(answer)["group_by"]
    assert (group["metric"], group.get("edges"), group.get("width")) == (metric, edges, None if edges else 1.0)
    assert group["period"] == {"start": "2026-07-01", "end": "2026-10-01"}
    assert answer.rows[0][0] in ((0, "0") if edges and not edges[0] else (1, "1"))
    if edges and not edges[0]:
        assert sum(row[1] for row in answer.rows) == asked(wenke, "客户数").rows[0][0]


def test_none_is_no_number_of_a_tag(wenke: Assistant) -> None:
    found = query(asked(wenke, "按近一年订单数分：没有、1单、2到3单、4单以上，各多少客户"))
    assert found["group_by"] == [{"member": "orders_365d", "edges": [0.0, 1.0, 2.0, 4.0]}]


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        (
            "opens, clicks and conversions as rates for each touch channel in September",
            "open rate, click rate and campaign conversion rate by touch channel in September",
        ),
        ("cancellations as a rate by channel in Q3", "cancellation rate by channel in Q3"),
        ("complaints as a rate of orders by channel in Q3", "complaint rate by channel in Q3"),
        (
            "which channel has the best open rate in September, and the rate itself",
            "which channel has the best open rate in September",
        ),
        (
            "for every region, the channel where the return rate was highest last quarter, and what rate was it?",
            "for every region, the channel with the highest return rate last quarter",
        ),
        ("median order by member level this year", "median order amount by member level this year"),
        ("what's the middle order amount for each member level this year?", "median order amount by member level this year"),
        (
            "median order amount by member level this year, half the orders bigger and half smaller",
            "median order amount by member level this year",
        ),
        ("各会员等级今年订单金额的中间数是多少", "median order amount by member level this year"),
        (
            "the median time until our first answer to a complaint, by region, Q3",
            "median first response time of complaints by region in Q3",
        ),
        (
            "what score do customers give us on their tickets, on average, by ticket type? Q3",
            "ticket rating by ticket type in Q3",
        ),
        ("open rate by touch channel, wake-up coupons sent in Q3", "open rate by touch channel of wake-up coupons in Q3"),
        ("tickets of the service team by type in September", "tickets by type in September"),
        ("how many pieces went over the counter in September", "units sold over the counter in September"),
        ("orders per channel during the last Double 11", "orders by channel during Double 11 2025"),
        ("上一个双十一各渠道订单数", "2025年双十一各渠道订单数"),
        ("National Day sales against last year's holiday", "National Day sales against last year's National Day"),
        ("sales over National Day vs the same holiday in 2025", "sales over National Day vs National Day in 2025"),
        ("orders on an average weekday in Q3", "average daily orders on weekdays in Q3"),
        ("what did the stores take yesterday", "how much did the stores take yesterday"),
    ],
)
def test_said_in_other_words(wenke: Assistant, question: str, plain: str) -> None:
    first, other = asked(wenke, question), asked(wenke, plain)
    assert (query(first)["metrics"], sorted(map(str, first.rows))) == (query(other)["metrics"], sorted(map(str, other.rows)))


def test_show_the_rates_shows_all_of_them(wenke: Assistant) -> None:
    found = query(asked(wenke, "Which touch channel gets opened most? Show the rates for September"))
    assert (found["metrics"], found.get("limit")) == (metrics("open_rate"), None)


def test_the_last_one_that_may_be_two_is_asked_about(wenke: Assistant) -> None:
    assert wenke.ask("sales on the last National Day").error_code == "unread-words"


def test_every_score_is_a_row(wenke: Assistant) -> None:
    latest = asked(wenke, "How many customers gave us a 1, 2, 3, 4 or 5 in their latest satisfaction survey?")
    assert query(latest)["group_by"] == [{"member": "latest_csat", "width": 1.0}]
    assert len(latest.rows) == 5
    tickets = asked(wenke, "how did people score our tickets last month, from 1 to 5")
    assert (query(tickets)["group_by"], len(tickets.rows)) == ([{"member": "satisfaction_score"}], 5)


def test_a_first_reply_within_some_minutes(wenke: Assistant) -> None:
    found = query(asked(wenke, "what % of last month's tickets got a first reply within 30 minutes?"))
    assert found["share"]["part"] == {"member": "first_response_minutes", "op": "<=", "values": [30]}


@pytest.mark.parametrize(
    "said",
    [
        "minutes until we first replied",
        "average time before the first answer",
        "how long till our first response",
        "time until first reply",
    ],
)
def test_the_time_until_something_is_the_time_to_it(quiet: Assistant, said: str) -> None:
    assert told(quiet, f"{said} by ticket type last month") == told(quiet, "first response time by ticket type last month")
