"""Sentences of every shape of result in both languages: their key facts, not their wording."""

import re
from datetime import date

import pytest

from assistant.answers.narrate import narrate
from assistant.qa import Driver, Lang, ResultSet
from semantic_layer.issues import Issue
from semantic_layer.query import (
    Aggregate,
    And,
    Behaviour,
    Calculation,
    Change,
    Compare,
    MetricUse,
    Order,
    Period,
    Predicate,
    Records,
    Scalar,
    SemanticQuery,
)
from tests.assistant.answers.gallery import BEFORE, DRIVERS, SHOWN, YEAR_AGO, Row
from tests.assistant.answers.world import LAST_DAY, Q3, SEPTEMBER, THIS_YEAR, TODAY, by, result_of, shop

MODEL = shop()


def is_(member: str, *values: Scalar) -> Predicate:
    return Predicate(member=member, op="=" if len(values) == 1 else "in", values=values)


def say(
    query: SemanticQuery, *rows: Row, lang: Lang = "zh", drivers: tuple[Driver, ...] = (), issues: tuple[Issue, ...] = ()
) -> str:
    return narrate(
        query, result_of(query, *rows), MODEL, lang=lang, today=TODAY, last_day=LAST_DAY, drivers=drivers, issues=issues
    )


FACTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "number": (
        ("2026年9月1日至30日", "销售额", "**¥1,234.57万**", "¥12,345,678.90"),
        ("1–30 Sep 2026", "sales came to", "**¥12.35M**"),
    ),
    "number compared": (
        ("同比增长 **12.4%**", "+¥135.8万", "向好", "2025年9月1日至30日为 ¥1,098.77万"),
        ("up **12.4%**", "+¥1.36M", "year on year", "for the better", "¥10.99M for 1–30 Sep 2025"),
    ),
    "numbers": (
        ("销售额为 **¥1,234.57万**", "订单数为 **23,456 单**", "客单价为 **¥526.30**"),
        ("orders **23,456**", "AOV **¥526.30**"),
    ),
    "single share": (("销售额中", "渠道为APP", "**23.4%**"), ("of sales", "**23.4%**", "channel is app")),
    "breakdown": (
        (
            "按渠道看",
            "**京东（¥500万，占 32.3%）**",
            "其次是小程序（¥400万）",
            "最低的是未知（¥50万）",
            "合计 **¥1,550万**",
            "6 项",
        ),
        ("by channel", "**JD (¥5M, 32.3% of the total)**", "unknown (¥500K) is lowest", "total is **¥15.5M**"),
    ),
    "levels": (("都是 **¥100万**",), ("is **¥1M** everywhere",)),
    "ranking": (("销售额最高的 10 个门店", "第0号店（¥90万）", "共 10 项，见表"), ("top 10 by sales", "(¥900K)")),
    "tested": (("天猫 **9.1%**", "退款率超过 8%"), ("Tmall **9.1%**", "refund rate is over 8%")),
    "shares": (
        ("天猫 **40.0%**（¥400万）", "京东 **2.0%**", "合计 **¥1,000万**"),
        ("Tmall **40.0%** (¥4M)", "total is **¥10M**"),
    ),
    "many shares": (("城0 **5.0%**", "其余 15 项合计 75.0%"), ("The other 15 make up 75.0%",)),
    "shares within": (("各组内的占比", "华东 · 天猫 **20.0%**"), ("within each group", "East China · Tmall **20.0%**")),
    "trend": (
        (
            "从2026年1月的 ¥510万 到2026年9月的 **¥590万**",
            "增长 15.7%",
            "最高是2026年9月",
            "2026年10月只到10月19日",
            "合计 **¥5,550万**",
        ),
        ("from ¥5.1M (Jan 2026) to **¥5.9M** (Sep 2026)", "up 15.7%", "Oct 2026 runs only to 19 Oct"),
    ),
    "weeks": (("2026年6月29日当周和2026年9月28日当周不完整",), ("Cut short", "week of 29 Jun 2026 and week of 28 Sep 2026")),
    "quarters": (
        ("全部数据（2024年1月1日至2026年10月19日）", "基本持平"),
        ("Over all the data (1 Jan 2024 – 19 Oct 2026)", "about the same"),
    ),
    "one bucket": (("只有一期：2026年9月 **¥100万**",), ("Sep 2026 **¥1M**",)),
    "trend compared": (
        ("合计 **¥6,000万**", "同比增长 **20.0%**", "2025年1月1日至10月19日为 ¥5,000万"),
        ("up **20.0%**", "¥50M"),
    ),
    "running": (("累计到2026年10月为 **¥1,000万**",), ("**¥10M** in total by Oct 2026",)),
    "series": (
        ("按渠道、每月看", "占 21.3%", "2026年9月最高的是"),
        ("by channel and month", "21.3% of the total", "In Sep 2026"),
    ),
    "trend of three": (("每月订单数", "每月NPS", "+12.5"), ("By month, orders", "By month, NPS")),
    "regions compared": (
        ("对比2025年9月1日至30日", "2 项上升，1 项下降", "华东（增长 100.0%，¥100万 → ¥200万）", "西南（下降 20.0%"),
        ("2 up, 1 down", "East China (up 100.0%, ¥1M → ¥2M)", "Southwest China (down 20.0%"),
    ),
    "growth ranking": (
        ("增速最低的 2 个城市", "武汉（下降 10.0%，¥100万 → ¥90万）", "2025年9月1日至30日"),
        ("bottom 2 by growth of sales",),
    ),
    "one unit": (("销售额最高的是 **天猫（¥100万）**", "GMV最高的是"), ("sales: highest **Tmall (¥1M)**",)),
    "two groups": (("钻石比金卡高 **11.0 个百分点**",), ("**11.0 percentage points** higher",)),
    "pivot": (("按大区和会员等级看",), ("by region and member level",)),
    "weekday and hour": (("**周日 · 23时（161 单",), ("**Sun · 23:00 (161",)),
    "best of each": (("各组内销售额排名靠前",), ("within each group",)),
    "histogram": (("截至2026年10月19日", "都是 **100 人**"), ("As of 19 Oct 2026", "**100** everywhere")),
    "ranges": (
        ("**¥1 以下（7 人，占 43.8%）**", "¥2万 及以上（1 人）"),
        ("**under ¥1 (7, 43.8% of the total)**", "¥20K and over (1)"),
    ),
    "list": (
        ("符合条件的客户共 **25 人**（价值分层为高价值）",),
        ("**25 customers** meet the conditions (value tier is high value)",),
    ),
    "funnel": (
        ("浏览 12,000 人 → 加购 6,100 人（50.8%） → 支付 2,345 人（38.4%）", "**19.5%**", "加购 → 支付", "3,755 人"),
        ("browse 12,000 customers → add to cart 6,100 customers (50.8%)", "**19.5%**", "3,755"),
    ),
    "funnels": (("各大区的整体转化率", "10.0%"), ("overall conversion by region", "10.0%")),
    "retention": (
        ("5 个同期群", "1 个月后平均有 **50.0%** 回来", "4 个月后为"),
        ("5 cohorts", "**50.0%** came back after 1 month"),
    ),
}


