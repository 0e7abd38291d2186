"""Semantic queries of every kind beside the SQL that a person would write for each: name -> (query, SQL).

Read over the demo's views and `customer_profile`; the SQL is written without looking at ours. Rows must agree in order where the
SQL has one.
"""

from datetime import date

from semantic_layer.query import (
    Aggregate,
    Attribute,
    Behaviour,
    ByBucket,
    ByDimension,
    ByTime,
    ByTimePart,
    Calculation,
    Compare,
    Funnel,
    Having,
    InSegment,
    InSet,
    MetricColumn,
    MetricPredicate,
    MetricTerm,
    MetricUse,
    Not,
    Or,
    Order,
    Predicate,
    Records,
    Retention,
    SemanticQuery,
    Share,
    Step,
)
from tests.semantic_layer.dev_queries import (
    LAST_90,
    LAST_365,
    MTD,
    PREVIOUS,
    Q3,
    SEPTEMBER,
    THIS_YEAR,
    YEAR_AGO,
    by,
    days,
    did,
    eq,
    every,
    rank,
    show,
    test,
    use,
)

OCTOBER = date(2026, 10, 1)
LAST_YEAR = days("2025-01-01", "2025-12-31")
_DONE = "FROM orders o WHERE status = '已完成'"
_BY_CUSTOMER = "FROM orders o JOIN customers c USING (customer_id) WHERE status = '已完成'"
_ITEMS = (
    "FROM orders o JOIN order_items i USING (order_id) JOIN products p USING (product_id) "
    "LEFT JOIN customers c USING (customer_id) WHERE status = '已完成'"
)


def _in(column: str, first: str, last: str) -> str:
    return f"CAST({column} AS DATE) BETWEEN DATE '{first}' AND DATE '{last}'"


def _o(first: str, last: str) -> str:
    return _in("order_time", first, last)


_SEP, _AUG, _SEP25 = _o("2026-09-01", "2026-09-30"), _o("2026-08-01", "2026-08-31"), _o("2025-09-01", "2025-09-30")
_YTD, _L90, _L30 = _o("2026-01-01", "2026-10-19"), _o("2026-07-22", "2026-10-19"), _o("2026-09-20", "2026-10-19")
_L365, _Q3, _MTD = _o("2025-10-20", "2026-10-19"), _o("2026-07-01", "2026-09-30"), _o("2026-10-01", "2026-10-19")


def _count(who: str) -> str:
    return f"SELECT count(*) FROM customers c LEFT JOIN customer_profile p USING (customer_id) WHERE {who}"


def _agg(*names: str, **more: object) -> Aggregate:
    return Aggregate(metrics=use(*names), **more)


def _customers(where: object) -> Aggregate:
    return _agg("customer_count", where=where)


def _either(*filters: object) -> Or:
    return Or(filters=filters)


Case = tuple[SemanticQuery, str]

