"""The mean per day, per hall: days without anything count, nobody's hall does not, who came twice counts on each day.

visits, 1 to 4 March (nothing on the 3rd), minutes: on the 1st Ann in A (30) and in B (10), Bob in A (20); on the 2nd Ann in A (40);
on the 4th Bob nowhere (100). On 27 February Ann in A (8).
"""

from datetime import date

import pytest

from semantic_layer.query import (
    Aggregate,
    ByDimension,
    ByTime,
    ByTimePart,
    Compare,
    Having,
    MetricUse,
    Order,
    Period,
    Predicate,
    Share,
)
from tests.semantic_layer.traps.test_second_look import codes
from tests.semantic_layer.traps.tiny import Tiny, join, table, tiny

MARCH = Period(start=date(2026, 3, 1), end=date(2026, 3, 5))
DAY, HALL = ByTime(grain="day"), ByDimension(member="hall")


@pytest.fixture(scope="module")
def club() -> Tiny:
    return tiny(
        {
            "members": table("member_id integer"),
            "visits": table("id integer, member_id integer, at date, hall text, minutes integer", "at"),
        },
        {
            "members": [(1,), (2,)],
            "visits": [
                (1, 1, "2026-03-01", "A", 30), (2, 1, "2026-03-01", "B", 10), (3, 2, "2026-03-01", "A", 20),
                (4, 1, "2026-03-02", "A", 40), (5, 2, "2026-03-04", None, 100), (6, 1, "2026-02-27", "A", 8),
            ],
        },
        joins=[join("visits", "members", "member_id=member_id")],
        dimensions={
            "hall": {"table": "visits"},
            "weekend": {"table": "visits", "expr": "CASE WHEN isodow(at) >= 6 THEN 'yes' ELSE 'no' END"},
        },
        measures={
            "minutes": {"table": "visits", "agg": "sum", "expr": "minutes"},
            "visits": {"table": "visits", "agg": "count"},
            "visitors": {"table": "visits", "agg": "count_distinct", "expr": "member_id"},
        },
        metrics={
            "minutes": {"kind": "simple", "measure": "minutes"},
            "visits": {"kind": "simple", "measure": "visits", "format": "integer"},
            "visitors": {"kind": "simple", "measure": "visitors"},
            "members": {"kind": "simple", "measure": "visits", "timeless": True},
            "regulars": {"kind": "members", "entity": "member", "metric": "visits", "at_least": 2},
            "minutes_per_visit": {"kind": "ratio", "numerator": "minutes", "denominator": "visits"},
        },
    )  # fmt: skip


def per(group: ByTime | ByDimension, *names: str, period: Period | None = MARCH, **more: object) -> Aggregate:
    return Aggregate(metrics=tuple(MetricUse(metric=n, per=group) for n in names), period=period, **more)


def test_a_day_without_anything_counts(club: Tiny) -> None:
    assert club.ask(per(DAY, "minutes", "visits")) == [(50, 1.25)]


def test_who_came_twice_a_day_counts_once_and_on_each_day(club: Tiny) -> None:
    """2 on the 1st, 1 on the 2nd, 1 on the 4th: not 2 visitors over 4 days."""
    assert club.ask(per(DAY, "visitors")) == [(1.0,)]
    assert club.ask(per(DAY, "visitors", "minutes")) == [(1.0, 50)]


def test_members_who_reach_a_number_each_day(club: Tiny) -> None:
    """Ann came twice on the 1st; over the four days Bob came twice too."""
    assert club.ask(per(DAY, "regulars")) == [(0.25,)]


def test_in_each_group_every_day_counts(club: Tiny) -> None:
    assert club.ask(per(DAY, "minutes", group_by=(HALL,))) == [("A", 22.5), ("B", 2.5), (None, 25)]
    assert club.ask(per(DAY, "visitors", group_by=(HALL,))) == [("A", 0.75), ("B", 0.25), (None, 0.25)]


def test_a_hall_without_a_name_is_none(club: Tiny) -> None:
    """100 minutes nowhere are no minutes of a hall."""
    assert club.ask(per(HALL, "minutes")) == [(50,)]
    assert club.ask(per(HALL, "visitors")) == [(1.5,)]


