"""The retail model says what the spec says: tables, metrics, tags, phrases, values; and everything in it can be asked.

In: the built-in model, the demo, and (where ../shared is) the spec itself, read as text. Numbers: each metric of the spec
against SQL written by hand from its definition.
"""

import json
import re
from pathlib import Path

import duckdb
import pytest

from assistant.demo.schema import TABLES
from semantic_layer.compiler import compile_plan
from semantic_layer.loader import domain_folder, read
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, ByDimension, InSegment, MetricUse, Period, Predicate, Records, SemanticQuery
from semantic_layer.resolve import resolve
from semantic_layer.scope import Restricted, Scope, restrict

QUARTER = Period.model_validate({"start": "2026-07-01", "end": "2026-10-01"})
IN_QUARTER = "BETWEEN TIMESTAMP '2026-07-01' AND TIMESTAMP '2026-09-30 23:59:59.999'"


@pytest.fixture(scope="module")
def admin(retail: SemanticModel) -> Restricted:
    return restrict(retail, Scope("admin", {}))


@pytest.fixture(scope="module")
def spec(shared: Path) -> str:
    return (shared / "retail" / "spec.md").read_text(encoding="utf-8")


def run(query: SemanticQuery, admin: Restricted, demo: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return demo.execute(compile_plan(resolve(query, admin), admin).sql).fetchall()


def all_words(model: SemanticModel, name: str, lang: str) -> set[str]:
    member = model.metrics[name]
    return {member.label[lang].casefold(), *(w.casefold() for w in getattr(member.synonyms, lang))}


# --- what the spec says --------------------------------------------------------------------------------------------------


def test_tables_and_columns_are_those_of_the_demo(retail: SemanticModel) -> None:
    declared = {t.name: [c.name for c in t.columns] for t in retail.tables.values() if not t.name.startswith("customer_profile")}
    assert declared == {name: list(columns) for name, columns in TABLES.items()}


def _cell_words(cell: str) -> list[str]:
    """`销售额（营收、收入）` or `sales (revenue, turnover)` -> all the words in it."""
    inside = re.split(r"[（(]", cell.strip().rstrip("）)"))
    return [word.strip() for part in inside for word in re.split(r"[、,，]| by grain", part) if word.strip()]


def test_every_metric_of_the_spec_is_there_with_its_words(retail: SemanticModel, spec: str) -> None:
    rows = [line.split("|")[1:-1] for line in spec.splitlines() if re.match(r"\| [a-z_]+ \|", line)]
    metrics = [[cell.strip() for cell in row] for row in rows if len(row) == 5 and row[0].strip() not in ("name", "tag")]
    assert len(metrics) >= 30
    for name, zh, en, _, _ in metrics:
        assert name in retail.metrics
        for lang, cell in (("zh", zh), ("en", en)):
            words = [w for w in _cell_words(cell.partition("the form that")[0]) if "MAU/DAU" not in w]
            missing = {w.casefold() for w in words} - all_words(retail, name, lang)
            assert not missing, (name, missing)


def test_every_tag_of_the_spec_is_there_with_its_values(retail: SemanticModel, spec: str) -> None:
    rows = [line.split("|")[1:-1] for line in spec.splitlines() if re.match(r"\| [a-z_]+ \|", line)]
    tags = [[cell.strip() for cell in row] for row in rows if len(row) == 3 and row[0].strip() != "tag"]
    assert len(tags) == 15
    for name, label, values in tags:
        dimension = retail.dimensions[name]
        assert (dimension.tag, dimension.label.zh) == (True, label)
        if name not in ("preferred_category", "preferred_channel", "early_adopter"):
            missing = [str(v.value) for v in dimension.values if str(v.value) not in values]
            assert not missing, (name, missing)
            assert len(dimension.values) == values.count(" · ") + 1
    attributes = re.search(r"Numeric per-customer attributes.*?lists: (.*?)\. days_since", spec, re.DOTALL)
    assert attributes is not None
    for name in re.split(r",\s+", attributes.group(1)):
        assert retail.dimensions[name].tag


PHRASES = {
    "高价值客户": ("value_tier", "高价值"),
    "high-value customers": ("value_tier", "高价值"),
    "潜力客户": ("value_tier", "潜力"),
    "沉睡客户": ("activity", "沉睡"),
    "dormant customers": ("activity", "沉睡"),
    "流失客户": ("lifecycle", "流失"),
    "churned customers": ("lifecycle", "流失"),
    "lost customers": ("lifecycle", "流失"),
    "高流失风险": ("churn_risk", "高"),
    "at-risk customers": ("churn_risk", "高"),
    "快要流失": ("churn_risk", "高"),
    "可能流失": ("churn_risk", "高"),
    "高频购买用户": ("purchase_frequency", "高频"),
    "frequent buyers": ("purchase_frequency", "高频"),
    "新品尝鲜用户": ("early_adopter", True),
    "early adopters": ("early_adopter", True),
    "价格敏感": ("promo_sensitivity", "高"),
    "爱用优惠券的": ("promo_sensitivity", "高"),
    "promo-sensitive": ("promo_sensitivity", "高"),
    "不满意客户": ("satisfaction", "不满意"),
    "unhappy customers": ("satisfaction", "不满意"),
    "忠诚客户": ("loyalty", "高"),
    "loyal": ("loyalty", "高"),
    "重要价值客户": ("rfm", "重要价值"),
}


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_means_a_tag_value(retail: SemanticModel, phrase: str) -> None:
    segments = [s for s in retail.segments.values() if phrase in (s.label.zh, s.label.en, *s.synonyms.zh, *s.synonyms.en)]
    member, value = PHRASES[phrase]
    (segment,) = segments
    assert Predicate.model_validate_json(segment.where) == Predicate(member=member, op="=", values=(value,))


def test_old_customers_are_those_that_are_not_new(retail: SemanticModel) -> None:
    where = json.loads(retail.segments["established_customers"].where)
    assert retail.segments["established_customers"].label.zh == "老客"
    assert where["kind"] == "not"
    assert where["filter"]["values"] == ["新客"]


def test_every_value_has_a_name_in_both_languages_and_an_english_one_in_letters(retail: SemanticModel) -> None:
    for dimension in retail.dimensions.values():
        for value in dimension.values:
            assert value.label.zh
            assert value.label.en
            assert not re.search(r"[\u4e00-\u9fff]", value.label.en), (dimension.name, value.value)


def test_every_low_cardinality_column_of_the_demo_declares_every_value(
    retail: SemanticModel, demo: duckdb.DuckDBPyConnection
) -> None:
    for dimension in retail.dimensions.values():
        if dimension.type not in ("text", "boolean") or not dimension.groupable or dimension.pii:
            continue
        stored = {
            r[0] for r in demo.execute(f"SELECT DISTINCT {dimension.expr or dimension.name} FROM {dimension.table}").fetchall()
        }
        declared = {v.value for v in dimension.values}
        if not dimension.index_values:
            assert declared >= stored - {None}, dimension.name
        assert declared or dimension.index_values, dimension.name


def test_roles_and_personal_data(retail: SemanticModel) -> None:
    assert set(retail.roles) == {"manager", "regional_manager", "ops", "analyst", "admin"}
    assert not retail.roles["manager"].pii
    assert retail.roles["manager"].may_list
    assert {kind for role in retail.roles.values() for kind in role.pii.values()} == {"mask"}  # nobody sees it in the clear
    personal = {c.name for c in retail.tables["customers"].columns if c.pii}
    assert personal == {"name", "phone", "email", "wechat_unionid", "id_card", "birth_date"}
    assert {d.expr or d.name for d in retail.dimensions.values() if d.pii} == personal
    assert [r.may_export_clear for r in retail.roles.values()].count(True) == 1


def test_the_domain_has_questions_of_its_own_in_both_languages() -> None:
    questions = read(domain_folder("retail")).questions
    assert len(questions) >= 40
    assert {q.role for q in questions} == {"manager", "ops"}
    assert len({q.zh for q in questions}) == len({q.en for q in questions}) == len(questions)
    assert len({q.kind for q in questions}) >= 18


# --- everything can be asked ---------------------------------------------------------------------------------------------


def test_every_metric_by_each_of_its_drivers_runs(
    retail: SemanticModel, admin: Restricted, demo: duckdb.DuckDBPyConnection
) -> None:
    for metric in retail.metrics.values():
        for driver in metric.drivers:
            query = Aggregate(metrics=(MetricUse(metric=metric.name),), group_by=(ByDimension(member=driver),), period=QUARTER)
            demo.execute("EXPLAIN " + compile_plan(resolve(query, admin), admin).sql)


def test_every_segment_can_be_listed(retail: SemanticModel, admin: Restricted, demo: duckdb.DuckDBPyConnection) -> None:
    empty = [
        name
        for name, segment in retail.segments.items()
        if not run(Records(entity=segment.entity, where=InSegment(segment=name)), admin, demo)
    ]
    assert empty == []


def test_every_dimension_can_be_filtered(retail: SemanticModel, admin: Restricted, demo: duckdb.DuckDBPyConnection) -> None:
    counts = {
        "orders": "order_count",
        "order_items": "units",
        "events": "event_count",
        "tickets": "ticket_count",
        "surveys": "nps",
        "campaigns": "campaign_count",
        "campaign_touches": "touch_count",
        "stores": "store_count",
        "products": "product_count",
    }
    for dimension in retail.dimensions.values():
        if dimension.pii:
            continue
        metric = counts.get(dimension.table, "customer_count")
        query = Aggregate(metrics=(MetricUse(metric=metric),), where=Predicate(member=dimension.name, op="is not null"))
        demo.execute("EXPLAIN " + compile_plan(resolve(query, admin), admin).sql)


def test_every_value_filters_the_rows_that_have_it(
    retail: SemanticModel, admin: Restricted, demo: duckdb.DuckDBPyConnection
) -> None:
    counts = {"orders": "all_orders", "events": "event_count", "tickets": "ticket_count", "surveys": "survey_count",
              "campaign_touches": "touch_count", "customers": "customer_count", "stores": "store_count",
              "products": "product_count", "customer_profile": "customer_count"}  # fmt: skip
    for dimension in retail.dimensions.values():
        if not dimension.values or dimension.table not in counts:
            continue
        column = dimension.expr or dimension.name
        sql = f"SELECT {column}, count(*) FROM {dimension.table} WHERE {column} IS NOT NULL GROUP BY 1"
        stored = dict(demo.execute(sql).fetchall())
        for value in dimension.values:
            condition = Predicate(member=dimension.name, op="=", values=(value.value,))
            query = Aggregate(metrics=(MetricUse(metric=counts[dimension.table]),), where=condition)
            found = run(query, admin, demo)
            assert (found[0][0] if found else 0) == stored.get(value.value, 0), (dimension.name, value.value)


# --- the numbers are those of the definitions ----------------------------------------------------------------------------

ORDERS = f"FROM orders WHERE order_time {IN_QUARTER}"
DONE = f"{ORDERS} AND status = '已完成'"
ITEMS = f"FROM order_items i JOIN orders o USING (order_id) WHERE o.status = '已完成' AND o.order_time {IN_QUARTER}"
EVENTS = f"FROM events WHERE event_time {IN_QUARTER}"
SURVEYS = f"FROM surveys WHERE survey_time {IN_QUARTER}"
TICKETS = f"FROM tickets WHERE created_time {IN_QUARTER}"
TOUCHES = f"FROM campaign_touches WHERE sent_time {IN_QUARTER}"
BY_HAND = {
    "sales": f"SELECT sum(amount) {DONE}",
    "gmv": f"SELECT sum(amount) {ORDERS}",
    "order_count": f"SELECT count(*) {DONE}",
    "buyers": f"SELECT count(DISTINCT customer_id) {DONE}",
    "aov": f"SELECT sum(amount)::DOUBLE / count(*) {DONE}",
    "arpu": f"SELECT sum(amount)::DOUBLE / count(DISTINCT customer_id) {DONE}",
    "units": f"SELECT sum(i.quantity) {ITEMS}",
    "item_sales": f"SELECT sum(i.amount) {ITEMS}",
    "repurchase_rate": f"SELECT count(*) FILTER (n >= 2) / count(*) FROM (SELECT count(*) AS n {DONE} GROUP BY customer_id)",
    "refund_rate": f"SELECT count(*) FILTER (status = '已退款') / count(*) FILTER (status <> '已取消') {ORDERS}",
    "cancel_rate": f"SELECT count(*) FILTER (status = '已取消') / count(*) {ORDERS}",
    "discount_rate": f"SELECT sum(discount_amount)::DOUBLE / sum(amount + discount_amount) {DONE}",
    "customer_count": "SELECT count(*) FROM customers",
    "new_customers": "SELECT count(*) FROM customers WHERE register_date BETWEEN DATE '2026-07-01' AND DATE '2026-09-30'",
    "active_customers": f"SELECT count(DISTINCT customer_id) {EVENTS}",
    "conversion_rate": "SELECT count(DISTINCT customer_id) FILTER (event_type = '支付') / "
    f"count(DISTINCT customer_id) FILTER (event_type = '浏览') {EVENTS}",
    "add_to_cart_rate": "SELECT count(DISTINCT customer_id) FILTER (event_type = '加购') / "
    f"count(DISTINCT customer_id) FILTER (event_type = '浏览') {EVENTS}",
    "csat": f"SELECT avg(csat_score) {SURVEYS}",
    "satisfied_share": f"SELECT count(*) FILTER (csat_score >= 4) / count(*) {SURVEYS}",
    "nps": f"SELECT 100 * (count(*) FILTER (nps_score >= 9) - count(*) FILTER (nps_score <= 6)) / count(*) {SURVEYS}",
    "survey_count": f"SELECT count(*) {SURVEYS}",
    "ticket_count": f"SELECT count(*) {TICKETS}",
    "complaints": f"SELECT count(*) {TICKETS} AND ticket_type = '投诉'",
    "complaint_rate": f"SELECT (SELECT count(*) {TICKETS} AND ticket_type = '投诉') / (SELECT count(*) {DONE})",
    "first_response": f"SELECT avg(first_response_minutes) {TICKETS}",
    "resolution_rate": f"SELECT count(*) FILTER (status = '已解决') / count(*) {TICKETS}",
    "touch_count": f"SELECT count(*) {TOUCHES}",
    "open_rate": f"SELECT count(*) FILTER (opened) / count(*) {TOUCHES}",
    "click_rate": f"SELECT count(*) FILTER (clicked) / count(*) {TOUCHES}",
    "campaign_conversion": f"SELECT count(converted_order_id) / count(*) {TOUCHES}",
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_metric_is_what_its_definition_says(name: str, admin: Restricted, demo: duckdb.DuckDBPyConnection) -> None:
    ((value,),) = run(Aggregate(metrics=(MetricUse(metric=name),), period=QUARTER), admin, demo)
    expected = demo.execute(BY_HAND[name]).fetchone()
    assert expected is not None
    assert float(value) == pytest.approx(float(expected[0]), rel=1e-9)  # type: ignore[arg-type]