COMPARISONS: dict[str, Case] = {
    "months of this year against the same last year": (
        _agg("sales", group_by=by("month"), period=THIS_YEAR, compare=YEAR_AGO),
        "SELECT coalesce(a.m, b.m) m, a.s, b.s, a.s / b.s - 1 FROM "
        f"(SELECT date_trunc('month', order_time)::DATE m, sum(amount) s {_DONE} AND {_YTD} GROUP BY 1) a FULL JOIN "
        "(SELECT date_trunc('month', order_time)::DATE + INTERVAL 1 YEAR m, sum(amount) s "
        f"{_DONE} AND {_o('2025-01-01', '2025-10-19')} GROUP BY 1) b ON a.m = b.m ORDER BY m",
    ),
    "months against the month before, October only to the 19th": (
        _agg("order_count", group_by=by("month"), period=THIS_YEAR, compare=PREVIOUS),
        "SELECT a.m, a.s, b.s, a.s / b.s - 1 FROM "
        f"(SELECT date_trunc('month', order_time)::DATE m, count(*) s {_DONE} AND {_YTD} GROUP BY 1) a JOIN "
        "(SELECT (date_trunc('month', order_time) + INTERVAL 1 MONTH)::DATE m, count(*) s "
        f"{_DONE} AND {_o('2025-12-01', '2026-09-19')} GROUP BY 1) b ON a.m = b.m ORDER BY a.m",
    ),
    "a month cut on its last day but one keeps all of a short February": (
        _agg("order_count", group_by=by("month"), period=days("2026-03-01", "2026-03-30"), compare=PREVIOUS),
        f"SELECT DATE '2026-03-01', a, b, a / b - 1 FROM (SELECT count(*) FILTER ({_o('2026-03-01', '2026-03-30')}) a, "
        f"count(*) FILTER ({_o('2026-02-01', '2026-02-28')}) b {_DONE})",
    ),
    "weeks against 52 weeks earlier, no stray week": (
        _agg("order_count", group_by=by("week"), period=days("2026-06-01", "2026-06-28"), compare=YEAR_AGO),
        "SELECT w, count(*) FILTER (now) a, count(*) FILTER (NOT now) b, a / b - 1 FROM ("
        "SELECT date_trunc('week', order_time)::DATE w, TRUE AS now "
        f"{_DONE} AND {_o('2026-06-01', '2026-06-28')} UNION ALL "
        "SELECT date_trunc('week', order_time)::DATE + 364, FALSE "
        f"{_DONE} AND {_o('2025-06-02', '2025-06-29')}) GROUP BY 1 ORDER BY 1",
    ),
    "days of February beside a leap year": (
        _agg("order_count", group_by=by("day"), period=days("2025-02-01", "2025-02-28"), compare=YEAR_AGO),
        "SELECT a.d, a.n, b.n, a.n / b.n - 1 FROM (SELECT order_time::DATE d, count(*) n "
        f"{_DONE} AND {_o('2025-02-01', '2025-02-28')} GROUP BY 1) a JOIN (SELECT order_time::DATE d, count(*) n "
        f"{_DONE} AND {_o('2024-02-01', '2024-02-28')} GROUP BY 1) b ON month(a.d) = month(b.d) AND day(a.d) = "
        f"day(b.d) ORDER BY 1",
    ),
    "a whole February against a leap one": (
        _agg("order_count", period=days("2025-02-01", "2025-02-28"), compare=YEAR_AGO),
        f"SELECT a, b, a / b - 1 FROM (SELECT count(*) FILTER ({_o('2025-02-01', '2025-02-28')}) a, "
        f"count(*) FILTER ({_o('2024-02-01', '2024-02-29')}) b {_DONE})",
    ),
    "quarters against the quarter before, the last one running": (
        _agg("buyers", group_by=by("quarter"), period=THIS_YEAR, compare=PREVIOUS),
        "SELECT a.q, a.n, b.n, a.n / b.n - 1 FROM (SELECT date_trunc('quarter', order_time)::DATE q, "
        "count(DISTINCT customer_id) n "
        f"{_DONE} AND {_YTD} GROUP BY 1) a JOIN (SELECT (date_trunc('quarter', order_time) + INTERVAL 3 MONTH)::DATE q, "
        f"count(DISTINCT customer_id) n {_DONE} AND {_o('2025-10-01', '2026-07-19')} GROUP BY 1) b ON a.q = b.q ORDER BY 1",
    ),
    "month to date against the same days of the month before": (
        _agg("sales", group_by=by("channel"), period=MTD, compare=PREVIOUS),
        f"SELECT channel, sum(amount) FILTER ({_MTD}) a, sum(amount) FILTER ({_o('2026-09-01', '2026-09-19')}) b, a / b - 1 "
        f"{_DONE} GROUP BY 1 ORDER BY 2 DESC",
    ),
    "a week against another week, day by day": (
        _agg(
            "order_count",
            group_by=by("day"),
            period=days("2026-10-12", "2026-10-18"),
            compare=Compare(kind="period", period=days("2026-09-07", "2026-09-13")),
        ),
        "SELECT a.d, a.n, b.n, a.n / b.n - 1 FROM (SELECT order_time::DATE d, count(*) n "
        f"{_DONE} AND {_o('2026-10-12', '2026-10-18')} GROUP BY 1) a JOIN (SELECT order_time::DATE + 35 d, count(*) n "
        f"{_DONE} AND {_o('2026-09-07', '2026-09-13')} GROUP BY 1) b ON a.d = b.d ORDER BY 1",
    ),
    "one condition against another": (
        _agg("aov", period=SEPTEMBER, compare=Compare(kind="filter", left=eq("channel", "APP"), where=eq("channel", "小程序"))),
        "SELECT a, b, a / b - 1 FROM (SELECT avg(amount) FILTER (channel = 'APP') a, avg(amount) FILTER (channel = '小程序') b "
        f"{_DONE} AND {_SEP})",
    ),
    "a category against another condition, both of items": (
        _agg("sales", period=SEPTEMBER, compare=Compare(kind="filter", left=eq("category", "女装"), where=eq("channel", "APP"))),
        "SELECT a, b, a / b - 1 FROM (SELECT sum(i.amount) FILTER (p.category = '女装') a, "
        f"sum(i.amount) FILTER (o.channel = 'APP') b {_ITEMS} AND {_SEP})",
    ),
    "comparison, having growth, limit": (
        _agg(
            "order_count",
            group_by=by("city"),
            period=SEPTEMBER,
            compare=YEAR_AGO,
            having=(
                Having(by="order_count", part="growth", op=">", values=(0.1,)),
                Having(by="order_count", op=">=", values=(50,)),
            ),
            order=rank("order_count", "growth"),
            limit=5,
        ),
        f"SELECT * FROM (SELECT city, count(*) FILTER ({_SEP}) a, count(*) FILTER ({_SEP25}) b, a / nullif(b, 0) - 1 g "
        f"{_BY_CUSTOMER} GROUP BY 1) WHERE g > 0.1 AND a >= 50 ORDER BY g DESC, city LIMIT 5",
    ),
    "each use compares its own period": (
        Aggregate(
            metrics=(
                MetricUse(metric="sales", name="month", period=SEPTEMBER),
                MetricUse(metric="sales", name="quarter", period=Q3),
            ),
            compare=YEAR_AGO,
        ),
        f"SELECT a, b, a / b - 1, c, d, c / d - 1 FROM (SELECT sum(amount) FILTER ({_SEP}) a, sum(amount) FILTER ({_SEP25}) b, "
        f"sum(amount) FILTER ({_Q3}) c, sum(amount) FILTER ({_o('2025-07-01', '2025-09-30')}) d {_DONE})",
    ),
    "first in each region by growth": (
        _agg(
            "order_count",
            group_by=by("region", "channel"),
            period=Q3,
            compare=YEAR_AGO,
            order=rank("order_count", "growth"),
            limit=1,
            limit_per=("region",),
        ),
        f"SELECT * FROM (SELECT region, channel, count(*) FILTER ({_Q3}) a, count(*) FILTER "
        f"({_o('2025-07-01', '2025-09-30')}) b, "
        f"a / nullif(b, 0) - 1 g {_BY_CUSTOMER} GROUP BY 1, 2) WHERE g IS NOT NULL "
        "QUALIFY row_number() OVER (PARTITION BY region ORDER BY g DESC, region, channel) = 1 ORDER BY g DESC, region, channel",
    ),
    "refund rate by month against the month before": (
        _agg("refund_rate", group_by=by("month"), period=Q3, compare=PREVIOUS),
        "WITH r AS (SELECT date_trunc('month', order_time)::DATE m, count(*) FILTER (status = '已退款') / "
        f"nullif(count(*) FILTER (status <> '已取消'), 0) r FROM orders WHERE {_o('2026-06-01', '2026-09-30')} GROUP BY 1) "
        "SELECT m, r, lag(r) OVER (ORDER BY m) p, r / p - 1 FROM r QUALIFY m >= DATE '2026-07-01' ORDER BY m",
    ),
    "complaints per order by region against last year": (
        _agg("complaint_rate", group_by=by("region"), period=Q3, compare=YEAR_AGO),
        "WITH t AS (SELECT region, year(created_time) y, count(*) n FROM tickets JOIN customers USING (customer_id) "
        "WHERE ticket_type = '投诉' AND quarter(created_time) = 3 AND year(created_time) >= 2025 GROUP BY 1, 2), "
        "o AS (SELECT region, year(order_time) y, count(*) n FROM orders JOIN customers USING (customer_id) "
        "WHERE status = '已完成' AND quarter(order_time) = 3 AND year(order_time) >= 2025 GROUP BY 1, 2), "
        "r AS (SELECT region, y, coalesce(t.n, 0) / o.n r FROM o LEFT JOIN t USING (region, y)) "
        "SELECT a.region, a.r, b.r, a.r / nullif(b.r, 0) - 1 FROM r a JOIN r b ON a.region = b.region AND a.y "
        "= 2026 AND b.y = 2025",
    ),
}

