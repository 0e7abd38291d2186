"""What one asker may see: hidden members and all that hangs on them, row conditions along the joins, masks."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from assistant.engines.base import EngineSettings
from assistant.engines.opening import connect, opening, view_statements
from semantic_layer.errors import QueryError
from semantic_layer.model import RowFilter, SemanticModel
from semantic_layer.scope import Restricted, Scope, masked, restrict, scoped_table
from tests.models import PII, tiny_retail, write_tiny_retail

MODEL = tiny_retail()
EAST = Scope("analyst", {"region": "华东"})
MEMBERS = ("metrics", "dimensions", "measures", "behaviours", "segments", "tags", "entities", "tables")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tiny retail's views, as an engine makes them, on a plain connection."""
    database, profile = write_tiny_retail(tmp_path_factory.mktemp("scope"))
    how = opening(database, profile, EngineSettings())
    with connect(how, lambda c: view_statements(c, how, MODEL, None)) as connection:
        yield connection


def scoped(connection: duckdb.DuckDBPyConnection, restricted: Restricted, table: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT * FROM {scoped_table(restricted, table, 't').sql('duckdb')} ORDER BY 1").fetchall()


def hiding(*names: str) -> SemanticModel:
    roles = {**MODEL.roles, "x": MODEL.roles["ops"].model_copy(update={"name": "x", "hidden": names})}
    return restrict(MODEL.model_copy(update={"roles": roles}), Scope("x")).model


def gone(model: SemanticModel) -> set[str]:
    return {name for kind in MEMBERS for name in getattr(MODEL, kind).keys() - getattr(model, kind).keys()}


class TestRole:
    def test_unknown_role_suggests_roles(self) -> None:
        with pytest.raises(QueryError) as caught:
            restrict(MODEL, Scope("analist"))
        (issue,) = caught.value.issues
        assert (issue.code, issue.suggestions[0]) == ("unknown-role", "analyst")

    @pytest.mark.parametrize("attributes", [{}, {"region": ""}, {"Region": "华东"}])
    def test_missing_attribute(self, attributes: dict[str, str]) -> None:
        with pytest.raises(QueryError) as caught:
            restrict(MODEL, Scope("analyst", attributes))
        assert [(i.code, dict(i.params)) for i in caught.value.issues] == [
            ("missing-attribute", {"role": "analyst", "attribute": "region"})
        ]

    def test_control_characters_are_no_attribute(self) -> None:
        with pytest.raises(QueryError) as caught:
            restrict(MODEL, Scope("analyst", {"region": "华东\0"}))
        assert caught.value.issues[0].code == "invalid-attribute"

    def test_a_filter_may_name_an_attribute_that_the_role_forgot_to_declare(self) -> None:
        role = MODEL.roles["analyst"].model_copy(update={"attributes": ()})
        model = MODEL.model_copy(update={"roles": {"analyst": role}})
        with pytest.raises(QueryError) as caught:
            restrict(model, Scope("analyst"))
        assert caught.value.issues[0].code == "missing-attribute"


class TestHidden:
    def test_a_table_takes_everything_that_lives_on_it(self) -> None:
        assert gone(hiding("tickets")) == {
            *("tickets", "ticket_type", "tickets_all", "ticket_count", "complaints", "complaint_rate", "complained", "angry"),
            *("buy_after_complaint", "tickets_180d", "ticket_tier"),
        }

    def test_joins_and_references_go_too(self) -> None:
        model = hiding("tickets")
        assert not [j for j in model.joins if "tickets" in (j.table, j.to)]
        assert model.metrics["sales"].related == ()
        assert model.entities["customer"].columns == ("customer_id", "phone", "city", "value_tier")

    def test_the_entity_table_takes_profile_and_entity(self) -> None:
        model = hiding("customers")
        assert not {"customers", "customer_profile"} & model.tables.keys()
        assert not {"customer", "value_tier", "age", "region", "repeat_buyers", "vip", "bought"} & gone_free(model)

    def test_a_column_takes_what_is_computed_with_it(self) -> None:
        assert gone(hiding("customers.city")) == {"city", "city_group", "shanghai"}

    def test_a_hidden_amount_takes_its_measures(self) -> None:
        model = hiding("orders.amount")
        assert {"order_amount", "all_amount", "sales", "gmv", "aov", "sales_per_buyer", "running_sales"} == gone(model)
        assert model.tables["orders"].column("amount") is None

    def test_a_dimension_takes_its_column_but_not_its_namesakes(self) -> None:
        model = hiding("order_status")
        assert model.tables["orders"].column("status") is None
        assert model.tables["tickets"].column("status") is not None

    def test_a_metric_takes_what_is_built_on_it(self) -> None:
        assert gone(hiding("order_count")) == {
            *("order_count", "aov", "complaint_rate", "repeat_buyers"),
            *("orders_365d", "value_tier", "vip"),
        }

    def test_finer_and_drivers_never_name_hidden_members(self) -> None:
        model = hiding("item_sales", "channel")
        assert model.metrics["sales"].finer is None
        assert model.metrics["sales"].drivers == ("region",)

    def test_keys_stay_for_joins_but_may_not_be_named(self) -> None:
        roles = {"x": MODEL.roles["ops"].model_copy(update={"name": "x", "hidden": ("orders.customer_id",)})}
        restricted = restrict(MODEL.model_copy(update={"roles": roles}), Scope("x"))
        assert restricted.model.tables["orders"].column("customer_id") is not None
        assert "customer_id" in restricted.unseen["orders"]
        assert "buyers" in restricted.model.metrics

    def test_personal_data_is_hidden_unless_the_role_lists_its_class(self) -> None:
        manager = restrict(MODEL, Scope("manager"))
        assert not set(PII) & manager.model.dimensions.keys()
        assert manager.unseen["customers"] == frozenset(PII)
        assert manager.masks == {}
        assert {"age", "age_group", "birth_year"} <= manager.model.dimensions.keys()

    def test_hiding_personal_data_by_name_leaves_what_is_declared_of_it(self) -> None:
        assert gone(hiding("birth_date")) == {"birth_date"}

    def test_no_hidden_name_is_left_in_the_model(self) -> None:
        text = hiding("tickets", "salary", "value_tier").model_dump_json()
        assert not [w for w in ("ticket", "salary", "value_tier", "complain", "payroll") if w in text]

    def test_an_unknown_role_kind_of_name_hides_nothing(self) -> None:
        assert gone(hiding()) == set()


def gone_free(model: SemanticModel) -> set[str]:
    return {name for kind in MEMBERS for name in getattr(model, kind)}


class TestRows:
    def test_a_filter_reaches_every_table_that_belongs(self, data: duckdb.DuckDBPyConnection) -> None:
        east = restrict(MODEL, EAST)
        customers = {row[0] for row in scoped(data, east, "customers")}
        assert customers == {i for i in range(1, 41) if i % 3 == 0}
        assert {row[1] for row in scoped(data, east, "orders")} == customers
        orders = {row[0] for row in scoped(data, east, "orders")}
        assert {row[1] for row in scoped(data, east, "order_items")} == orders
        for table in ("tickets", "surveys", "events"):
            assert {row[1] for row in scoped(data, east, table)} == customers
        for table in ("customer_profile", "customer_profile_history"):
            assert {row[0] for row in scoped(data, east, table)} == customers

    def test_tables_that_belong_to_nothing_filtered_are_whole(self) -> None:
        east = restrict(MODEL, EAST)
        assert scoped_table(east, "stores", "s").sql("duckdb") == "stores AS s"
        assert "salary" not in east.rows

    def test_the_literal_is_escaped(self, data: duckdb.DuckDBPyConnection) -> None:
        trick = restrict(MODEL, Scope("analyst", {"region": "华东' OR '1'='1"}))
        assert scoped(data, trick, "orders") == []

    def test_own_filters_and_membership_add_up(self, data: duckdb.DuckDBPyConnection) -> None:
        strict = restrict(MODEL, Scope("strict", {"region": "华东"}))
        found = {row[0] for row in scoped(data, strict, "orders")}
        own = data.execute(
            "SELECT order_id FROM orders JOIN customers USING (customer_id) "
            "WHERE region = '华东' AND (channel <> '门店' OR status = '已完成')"
        ).fetchall()
        assert found == {row[0] for row in own}
        assert found < {row[0] for row in scoped(data, restrict(MODEL, EAST), "orders")}
        items = {row[1] for row in scoped(data, strict, "order_items")}
        assert items == found

    def test_what_a_row_merely_refers_to_does_not_hide_it(self, data: duckdb.DuckDBPyConnection) -> None:
        """Customers of the East who buy elsewhere, or online, or have no home store, are customers of the East."""
        both, east = restrict(MODEL, Scope("regional_both", {"region": "华东"})), restrict(MODEL, EAST)
        for table in ("customers", "orders", "order_items", "tickets", "surveys", "events", "customer_profile"):
            assert scoped(data, both, table) == scoped(data, east, table)
        assert [row[2] for row in scoped(data, both, "stores")] == ["华东"]

    def test_differently_stored_keys_compare_as_text(self) -> None:
        joins = tuple(j.model_copy(update={"as_text": (j.table, j.to) == ("orders", "customers")}) for j in MODEL.joins)
        east = restrict(MODEL.model_copy(update={"joins": joins}), EAST)
        assert east.rows["orders"].sql("duckdb") == (
            "CAST(customer_id AS TEXT) IN (SELECT CAST(customer_id AS TEXT) FROM customers WHERE region = '华东')"
        )

    def test_tables_that_belong_to_each_other_do_not_loop(self, data: duckdb.DuckDBPyConnection) -> None:
        filters = (RowFilter(table="customers", where="region = '华东'"), RowFilter(table="customer_profile", where="age > 30"))
        role = MODEL.roles["ops"].model_copy(update={"rows": filters, "name": "x"})
        both = restrict(MODEL.model_copy(update={"roles": {"x": role}}), Scope("x"))
        east = {i for i in range(1, 41) if i % 3 == 0}
        assert {row[0] for row in scoped(data, both, "customers")} == east
        assert {row[0] for row in scoped(data, both, "customer_profile")} == {i for i in east if 20 + i > 30}

    def test_the_cheapest_path_decides_whose_rows_they_are(self) -> None:
        store = restrict(MODEL, Scope("store_manager", {"store": "1"}))
        assert store.rows["orders"].sql("duckdb") == "store_id IN (SELECT store_id FROM stores WHERE store_id = '1')"

    def test_a_filter_by_a_tag_reaches_the_customers(self, data: duckdb.DuckDBPyConnection) -> None:
        rows = (RowFilter(table="customer_profile", where="value_tier = '高价值'"),)
        role = MODEL.roles["ops"].model_copy(update={"rows": rows, "name": "x"})
        high = restrict(MODEL.model_copy(update={"roles": {"x": role}}), Scope("x"))
        assert {row[0] for row in scoped(data, high, "customers")} == set(range(5, 41, 5))
        assert {row[1] for row in scoped(data, high, "orders")} <= set(range(5, 41, 5))

    @settings(max_examples=30, deadline=None)
    @given(text=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20))
    def test_any_attribute_is_only_ever_a_value(self, data: duckdb.DuckDBPyConnection, text: str) -> None:
        if not text.isprintable():
            return
        found = scoped(data, restrict(MODEL, Scope("analyst", {"region": text})), "customers")
        assert bool(found) == (text in ("华东", "华南", "华北"))

    def test_scoped_tables_are_fresh_trees(self) -> None:
        east = restrict(MODEL, EAST)
        one, two = (scoped_table(east, "orders", "orders") for _ in range(2))
        assert one == two
        assert one is not two
        assert one.find(exp.Where) is not two.find(exp.Where)


