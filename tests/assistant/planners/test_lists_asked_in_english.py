"""Customer lists and the size of segments as an operations colleague asks for them in English: each beside the plain question."""

import pytest

from assistant.app import Assistant
from tests.assistant.planners.test_read_wrongly_once import assert_same_rows, told

PLAIN_COUPON = "promo-sensitive customers whose favourite category is beauty, with member level and last order date"
WIN_BACK = "customers with at least 3 orders ever and no order in the last 180 days"
GUANGZHOU = "women aged 25-34 in Guangzhou who are gold or above, with preferred category"

SAME = [
    # what the list is for adds no condition
    (f"coupon list: {PLAIN_COUPON.replace(', with', ', show')}", PLAIN_COUPON),
    (f"birthday mailing: {GUANGZHOU}", GUANGZHOU),
    (
        "upgrade candidates: silver, at least 6 orders in the last 365 days",
        "silver members with at least 6 orders in the last 365 days",
    ),
    ("audience for the double 11 text: frequent buyers who agreed to marketing", "frequent buyers who agreed to marketing"),
    (
        "loyal customers, satisfied, never complained - referral list please",
        "loyal customers who are satisfied and never complained",
    ),
    (
        "early adopters in Beijing who bought beauty in the last 90 days, for the new product trial",
        "early adopters in Beijing who bought beauty in the last 90 days",
    ),
    ("list diamond members in Shanghai so we can call them next week", "list diamond members in Shanghai"),
    (
        "who signed up in the last 90 days and has ordered exactly once? want to send them a second-order coupon",
        "customers who signed up in the last 90 days and ordered exactly once",
    ),
    (
        "high-value customers who complained in the last 90 days, leave them out of the next blast - list please",
        "list high-value customers who complained in the last 90 days",
    ),
    # a note that names nobody
    ("bought beauty but never home - how many are they", "how many customers bought beauty but never home"),
    ("ordered in September but not in October", "customers who ordered in September but not in October"),
    (
        "received an sms in the last 30 days but didn't open it",
        "customers who received an sms in the last 30 days but didn't open it",
    ),
    ("refunded 3 or more times this year", "customers who refunded 3 or more times this year"),
    ("win-back list: at least 3 orders ever but nothing in the last 180 days", WIN_BACK),
    ("whose last order was between 60 and 90 days ago", "customers whose last order was between 2026-07-22 and 2026-08-21"),
    ("last order more than 120 days ago, gold", "gold members whose last order was more than 120 days ago"),
    (
        "opened a campaign in September but no order since, how many",
        "how many customers opened a campaign in September but have not ordered since",
    ),
    ("bought on double 11 but not since", "customers who bought on double 11 but not since 2025-11-12"),
    # columns and order
    (
        "list the gold and diamond members who complained in the last 30 days, with their level and what they spent in the last 365 days",
        "list gold or diamond members who complained in the last 30 days, with member level and spend in the last 365 days",
    ),
    (
        "unhappy gold members who might leave us soon - give me the list with last order date and how many tickets they raised "
        "in the last 180 days",
        "unhappy gold members who are at risk, with last order date and tickets in the last 180 days",
    ),
    ("diamonds that have gone cold, last order date and spend please", "dormant diamond members, with last order date and spend"),
    ("top 10 customers by number of orders in the last 90 days", "top 10 customers by orders in the last 90 days"),
    ("top 30 by lifetime spend among at-risk customers, with city", "top 30 at-risk customers by lifetime spend, with city"),
    # loose names
    ("top 20 mini-program fans by lifetime spend", "top 20 customers who prefer the mini-program by lifetime spend"),
    ("how many beauty lovers do we have in Shanghai", "how many customers in Shanghai prefer beauty"),
    ("one-time buyers who live in Hangzhou", "customers in Hangzhou with exactly 1 lifetime order"),
    ("segment size: women, 35-44, East China, prefer home", "how many women aged 35-44 in East China prefer home"),
    ("customers with open tickets", "customers who have a ticket still in progress"),
    ("gold members with tickets still in progress", "gold members who have a ticket still in progress"),
    (
        "customers who cancelled 2 or more orders in the last 90 days",
        "customers who cancelled at least twice in the last 90 days",
    ),
    ("who paid by Alipay only", "customers who paid only by Alipay"),
    ("gold members with latest csat of 1", "gold members with latest csat of at most 1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_both_say_the_same(quiet: Assistant, one: str, other: str) -> None:
    assert_same_rows(told(quiet, one), told(quiet, other))


def test_a_list_goes_by_a_date(quiet: Assistant) -> None:
    """Sorted by last order date: the people in that order, and not how many there are of each day."""
    for question in (
        "churned gold members sorted by last order date, oldest first",
        "churned gold members with last order date, oldest first",
        "list churned gold members by last order date, oldest first",
    ):
        answer = quiet.ask(question)
        dates = [row[1] for row in answer.rows if row[1] is not None]
        assert len(dates) > 100, question
        assert dates == sorted(dates), question


def test_what_was_done_is_no_purpose(quiet: Assistant) -> None:
    """opened the email for the new product trial: that campaign's, though a list may also be for a trial."""
    answer = quiet.ask("who opened the email for the new product trial")
    assert len(answer.rows) < len(quiet.ask("who opened an email").rows)
    assert quiet.ask("click rate for the double 11 sms").rows == quiet.ask("click rate of sms on double 11").rows


def test_columns_and_order_of_what_is_shown(quiet: Assistant) -> None:
    """add number of tickets in the last 180 days, sort by it, most recent first: of the list."""
    thread = quiet.thread()
    thread.ask("list diamond members with a complaint this year")
    added = thread.ask("add number of tickets in the last 180 days")
    assert {len(row) for row in added.rows} == {2}
    numbers = [row[1] for row in thread.ask("sort by it").rows]
    assert len(numbers) > 10
    assert numbers == sorted(numbers, reverse=True)
    dated = thread.ask("add last order date")
    assert {len(row) for row in dated.rows} == {3}
    dates = [row[2] for row in thread.ask("most recent first").rows if row[2] is not None]
    assert dates == sorted(dates, reverse=True)


def test_a_number_of_what_was_done_is_nobodys(quiet: Assistant) -> None:
    """复购客单价, repurchase AOV: asked about, and no list of people with an AOV."""
    for question in ("复购客单价", "repurchase aov", "repurchase orders last month"):
        answer = quiet.ask(question)
        assert answer.status == "clarify" or not answer.columns or answer.columns[0].name != "customer_id", question


def test_a_note_goes_on_from_a_list(quiet: Assistant) -> None:
    """Behind a list a note without a subject is of those people, or asked about; never of everybody."""
    thread = quiet.thread()
    shown = {row[0] for row in thread.ask("list diamond members in Shanghai").rows}
    answer = thread.ask("ordered in September but not in October")
    assert answer.status == "clarify" or {row[0] for row in answer.rows} <= shown