def test_it_is_compared_ordered_tested_and_shared_like_any_number(club: Tiny) -> None:
    february = Compare(kind="period", period=Period(start=date(2026, 2, 27), end=date(2026, 3, 1)))
    assert club.ask(per(DAY, "minutes", compare=february)) == [(50, 4, 11.5)]
    top = per(DAY, "minutes", group_by=(HALL,), order=(Order(by="minutes"),), limit=1)
    assert club.ask(top) == [("A", 22.5)]
    over = per(DAY, "minutes", group_by=(HALL,), having=(Having(by="minutes", op=">", values=(22,)),))
    assert club.ask(over) == [("A", 22.5), (None, 25)]
    assert club.ask(per(DAY, "minutes", share=Share(), group_by=(HALL,)))[0] == ("A", 22.5, 0.45)


def test_beside_the_whole(club: Tiny) -> None:
    both = Aggregate(metrics=(MetricUse(metric="minutes"), MetricUse(metric="minutes", per=DAY, name="daily")), period=MARCH)
    assert club.ask(both) == [(200, 50)]


@pytest.mark.parametrize(("grain", "groups"), [("week", 2), ("month", 2), ("quarter", 1), ("year", 1)])
def test_every_bucket_that_is_touched_counts(club: Tiny, grain: str, groups: int) -> None:
    """27 February to 4 March 2026: two weeks (Sunday 1 March ends the first), two months, one quarter."""
    since = Period(start=date(2026, 2, 27), end=date(2026, 3, 5))
    assert club.ask(per(ByTime(grain=grain), "minutes", period=since)) == [(208 / groups,)]


def test_what_has_no_mean_is_refused(club: Tiny) -> None:
    assert codes(club, per(DAY, "minutes_per_visit")) == {"no-mean"}
    assert codes(club, per(DAY, "members")) == {"no-mean"}  # what there is at any time is not shared out over days
    assert codes(club, per(DAY, "members", period=None)) == {"no-mean"}  # no time would help
    assert codes(club, per(DAY, "minutes", period=None)) == {"mean-needs-period"}
    assert codes(club, per(DAY, "minutes", period=Period(start=date(2026, 3, 1)))) == {"mean-needs-period"}


def test_in_each_month_its_own_days_count(club: Tiny) -> None:
    """Two days of February in the period, four of March; three weeks of which two touch March."""
    since = Period(start=date(2026, 2, 27), end=date(2026, 3, 5))
    found = club.ask(per(DAY, "minutes", "visitors", period=since, group_by=(ByTime(grain="month"),)))
    assert found == [(date(2026, 2, 1), 4, 0.5), (date(2026, 3, 1), 50, 1)]
    weeks = club.ask(per(ByTime(grain="week"), "minutes", period=since, group_by=(ByTime(grain="month"),)))
    assert weeks == [(date(2026, 2, 1), 8), (date(2026, 3, 1), 100)]
    assert codes(club, per(ByTime(grain="month"), "minutes", group_by=(DAY,))) == {"no-mean"}


def test_of_each_weekday_as_many_as_there_are(club: Tiny) -> None:
    """1 March 2026 is a Sunday, 8 March another one without anything."""
    two_weeks = Period(start=date(2026, 3, 1), end=date(2026, 3, 9))
    found = club.ask(per(DAY, "minutes", period=two_weeks, group_by=(ByTimePart(part="weekday"),)))
    assert found == [(1, 40), (3, 100), (7, 30)]


def test_where_days_are_picked_only_those_count(club: Tiny) -> None:
    """60 minutes on the one Sunday; 140 on two of three working days."""
    weekend = Predicate(member="weekend", op="=", values=("yes",))
    assert club.ask(per(DAY, "minutes", where=weekend)) == [(60,)]
    assert club.ask(per(DAY, "minutes", group_by=(ByDimension(member="weekend"),))) == [("no", 70), ("yes", 60)]


def test_compared_by_month_is_refused(club: Tiny) -> None:
    month = per(DAY, "minutes", group_by=(ByTime(grain="month"),), compare=Compare(kind="previous_period"))
    assert codes(club, month) == {"no-mean"}
