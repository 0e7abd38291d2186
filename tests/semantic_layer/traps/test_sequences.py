"""Who did something after something else: order in time, the same row, the last of several, windows, rights."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from semantic_layer.query import Behaviour, Not, Or, Period, Predicate, Records
from tests.semantic_layer.traps.tiny import Tiny, join, table, tiny


@pytest.fixture(scope="module")
def shop() -> Tiny:
    """1 complained, then bought; 2 bought, then complained; 3 complained, bought, complained; 4 bought x and y at once, then y."""
    return tiny(
        {
            "people": table("id integer, grp text, joined date", "joined"),
            "orders": table("order_id integer, person integer, at timestamp, state text", "at"),
            "items": table("item_id integer, order_id integer, kind text"),
            "tickets": table("ticket_id integer, person integer, opened timestamp", "opened"),
            "last_notes": table("note_id integer, person integer, written timestamp", "written"),
        },
        {
            "people": [(i, "A" if i < 3 else "B", "2026-01-01") for i in range(1, 6)],
            "orders": [
                (1, 1, "2026-02-05 10:00:00", "ok"),
                (2, 2, "2026-02-01 10:00:00", "ok"),
                (3, 3, "2026-02-05 10:00:00", "ok"),
                (4, 4, "2026-02-01 10:00:00", "ok"),
                (5, 4, "2026-02-09 10:00:00", "ok"),
                (6, 5, "2026-02-09 10:00:00", "no"),
                (7, None, "2026-02-09 10:00:00", "ok"),
            ],
            "items": [(1, 1, "x"), (2, 2, "x"), (3, 3, "y"), (4, 4, "x"), (5, 4, "y"), (6, 5, "y"), (7, 6, "x")],
            "tickets": [
                (1, 1, "2026-02-01 10:00:00"),
                (2, 2, "2026-02-03 10:00:00"),
                (3, 3, "2026-02-01 10:00:00"),
                (4, 3, "2026-02-07 10:00:00"),
                (5, None, "2026-02-01 10:00:00"),
            ],
            "last_notes": [(1, 1, "2026-02-06 10:00:00")],
        },
        joins=[
            join("orders", "people", "person=id"),
            join("items", "orders", "order_id=order_id", detail=True),
            join("tickets", "people", "person=id"),
            join("last_notes", "people", "person=id"),
        ],
        dimensions={"id": {"table": "people", "type": "integer"}, "kind": {"table": "items"}},
        behaviours={
            "buy": {"table": "orders", "entity": "member", "where": "state = 'ok'"},
            "complain": {"table": "tickets", "entity": "member"},
            "note": {"table": "last_notes", "entity": "member"},
        },
        roles={"only_a": {"rows": [{"table": "people", "where": "grp = 'A'"}], "may_list": True}},
    )


def kind(value: str) -> Predicate:
    return Predicate(member="kind", op="=", values=(value,))


def who(shop: Tiny, behaviour: str, after: Behaviour, role: str = "all", **more: Any) -> list[int]:
    rows = shop.ask(Records(entity="member", where=Behaviour(behaviour=behaviour, after=after, **more)), role)
    return [row[0] for row in rows]


COMPLAINED = Behaviour(behaviour="complain")


def test_what_came_before_is_no_after(shop: Tiny) -> None:
    """2 bought before the complaint only: an `and` of both would count 2."""
    assert who(shop, "buy", COMPLAINED) == [1, 3]
    assert who(shop, "complain", Behaviour(behaviour="buy")) == [2, 3]


def test_nothing_after_means_after_the_last(shop: Tiny) -> None:
    """3 bought after the first complaint, and not after the second; 4 never complained."""
    assert who(shop, "buy", COMPLAINED, did=False) == [2, 3]
    never = Not(filter=Behaviour(behaviour="buy", did=False, after=COMPLAINED))
    assert [row[0] for row in shop.ask(Records(entity="member", where=never))] == [1, 4, 5]


def test_one_row_is_not_after_itself(shop: Tiny) -> None:
    """4 bought x and y in one order, and y again later; nobody else bought twice."""
    assert who(shop, "buy", Behaviour(behaviour="buy")) == [4]
    assert who(shop, "buy", Behaviour(behaviour="buy", where=kind("x")), where=kind("y")) == [4]
    assert who(shop, "buy", Behaviour(behaviour="buy", where=kind("y")), where=kind("x")) == []


def test_a_window_ends(shop: Tiny) -> None:
    """Both bought 4 days after the complaint: days are those of the calendar, as people count them."""
    assert who(shop, "buy", COMPLAINED, within_days=4) == [1, 3]
    assert who(shop, "buy", COMPLAINED, within_days=3) == []
    assert who(shop, "buy", COMPLAINED, within_days=3, did=False) == [1, 2, 3]


def test_a_number_of_times_counts_what_came_after(shop: Tiny) -> None:
    assert who(shop, "buy", Behaviour(behaviour="buy", where=kind("x")), at_least=2) == []
    assert who(shop, "complain", COMPLAINED, at_most=1) == [3]


def test_three_deeds_in_a_row(shop: Tiny) -> None:
    assert who(shop, "complain", Behaviour(behaviour="buy", after=COMPLAINED)) == [3]
    assert who(shop, "note", Behaviour(behaviour="buy", after=COMPLAINED), did=False) == [3]


def test_names_of_ours_hide_no_table(shop: Tiny) -> None:
    """A table is called last_notes, as the inner side of "nothing after the last" might be."""
    assert who(shop, "note", Behaviour(behaviour="buy"), did=False) == [2, 3, 4]
    assert who(shop, "note", Behaviour(behaviour="buy")) == [1]


def test_rows_of_others_stay_hidden(shop: Tiny) -> None:
    assert who(shop, "buy", COMPLAINED, "only_a") == [1]
    either = Or(filters=(Behaviour(behaviour="buy", after=COMPLAINED), Behaviour(behaviour="note")))
    assert [row[0] for row in shop.ask(Records(entity="member", where=either), "only_a")] == [1]


@pytest.mark.parametrize(
    "wrong",
    [{"within_days": 3}, {"after": Behaviour(behaviour="buy", did=False)}, {"after": Behaviour(behaviour="buy", at_least=2)}],
)
def test_what_has_no_meaning_is_no_value(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Behaviour(behaviour="buy", **wrong)


def first(shop: Tiny, **more: Any) -> list[int]:
    rows = shop.ask(Records(entity="member", where=Behaviour(behaviour="buy", first=True, **more)))
    return [row[0] for row in rows]


def test_the_first_one_of_all_is_what_is_told_of(shop: Tiny) -> None:
    """4's first order had x and y; the later one, of y alone, is no first order. An order that is not ok (5's) is none."""
    assert first(shop) == [1, 2, 3, 4]
    assert first(shop, where=kind("y")) == [3, 4]
    february = Period(start=date(2026, 2, 2), end=date(2026, 3, 1))
    assert first(shop, period=february) == [1, 3]  # 4 bought in it as well, and before
    assert first(shop, period=february, did=False) == [2, 4, 5]
    assert first(shop, where=kind("y"), period=february) == [3]


def test_something_comes_after_the_first_one(shop: Tiny) -> None:
    begun = Behaviour(behaviour="buy", first=True)
    assert who(shop, "buy", begun) == [4]
    assert who(shop, "buy", begun, within_days=7) == []
    assert who(shop, "buy", begun, within_days=8) == [4]
    assert who(shop, "complain", Behaviour(behaviour="buy", first=True, where=kind("x"))) == [2]
    assert who(shop, "buy", Behaviour(behaviour="complain", first=True)) == [1, 3]


@pytest.mark.parametrize("wrong", [{"at_least": 2}, {"at_most": 1}, {"after": COMPLAINED}])
def test_the_first_one_is_one_and_behind_nothing(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Behaviour(behaviour="buy", first=True, **wrong)