@pytest.mark.parametrize("name", FACTS)
def test_the_facts_are_in_the_sentence(name: str) -> None:
    query, rows, _ = SHOWN[name]
    for lang, facts in zip(("zh", "en"), FACTS[name], strict=True):
        text = say(query, *rows, lang=lang)  # type: ignore[arg-type]
        assert [fact for fact in facts if fact not in text] == [], text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SHOWN)
def test_sentences_are_well_formed(name: str, lang: Lang) -> None:
    query, rows, _ = SHOWN[name]
    text = say(query, *rows, lang=lang, drivers=DRIVERS)
    assert text and text == text.strip() and text.count("**") % 2 == 0
    assert not any(slip in text for slip in ("{", "}", "  ", "。。", "..", "None", "nan", "，，", " ,", "（）", "()"))
    assert not text[0].islower()


# --- comparisons -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "now", "before", "zh", "en"),
    [
        (
            "refund_rate",
            0.062,
            0.05,
            ("上升 **1.2 个百分点**", "相对 +24.0%", "变差"),
            ("up **1.2 percentage points**", "for the worse"),
        ),
        ("refund_rate", 0.05, 0.062, ("下降", "向好"), ("down", "for the better")),
        ("nps", 12.3, 25.1, ("下降 **12.8 分**", "变差", "+25.1"), ("down **12.8 points**",)),
        ("nps", 5.0, -5.0, ("上升 **10.0 分**",), ("up **10.0 points**",)),
        ("csat", 3.8, 4.1, ("下降 **0.30 分**", "4.10 分"), ("down **0.30 points**",)),
        ("first_response", 90.0, 30.0, ("增长 **200.0%**", "+60 分钟", "变差"), ("up **200.0%**", "+60 min", "for the worse")),
        ("aov", 500.0, 500.1, ("基本持平",), ("about the same",)),
        ("customer_count", 110, 100, ("增长 **10.0%**",), ("up **10.0%**",)),
        ("sales", 500.0, None, ("没有数据，无法比较",), ("no data for", "to compare with")),
        ("order_count", 500, 0, ("为 0 单", "+500 单", "无法计算变化率"), ("difference of +500",)),
        ("sales", None, 500.0, ("没有可计算的数据", "¥500"), ("nothing to compute", "¥500")),
    ],
)
def test_up_and_down_by_how_much_good_or_bad(
    metric: str, now: float | None, before: float | None, zh: tuple[str, ...], en: tuple[str, ...]
) -> None:
    query = by(metric, period=SEPTEMBER, compare=BEFORE)
    for lang, facts in (("zh", zh), ("en", en)):
        text = say(query, (now, before, None), lang=lang)  # type: ignore[arg-type]
        assert [fact for fact in facts if fact not in text] == [], text


