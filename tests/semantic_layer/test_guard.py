"""The guard: what our own statements may consist of, and what no statement may."""

import time

import pytest
import sqlglot
from sqlglot import exp

from semantic_layer.errors import UnsafeSQLError
from semantic_layer.guard import guard
from semantic_layer.scope import Restricted, Scope, masked, restrict, scoped_table
from tests.models import tiny_retail

MODEL = tiny_retail()
OPS = restrict(MODEL, Scope("ops"))
EAST = restrict(MODEL, Scope("analyst", {"region": "华东"}))
ADMIN = restrict(MODEL, Scope("admin"))
MANAGER = restrict(MODEL, Scope("manager"))
HELPDESK = restrict(MODEL, Scope("helpdesk"))


def tree(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="duckdb")


def codes(sql: str | exp.Expr, restricted: Restricted = OPS) -> set[str]:
    try:
        guard(tree(sql) if isinstance(sql, str) else sql, restricted)
    except UnsafeSQLError as error:
        return {issue.code for issue in error.issues}
    return set()


def seen(table: str, restricted: Restricted = EAST, alias: str | None = None) -> str:
    return scoped_table(restricted, table, alias or table).sql("duckdb")


def mask(pii: str, column: str, restricted: Restricted = OPS) -> str:
    return masked(restricted, pii, tree(column)).sql("duckdb")


class TestPasses:
    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT 1",
            "SELECT region, count(*) AS n FROM customers GROUP BY 1 HAVING n > 1 ORDER BY 2 DESC NULLS LAST LIMIT 10",
            "SELECT c.region, sum(o.amount) FILTER (WHERE o.status = '已完成') AS sales FROM orders AS o "
            "LEFT JOIN customers AS c ON o.customer_id = c.customer_id GROUP BY c.region",
            "WITH a AS (SELECT customer_id, sum(amount) AS s FROM orders GROUP BY 1), b AS (SELECT count(*) AS n FROM a) "
            "SELECT a.s / nullif(CAST(b.n AS DOUBLE), 0) AS x FROM a CROSS JOIN b QUALIFY row_number() OVER (ORDER BY a.s) <= 3",
            "SELECT date_trunc('month', order_time) AS m, median(amount), quantile_cont(amount, 0.9) FROM orders GROUP BY ALL",
            "SELECT 1 AS x UNION ALL SELECT 2 ORDER BY 1",
            "SELECT customer_id FROM customers WHERE customer_id IN (SELECT customer_id FROM orders) "
            "AND NOT EXISTS (SELECT 1 FROM tickets AS t WHERE t.customer_id = customers.customer_id)",
            "SELECT region, grouping(region) AS g FROM customers GROUP BY GROUPING SETS ((region), ())",
            "SELECT CASE WHEN gender = '男' THEN 1 ELSE 0 END AS k, least(1, 2), coalesce(NULL, 1), "
            "register_date + INTERVAL '1' DAY FROM customers",
            "SELECT isodow(order_time), extract(hour FROM order_time), "
            "date_diff('day', order_time, DATE '2026-01-01') FROM orders",
            "SELECT sum(amount) OVER (PARTITION BY status ORDER BY order_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) "
            "FROM orders",
            "SELECT count(phone), count(email) AS n FROM customers",
            "SELECT value_tier FROM customer_profile_history WHERE as_of = DATE '2026-10-01'",
            "SELECT bool_or(amount > 1), arg_max(status, order_time), any_value(channel) FROM orders",
            "SELECT starts_with(city, '上'), contains(city, '海'), city LIKE '上%' FROM customers",
        ],
    )
    def test_what_the_compiler_may_emit(self, sql: str) -> None:
        assert codes(sql) == set()

    def test_masks_in_a_projection(self) -> None:
        assert codes(f"SELECT customer_id, {mask('phone', 'c.phone')} AS phone FROM customers AS c") == set()
        assert codes(f"SELECT {mask('phone', 'phone')} AS a, a FROM customers") == set()
        assert codes(f"WITH t AS (SELECT {mask('name', 'name')} AS n FROM customers) SELECT n FROM t") == set()

    def test_masks_of_what_came_through_a_star(self) -> None:
        sql = (
            f"SELECT {mask('phone', 'customers.phone')} AS p FROM (SELECT * FROM customers QUALIFY customer_id > 1) AS customers"
        )
        assert codes(sql) == set()

    def test_clear_for_the_role(self) -> None:
        assert codes("SELECT phone FROM customers WHERE phone LIKE '138%' ORDER BY phone", ADMIN) == set()

    def test_declared_dimensions_over_personal_data(self) -> None:
        """birth_year is declared as a dimension that is no personal data: the data owner says so."""
        declared = "EXTRACT(YEAR FROM c.birth_date)"
        assert codes(f"SELECT {declared} AS birth_year, count(*) FROM customers AS c WHERE {declared} > 1990 GROUP BY 1") == set()
        assert codes("SELECT EXTRACT(MONTH FROM c.birth_date) FROM customers AS c") == {"personal-column"}

    def test_lookup_is_a_right_of_its_own(self) -> None:
        assert codes("SELECT customer_id FROM customers WHERE phone = '138'", HELPDESK) == set()
        assert codes("SELECT customer_id FROM customers WHERE phone IN ('138', '139')", HELPDESK) == set()
        assert codes("SELECT customer_id FROM customers WHERE phone > '138'", HELPDESK) == {"personal-column"}
        assert codes("SELECT customer_id FROM customers WHERE phone = email", HELPDESK) == {"personal-column"}
        assert codes("SELECT customer_id FROM customers WHERE email = 'a'", HELPDESK) == {"personal-column"}

    def test_scoped_tables(self) -> None:
        sql = (
            f"SELECT o.channel, count(*) FROM {seen('orders', alias='o')} JOIN {seen('customers')} USING (customer_id) GROUP BY 1"
        )
        assert codes(sql, EAST) == set()
        assert codes("SELECT store_name FROM stores", EAST) == set()

    def test_the_row_condition_may_be_the_whole_where_of_any_select(self) -> None:
        condition = EAST.rows["orders"].sql("duckdb")
        assert codes(f"SELECT status, sum(amount) FROM orders WHERE {condition} GROUP BY 1", EAST) == set()

    def test_a_subquery_of_a_table_may_carry_its_name(self) -> None:
        inner = f"SELECT * FROM {seen('orders')} QUALIFY order_time = max(order_time) OVER ()"
        assert codes(f"SELECT orders.amount FROM ({inner}) AS orders", EAST) == set()