SHARES: dict[str, Case] = {
    "within groups": (
        _agg("sales", group_by=by("region", "channel"), period=SEPTEMBER, share=Share(within=("region",))),
        "SELECT region, channel, sum(amount) s, s / sum(s) OVER (PARTITION BY region) FROM orders JOIN customers USING "
        f"(customer_id) WHERE status = '已完成' AND {_SEP} GROUP BY 1, 2",
    ),
    "of buyers by region": (
        _agg("buyers", group_by=by("region"), period=SEPTEMBER, share=Share()),
        f"SELECT region, count(DISTINCT o.customer_id) s, s / sum(s) OVER () {_BY_CUSTOMER} AND {_SEP} GROUP BY 1",
    ),
    "of buyers by channel: of the sum of channels": (
        _agg("buyers", group_by=by("channel"), period=SEPTEMBER, share=Share()),
        f"SELECT channel, count(DISTINCT o.customer_id) s, s / sum(s) OVER () {_BY_CUSTOMER} AND {_SEP} GROUP BY 1",
    ),
    "of one category: items of items": (
        _agg("sales", period=SEPTEMBER, share=Share(part=eq("category", "女装"))),
        f"SELECT sum(i.amount) FILTER (p.category = '女装') / sum(i.amount) {_ITEMS} AND {_SEP}",
    ),
    "of one category by month": (
        _agg("sales", group_by=by("month"), period=Q3, share=Share(part=eq("category", "女装"))),
        "SELECT date_trunc('month', order_time)::DATE, sum(i.amount) FILTER (p.category = '女装') / sum(i.amount) "
        f"{_ITEMS} AND {_Q3} GROUP BY 1 ORDER BY 1",
    ),
    "a part by region": (
        _agg("order_count", group_by=by("region"), period=SEPTEMBER, share=Share(part=eq("channel", "门店"))),
        f"SELECT region, count(*) FILTER (channel = '门店') / count(*) {_BY_CUSTOMER} AND {_SEP} GROUP BY 1",
    ),
    "a part that is nowhere is 0": (
        _agg("sales", group_by=by("store_type"), period=SEPTEMBER, share=Share(part=eq("channel", "APP"))),
        f"SELECT store_type, 0.0 FROM orders JOIN stores USING (store_id) WHERE status = '已完成' AND {_SEP} GROUP BY 1",
    ),
    "with having on the share": (
        _agg(
            "sales",
            group_by=by("category"),
            period=SEPTEMBER,
            share=Share(),
            having=(Having(by="sales", part="share", op=">=", values=(0.1,)),),
        ),
        f"SELECT category, sum(i.amount) s, s / sum(s) OVER () h {_ITEMS} AND {_SEP} GROUP BY 1 QUALIFY h >= 0.1",
    ),
    "the largest share in each region": (
        _agg(
            "sales",
            group_by=by("region", "channel"),
            period=SEPTEMBER,
            share=Share(within=("region",)),
            order=rank("sales", "share"),
            limit=1,
            limit_per=("region",),
        ),
        "SELECT * FROM (SELECT region, channel, sum(amount) s, s / sum(s) OVER (PARTITION BY region) h FROM "
        "orders JOIN customers "
        f"USING (customer_id) WHERE status = '已完成' AND {_SEP} GROUP BY 1, 2) "
        "QUALIFY row_number() OVER (PARTITION BY region ORDER BY h DESC) = 1 ORDER BY h DESC",
    ),
    "of customers with a tag": (
        _agg("customer_count", share=Share(part=InSegment(segment="high_value_customers"))),
        "SELECT count(*) FILTER (value_tier = '高价值') / count(*) FROM customers LEFT JOIN customer_profile USING (customer_id)",
    ),
    "of buyers who bought twice is the repurchase rate": (
        _agg("buyers", period=LAST_90, share=Share(part=MetricPredicate(metric="order_count", op=">=", value=2, period=LAST_90))),
        f"SELECT count(*) FILTER (n >= 2) / count(*) FROM (SELECT customer_id, count(*) n {_DONE} AND {_L90} GROUP BY 1)",
    ),
}

