"""Bands that a question gives, against SQL; questions about the data and what there is to ask; what must be asked back or refused."""

import duckdb
import pytest

from assistant.app import Assistant
from assistant.language.comparisons import comparisons
from assistant.language.text import normalise
from assistant.planners.rules.intervals import Band, Cut, band_of, cut, exactly

_DONE = "FROM orders WHERE status = '已完成'"
_SEPTEMBER = f"{_DONE} AND order_time >= DATE '2026-09-01' AND order_time < DATE '2026-10-01'"
_AGE = "FROM profile.customer_profile"
_AMOUNT = "CASE WHEN amount < 200 THEN 0 WHEN amount <= 500 THEN 1 ELSE 2 END"
_HALF_OPEN = "CASE WHEN amount < 200 THEN 0 WHEN amount < 500 THEN 1 ELSE 2 END"
_SPENT = (
    f"SELECT {{}}, count(*) FROM (SELECT c.customer_id, coalesce(sum(amount), 0) s FROM customers c LEFT JOIN (SELECT * {_DONE} AND "
    "order_time >= DATE '2026-01-01' AND order_time < DATE '2026-10-20') o USING (customer_id) GROUP BY 1) GROUP BY 1 ORDER BY 1"
)

BANDS = [
    ("app orders last month by size: under 200, 200 to 500, over 500", f"SELECT {_AMOUNT}, count(*) {_SEPTEMBER} AND channel = 'APP'"),
    ("上个月的订单按金额分档：200以下、200到500、500以上", f"SELECT {_HALF_OPEN}, count(*) {_SEPTEMBER}"),
    ("上个月订单按200、500分档各多少单", f"SELECT {_HALF_OPEN}, count(*) {_SEPTEMBER}"),
    ("September orders by amount, cut at 200 and 500", f"SELECT {_HALF_OPEN}, count(*) {_SEPTEMBER}"),
    ("9月订单金额每500一档", f"SELECT floor(amount / 500), count(*) {_SEPTEMBER}"),
    ("September order value in bands of 500", f"SELECT floor(amount / 500), count(*) {_SEPTEMBER}"),
    ("9月销售额按订单金额拆分：200以下、200到500、500以上", f"SELECT {_HALF_OPEN}, sum(amount) {_SEPTEMBER}"),
    ("customers by days since last order: 0-30, 31-90, 91-180, 180+",
     "SELECT CASE WHEN d <= 30 THEN 0 WHEN d <= 90 THEN 1 WHEN d <= 180 THEN 2 ELSE 3 END, count(*) FROM (SELECT date_diff('day', "
     f"max(order_time)::DATE, DATE '2026-10-20') d {_DONE} GROUP BY customer_id)"),
    ("how many people spent under 1000, 1000 to 5000, more than 5000 this year",
     _SPENT.format("CASE WHEN s < 1000 THEN 0 WHEN s <= 5000 THEN 1 ELSE 2 END")),
    ("今年消费金额前三档人数：1万以上、5千到1万、5千以下",
     _SPENT.format("CASE WHEN s < 5000 THEN 0 WHEN s < 10000 THEN 1 ELSE 2 END")),
]  # fmt: skip


@pytest.mark.parametrize(("question", "sql"), BANDS)
def test_bands_are_those_of_sql(quiet: Assistant, demo: duckdb.DuckDBPyConnection, question: str, sql: str) -> None:
    answer = quiet.thread(role="ops").ask(question)
    tail = "" if "GROUP BY 1 ORDER" in sql else " GROUP BY 1 ORDER BY 1"
    assert answer.status == "answered"
    assert [float(row[-1]) for row in answer.rows] == [pytest.approx(float(n)) for _, n in demo.execute(sql + tail).fetchall()]
    assert answer.chart is not None
    assert answer.chart.kind in ("bar", "histogram")


SAME = [
    ("年龄分成25岁以下、25到35、35以上看人数", "customers by age: under 25, 25-34, 35+"),
    ("customers by age: <30, 30-45, >45", "客户按年龄分：30以下、30-45、46以上各多少人"),
    ("How many gold customers are under 30, 30-40 and over 40?", "金卡客户里30岁以下、30-40、41岁以上的各多少人"),
    ("各渠道订单金额200以下、200-500、500以上的单数", "orders by channel and order amount: under 200, 200-500, 500+"),
    ("how many customers bought 1 time vs 2 times vs 3+ times in Q3", "三季度下过1单、2单、3单及以上的客户各有多少"),
    ("30岁以下、30到40岁、40岁以上的客户各有多少", "客户按年龄分：30以下、30-40、40以上各多少人"),
    ("客户年龄以25、35、45岁为界分组看人数", "customers by age: under 25, 25-34, 35-44, 45+"),
    ("30到35岁和40到45岁的客户有多少", "年龄在30到35岁或者40到45岁的客户有多少"),
]


@pytest.mark.parametrize(("question", "other"), SAME)
def test_the_same_bands_in_other_words(quiet: Assistant, question: str, other: str) -> None:
    a, b = (quiet.thread(role="ops").ask(q) for q in (question, other))
    assert a.status == b.status == "answered"
    assert a.rows
    assert [str(row[-1]) for row in a.rows] == [str(row[-1]) for row in b.rows]