class TestRefuses:
    @pytest.mark.parametrize(
        ("sql", "code"),
        [
            ("SELECT * FROM nowhere", "unknown-table"),
            ("SELECT * FROM salary", "unknown-table"),
            ("SELECT * FROM _data.main.customers", "unknown-table"),
            ("SELECT * FROM main.customers", "unknown-table"),
            ("SELECT * FROM read_csv('/etc/passwd')", "unknown-table"),
            ("SELECT * FROM 'file.csv'", "unknown-table"),
            ("SELECT nope FROM customers", "unknown-column"),
            ("SELECT o.region FROM customers AS c", "unknown-column"),
            ("SELECT c FROM customers AS c", "unknown-column"),
            ("SELECT customers FROM customers", "unknown-column"),
            ("SELECT main.customers.region FROM customers", "unknown-column"),
            ("SELECT COLUMNS('p.*') FROM customers", "forbidden-function"),
            ("SELECT * EXCLUDE (phone) FROM orders", "forbidden-syntax"),
            ("SELECT getenv('x')", "forbidden-function"),
            ("SELECT error('x')", "forbidden-function"),
            ("SELECT random()", "forbidden-function"),
            ("SELECT current_date", "forbidden-function"),
            ("SELECT string_agg(status, ',') FROM orders", "forbidden-function"),
            ("SELECT unnest([1, 2])", "forbidden-function"),
            ("SELECT [1, 2]", "forbidden-function"),
            ("SELECT amount FROM orders WHERE amount = ?", "forbidden-syntax"),
            ("SELECT #1 FROM orders", "forbidden-syntax"),
            ("SELECT CAST(amount AS STRUCT(a INT)) FROM orders", "forbidden-syntax"),
            ("SELECT CAST(amount AS thing) FROM orders", "forbidden-syntax"),
            ("SELECT amount FROM orders LIMIT (SELECT 1)", "forbidden-syntax"),
            ("SELECT amount FROM orders LIMIT 10%", "forbidden-syntax"),
            ("SELECT amount INTO x FROM orders", "forbidden-syntax"),
            ("SELECT amount FROM orders TABLESAMPLE 10%", "forbidden-syntax"),
            ("SELECT DISTINCT ON (status) amount FROM orders", "forbidden-syntax"),
            ("SELECT 1 UNION ALL BY NAME SELECT 2", "forbidden-syntax"),
            ("SELECT a FROM (VALUES (1)) AS t(a)", "forbidden-syntax"),
            ("SELECT 1 FROM orders AS o JOIN LATERAL (SELECT 1) AS x ON TRUE", "forbidden-syntax"),
            ("SELECT 1 FROM orders NATURAL JOIN customers", "forbidden-syntax"),
            ("SELECT 1 FROM orders ASOF JOIN tickets ON orders.order_time >= tickets.created_time", "forbidden-syntax"),
            ("SELECT 1 FROM orders POSITIONAL JOIN customers", "forbidden-syntax"),
            ("SELECT 1 FROM orders CROSS JOIN customers", "join-without-condition"),
            ("SELECT 1 FROM orders, customers", "join-without-condition"),
            ("SELECT 1 FROM orders CROSS JOIN (SELECT amount FROM orders) AS x", "join-without-condition"),
            (
                "SELECT 1 FROM orders CROSS JOIN (SELECT sum(amount) AS s FROM orders GROUP BY status) AS x",
                "join-without-condition",
            ),
            ("WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x) SELECT a FROM x", "recursive-query"),
            ("WITH customers AS (SELECT 1 AS a) SELECT a FROM customers", "shadowed-table"),
            ("WITH Customers AS (SELECT 1 AS a) SELECT a FROM customers", "shadowed-table"),
            ("SELECT customers.amount FROM orders AS customers", "shadowed-table"),
            ("SELECT customers.amount FROM (SELECT * FROM orders) AS customers", "shadowed-table"),
            ("SELECT 1 FROM orders AS o JOIN customers AS o ON TRUE", "duplicate-alias"),
            ("SELECT x FROM (SELECT customer_id FROM orders, LATERAL (SELECT 1)) AS t", "forbidden-syntax"),
            ("VALUES (1)", "forbidden-syntax"),
            ("DROP TABLE customers", "forbidden-syntax"),
            ("INSERT INTO customers SELECT 1", "forbidden-syntax"),
            ("SUMMARIZE customers", "forbidden-syntax"),
            ("CHECKPOINT", "forbidden-syntax"),
        ],
    )
    def test_what_is_on_no_list(self, sql: str, code: str) -> None:
        assert code in codes(sql)

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT phone FROM customers",
            "SELECT * FROM customers",
            "SELECT c.* FROM customers AS c",
            "WITH t AS (SELECT * FROM customers) SELECT phone FROM t",
            "SELECT customer_id FROM customers WHERE phone = '138'",
            "SELECT customer_id FROM customers WHERE phone IS NULL",
            "SELECT customer_id FROM customers ORDER BY phone",
            "SELECT count(*) FROM customers GROUP BY phone",
            "SELECT count(DISTINCT phone) FROM customers",
            "SELECT max(phone) FROM customers",
            "SELECT length(phone) FROM customers",
            "SELECT region FROM customers GROUP BY region HAVING max(phone) > '138'",
            "SELECT row_number() OVER (ORDER BY phone) FROM customers",
            "SELECT a.customer_id FROM customers AS a JOIN customers AS b ON a.phone = b.phone",
            "SELECT a.customer_id FROM customers AS a JOIN customers AS b USING (phone)",
            "SELECT customer_id FROM customers WHERE customer_id IN (SELECT phone FROM customers)",
            "SELECT customer_id FROM customers WHERE '138' = (SELECT phone FROM customers LIMIT 1)",
            "SELECT phone AS p FROM customers WHERE p = '138'",
            "SELECT count(*) FILTER (WHERE phone LIKE '138%') FROM customers",
            "SELECT CASE WHEN phone LIKE '138%' THEN 1 END FROM customers",
        ],
    )
    def test_personal_data_in_the_clear(self, sql: str) -> None:
        assert codes(sql) == {"personal-column"}

    def test_a_mask_is_exactly_the_roles_mask_and_stands_in_a_projection(self) -> None:
        good = mask("phone", "phone")
        assert codes(f"SELECT {good} FROM customers") == set()
        assert codes(f"SELECT {good.replace('> 7', '> 6')} FROM customers") == {"personal-column"}
        assert codes(f"SELECT {good.replace('phone', 'id_card')} FROM customers") == {"personal-column"}
        for clause in ("WHERE {} = '1'", "GROUP BY {}", "ORDER BY {}", "GROUP BY region HAVING min({}) > '1'"):
            assert codes("SELECT 1 FROM customers " + clause.format(good)) == {"personal-column"}, clause
        assert codes(f"SELECT max({good}) FROM customers") == {"personal-column"}
        assert codes(f"SELECT DISTINCT {good} AS p FROM customers") == {"personal-column"}

    @pytest.mark.parametrize(
        "tail",
        [
            "WHERE p LIKE '138%'",
            "ORDER BY p",
            "ORDER BY 1",
            "ORDER BY ALL",
            "GROUP BY p",
            "GROUP BY 1",
            "GROUP BY ALL",
            "WHERE p IN ('1')",
            "QUALIFY row_number() OVER (ORDER BY p) = 1",
        ],
    )
    def test_masked_values_are_only_shown(self, tail: str) -> None:
        inner = f"SELECT {mask('phone', 'phone')} AS p FROM customers"
        assert codes(f"SELECT p FROM ({inner}) AS t {tail}") == {"personal-column"}
        assert codes(f"WITH t AS ({inner}) SELECT p FROM t {tail}") == {"personal-column"}

    def test_masked_values_through_set_operations(self) -> None:
        arm = f"SELECT {mask('phone', 'phone')} AS p FROM customers"
        assert codes(f"{arm} UNION ALL {arm}") == set()
        for word in ("UNION", "INTERSECT", "EXCEPT"):
            assert codes(f"{arm} {word} {arm}") == {"personal-column"}
        assert codes(f"SELECT p FROM (SELECT 'x' AS p UNION ALL {arm}) AS t WHERE p = 'x'") == {"personal-column"}

    def test_a_hidden_class_has_no_mask(self) -> None:
        sql = f"SELECT {mask('phone', 'phone')} FROM customers"
        assert codes(sql, MANAGER) == {"personal-column"}

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT count(*) FROM customers",
            "SELECT count(*) FROM customers AS c WHERE c.region = '华东'",
            "SELECT count(*) FROM customers WHERE region = '华东' OR 1 = 1",
            "SELECT count(*) FROM customers WHERE region = '华南'",
            "SELECT count(*) FROM customers WHERE region = '华东' AND city = '上海'",
            "SELECT count(*) FROM orders WHERE customer_id IN (SELECT customer_id FROM customers)",
            "SELECT store_name FROM stores WHERE store_id IN (SELECT store_id FROM orders)",
            "SELECT value_tier FROM customer_profile",
            "SELECT value_tier FROM customer_profile_history",
            "SELECT 1 FROM stores JOIN customers ON customers.home_store_id = stores.store_id WHERE region = '华东'",
        ],
    )
    def test_tables_without_their_row_condition(self, sql: str) -> None:
        assert codes(sql, EAST) == {"unscoped-table"}

    def test_another_askers_condition_is_not_ours(self) -> None:
        south = restrict(MODEL, Scope("analyst", {"region": "华南"}))
        assert codes(f"SELECT count(*) FROM {seen('orders', south)}", EAST) == {"unscoped-table"}

    def test_a_condition_beside_a_join_does_not_count(self) -> None:
        sql = "SELECT 1 FROM customers JOIN stores ON customers.home_store_id = stores.store_id WHERE region = '华东'"
        assert "unscoped-table" in codes(sql, EAST)

    def test_a_name_cannot_be_smuggled_in_as_a_word(self) -> None:
        evil = exp.Extract(this=exp.var("year FROM birth_date), (SELECT 1"), expression=exp.column("order_time"))
        assert codes(exp.select(evil).from_("orders")) == {"forbidden-syntax"}
        number = exp.Literal(this="1), (SELECT 2", is_string=False)
        assert codes(exp.select(exp.Abs(this=number))) == {"forbidden-syntax"}

    def test_too_many_nodes(self) -> None:
        numbers = ", ".join(str(n) for n in range(6000))
        assert codes(f"SELECT amount FROM orders WHERE order_id IN ({numbers})") == {"statement-too-large"}

    def test_all_issues_at_once_and_each_once(self) -> None:
        with pytest.raises(UnsafeSQLError) as caught:
            guard(tree("SELECT nope, nope, getenv('x') FROM nowhere JOIN customers USING (nix)"), OPS)
        found = [i.code for i in caught.value.issues]
        assert len(found) == len(set(found)) >= 2

    def test_suggestions_name_only_what_the_asker_may_see(self) -> None:
        for sql in ("SELECT 1 FROM salari", "SELECT phon FROM customers", "SELECT salary FROM orders"):
            with pytest.raises(UnsafeSQLError) as caught:
                guard(tree(sql), MANAGER)
            assert not {"salary"} & {s for i in caught.value.issues for s in i.suggestions}


def test_it_is_quick() -> None:
    """A statement of a hundred lines in well under the budget of 3 ms."""
    ctes = ", ".join(
        f"c{i} AS (SELECT c.region, date_trunc('month', o.order_time) AS m, "
        f"sum(o.amount) FILTER (WHERE o.status = '已完成') AS s "
        f"FROM {seen('orders', alias='o')} LEFT JOIN {seen('customers', alias='c')} ON o.customer_id = c.customer_id "
        f"WHERE o.order_time >= DATE '2026-01-01' AND o.amount > {i} GROUP BY 1, 2)"
        for i in range(8)
    )
    joined = " ".join(f"FULL JOIN c{i} ON c0.region = c{i}.region AND c0.m = c{i}.m" for i in range(1, 8))
    statement = tree(f"WITH {ctes} SELECT c0.region, c0.s FROM c0 {joined} ORDER BY 1")
    best = 9.0
    for _ in range(5):
        fresh = statement.copy()
        start = time.perf_counter()
        guard(fresh, EAST)
        best = min(best, time.perf_counter() - start)
    assert best < 0.01