def test_a_metric_that_is_neither_good_nor_bad_is_not_judged() -> None:
    text = say(by("ticket_count", period=SEPTEMBER, compare=BEFORE), (110, 100, 0.1))
    assert "增长 **10.0%**" in text and "向好" not in text and "变差" not in text


def test_several_metrics_compared_each_have_their_own_change() -> None:
    query = Aggregate(metrics=(MetricUse(metric="sales"), MetricUse(metric="refund_rate")), period=SEPTEMBER, compare=YEAR_AGO)
    text = say(query, (1e7, 9e6, 0.111, 0.05, 0.06, -0.1667))
    assert "同比增长 11.1%，向好" in text and "同比下降 1.0 个百分点，向好" in text
    assert "对比期：2025年9月1日至30日" in text


def test_two_groups_by_conditions() -> None:
    compare = Compare(kind="filter", left=is_("region", "华东"), where=is_("region", "华南"))
    query = by("aov", period=THIS_YEAR, compare=compare)
    assert "大区为华东 **¥520**，大区为华南 **¥480**" in say(query, (520.0, 480.0, 0.083))
    assert "first is **8.3%** (¥40) higher" in say(query, (520.0, 480.0, 0.083), lang="en")


# --- conditions and dates ----------------------------------------------------------------------------------------------------


def test_the_conditions_are_said() -> None:
    where = And(filters=(is_("region", "华东"), is_("category", "女装", "男装")))
    assert "大区为华东，且品类为女装或男装的销售额为 **¥1,000**" in say(by("sales", period=SEPTEMBER, where=where), (1000,))
    text = say(by("sales", period=SEPTEMBER, where=where), (1000,), lang="en")
    assert "sales where region is East China and category is women's wear or men's wear came to **¥1,000**" in text