class TestMasks:
    @pytest.mark.parametrize(
        ("pii", "value", "expected"),
        [
            ("phone", "13812345678", "138****5678"),
            ("phone", "1234567", "****"),
            ("phone", "", "****"),
            ("phone", None, None),
            ("name", "张三丰", "张**"),
            ("name", "张", "**"),
            ("email", "bob@example.com", "b***"),
            ("id_card", "310101199001011234", "310********34"),
            ("birth_date", "1990-05-17", "1990***"),
        ],
    )
    def test_what_is_kept(self, data: duckdb.DuckDBPyConnection, pii: str, value: str | None, expected: str | None) -> None:
        column = masked(restrict(MODEL, EAST), pii, exp.column("v", "t")).sql("duckdb")
        kind = "DATE" if pii == "birth_date" else "VARCHAR"
        assert data.execute(f"SELECT {column} FROM (SELECT ?::{kind} AS v) AS t", [value]).fetchone() == (expected,)

    def test_clear_for_the_role(self) -> None:
        column = exp.column("phone", "c")
        assert masked(restrict(MODEL, Scope("admin")), MODEL.dimensions["phone"], column) is column

    def test_what_is_not_personal_stays(self) -> None:
        column = exp.column("region", "c")
        assert masked(restrict(MODEL, EAST), MODEL.dimensions["region"], column) is column

    def test_an_undescribed_class_keeps_nothing(self, data: duckdb.DuckDBPyConnection) -> None:
        column = masked(restrict(MODEL, EAST), "passport", exp.column("v", "t")).sql("duckdb")
        assert data.execute(f"SELECT {column} FROM (SELECT 'E1234' AS v) AS t").fetchone() == ("****",)