TIME_AND_RANGES: dict[str, Case] = {
    "running total by month and region": (
        _agg("sales", group_by=by("month", "region"), period=THIS_YEAR, running_total=True),
        "SELECT date_trunc('month', order_time)::DATE m, region, sum(sum(amount)) OVER (PARTITION BY region ORDER BY "
        f"date_trunc('month', order_time)::DATE) {_BY_CUSTOMER} AND {_YTD} GROUP BY 1, 2",
    ),
    "running total beside a part of the date": (
        _agg("order_count", group_by=(ByTimePart(part="weekend"), ByTime(grain="month")), period=Q3, running_total=True),
        "SELECT isodow(order_time) >= 6, date_trunc('month', order_time)::DATE m, sum(count(*)) OVER (PARTITION BY "
        f"isodow(order_time) >= 6 ORDER BY date_trunc('month', order_time)::DATE) {_DONE} AND {_Q3} GROUP BY 1, 2",
    ),
    "running totals above a mark": (
        _agg(
            "order_count",
            group_by=by("month"),
            period=THIS_YEAR,
            running_total=True,
            having=(Having(by="order_count", part="running", op=">", values=(30000,)),),
        ),
        "SELECT * FROM (SELECT date_trunc('month', order_time)::DATE m, sum(count(*)) OVER (ORDER BY "
        f"date_trunc('month', order_time)::DATE) r {_DONE} AND {_YTD} GROUP BY 1) WHERE r > 30000 ORDER BY 1",
    ),
    "customers by age": (
        _agg("customer_count", group_by=(ByBucket(member="age", edges=(25, 35, 45)),)),
        "SELECT CASE WHEN age >= 45 THEN 45 WHEN age >= 35 THEN 35 WHEN age >= 25 THEN 25 END, count(*) FROM customer_profile "
        "WHERE age IS NOT NULL GROUP BY 1",
    ),
    "never bought is not bought yesterday": (
        _agg("customer_count", group_by=(ByBucket(member="days_since_last_order", edges=(30, 90, 180)),)),
        "SELECT CASE WHEN d >= 180 THEN 180 WHEN d >= 90 THEN 90 WHEN d >= 30 THEN 30 END, count(*) FROM "
        "(SELECT days_since_last_order d FROM customer_profile) WHERE d IS NOT NULL GROUP BY 1",
    ),
    "orders by amount, equal widths": (
        _agg("order_count", group_by=(ByBucket(member="order_amount", width=500),), period=SEPTEMBER),
        f"SELECT floor(amount / 500) * 500, count(*) {_DONE} AND {_SEP} GROUP BY 1",
    ),
    "customers by number of orders": (
        _agg("customer_count", group_by=(ByBucket(metric="order_count", edges=(0, 1, 2, 5), period=LAST_365),)),
        "SELECT CASE WHEN n >= 5 THEN 5 WHEN n >= 2 THEN 2 WHEN n >= 1 THEN 1 ELSE 0 END, count(*) FROM (SELECT c.customer_id, "
        f"(SELECT count(*) {_DONE} AND o.customer_id = c.customer_id AND {_L365}) n FROM customers c) GROUP BY 1",
    ),
    "average order by number of orders of the customer": (
        _agg("aov", "customer_count", group_by=(ByBucket(metric="order_count", edges=(1, 3)),)),
        "WITH n AS (SELECT c.customer_id, count(o.order_id) n, sum(amount) s FROM customers c LEFT JOIN orders o ON "
        "o.customer_id = c.customer_id AND status = '已完成' GROUP BY 1) SELECT CASE WHEN n >= 3 THEN 3 WHEN n "
        ">= 1 THEN 1 END, "
        "sum(s) / nullif(sum(n), 0), count(*) FROM n GROUP BY 1",
    ),
    "products by units sold": (
        _agg("product_count", group_by=(ByBucket(metric="units", edges=(0, 500, 1000)),)),
        "SELECT CASE WHEN n >= 1000 THEN 1000 WHEN n >= 500 THEN 500 ELSE 0 END, count(*) FROM (SELECT p.product_id, "
        "coalesce(sum(quantity) FILTER (status = '已完成'), 0) n FROM products p LEFT JOIN order_items USING (product_id) "
        "LEFT JOIN orders USING (order_id) GROUP BY 1) GROUP BY 1",
    ),
    "orders by hour": (
        _agg("order_count", group_by=(ByTimePart(part="hour"),), period=SEPTEMBER),
        f"SELECT hour(order_time), count(*) {_DONE} AND {_SEP} GROUP BY 1 ORDER BY 1",
    ),
    "orders on weekends and other days": (
        _agg("order_count", group_by=(ByTimePart(part="weekend"),), period=SEPTEMBER),
        f"SELECT isodow(order_time) >= 6, count(*) {_DONE} AND {_SEP} GROUP BY 1",
    ),
    "sign-ups by weekday": (
        _agg("new_customers", group_by=(ByTimePart(part="weekday"),), period=Q3),
        f"SELECT isodow(register_date), count(*) FROM customers WHERE {_in('register_date', '2026-07-01', '2026-09-30')} "
        "GROUP BY 1 ORDER BY 1",
    ),
    "sales by month of sign-up": (
        _agg("sales", group_by=(ByTime(grain="quarter", member="register_date"),), period=SEPTEMBER),
        f"SELECT date_trunc('quarter', register_date)::DATE, sum(amount) {_BY_CUSTOMER} AND {_SEP} GROUP BY 1 ORDER BY 1",
    ),
    "on the last day of a range of timestamps": (
        Records(entity="order", where=test("order_time", "between", "2026-10-18", "2026-10-19")),
        f"SELECT order_id FROM orders WHERE {_o('2026-10-18', '2026-10-19')} ORDER BY 1",
    ),
}