def test_conditions_on_members_name_them() -> None:
    where = Behaviour(behaviour="complain")
    assert "有过投诉的客户的复购率" in say(by("repurchase_rate", period=Q3, where=where), (0.79,))
    assert "有过投诉的客户数" in say(by("customer_count", where=where), (7,))


def test_stock_has_a_date_and_no_period() -> None:
    assert say(by("customer_count"), (20000,)).startswith("截至2026年10月19日，客户数为 **20,000 人**")


def test_no_period_means_all_the_data_and_says_so() -> None:
    assert "2024年1月1日至2026年10月19日" in say(by("sales"), (1.0,))


def test_a_period_that_runs_past_the_data_says_where_it_ends() -> None:
    query = by("sales", period=Period(start=date(2026, 10, 1), end=date(2026, 11, 1)))
    assert "数据只到2026年10月19日" in say(query, (1.0,))


@pytest.mark.parametrize(
    ("period", "zh"),
    [
        (
            Period(start=date(2027, 1, 1), end=date(2027, 2, 1)),
            "问的是2027年1月1日至31日，而数据只有2024年1月1日至2026年10月19日",
        ),
        (Period(start=date(2020, 1, 1), end=date(2021, 1, 1)), "问的是2020年（1月1日至12月31日）"),
    ],
)
def test_a_period_outside_the_data_names_both(period: Period, zh: str) -> None:
    for row in ((None,), (0,)):
        assert zh in say(by("sales", period=period), row)
    assert "2026" in say(by("sales", "channel", period=period), lang="en")


# --- nothing, lists, cuts ------------------------------------------------------------------------------------------------------


def test_nothing_found_says_what_was_looked_for() -> None:
    where = Behaviour(behaviour="login", did=False, period=SEPTEMBER)
    assert say(Records(entity="customer", where=where)) == "没有符合条件的客户（2026年9月1日至30日没有登录）。"
    assert say(Records(entity="customer", where=where), lang="en").startswith("No customers meet the conditions")
    text = say(by("sales", "channel", period=SEPTEMBER, where=is_("region", "华东")))
    assert "没有符合条件的数据（大区为华东）" in text and "2026年10月19日" in text
    assert "没有符合条件的数据" in say(by("aov", period=SEPTEMBER), (None,))


def test_a_count_of_zero_is_a_number() -> None:
    assert "**0 单**" in say(by("order_count", period=SEPTEMBER), (0,))


def test_a_list_says_its_order_and_its_limit() -> None:
    query = Records(entity="customer", where=is_("region", "华东"), order=(Order(by="spend_365d"),))
    assert "按近一年消费从高到低排列" in say(query, *[(i,) for i in range(3)])
    top = Records(entity="customer", order=(Order(by="spend_365d", descending=False),), limit=2)
    assert "按近一年消费从低到高的前 **2 人**" in say(top, (1,), (2,))
    assert say(Records(entity="customer"), (1,), lang="en") == "There are **1 customer**."


def test_a_cut_result_says_so() -> None:
    query = Records(entity="customer", where=is_("region", "华东"))
    cut = ResultSet(result_of(query).columns, ((1,), (2,)), truncated=True)
    assert "超过 **2 人**" in narrate(query, cut, MODEL, lang="zh", today=TODAY)
    grouped = by("sales", "city", period=SEPTEMBER)
    cut = ResultSet(result_of(grouped).columns, (("上海", 2.0), ("北京", 1.0), ("广州", 0.5)), truncated=True)
    text = narrate(grouped, cut, MODEL, lang="zh", today=TODAY)
    assert "只取了前 3 行" in text and "合计" not in text


def test_an_aggregate_of_an_attribute_has_its_own_name() -> None:
    query = Aggregate(metrics=(Calculation(agg="median", member="age"),), where=is_("region", "华东"))
    assert "年龄中位数为 **34.5**" in say(query, (34.5,))
    assert "median age where region is East China was **34.5**" in say(query, (34.5,), lang="en")