def test_the_reading_says_which_side_is_in(quiet: Assistant) -> None:
    answer = quiet.thread(role="ops").ask("app orders last month by size: under 200, 200 to 500, over 500")
    assert answer.interpretation is not None
    assert [g.detail for g in answer.interpretation.grouping] == ["under ¥200; ¥200 to ¥500, both ends in; over ¥500"]
    zh = quiet.thread(role="ops").ask("上个月的订单按金额分档：200以下、200到500、500以上")
    assert zh.interpretation is not None
    assert "¥200 到 ¥500（不含 ¥500）" in str(zh.interpretation.grouping[0].detail)


def test_what_the_bands_leave_out_is_said(quiet: Assistant) -> None:
    """20 to 49: nobody younger and nobody older."""
    answer = quiet.thread(role="ops").ask("按年龄段20-29、30-39、40-49统计客户数")
    assert answer.interpretation is not None
    assert [float(str(key)) for key, _ in answer.rows] == [20, 30, 40]
    assert [f.member for f in answer.interpretation.filters] == ["age"]


ASKED_BACK = [
    ("tickets by first response time: under 30 minutes, 30-60, over an hour", "unread-words"),
    ("customers with spend over 1000, over 5000, over 10000", None),
    ("who are our best customers", "missing-metric-period"),
    ("哪家店最好", "missing-metric-period"),
    ("best region last month", "missing-metric"),
    ("高价值客户有哪些标签", None),
]


@pytest.mark.parametrize(("question", "code"), ASKED_BACK)
def test_asked_back(quiet: Assistant, question: str, code: str | None) -> None:
    answer = quiet.thread(role="ops").ask(question)
    assert answer.status == "clarify"
    assert code is None or answer.error_code == code


@pytest.mark.parametrize(
    "question",
    [
        "how much stock do we have of women's wear",
        "还有货吗",
        "毛利是多少",
        "will sales go up next year?",
        "forecast next month's sales",
    ],
)
def test_refused(quiet: Assistant, question: str) -> None:
    assert quiet.thread(role="ops").ask(question).status == "refused"


@pytest.mark.parametrize(
    "question",
    ["how fresh is the data", "where does the data come from", "数据更新到什么时候", "数据是从哪来的", "标签多久更新一次", "data最新到哪天",
     "since when do we have data", "how often are tags updated", "最早的数据是哪天", "is the data real-time?"],
)  # fmt: skip
def test_the_data_itself(quiet: Assistant, question: str) -> None:
    answer = quiet.thread(role="ops").ask(question)
    assert answer.status == "answered"
    assert "19 Oct 2026" in answer.text or "2026年10月19日" in answer.text
    assert "1 Jan 2024" in answer.text or "2024年1月1日" in answer.text
    assert len(answer.rows) == len(quiet.model.tables)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("which customer tags can I filter a list on?", 15),
        ("what customer tags can I slice my regions by?", 15),
        ("可以用哪些标签圈人", 15),
        ("RFM有哪些分层", 8),
        ("what values does lifecycle have", 5),
        ("what stores do we have", 110),
        ("有哪些活动", 88),
    ],
)
def test_what_there_is(quiet: Assistant, question: str, rows: int) -> None:
    answer = quiet.thread(role="ops").ask(question)
    assert answer.status == "answered"
    assert answer.total_rows == rows


def test_channels_are_those_of_sales(quiet: Assistant) -> None:
    assert quiet.thread(role="ops").ask("你们有哪些渠道").text.startswith("**渠道**")


def _cut(text: str, *, whole: bool = False) -> Cut | None:
    found = [band_of(i, c, c.plain) for i, c in enumerate(comparisons(normalise(text)))]
    return cut([b for b in found if b is not None], whole=whole)


@pytest.mark.parametrize(
    ("text", "edges", "below"),
    [
        ("under 200, 200 to 500, over 500", (200, 500), (500,)),
        ("200以下、200到500、500以上", (200, 500), ()),
        ("不超过200、200到500、500以上", (200, 500), (200,)),
        ("100-300, 300-500", (100, 300, 500), (500,)),
        ("0-100, 101-200, 200+", (0, 100, 200), (100, 200)),
        ("below 5k, 5k-20k, 20k and above", (5000, 20000), ()),
    ],
)
def test_whose_the_edge_is(text: str, edges: tuple[float, ...], below: tuple[float, ...]) -> None:
    found = _cut(text)
    assert found is not None
    assert (found.edges, found.below) == (edges, below)


def test_what_is_in_no_band_is_kept_out() -> None:
    assert _cut("100-300, 400-500") == Cut((100, 300, 400, 500), (300, 500), ((100, True, 300, True), (400, True, 500, True)))
    assert _cut("over 100, over 500") is None
    assert _cut("under 500, over 500") is None  # 500 itself is nobody's
    assert cut([exactly(0, 1), Band(1, 2, 3), Band(2, 4, None, True)], whole=True) == Cut((1, 2, 4), (), ((1, True, None, True),))