MEMBERS: dict[str, Case] = {
    "as it was: filter": (
        _customers(Predicate(member="value_tier", op="=", values=("高价值",), as_of=OCTOBER)),
        "SELECT count(*) FROM customer_profile_history WHERE as_of = DATE '2026-10-01' AND value_tier = '高价值'",
    ),
    "as it was: group": (
        _agg("sales", group_by=(ByDimension(member="value_tier", as_of=OCTOBER),), period=SEPTEMBER),
        "SELECT h.value_tier, sum(amount) FROM orders o LEFT JOIN customer_profile_history h ON h.customer_id "
        "= o.customer_id AND "
        f"h.as_of = DATE '2026-10-01' WHERE status = '已完成' AND {_SEP} GROUP BY 1",
    ),
    "who moved from one tier to another": (
        _customers(
            every(
                Predicate(member="activity", op="=", values=("中活跃",), as_of=OCTOBER),
                Predicate(member="activity", op="=", values=("低活跃",)),
            )
        ),
        "SELECT count(*) FROM customer_profile JOIN customer_profile_history h USING (customer_id) WHERE "
        "as_of = DATE '2026-10-01' "
        "AND h.activity = '中活跃' AND customer_profile.activity = '低活跃'",
    ),
    "from where to where": (
        _agg("customer_count", group_by=(ByDimension(member="activity", as_of=OCTOBER), ByDimension(member="activity"))),
        "SELECT h.activity, p.activity, count(*) FROM customers c LEFT JOIN customer_profile p USING (customer_id) "
        "LEFT JOIN customer_profile_history h ON h.customer_id = c.customer_id AND as_of = DATE '2026-10-01' GROUP BY 1, 2",
    ),
    "a list with both": (
        Records(
            entity="customer",
            columns=(Attribute(member="activity", as_of=OCTOBER), Attribute(member="activity")),
            where=eq("member_level", "钻石"),
        ),
        "SELECT c.customer_id, h.activity, p.activity FROM customers c LEFT JOIN customer_profile p USING (customer_id) "
        "LEFT JOIN customer_profile_history h ON h.customer_id = c.customer_id AND as_of = DATE '2026-10-01' "
        "WHERE member_level = '钻石' ORDER BY 1",
    ),
    "sales of the hundred best of last year": (
        _agg(
            "sales",
            period=SEPTEMBER,
            where=InSet(
                records=Records(
                    entity="customer",
                    columns=(MetricColumn(metric="sales", period=LAST_YEAR),),
                    order=(Order(by="sales"),),
                    limit=100,
                )
            ),
        ),
        f"SELECT sum(amount) {_DONE} AND {_SEP} AND customer_id IN (SELECT customer_id {_DONE} AND "
        f"{_o('2025-01-01', '2025-12-31')} GROUP BY 1 ORDER BY sum(amount) DESC, 1 LIMIT 100)",
    ),
    "not in a set": (
        _customers(Not(filter=InSet(records=Records(entity="customer", order=(Order(by="lifetime_spend"),), limit=50)))),
        "SELECT count(*) - 50 FROM customers",
    ),
    "not preferring a category leaves out who prefers none": (
        _customers(Not(filter=eq("preferred_category", "女装"))),
        _count("preferred_category <> '女装'"),
    ),
    "either preferring none or not that": (
        _customers(_either(test("preferred_category", "is null"), Not(filter=eq("preferred_category", "女装")))),
        _count("preferred_category IS DISTINCT FROM '女装'"),
    ),
    "neither of two behaviours": (
        _customers(Not(filter=_either(did("purchase", LAST_90), did("login", LAST_90)))),
        _count(
            f"c.customer_id NOT IN (SELECT customer_id {_DONE} AND {_L90}) AND c.customer_id NOT IN (SELECT "
            f"customer_id FROM events "
            f"WHERE event_type = '登录' AND {_in('event_time', '2026-07-22', '2026-10-19')})"
        ),
    ),
    "a store or a channel": (
        _agg("order_count", where=_either(eq("store_type", "旗舰店"), eq("channel", "APP")), period=SEPTEMBER),
        "SELECT count(*) FROM orders LEFT JOIN stores USING (store_id) WHERE status = '已完成' AND (store_type = '旗舰店' OR "
        f"channel = 'APP') AND {_SEP}",
    ),
    "orders without a store": (
        _agg("order_count", where=test("store_type", "is null"), period=SEPTEMBER),
        f"SELECT count(*) {_DONE} AND store_id IS NULL AND {_SEP}",
    ),
    "a product or a tag": (
        _agg("item_sales", where=_either(eq("category", "美妆"), eq("value_tier", "高价值")), period=SEPTEMBER),
        f"SELECT sum(i.amount) {_ITEMS} AND {_SEP} AND (category = '美妆' OR o.customer_id IN "
        "(SELECT customer_id FROM customer_profile WHERE value_tier = '高价值'))",
    ),
    "sales of customers who spent, not of large orders": (
        _agg("sales", where=MetricPredicate(metric="sales", op=">", value=10000, period=LAST_365), period=SEPTEMBER),
        f"SELECT sum(amount) {_DONE} AND {_SEP} AND customer_id IN "
        f"(SELECT customer_id {_DONE} AND {_L365} GROUP BY 1 HAVING sum(amount) > 10000)",
    ),
    "spend of one category per member": (
        _customers(MetricPredicate(metric="sales", op=">=", value=2000, where=eq("category", "女装"), period=LAST_365)),
        f"SELECT count(*) FROM (SELECT o.customer_id {_ITEMS} AND category = '女装' AND {_L365} GROUP BY 1 "
        f"HAVING sum(i.amount) >= 2000)",
    ),
    "spent less than half of last year": (
        _customers(
            MetricPredicate(
                metric="sales",
                op="<",
                period=THIS_YEAR,
                against=MetricTerm(metric="sales", period=days("2025-01-01", "2025-10-19"), factor=0.5),
            )
        ),
        f"SELECT count(*) FROM (SELECT customer_id, coalesce(sum(amount) FILTER ({_YTD}), 0) a, sum(amount) FILTER "
        f"({_o('2025-01-01', '2025-10-19')}) b {_DONE} GROUP BY 1) WHERE a < 0.5 * b AND b > 0",
    ),
    "an average fell, of those who still have one": (
        _customers(
            MetricPredicate(
                metric="aov", op="<", period=THIS_YEAR, against=MetricTerm(metric="aov", period=LAST_YEAR, factor=0.5)
            )
        ),
        f"SELECT count(*) FROM (SELECT customer_id, avg(amount) FILTER ({_YTD}) a, avg(amount) FILTER "
        f"({_o('2025-01-01', '2025-12-31')}) b {_DONE} GROUP BY 1) WHERE a < 0.5 * b",
    ),
    "at least three orders with a category, each once": (
        _customers(Behaviour(behaviour="purchase", where=eq("category", "女装"), at_least=3, period=LAST_365)),
        f"SELECT count(*) FROM (SELECT o.customer_id {_ITEMS} AND category = '女装' AND {_L365} GROUP BY 1 "
        "HAVING count(DISTINCT o.order_id) >= 3)",
    ),
    "once or twice": (
        _customers(Behaviour(behaviour="purchase", at_least=1, at_most=2, period=LAST_365)),
        f"SELECT count(*) FROM (SELECT customer_id {_DONE} AND {_L365} GROUP BY 1 HAVING count(*) BETWEEN 1 AND 2)",
    ),
    "not once or twice: never, or oftener": (
        _customers(Behaviour(behaviour="purchase", did=False, at_most=2, period=LAST_365)),
        _count(f"c.customer_id NOT IN (SELECT customer_id {_DONE} AND {_L365} GROUP BY 1 HAVING count(*) BETWEEN 1 AND 2)"),
    ),
    "two uses of one metric": (
        Aggregate(
            metrics=(
                MetricUse(metric="sales", name="app", where=eq("channel", "APP")),
                MetricUse(metric="sales", name="august", period=days("2026-08-01", "2026-08-31")),
                MetricUse(metric="sales"),
            ),
            group_by=by("region"),
            period=SEPTEMBER,
        ),
        f"SELECT region, sum(amount) FILTER ({_SEP} AND channel = 'APP'), sum(amount) FILTER ({_AUG}), "
        f"sum(amount) FILTER ({_SEP}) {_BY_CUSTOMER} AND ({_SEP} OR {_AUG}) GROUP BY 1",
    ),
    "a store's sales beside all sales": (
        Aggregate(
            metrics=(MetricUse(metric="sales", name="flagship", where=eq("store_type", "旗舰店")), MetricUse(metric="sales")),
            period=SEPTEMBER,
        ),
        f"SELECT sum(amount) FILTER (store_type = '旗舰店'), sum(amount) FROM orders LEFT JOIN stores USING (store_id) "
        f"WHERE status = '已完成' AND {_SEP}",
    ),
    "median age and p90 of spend by region": (
        Aggregate(
            metrics=(
                Calculation(agg="median", member="age"),
                Calculation(agg="percentile", percentile=0.9, member="spend_365d"),
                Calculation(agg="avg", member="lifetime_orders"),
            ),
            group_by=by("region"),
        ),
        "SELECT region, median(age), quantile_cont(spend_365d, 0.9), avg(lifetime_orders) FROM customer_profile "
        "JOIN customers USING (customer_id) GROUP BY 1",
    ),
    "first and last sign-up": (
        Aggregate(
            metrics=(Calculation(agg="min", member="register_date"), Calculation(agg="max", member="register_date")),
            group_by=by("register_channel"),
        ),
        "SELECT register_channel, min(register_date), max(register_date) FROM customers GROUP BY 1",
    ),
    "repeat buyers by month against last year": (
        _agg("repeat_buyers", group_by=by("month"), period=Q3, compare=YEAR_AGO),
        "WITH n AS (SELECT date_trunc('month', order_time)::DATE m, customer_id "
        f"{_DONE} GROUP BY 1, 2 HAVING count(*) >= 2), c AS (SELECT m, count(*) n FROM n GROUP BY 1) "
        "SELECT a.m, a.n, b.n, a.n / b.n - 1 FROM c a JOIN c b ON a.m = b.m + INTERVAL 1 YEAR "
        "WHERE a.m BETWEEN DATE '2026-07-01' AND DATE '2026-09-01' ORDER BY 1",
    ),
    "nobody asked but bought": (
        _agg("buyers", "ticket_count", "touch_count", group_by=by("city"), period=MTD),
        "WITH b AS (SELECT city, count(DISTINCT customer_id) n FROM orders JOIN customers USING (customer_id) WHERE "
        f"status = '已完成' AND {_MTD} GROUP BY 1), t AS (SELECT city, count(*) n FROM tickets JOIN customers "
        f"USING (customer_id) "
        f"WHERE {_in('created_time', '2026-10-01', '2026-10-19')} GROUP BY 1), s AS (SELECT city, count(*) n "
        f"FROM campaign_touches "
        f"JOIN customers USING (customer_id) WHERE {_in('sent_time', '2026-10-01', '2026-10-19')} GROUP BY 1) "
        "SELECT city, coalesce(b.n, 0), coalesce(t.n, 0), coalesce(s.n, 0) FROM b FULL JOIN t USING (city) "
        "FULL JOIN s USING (city)",
    ),
}