# --- why -----------------------------------------------------------------------------------------------------------------------


def test_drivers_come_in_order_with_their_contribution() -> None:
    query, rows, _ = SHOWN["change"]
    text = say(query, *rows, drivers=DRIVERS)
    assert text.index("女装") < text.index("华东") < text.index("APP")
    assert "¥500万 → ¥240万（下降 52.0%），贡献 **-¥260万**（与总体方向相反）" in text
    assert "占总变化的 110.5%" in text


def test_a_driver_of_a_rate_is_told_as_mix_or_rate() -> None:
    query = Change(metric="csat", period=Q3, compare=BEFORE)
    drivers = (Driver("region", "华南", 4.1, 3.0, -0.28, "华南"), Driver("region", "华东", 4.1, 4.09, -0.02, "华东"))
    text = say(query, (3.8, 4.1, -0.073), drivers=drivers)
    first, second = (line for line in text.splitlines() if line[:2] in ("1.", "2."))
    assert "主要是自身变化" in first and "主要是占比变化" in second


def test_what_else_moved_there_is_told() -> None:
    query = Change(metric="csat", period=Q3, compare=BEFORE)
    related = by("first_response", period=Q3, compare=BEFORE)
    text = narrate(
        query,
        result_of(query, (3.8, 4.1, -0.073)),
        MODEL,
        lang="zh",
        today=TODAY,
        drivers=(Driver("region", "华南", 4.1, 3.0, -0.28, "华南"),),
        beside=((related, result_of(related, (90.0, 30.0, 2.0))),),
    )
    assert "同一时期，华南的平均首次响应时长 30 分钟 → 90 分钟（增长 200.0%）" in text


def test_a_change_without_drivers_says_so() -> None:
    query, rows, _ = SHOWN["change"]
    assert "没有找到明显的原因" in say(query, *rows)


# --- what was assumed, what is stored ------------------------------------------------------------------------------------------


def test_assumptions_are_told_with_labels() -> None:
    issue = Issue("finer-metric", "assumption", params={"metric": "sales", "finer": "item_sales"})
    text = say(by("sales", period=SEPTEMBER), (1.0,), issues=(issue, issue, Issue("whatever", "warning")))
    assert text.count("商品销售额") == 1 and "item_sales" not in text
    two = (issue, Issue("period-not-applied", "assumption", params={"metric": "customer_count"}))
    assert say(by("sales", period=SEPTEMBER), (1.0,), issues=two).count("\n- ") == 2


EVIL = ("<script>alert(1)</script>", "[x](javascript:alert(1))", "*b* _i_ `c`", "=1+1", "| a |", "https://evil.example")


@pytest.mark.parametrize("value", EVIL)
def test_stored_text_stays_text(value: str) -> None:
    shapes: tuple[tuple[SemanticQuery, tuple[Row, ...]], ...] = (
        (by("sales", "city", period=SEPTEMBER), ((value, 3.0), ("上海", 2.0), ("北京", 1.0))),
        (by("sales", "city", period=SEPTEMBER, limit=1, order=(Order(by="sales"),)), ((value, 3.0),)),
        (by("sales", "month", "city", period=THIS_YEAR), ((date(2026, 8, 1), value, 3.0), (date(2026, 9, 1), value, 1.0))),
        (by("sales", period=SEPTEMBER, where=is_("city", value)), ((3.0,),)),
        (Records(entity="customer", where=is_("city", value)), ((1,),)),
        (Change(metric="sales", period=SEPTEMBER, compare=YEAR_AGO), ((3.0, 2.0, 0.5),)),
    )
    for query, rows in shapes:
        text = say(query, *rows, drivers=(Driver("city", value, 1.0, 2.0, 1.0, value),))
        assert "<" not in text and "https://" not in text
        assert not re.search(r"(?<!\\)[\[\]`|]", text) and "*b*" not in text
        assert value == "=1+1" or value not in text
