"""Tags: the profile equals the reference views of retail row by row, and the awkward edges come out right in a gym."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlglot import exp

from prompts import issue_text
from semantic_layer.errors import ModelError, UnsafeSQLError
from semantic_layer.model import Entity, SemanticModel
from semantic_layer.tags import profile_statement, tables_read
from tests.semantic_layer.gym import MODEL, TODAY, cases, expression, profile, tagged, window

SPEC_TAGS = [
    "spending_power",
    "purchase_frequency",
    "value_tier",
    "rfm",
    "activity",
    "lifecycle",
    "churn_risk",
    "preferred_category",
    "preferred_channel",
    "promo_sensitivity",
    "early_adopter",
    "service_sensitivity",
    "satisfaction",
    "loyalty",
    "age_group",
]
SPEC_ATTRIBUTES = [
    "last_order_date",
    "days_since_last_order",
    "days_since_last_event",
    "orders_30d",
    "orders_90d",
    "orders_365d",
    "spend_30d",
    "spend_90d",
    "spend_365d",
    "lifetime_spend",
    "lifetime_orders",
    "tickets_180d",
    "latest_csat",
    "age",
]


def at(day: date, time: str = "12:00:00") -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()} {time}")


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


# --- retail: the reference views ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("today", [date(2026, 10, 20), date(2026, 3, 1), date(2024, 2, 29)])
def test_retail_equals_the_reference_row_by_row(today: date, shared: Path, demo_file: Path, retail: SemanticModel) -> None:
    names = ", ".join(["customer_id", *SPEC_TAGS, *SPEC_ATTRIBUTES])
    views = (shared / "retail" / "gold_views.sql").read_text("utf-8").replace("2026-10-20", today.isoformat())
    since = retail.entities["customer"].since
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH '{demo_file}' AS data (READ_ONLY)")
        statement = profile_statement(retail, "customer", today)
        for table in tables_read(statement) | {"orders", "events", "tickets", "surveys", "order_items", "products"}:
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM data.{table}")
        connection.execute(views)
        connection.execute(f"CREATE TABLE ours AS SELECT {names} FROM ({statement.sql('duckdb')})")
        existing = f"WHERE {since} < DATE '{today}'" if since else ""
        connection.execute(f"CREATE TABLE gold.kept AS SELECT {names} FROM gold.profile {existing}")
        ((mine, theirs),) = connection.execute("SELECT (SELECT count(*) FROM ours), (SELECT count(*) FROM gold.kept)").fetchall()
        assert mine == theirs > 0
        assert connection.execute("FROM ours EXCEPT ALL FROM gold.kept").fetchall() == []
        assert connection.execute("FROM gold.kept EXCEPT ALL FROM ours").fetchall() == []


def test_retail_has_every_tag_and_attribute_of_the_spec(retail: SemanticModel) -> None:
    columns = profile_statement(retail, "customer", date(2026, 10, 20)).named_selects
    assert columns[0] == "customer_id"
    assert {*SPEC_TAGS, *SPEC_ATTRIBUTES} <= set(columns)


def test_retail_reads_each_fact_once_for_its_windows_and_once_for_each_pick(retail: SemanticModel) -> None:
    statement = profile_statement(retail, "customer", date(2026, 10, 20))
    reads = [t.name for t in statement.find_all(exp.Table)]
    assert reads.count("events") == reads.count("tickets") == reads.count("surveys") == 1
    from_orders = [s for s in statement.find_all(exp.Select) if s.args["from_"].this.name == "orders"]
    assert len(from_orders) == 2  # the windows, the favourite channel
    assert tables_read(statement) == {"customers", "orders", "order_items", "products", "events", "tickets", "surveys"}


# --- windows ------------------------------------------------------------------------------------------------------------


def visit(number: int, member: int | None, entered: datetime | None, *more: Any) -> tuple[Any, ...]:
    kind, minutes, coach = (*more, None, None, None)[:3]
    return (number, member, entered, kind, minutes, coach)


def test_a_window_is_the_complete_days_that_end_yesterday() -> None:
    model = tagged(("n", "integer", window("visit_rows", 30)), ("ever", "integer", window("visit_rows")))
    inside = [visit(1, 1, at(back(30), "00:00:00")), visit(2, 1, at(back(1), "23:59:59.999999"))]
    before = [visit(3, 1, at(back(31), "23:59:59.999999"))]
    later = [visit(4, 1, at(TODAY, "00:00:00")), visit(5, 1, at(back(-5)))]
    assert profile(model, {"visits": [*inside, *before, *later]})[1] == {"n": 2, "ever": 3}


def test_a_window_over_a_date_column_has_the_same_edges() -> None:
    model = tagged(("spent", "decimal", window("paid", 90)))
    days = {back(91): 1, back(90): 2, back(1): 4, TODAY: 8, back(-1): 16}
    rows = [(n, 1, day, "paid", amount) for n, (day, amount) in enumerate(days.items())]
    assert profile(model, {"receipts": rows})[1]["spent"] == Decimal(6)


def test_missing_counts_and_sums_are_zero_and_the_rest_is_null() -> None:
    metrics = [
        "visit_rows",
        "coaches",
        "minutes",
        "minutes_mean",
        "minutes_median",
        "minutes_p90",
        "minutes_least",
        "minutes_most",
    ]
    model = tagged(*((m, "number", window(m, 7)) for m in metrics), ("last", "date", {"kind": "last_date", "behaviour": "visit"}))
    rows = [visit(1, 1, at(back(2)), "class", 10, "a"), visit(2, 1, at(back(1)), "class", 30, "b"), visit(3, 2, at(back(9)))]
    members = profile(model, {"visits": rows})
    values = dict(zip(metrics, (2, 2, 40, 20, 20, 28, 10, 30), strict=True))
    assert members[1] == {**values, "last": back(1)}
    nothing = dict.fromkeys(metrics) | {"visit_rows": 0, "coaches": 0, "minutes": 0}
    assert members[2] == {**nothing, "last": back(9)}
    assert members[3] == {**nothing, "last": None}


def test_every_member_has_one_row_and_nobody_else_has_any() -> None:
    model = tagged(("n", "integer", window("visit_rows", 7)))
    rows = [visit(1, None, at(back(1))), visit(2, 99, at(back(1))), visit(3, 2, None), visit(4, 2, at(back(1)))]
    assert profile(model, {"visits": rows}) == {1: {"n": 0}, 2: {"n": 1}, 3: {"n": 0}}


def test_conditions_with_or_keep_to_themselves() -> None:
    model = tagged(("n", "integer", window("classes", 7)), ("all", "integer", window("visit_rows")))
    rows = [visit(1, 1, at(back(1)), "course"), visit(2, 1, at(back(9)), "class"), visit(3, 1, at(back(1)), "sauna")]
    assert profile(model, {"visits": rows})[1] == {"n": 1, "all": 3}


def test_windows_of_several_lengths_and_conditions_share_one_pass() -> None:
    model = tagged(
        ("week", "integer", window("visit_rows", 7)),
        ("classes_quarter", "integer", window("classes", 90)),
        ("last", "date", {"kind": "last_date", "behaviour": "train"}),
        ("ever", "integer", window("visit_rows")),
    )
    statement = profile_statement(model, "members", TODAY)
    assert [t.name for t in statement.find_all(exp.Table)].count("visits") == 1
    rows = [visit(1, 1, at(back(3)), "class"), visit(2, 1, at(back(2)), "sauna"), visit(3, 1, at(back(50)), "course")]
    expected = {"week": 2, "classes_quarter": 2, "last": back(3), "ever": 3}
    assert profile(model, {"visits": rows})[1] == expected


def test_where_all_windows_are_bounded_nothing_older_is_read() -> None:
    model = tagged(("week", "integer", window("visit_rows", 7)), ("month", "integer", window("visit_rows", 30)))
    sql = profile_statement(model, "members", TODAY).sql("duckdb")
    assert f"WHERE visits.entered < CAST('{TODAY}' AS TIMESTAMP) AND visits.entered >= CAST('{back(30)}' AS TIMESTAMP)" in sql


def test_a_detail_table_has_the_time_of_what_it_is_a_part_of_and_multiplies_nothing() -> None:
    model = tagged(
        ("lines", "integer", window("paid_lines", 30)),
        ("receipts", "integer", window("receipt_rows", 30)),
        ("spent", "decimal", window("paid", 30)),
    )
    receipts = [(1, 1, back(1), "paid", 50), (2, 1, back(40), "paid", 70), (3, 2, back(1), "void", 9)]
    lines = [(n, receipt, 1, 1, 1) for n, receipt in enumerate((1, 1, 1, 2, 3))]
    members = profile(model, {"receipts": receipts, "lines": lines, "articles": [(1, "drinks", back(10))]})
    assert members[1] == {"lines": 3, "receipts": 1, "spent": Decimal(50)}
    assert members[2] == {"lines": 0, "receipts": 1, "spent": 0}


@pytest.mark.parametrize(("after_launch", "counts"), [(-1, 0), (0, 1), (30, 1), (31, 0)])
def test_a_condition_may_compare_columns_of_tables_above(after_launch: int, counts: int) -> None:
    model = tagged(("fresh", "integer", window("fresh_lines", 365)))
    rows = {
        "receipts": [(1, 1, back(5), "paid", 50)],
        "lines": [(1, 1, 7, 1, 1), (2, 1, None, 1, 1)],
        "articles": [(7, "drinks", back(5 + after_launch))],
    }
    assert profile(model, rows)[1]["fresh"] == counts


def test_a_fact_without_time_counts_for_ever_only() -> None:
    model = tagged(("lockers", "integer", window("locker_rows")))
    assert profile(model, {"lockers": [(1, 2), (2, 2)]})[2]["lockers"] == 2


def test_a_timeless_metric_knows_no_today() -> None:
    model = tagged(("visits_ever", "integer", window("ever_visits")))
    assert profile(model, {"visits": [visit(1, 1, at(back(-3)))]})[1]["visits_ever"] == 1


def test_values_have_the_declared_types() -> None:
    model = tagged(("n", "integer", window("minutes")), ("x", "number", window("minutes")), ("s", "decimal", window("paid")))
    rows = {"visits": [visit(1, 1, at(back(1)), "class", 5)], "receipts": [(1, 1, back(1), "paid", Decimal("1.25"))]}
    row = profile(model, rows)[1]
    assert (row, type(row["n"]), type(row["x"]), type(row["s"])) == (
        {"n": 5, "x": 5.0, "s": Decimal("1.25")},
        int,
        float,
        Decimal,
    )


# --- last dates, latest rows, favourites --------------------------------------------------------------------------------


def test_a_last_date_is_before_today_and_null_if_never() -> None:
    model = tagged(
        ("last", "date", {"kind": "last_date", "behaviour": "train"}), ("since", "integer", expression("today - last"))
    )
    rows = [
        visit(1, 1, at(back(1), "23:59:59"), "class"),
        visit(2, 1, at(TODAY, "00:00:00"), "class"),
        visit(3, 2, at(back(1)), "x"),
    ]
    members = profile(model, {"visits": rows})
    assert members[1] == {"last": back(1), "since": 1}
    assert members[2] == {"last": None, "since": None}


LATEST = {"kind": "latest", "table": "ratings", "expr": "score", "tie_break": "rating_id"}


def test_the_latest_row_wins_by_time_then_by_the_highest_id() -> None:
    model = tagged(("score", "integer", LATEST), ("doubled", "integer", {**LATEST, "expr": "score * 2"}))
    same = at(back(3))
    ratings = [(9, 1, at(back(4)), 1), (2, 1, same, 2), (3, 1, same, 3), (10, 1, at(TODAY, "00:00:00"), 5), (4, 2, None, 4)]
    statement = profile_statement(model, "members", TODAY)
    assert [t.name for t in statement.find_all(exp.Table)].count("ratings") == 1
    members = profile(model, {"ratings": ratings})
    assert members[1] == {"score": 3, "doubled": 6}
    assert members[2] == {"score": None, "doubled": None}


def test_a_latest_row_without_a_score_has_none_and_not_an_older_one() -> None:
    ratings = [(1, 1, at(back(4)), 5), (2, 1, at(back(3)), None)]
    assert profile(tagged(("score", "integer", LATEST)), {"ratings": ratings})[1]["score"] is None


SHELF = {"kind": "favourite", "dimension": "shelf", "metric": "line_amount", "days": 365}


def _bought(*lines: tuple[int, str | None, float, int]) -> dict[str, Any]:
    """member, shelf, amount, days ago."""
    return {
        "receipts": [(n, member, back(ago), "paid", amount) for n, (member, _, amount, ago) in enumerate(lines)],
        "lines": [(n, n, n, 1, amount) for n, (_, _, amount, _) in enumerate(lines)],
        "articles": [(n, shelf, back(9)) for n, (_, shelf, _, _) in enumerate(lines)],
    }


def test_a_favourite_is_the_largest_sum_and_on_a_tie_the_lesser_value() -> None:
    rows = _bought((1, "mats", 5, 1), (1, "drinks", 3, 2), (1, "drinks", 3, 9), (2, "mats", 4, 1), (2, "bars", 4, 1))
    members = profile(tagged(("shelf_tag", "text", SHELF)), rows)
    assert [members[n]["shelf_tag"] for n in (1, 2, 3)] == ["drinks", "bars", None]


def test_a_favourite_looks_at_its_window_only_and_at_no_missing_value() -> None:
    rows = _bought((1, "mats", 100, 366), (1, "drinks", 1, 365), (1, None, 50, 1), (1, "bars", 99, 0), (2, "mats", 1, 366))
    members = profile(tagged(("shelf_tag", "text", SHELF)), rows)
    assert [members[n]["shelf_tag"] for n in (1, 2)] == ["drinks", None]


def test_a_favourite_ties_by_code_point_in_chinese_too() -> None:
    rows = _bought((1, "鞋靴", 5, 1), (1, "女装", 5, 1), (1, "配饰", 5, 1))
    assert profile(tagged(("shelf_tag", "text", SHELF)), rows)[1]["shelf_tag"] == min("鞋靴", "女装", "配饰")


# --- expressions and cases ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(2008, 3, 31), date(2026, 3, 31), 18),
        (date(2008, 4, 1), date(2026, 3, 31), 17),
        (date(2004, 2, 29), date(2026, 2, 27), 21),
        (date(2004, 2, 29), date(2026, 2, 28), 22),  # as the reference: the last of February closes the year
        (date(2004, 2, 29), date(2024, 2, 28), 19),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (None, date(2026, 3, 31), None),
    ],
)
def test_ages_on_birthdays_and_leap_days(born: date | None, today: date, age: int | None) -> None:
    model = tagged(("age", "integer", expression("datesub('year', born, today)")))
    assert profile(model, {"members": [(1, born, None, None, None, None)]}, today)[1]["age"] == age


def test_the_first_case_that_holds_wins_and_unknown_is_not_true() -> None:
    model = tagged(
        ("level", "text", cases(("often", "n >= 2"), ("once", "n >= 1"), ("gone", "today - last > 30"), ("never", None))),
        ("n", "integer", window("visit_rows", 30)),
        ("last", "date", {"kind": "last_date", "behaviour": "visit"}),
        ("regular", "boolean", cases((True, "level = 'often'"), (False, None))),
    )
    rows = [visit(1, 1, at(back(1))), visit(2, 1, at(back(2))), visit(3, 2, at(back(31)))]
    members = profile(model, {"visits": rows})
    assert [(m["level"], m["regular"]) for m in members.values()] == [("often", True), ("gone", False), ("never", False)]


def test_what_is_divided_by_nothing_is_null() -> None:
    model = tagged(
        ("n", "integer", window("visit_rows", 30)),
        ("each", "number", expression("minutes_all / n")),
        ("minutes_all", "integer", window("minutes", 30)),
        ("much", "boolean", cases((True, "minutes_all / n > 5"), (False, None))),
    )
    members = profile(model, {"visits": [visit(1, 1, at(back(1)), "class", 15), visit(2, 1, at(back(1)), "class", 0)]})
    assert (members[1]["each"], members[1]["much"]) == (7.5, True)
    assert (members[2]["each"], members[2]["much"]) == (None, False)


def test_cases_without_a_condition_are_that_value_and_without_a_last_one_null() -> None:
    model = tagged(("a", "text", cases(("x", None), ("y", "TRUE"))), ("b", "text", cases(("y", "FALSE"))))
    assert profile(model, {})[1] == {"a": "x", "b": None}


def test_columns_come_in_the_order_of_declaration_without_helpers() -> None:
    model = tagged(
        ("c", "text", cases(("x", "h > 0"), ("y", None))),
        ("h", "integer", expression("a + 1")),
        ("a", "integer", window("visit_rows")),
        helpers=["h"],
    )
    assert profile_statement(model, "members", TODAY).named_selects == ["member_id", "c", "a"]
    assert profile(model, {})[2] == {"c": "x", "a": 0}


def test_a_profile_of_helpers_only_or_of_nothing_is_the_key() -> None:
    assert profile(tagged(("h", "integer", window("visit_rows")), helpers=["h"]), {}) == {1: {}, 2: {}, 3: {}}
    assert profile(MODEL, {}) == {1: {}, 2: {}, 3: {}}


def test_expressions_read_the_members_own_columns_dimensions_and_tables_above() -> None:
    model = tagged(
        ("gold", "boolean", expression("is_gold")),
        ("city_tag", "text", expression("clubs.city || '/' || clubs.branch")),
        ("self", "integer", expression("members.member_id + member_id")),
        ("visits", "integer", expression("visits * 10")),
        ("twice", "integer", expression("visits * 2")),
    )
    rows = {"members": [(1, None, None, "gold", 5, 7), (2, None, None, "blue", None, None)], "clubs": [(5, "York", None)]}
    members = profile(model, rows)
    assert members[1] == {"gold": True, "city_tag": "York/York", "self": 2, "visits": 70, "twice": 140}
    assert members[2] == {"gold": False, "city_tag": None, "self": 4, "visits": None, "twice": None}


def test_a_tag_called_like_a_column_hides_it_from_other_tags_only() -> None:
    model = tagged(("joined", "date", expression("joined + 1")), ("weeks", "integer", expression("(today - joined) // 7")))
    rows = {"members": [(1, None, back(8), None, None, None)]}
    assert profile(model, rows)[1] == {"joined": back(7), "weeks": 1}


def test_no_cte_hides_a_table() -> None:
    model = tagged(("n", "integer", window("visit_rows")), ("m", "integer", expression("n + 1")))
    statement = profile_statement(model, "members", TODAY)
    assert not {cte.alias for cte in statement.find_all(exp.CTE)} & set(MODEL.tables)


# --- who is a member, and by which key ----------------------------------------------------------------------------------


def _with_entity(model: SemanticModel, **change: Any) -> SemanticModel:
    entity: Entity = model.entities["members"].model_copy(update=change)
    return model.model_copy(update={"entities": {"members": entity}})


def test_a_profile_of_the_past_holds_only_who_was_there() -> None:
    model = _with_entity(tagged(("n", "integer", window("visit_rows"))), since="joined")
    joined = {1: back(1), 2: TODAY, 3: None, 4: back(-9)}
    rows = {"members": [(n, None, day, None, None, None) for n, day in joined.items()]}
    assert set(profile(model, rows)) == {1, 3}
    assert set(profile(_with_entity(model, since=None), rows)) == {1, 2, 3, 4}


def test_a_key_of_two_columns() -> None:
    tables = dict(MODEL.tables) | {
        "seats": MODEL.tables["clubs"].model_copy(update={"name": "seats", "primary_key": ("club_id", "city"), "time": None}),
    }
    data: dict[str, Any] = MODEL.model_dump() | {"tables": {n: t.model_dump() for n, t in tables.items()}}
    data["joins"] = [{"table": "bookings", "to": "seats", "on": [["club_id", "club_id"], ["town", "city"]]}]
    columns = [{"name": "club_id", "type": "integer"}, {"name": "town", "type": "text"}]
    data["tables"]["bookings"] = {**tables["lockers"].model_dump(), "name": "bookings", "columns": columns}
    data["entities"]["seats"] = {**data["entities"]["members"], "name": "seats", "table": "seats"}
    data["measures"]["booked"] = {"name": "booked", "table": "bookings", "agg": "count"}
    data["metrics"]["booked"] = {**data["metrics"]["visit_rows"], "name": "booked", "measure": "booked"}
    data["tags"] = {"n": {"name": "n", "entity": "seats", "type": "integer", "compute": window("booked")}}
    statement = profile_statement(SemanticModel.model_validate(data), "seats", TODAY)
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE seats AS FROM (VALUES (1, 'York', NULL), (1, 'Hull', NULL)) v(club_id, city, opened)")
        connection.execute(
            "CREATE TABLE bookings AS FROM (VALUES (1, 'York'), (1, 'York'), (1, 'Hull'), (2, 'York')) v(club_id, town)"
        )
        assert sorted(connection.execute(statement.sql("duckdb")).fetchall()) == [(1, "Hull", 1), (1, "York", 2)]


# --- what cannot be computed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("compute", "code", "suggestion"),
    [
        (window("visit_row"), "tag-unknown-name", "visit_rows"),
        (window("per_visit"), "tag-metric-not-simple", None),
        (window("stock"), "tag-metric-not-simple", None),
        (window("locker_rows", 30), "tag-no-time", None),
        ({"kind": "last_date", "behaviour": "trian"}, "tag-unknown-name", "train"),
        ({"kind": "last_date", "behaviour": "rent"}, "tag-no-time", None),
        ({**LATEST, "table": "rating"}, "tag-unknown-name", "ratings"),
        ({**LATEST, "table": "lockers"}, "tag-no-time", None),
        ({**LATEST, "table": "clubs"}, "tag-no-time", None),
        ({**SHELF, "dimension": "shelve"}, "tag-unknown-name", "shelf"),
        ({**SHELF, "dimension": "coach"}, "tag-not-reachable", None),
        (expression("plam || 'x'"), "tag-unknown-name", "plan"),
        (expression("visits.minutes + 1"), "tag-not-reachable", None),
        (expression("t + 1"), "tag-unknown-name", None),
    ],
)
def test_a_tag_that_cannot_be_computed_says_why(compute: dict[str, Any], code: str, suggestion: str | None) -> None:
    with pytest.raises(ModelError) as caught:
        profile_statement(tagged(("t", "text", compute)), "members", TODAY)
    (issue,) = caught.value.issues
    assert issue.code == code
    assert str(issue.where) == "tags.t" or issue.where.path == "tags.members"
    assert suggestion is None or suggestion in issue.suggestions
    assert issue_text(issue, "zh") != issue_text(issue, "en")


@pytest.mark.parametrize(
    "text", ["random()", "now()", "getenv('HOME')", "(SELECT max(v) FROM lockers)", "(SELECT 1 FROM read_csv('/etc/passwd'))"]
)
def test_an_expression_is_a_scalar_over_columns_and_nothing_else(text: str) -> None:
    with pytest.raises((ModelError, UnsafeSQLError)):
        profile_statement(tagged(("t", "text", expression(text))), "members", TODAY)


def test_a_circle_is_named() -> None:
    model = tagged(("a", "integer", expression("b + 1")), ("b", "integer", expression("c")), ("c", "integer", expression("a")))
    with pytest.raises(ModelError) as caught:
        profile_statement(model, "members", TODAY)
    assert caught.value.issues[0].code == "tag-cycle"
    assert set(caught.value.issues[0].params["tags"].split(" → ")) == {"a", "b", "c"}


def test_an_unknown_entity_and_an_unknown_first_day_are_named() -> None:
    with pytest.raises(ModelError) as caught:
        profile_statement(MODEL, "member", TODAY)
    assert (caught.value.issues[0].code, caught.value.issues[0].suggestions) == ("tag-unknown-entity", ("members",))
    with pytest.raises(ModelError) as caught:
        profile_statement(_with_entity(MODEL, since="joinde"), "members", TODAY)
    assert caught.value.issues[0].suggestions[0] == "joined"


def test_a_fact_that_belongs_to_no_member_is_refused() -> None:
    model = tagged(("n", "integer", window("visit_rows")))
    model = model.model_copy(update={"joins": tuple(j for j in model.joins if j.table != "visits")})
    with pytest.raises(ModelError) as caught:
        profile_statement(model, "members", TODAY)
    assert caught.value.issues[0].code == "tag-not-reachable"


def test_reserved_words_and_odd_names_are_quoted() -> None:
    data = tagged(("order", "integer", expression('"group" + 1'))).model_dump()
    data["tables"]["members"]["columns"] = [{"name": "member_id", "type": "integer"}, {"name": "group", "type": "integer"}]
    statement = profile_statement(SemanticModel.model_validate(data), "members", TODAY)
    with duckdb.connect(":memory:") as connection:
        connection.execute('CREATE TABLE members AS SELECT 1 AS member_id, 2 AS "group"')
        assert connection.execute(statement.sql("duckdb")).fetchall() == [(1, 3)]