LISTS: dict[str, Case] = {
    "orders with their customer": (
        Records(
            entity="order",
            columns=show("order_amount", "region", "store_name"),
            where=test("order_amount", ">", 5000),
            period=SEPTEMBER,
            order=(Order(by="order_amount"),),
        ),
        "SELECT order_id, amount, c.region, store_name FROM orders LEFT JOIN customers c USING (customer_id) LEFT JOIN stores "
        f"USING (store_id) WHERE amount > 5000 AND {_SEP} ORDER BY amount DESC, order_id",
    ),
    "products with sales of September": (
        Records(
            entity="product",
            columns=(Attribute(member="category"), MetricColumn(metric="units", period=SEPTEMBER)),
            order=(Order(by="units"),),
            limit=10,
        ),
        "SELECT product_id, category, coalesce(n, 0) FROM products LEFT JOIN (SELECT i.product_id, sum(quantity) n "
        f"{_ITEMS} AND {_SEP} GROUP BY 1) USING (product_id) ORDER BY 3 DESC, 1 LIMIT 10",
    ),
    "which cities have stores of which type, each once": (
        Records(
            entity="store",
            columns=show("store_type", "store_region"),
            order=(Order(by="store_region", descending=False),),
            distinct=True,
        ),
        "SELECT DISTINCT store_type, region FROM stores ORDER BY region, store_type",
    ),
    "sales of the stores of a list without its keys": (
        Aggregate(
            metrics=(MetricUse(metric="sales"),),
            where=InSet(
                records=Records(entity="store", columns=show("store_region"), where=eq("store_region", "华东"), distinct=True)
            ),
            period=SEPTEMBER,
        ),
        f"SELECT sum(amount) FROM orders JOIN stores USING (store_id) WHERE region = '华东' AND status = '已完成' AND {_SEP}",
    ),
    "products that nobody bought": (
        Records(entity="product", where=MetricPredicate(metric="units", op="=", value=0, period=MTD)),
        f"SELECT product_id, product_name FROM products WHERE product_id NOT IN (SELECT i.product_id {_ITEMS} "
        f"AND {_MTD}) ORDER BY 1",
    ),
    "stores with their sales and average": (
        Records(
            entity="store",
            columns=(
                Attribute(member="store_type"),
                MetricColumn(metric="sales", period=SEPTEMBER),
                MetricColumn(metric="aov", period=SEPTEMBER),
            ),
        ),
        "SELECT s.store_id, store_type, coalesce(sum(amount), 0), avg(amount) FROM stores s LEFT JOIN orders o ON "
        f"o.store_id = s.store_id AND status = '已完成' AND {_SEP} GROUP BY 1, 2 ORDER BY 1",
    ),
    "open complaints of diamond members": (
        Records(
            entity="ticket",
            columns=show("ticket_type", "member_level"),
            where=every(eq("ticket_status", "处理中"), eq("member_level", "钻石")),
            period=Q3,
        ),
        "SELECT ticket_id, ticket_type, member_level FROM tickets JOIN customers USING (customer_id) WHERE "
        "status = '处理中' AND "
        f"member_level = '钻石' AND {_in('created_time', '2026-07-01', '2026-09-30')} ORDER BY 1",
    ),
    "customers in order of level": (
        Records(
            entity="customer",
            columns=(Attribute(member="member_level"), MetricColumn(metric="sales", period=Q3, name="spent")),
            where=every(eq("region", "西北"), did("purchase", Q3)),
            order=(Order(by="member_level"), Order(by="spent")),
            limit=30,
        ),
        "SELECT c.customer_id, member_level, sum(amount) s FROM customers c JOIN orders o USING (customer_id) WHERE "
        f"region = '西北' AND status = '已完成' AND {_Q3} GROUP BY 1, 2 ORDER BY "
        "list_position(['普通', '银卡', '金卡', '钻石'], member_level) DESC, s DESC, 1 LIMIT 30",
    ),
    "the number of flagship stores that sold": (
        _agg("store_count", where=every(eq("store_type", "旗舰店"), MetricPredicate(metric="sales", op=">", value=100000))),
        "SELECT count(*) FROM (SELECT store_id FROM orders JOIN stores USING (store_id) WHERE status = '已完成' AND "
        "store_type = '旗舰店' GROUP BY 1 HAVING sum(amount) > 100000)",
    ),
}

