"""Governed SQL: what text from outside becomes, what of it is refused, and what it can see when it runs."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prompts
from assistant.engines.base import EngineSettings
from assistant.engines.duckdb import DuckDBEngine
from assistant.errors import EngineError
from semantic_layer.errors import UnsafeSQLError
from semantic_layer.governed import governed
from semantic_layer.guard import guard
from semantic_layer.scope import Restricted, Scope, restrict
from tests.models import PII, tiny_retail, write_tiny_retail

MODEL = tiny_retail()
EAST = restrict(MODEL, Scope("analyst", {"region": "华东"}))
OPS = restrict(MODEL, Scope("ops"))
MANAGER = restrict(MODEL, Scope("manager"))
ADMIN = restrict(MODEL, Scope("admin"))
CASES = Path(__file__).resolve().parents[3] / "shared" / "security" / "cases.jsonl"


def sql_cases() -> list[dict[str, str]]:
    if not CASES.exists():
        return []
    found = (json.loads(line) for line in CASES.read_text("utf-8").splitlines())
    return [case for case in found if case["kind"] == "sql"]


def expanded(text: str) -> str:
    """`@repeat:` stands for a long text: `{text}*N`."""
    if not text.startswith("@repeat:"):
        return text
    return re.sub(r"\{(.*?)\}\*(\d+)", lambda m: m[1] * int(m[2]), text.removeprefix("@repeat:"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_tiny_retail(tmp_path_factory.mktemp("governed"))


@pytest.fixture(scope="module")
def engine(folder: tuple[Path, Path]) -> Iterator[DuckDBEngine]:
    opened = DuckDBEngine.open(MODEL, *folder, EngineSettings(threads=2, memory_limit="1GB", outside_memory=1 << 30))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def raw(folder: tuple[Path, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The data as it is, for what must not be seen."""
    with duckdb.connect(str(folder[0]), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def secrets(raw: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Every personal value, as text."""
    columns = ", ".join(f"{c}::VARCHAR" for c in PII)
    return frozenset(v for row in raw.execute(f"SELECT {columns} FROM customers").fetchall() for v in row if v is not None)


def run(engine: DuckDBEngine, text: str, restricted: Restricted = EAST) -> list[tuple[object, ...]]:
    tree = governed(text, restricted)
    return list(engine.run_outside(tree.sql("duckdb"), timeout=10, max_rows=10_000).rows)


def codes(text: str, restricted: Restricted = EAST) -> set[str]:
    try:
        governed(text, restricted)
    except UnsafeSQLError as error:
        for issue in error.issues:
            assert prompts.issue_text(issue, "zh")
            assert prompts.issue_text(issue, "en")
        return {issue.code for issue in error.issues}
    return set()


class TestCases:
    """../shared/security/cases.jsonl, kind sql: through governed, guard and the hardened engine."""

    @pytest.mark.parametrize("case", sql_cases(), ids=lambda case: case["id"])
    def test_what_is_expected_of_each(self, case: dict[str, str], engine: DuckDBEngine, secrets: frozenset[str]) -> None:
        text = expanded(case["input"])
        rows: list[tuple[object, ...]] = []
        refused = bool(codes(text))
        if not refused:
            try:
                rows = run(engine, text)
            except EngineError:
                refused = True
        match case["expect"]:
            case "refuse":
                assert refused
            case "answer":
                assert rows
            case "mask":
                shown = {str(v) for row in rows for v in row}
                assert not any(secret in value for value in shown for secret in secrets)
            case "limit":
                assert run(engine, "SELECT count(*) FROM customers") == [(13,)]
        assert len(rows) <= 10_000

    def test_the_cases_are_there(self) -> None:
        if not CASES.exists():
            pytest.skip("../shared is not here")
        assert len(sql_cases()) > 90

    @pytest.mark.parametrize(
        ("text", "rows"),
        [
            ("SELECT count(*) FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = o.customer_id "
             "AND c.region = '华北')", [(0,)]),
            ("SELECT count(*) FROM customers WHERE region = '华东' OR 1 = 1", [(13,)]),
            ("SELECT region FROM customers UNION SELECT region FROM customers", [("华东",)]),
            ("SELECT DISTINCT region FROM surveys s FULL JOIN customers c ON c.customer_id = s.customer_id", [("华东",)]),
        ],
    )  # fmt: skip
    def test_only_over_the_permitted_rows(self, engine: DuckDBEngine, text: str, rows: list[tuple[object, ...]]) -> None:
        assert run(engine, text) == rows

    def test_facts_two_joins_away_are_limited(self, engine: DuckDBEngine, raw: duckdb.DuckDBPyConnection) -> None:
        expected = raw.execute(
            "SELECT sum(i.quantity) FROM order_items i JOIN orders USING (order_id) JOIN customers USING (customer_id) "
            "WHERE region = '华东'"
        ).fetchall()
        assert run(engine, "SELECT sum(i.quantity) FROM order_items i") == expected


class TestRewriting:
    def test_only_named_columns_are_read_and_a_limit_stands_at_the_end(self) -> None:
        assert governed("select City from customers", OPS).sql("duckdb") == (
            "SELECT City FROM (SELECT city FROM customers) AS customers LIMIT 10001"
        )

    def test_rows_and_masks_stand_inside(self) -> None:
        sql = governed("SELECT c.phone FROM customers AS c LIMIT 5", EAST).sql("duckdb")
        assert sql.startswith("SELECT c.phone FROM (SELECT CASE WHEN LENGTH(")
        assert sql.endswith("FROM customers WHERE region = '华东') AS c LIMIT 5")

    @pytest.mark.parametrize(("text", "limit"), [("LIMIT 3", 3), ("LIMIT 999999999", 11), ("", 11), ("LIMIT 7 OFFSET 2", 7)])
    def test_limits(self, text: str, limit: int) -> None:
        tree = governed(f"SELECT order_id FROM orders {text}", OPS, max_rows=10)
        assert tree.args["limit"].expression.name == str(limit)

    def test_one_row_more_than_may_be_shown_says_that_there_were_more(self, engine: DuckDBEngine) -> None:
        tree = governed("SELECT order_item_id FROM order_items", OPS, max_rows=10)
        fetched = engine.run_outside(tree.sql("duckdb"), timeout=10, max_rows=10)
        assert (len(fetched.rows), fetched.truncated, fetched.total) == (10, True, None)

    def test_a_set_operation_is_limited_as_a_whole(self, engine: DuckDBEngine) -> None:
        tree = governed("SELECT order_id FROM orders UNION ALL SELECT ticket_id FROM tickets ORDER BY 1", OPS, max_rows=10)
        assert len(engine.run_outside(tree.sql("duckdb"), timeout=10, max_rows=100).rows) == 11

    def test_columns_by_the_names_of_dimensions(self, engine: DuckDBEngine) -> None:
        by_status = run(engine, "SELECT order_status, count(*) AS n FROM orders GROUP BY 1 ORDER BY 2 DESC LIMIT 1", OPS)
        assert by_status[0][0] == "已完成"
        by_group = run(engine, "SELECT city_group, count(*) FROM customers GROUP BY 1 ORDER BY 1", OPS)
        assert by_group == [("一线", 13), ("其他", 27)]
        assert run(engine, "SELECT max(birth_year) FROM customers", OPS) == [(1985,)]

    def test_comments_do_not_survive(self) -> None:
        assert "/*" not in governed("SELECT /* a */ city -- b\nFROM customers /* c */", OPS).sql("duckdb")

    def test_odd_names_are_quoted(self) -> None:
        assert '"销售 额"' in governed('SELECT sum(amount) AS "销售 额" FROM orders', OPS).sql("duckdb")
        assert '"销售额"' in governed("SELECT sum(amount) AS 销售额 FROM orders", OPS).sql("duckdb")

    def test_what_comes_out_passes_the_guard_for_the_asker_and_no_other(self) -> None:
        tree = governed("SELECT customer_id FROM orders", EAST)
        guard(tree, EAST)
        with pytest.raises(UnsafeSQLError):
            guard(tree, restrict(MODEL, Scope("analyst", {"region": "华南"})))

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT region, count(*) FROM customers GROUP BY ALL ORDER BY ALL",
            "WITH t(a, b) AS (SELECT region, count(*) FROM customers GROUP BY 1) SELECT a, b FROM t WHERE b > 1",
            "SELECT * FROM (SELECT status, sum(amount) AS s FROM orders GROUP BY 1) AS t WHERE s > 0",
            "SELECT c.region, o.channel FROM customers c JOIN orders o ON o.customer_id = c.customer_id AND o.amount > 10",
            "SELECT c.region FROM customers c SEMI JOIN orders o USING (customer_id)",
            "SELECT amount / (SELECT sum(amount) FROM orders) AS share FROM orders",
            "SELECT t.amount / s.total FROM orders t CROSS JOIN (SELECT sum(amount) AS total FROM orders) s",
            "SELECT date_trunc('month', order_time) AS m, lag(sum(amount)) OVER (ORDER BY date_trunc('month', order_time)) "
            "FROM orders GROUP BY 1",
            "FROM orders SELECT status, count(*) GROUP BY status",
            "(SELECT city FROM customers) UNION (SELECT region FROM customers)",
            "SELECT customer_id, name, phone FROM customers WHERE city = '上海' ORDER BY customer_id",
            "SELECT p.value_tier, count(*) FROM customers c JOIN customer_profile p USING (customer_id) GROUP BY 1",
            "SELECT strftime(order_time, '%Y-%m') AS m, count(*) FROM orders WHERE order_time >= '2026-01-01' GROUP BY 1",
            "SELECT count(phone) AS n FROM customers",
            "SELECT upper(city) || '-' || region FROM customers WHERE city IN ('上海', '北京') AND region IS NOT NULL",
            "SELECT concat(name, ' ', phone) AS who, coalesce(email, '-') FROM customers",
            "SELECT 1 + 1",
        ],
    )
    def test_honest_questions_run(self, engine: DuckDBEngine, text: str) -> None:
        assert codes(text, OPS) == set()
        run(engine, text, OPS)
        run(engine, text, EAST)


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "not-a-query"),
            ("   ", "not-a-query"),
            ("-- nothing", "not-a-query"),
            (";", "not-a-query"),
            ("SELECT 1; SELECT 2", "not-one-statement"),
            ("SELECT 1;; DROP TABLE customers", "not-one-statement"),
            ("SELECT", "not-sql"),
            ("SELECT * FROM", "not-sql"),
            ("SELECT 'a", "not-sql"),
            ("SELECT 1 FROM orders WHERE\u200b 1=1", "bad-characters"),
            ("SELECT 1\x00", "bad-characters"),
            ("SELECT\u00a01", "bad-characters"),
            ("SELECT '\u202e'", "bad-characters"),
            ("SELECT \ud800", "bad-characters"),
            ("SELECT '" + "x" * 20_500 + "'", "sql-too-long"),
            ("SELECT '" + "字" * 7_000 + "'", "sql-too-long"),
            ("SELECT " + "(" * 41 + "1" + ")" * 41, "statement-too-deep"),
            ("SELECT " + "- " * 30 + "1", "statement-too-deep"),
            ("SELECT " + "abs(" * 41 + "1" + ")" * 41, "statement-too-deep"),
            ("SELECT " + "1+" * 400 + "1", "statement-too-deep"),
            ("SELECT " + "date(" * 20 + "1" + ")" * 20, "statement-too-deep"),
            ("SELECT order_id FROM orders LIMIT " + "9" * 5000, "forbidden-syntax"),
            ("SELECT order_id FROM orders ORDER BY " + "9" * 5000 + " LIMIT (1)", "forbidden-syntax"),
            ("SELECT [x for , 1 , (x IN a]", "not-sql"),
            ("SELECT a" + "::INT" * 101, "too-many-clauses"),
            ("SELECT 1" + " UNION ALL SELECT 1" * 21, "too-many-clauses"),
            ("SELECT 1 WHERE " + " OR ".join(["1 = 1"] * 160), "too-many-clauses"),
            ("SELECT 1 FROM orders o " + "JOIN orders USING (order_id) " * 21, "too-many-clauses"),
            ("SELECT order_id FROM orders WHERE order_id IN (" + ", ".join("1" * 3 for _ in range(5000)) + ")", "sql-too-long"),
            ("SELECT order_id FROM orders WHERE order_id IN (" + ",".join("1" for _ in range(5100)) + ")", "statement-too-large"),
            ("WITH customers AS (SELECT 1 AS x) SELECT x FROM customers", "shadowed-table"),
            ("SELECT 1 FROM orders a JOIN customers b ON true", "join-without-condition"),
            ("SELECT 1 FROM orders a JOIN customers b ON 1 = 1", "join-without-condition"),
            ("SELECT 1 FROM orders a JOIN customers b ON a.order_id = 1", "join-without-condition"),
            ("SELECT 1 FROM orders a JOIN customers b ON a.customer_id < b.customer_id", "join-without-condition"),
            ("SELECT 1 FROM orders a JOIN customers b ON a.customer_id = b.customer_id OR true", "join-without-condition"),
            ("SELECT extract(\"year FROM birth_date), (SELECT 1\" FROM order_time) FROM orders", "forbidden-syntax"),
            ("SELECT date_trunc('x'') , (1', order_time) FROM orders", "forbidden-syntax"),
            ("SELECT repeat('a', 1000000000)", "forbidden-function"),
            ("SELECT rpad('a', 1000000000, 'b')", "forbidden-function"),
            ("SELECT regexp_replace(city, '(a+)+', 'b') FROM customers", "forbidden-function"),
            ("SELECT list_transform([1], x -> x)", "forbidden-function"),
            ("SELECT unnest(range(1000000000))", "forbidden-function"),
            ("SELECT current_date", "forbidden-function"),
            ("SELECT now()", "forbidden-function"),
            ("SELECT rowid FROM customers", "unknown-column"),
            ("SELECT customers.* LIKE 'a%' FROM customers", "unknown-column"),
            ("SELECT * LIKE 'p%' FROM customers", "forbidden-syntax"),
            ("SELECT * REPLACE (1 AS phone) FROM customers", "forbidden-syntax"),
            ("SELECT note FROM secret_hr", "unknown-table"),
            ("SELECT v FROM salary", "unknown-table"),
            ("SELECT (SELECT v FROM salary)", "unknown-table"),
            ("SELECT count(DISTINCT phone) FROM customers", "personal-column"),
            ("SELECT count(*) FILTER (phone LIKE '1%') FROM customers", "personal-column"),
            ("SELECT CASE phone WHEN '1' THEN 2 END FROM customers", "personal-column"),
            ("SELECT CASE WHEN phone IS NULL THEN 2 END FROM customers", "personal-column"),
            ("SELECT phone AS a, length(a) FROM customers", "personal-column"),
            ("SELECT a FROM (SELECT 'x' || phone AS a FROM customers) AS t WHERE a > 'x'", "personal-column"),
            ("SELECT phone, count(*) FROM customers GROUP BY ALL", "personal-column"),
            ("SELECT phone FROM customers UNION SELECT city FROM customers", "personal-column"),
            ("SELECT phone FROM customers EXCEPT SELECT '138****0001'", "personal-column"),
            ("SELECT city FROM customers WHERE phone IN (SELECT phone FROM customers)", "personal-column"),
            ("SELECT (phone, email) FROM customers", "personal-column"),
            ("SELECT any_value(name) FROM customers", "personal-column"),
            ("SELECT min(birth_date) FROM customers", "personal-column"),
            ("SELECT date_diff('year', birth_date, DATE '2026-01-01') FROM customers", "personal-column"),
            ("SELECT phone::DATE FROM customers", "personal-column"),
        ],
    )  # fmt: skip
    def test_each_with_its_reason(self, text: str, code: str) -> None:
        assert code in codes(text)

    @pytest.mark.parametrize("shown", ["phone", "customers.id_card", "count(email)", "upper(name)", "Birth_Date"])
    def test_what_is_hidden_is_unknown(self, shown: str) -> None:
        assert codes(f"SELECT {shown} FROM customers", MANAGER) == {"unknown-column"}

    def test_a_star_has_no_hidden_columns(self, engine: DuckDBEngine) -> None:
        tree = governed("SELECT * FROM customers", MANAGER)
        names = engine.run_outside(tree.sql("duckdb"), timeout=10, max_rows=1).names
        assert set(names) == {"customer_id", "gender", "city", "region", "register_date", "member_level", "home_store_id"}

    def test_a_hidden_column_and_a_missing_one_look_the_same(self) -> None:
        hidden = restrict(MODEL, Scope("strict", {"region": "华东"}))
        found = {}
        for column in ("gender", "nonsense"):
            with pytest.raises(UnsafeSQLError) as caught:
                governed(f"SELECT {column} FROM customers", hidden)
            found[column] = [(i.code, set(i.params)) for i in caught.value.issues]
        assert found["gender"] == found["nonsense"]

    def test_suggestions_are_what_the_asker_may_see(self) -> None:
        for text in ("SELECT fone, gendr, citi FROM customers", "SELECT 1 FROM salarys", "SELECT 1 FROM ticket"):
            with pytest.raises(UnsafeSQLError) as caught:
                governed(text, restrict(MODEL, Scope("strict", {"region": "华东"})))
            shown = {s for i in caught.value.issues for s in i.suggestions}
            assert not shown & {"phone", "gender", "city", "salary", "tickets", "ticket_tier"}

    def test_a_clear_role_may_do_what_it_likes_with_its_columns(self, engine: DuckDBEngine) -> None:
        phones = run(engine, "SELECT phone FROM customers WHERE phone LIKE '138%' ORDER BY phone LIMIT 1", ADMIN)
        assert phones == [("13800010007",)]


@pytest.mark.parametrize("unit", ["date(", "decimal((", "sort_array(a, (", "timestamp(a, ("])
def test_no_text_within_the_limits_keeps_the_parser_busy(unit: str) -> None:
    """The parser reads what follows a type's name twice: calls inside calls are few, however many stand side by side."""
    one = unit * 6 + "1" + ")" * unit.count("(") * 6
    start = time.perf_counter()
    codes("SELECT " + ", ".join([one] * (20_000 // (len(one) + 2))))
    assert time.perf_counter() - start < 5


COLUMNS = ("customer_id", "region", "city", "gender", "member_level", "phone", "name", "email")
CONDITIONS = ("region = '华东'", "region <> '华东'", "customer_id > 20", "city IN ('上海', '广州')", "1 = 1", "gender IS NULL")
ALPHABET = "SELECT()* FROMcustomers,'\"-;/\\.0=phone\n"


@settings(max_examples=40, deadline=None)
@given(
    columns=st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True),
    conditions=st.lists(st.sampled_from(CONDITIONS), max_size=3),
    joint=st.sampled_from((" AND ", " OR ")),
    wrap=st.sampled_from(("{}", "WITH t AS ({}) SELECT * FROM t", "SELECT * FROM ({}) AS t", "{} UNION ALL {}")),
)
def test_rows_under_a_scope_are_among_the_rows_without(
    engine: DuckDBEngine, secrets: frozenset[str], columns: list[str], conditions: list[str], joint: str, wrap: str
) -> None:
    where = f" WHERE {joint.join(conditions)}" if conditions else ""
    inner = f"SELECT {', '.join(columns)} FROM customers{where}"
    text = wrap.format(inner, inner)
    scoped, everything = run(engine, text, EAST), run(engine, text, OPS)
    assert set(scoped) <= set(everything)
    assert not {str(v) for row in everything for v in row} & secrets


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=200)
    | st.text(alphabet="SELECT()* FROMcustomers,'\"-;/\\.0=phone\n", max_size=120).map(lambda t: "SELECT " + t)
)
def test_any_text_is_refused_or_read(text: str) -> None:
    codes(text)