_EVENTS = (
    "WITH e AS (SELECT customer_id k, event_type e, event_time t FROM events "
    f"WHERE {_in('event_time', '2026-09-01', '2026-09-30')})"
)
JOURNEYS: dict[str, Case] = {
    "in order": (
        Funnel(
            entity="customer",
            steps=(Step(behaviour="browse"), Step(behaviour="add_to_cart"), Step(behaviour="pay")),
            period=SEPTEMBER,
        ),
        f"{_EVENTS}, a AS (SELECT k, min(t) t FROM e WHERE e = '浏览' GROUP BY 1), "
        "b AS (SELECT e.k, min(e.t) t FROM e JOIN a ON a.k = e.k AND e.t >= a.t WHERE e = '加购' GROUP BY 1), "
        "c AS (SELECT e.k, min(e.t) t FROM e JOIN b ON b.k = e.k AND e.t >= b.t WHERE e = '支付' GROUP BY 1) "
        "SELECT 'browse', count(*) FROM a UNION ALL SELECT 'add_to_cart', count(*) FROM b UNION ALL SELECT "
        "'pay', count(*) FROM c",
    ),
    "within three days of any start, not of the first": (
        Funnel(entity="customer", steps=(Step(behaviour="browse"), Step(behaviour="pay")), period=SEPTEMBER, within_days=3),
        f"{_EVENTS} SELECT 'browse', count(DISTINCT k) FROM e "
        "WHERE e = '浏览' UNION ALL SELECT 'pay', count(DISTINCT a.k) FROM e a JOIN e b ON a.k = b.k AND b.t >= a.t AND "
        "b.t < a.t + INTERVAL 3 DAY WHERE a.e = '浏览' AND b.e = '支付'",
    ),
    "bought and bought again": (
        Funnel(
            entity="customer",
            steps=(Step(behaviour="purchase"), Step(behaviour="purchase", name="again")),
            period=SEPTEMBER,
            group_by=(ByDimension(member="gender"),),
        ),
        f"WITH n AS (SELECT gender, customer_id, count(DISTINCT order_time) n {_BY_CUSTOMER} AND {_SEP} GROUP BY 1, 2) "
        "SELECT gender, 'purchase', count(*) FROM n GROUP BY 1 UNION ALL "
        "SELECT gender, 'again', count(*) FILTER (n >= 2) FROM n GROUP BY 1",
    ),
    "cohorts of first orders": (
        Retention(entity="customer", start="purchase", back="purchase", period=days("2026-05-01", "2026-07-31"), offsets=2),
        f"WITH f AS (SELECT customer_id k, date_trunc('month', min(order_time))::DATE m {_DONE} GROUP BY 1), "
        "s AS (SELECT m, count(*) n FROM f GROUP BY 1), "
        f"b AS (SELECT DISTINCT customer_id k, date_trunc('month', order_time)::DATE m {_DONE}) "
        "SELECT f.m, date_diff('month', f.m, b.m) x, s.n, count(*), count(*) / s.n FROM f JOIN b ON b.k = f.k "
        "JOIN s ON s.m = f.m "
        "WHERE f.m BETWEEN DATE '2026-05-01' AND DATE '2026-07-01' AND date_diff('month', f.m, b.m) BETWEEN 0 AND 2 "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2",
    ),
    "cohorts of sign-ups, by quarter, in one region": (
        Retention(
            entity="customer",
            start="register_date",
            back="purchase",
            grain="quarter",
            period=LAST_YEAR,
            offsets=3,
            where=eq("region", "华东"),
        ),
        "WITH f AS (SELECT customer_id k, date_trunc('quarter', register_date)::DATE m FROM customers WHERE "
        "region = '华东' AND "
        "year(register_date) = 2025), s AS (SELECT m, count(*) n FROM f GROUP BY 1), "
        f"b AS (SELECT DISTINCT customer_id k, date_trunc('quarter', order_time)::DATE m {_DONE}) "
        "SELECT f.m, date_diff('quarter', f.m, b.m) x, s.n, count(*), count(*) / s.n FROM f JOIN b ON b.k = "
        "f.k JOIN s ON s.m = f.m "
        "WHERE date_diff('quarter', f.m, b.m) BETWEEN 0 AND 3 GROUP BY 1, 2, 3 ORDER BY 1, 2",
    ),
}

CASES: dict[str, Case] = {**COMPARISONS, **SHARES, **TIME_AND_RANGES, **MEMBERS, **LISTS, **JOURNEYS}
