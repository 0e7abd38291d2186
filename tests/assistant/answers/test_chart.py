"""Which chart a result gets, and what stands on it."""

from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from assistant.answers.chart import choose_chart
from assistant.qa import ChartKind, ChartSpec, Driver, Lang
from semantic_layer.query import Aggregate, SemanticQuery
from tests.assistant.answers.gallery import CHANNELS, DRIVERS, LEVELS, REGIONS, SHOWN, YEAR_AGO, Row
from tests.assistant.answers.world import SEPTEMBER, THIS_YEAR, by, result_of, shop

MODEL = shop()


def chart(query: SemanticQuery, *rows: Row, lang: Lang = "zh", asked: ChartKind | None = None) -> ChartSpec:
    drivers = DRIVERS if query.kind == "change" else ()
    spec = choose_chart(query, result_of(query, *rows), MODEL, lang=lang, asked=asked, drivers=drivers)
    assert spec is not None
    return spec


@pytest.mark.parametrize("name", SHOWN)
def test_each_shape_gets_the_kind_that_suits_it(name: str) -> None:
    query, rows, kind = SHOWN[name]
    assert chart(query, *rows).kind == kind


@pytest.mark.parametrize(
    ("name", "asked", "kind"),
    [
        ("breakdown", "pie", "pie"),
        ("trend", "bar", "bar"),
        ("series", "stacked_bar", "stacked_bar"),
        ("series", "heatmap", "heatmap"),
        ("pivot", "heatmap", "heatmap"),
        ("pivot", "stacked_bar", "stacked_bar"),
        ("shares", "bar", "bar"),
        ("single share", "pie", "pie"),
        ("number compared", "bar", "bar"),
        ("one unit", "scatter", "scatter"),
        ("funnel", "bar", "bar"),
        ("list", "scatter", "table"),
        ("breakdown", "table", "table"),
        ("breakdown", "line", "bar"),
        ("two groups", "pie", "bar"),
        ("many shares", "pie", "bar"),
        ("breakdown", "scatter", "bar"),
        ("trend", "number", "line"),
        ("change", "table", "table"),
        ("change", "pie", "bar"),
        ("levels", "histogram", "histogram"),
        ("retention", "line", "line"),
    ],
)
def test_the_kind_asked_for_wins_where_it_is_true_to_the_data(name: str, asked: ChartKind, kind: ChartKind) -> None:
    query, rows, _ = SHOWN[name]
    spec = chart(query, *rows, asked=asked)
    assert spec.kind == kind
    assert (spec.note is not None and "改用" in spec.note) == (asked != kind)


def test_a_pie_needs_parts_that_are_not_below_zero() -> None:
    query = by("sales", "channel", period=SEPTEMBER)
    assert chart(query, ("天猫", 5.0), ("门店", -1.0), asked="pie").kind == "bar"
    assert chart(query, ("天猫", 0.0), ("门店", 0.0), asked="pie").kind == "bar"


def test_no_rows_no_chart() -> None:
    query = by("sales", "channel")
    assert choose_chart(query, result_of(query), MODEL, lang="zh") is None


def test_bars_fall_and_the_unknown_comes_last() -> None:
    spec = chart(by("sales", "channel"), (None, 9e9), ("天猫", 1.0), ("门店", 3.0), ("APP", 2.0), lang="en")
    assert spec.sort == ("Store", "App", "Tmall", "Unknown")
    assert [p["channel"] for p in spec.points] == list(spec.sort)


def test_levels_stand_in_their_own_order() -> None:
    query, rows, _ = SHOWN["levels"]
    assert chart(query, *rows).sort == LEVELS


def test_an_order_that_was_asked_for_is_kept() -> None:
    query = by("sales", "member_level", order=({"by": "sales", "descending": False},))
    assert chart(query, ("钻石", 1.0), ("普通", 2.0)).sort == ("钻石", "普通")


def test_two_members_of_one_name_are_two_bars() -> None:
    assert chart(by("sales", "city"), ("朝阳", 2.0), ("朝阳", 1.0)).sort == ("朝阳", "朝阳 (2)")


def test_what_does_not_fit_is_counted_in_the_note() -> None:
    spec = chart(by("sales", "city"), *[(f"城{i}", float(i)) for i in range(100)])
    assert len(spec.points) == 30
    assert spec.sort[0] == "城99"
    assert "共 100 项" in str(spec.note)


def test_an_empty_month_is_zero_for_sums_and_a_gap_for_rates() -> None:
    months = [(date(2026, m, 1), 1.0) for m in (1, 2, 4)]
    assert [p["sales"] for p in chart(by("sales", "month", period=THIS_YEAR), *months).points] == [1.0, 1.0, 0.0, 1.0]
    assert [p["aov"] for p in chart(by("aov", "month", period=THIS_YEAR), *months).points] == [1.0, 1.0, None, 1.0]


def test_a_month_that_a_test_took_away_is_a_gap() -> None:
    query = by("sales", "month", period=THIS_YEAR, having=({"by": "sales", "op": ">", "values": (0.5,)},))
    assert chart(query, (date(2026, 1, 1), 1.0), (date(2026, 3, 1), 1.0)).points[1]["sales"] is None


def test_two_keys_make_a_full_grid() -> None:
    query, rows, _ = SHOWN["series"]
    spec = chart(query, *rows)
    assert len(spec.points) == 10 * len(CHANNELS)
    assert spec.series is not None and spec.series.column == "channel"
    assert spec.x is not None and (spec.x.type, spec.x.grain) == ("temporal", "month")


def test_shares_within_a_group_stand_along_the_group() -> None:
    query, rows, _ = SHOWN["shares within"]
    spec = chart(query, *rows)
    assert spec.x is not None and spec.x.column == "region"
    assert spec.y[0].column == "sales:share"


def test_retention_runs_along_the_offsets() -> None:
    query, rows, _ = SHOWN["retention"]
    spec = chart(query, *rows)
    assert spec.x is not None and spec.series is not None
    assert (spec.x.column, spec.series.column, spec.y[0].column) == ("offset", "cohort", "rate")


def test_a_comparison_shows_both_sides() -> None:
    query, rows, _ = SHOWN["regions compared"]
    assert [m.column for m in chart(query, *rows).y] == ["sales", "sales:previous"]


def test_a_ranking_by_growth_shows_the_growth_and_in_its_order() -> None:
    query, rows, _ = SHOWN["growth ranking"]
    spec = chart(query, *rows)
    assert [(m.column, m.format) for m in spec.y] == [("sales:growth", "percent")]
    assert [tuple(p.values()) for p in spec.points] == [("武汉", -0.1), ("北京", -0.0588)]
    assert chart(query, *rows, asked="grouped_bar").kind == "grouped_bar"


def test_a_change_shows_its_drivers_with_their_dimensions() -> None:
    query, rows, _ = SHOWN["change"]
    spec = chart(query, *rows, lang="en")
    assert [p["contribution"] for p in spec.points] == [-2.6e6, 1.5e6, 1.1e6]
    assert spec.sort[0] == "category: 女装 × channel: 天猫"


def test_a_driver_that_only_repeats_another_is_left_out() -> None:
    twice = replace(DRIVERS[1], dimension="city × region", member="上海 × 华东", label="上海 × 华东", depth=2)
    query, rows, _ = SHOWN["change"]
    spec = choose_chart(query, result_of(query, *rows), MODEL, lang="zh", drivers=(twice, *DRIVERS))
    assert spec is not None and len(spec.points) == 3


def test_of_the_slices_of_a_driver_only_the_first_is_shown() -> None:
    slices = tuple(
        Driver("region × channel", f"华东 × {c}", 1.0, 2.0 + i, 1.0 + i, f"华东 × {c}", 2) for i, c in enumerate(("天猫", "门店"))
    )
    query, rows, _ = SHOWN["change"]
    spec = choose_chart(query, result_of(query, *rows), MODEL, lang="zh", drivers=(DRIVERS[1], *slices))
    assert spec is not None and spec.sort == ("大区：华东", "大区：华东 × 渠道：天猫")


def test_a_single_share_as_a_pie_has_the_part_and_the_rest() -> None:
    query, rows, _ = SHOWN["single share"]
    spec = chart(query, *rows, asked="pie", lang="en")
    assert [p["sales:share"] for p in spec.points] == [0.234, pytest.approx(0.766)]


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("number", "销售额", "Sales"),
        ("breakdown", "各渠道的销售额", "Sales by channel"),
        ("trend", "每月销售额", "Sales by month"),
        ("series", "各渠道每月的销售额", "Sales by channel and month"),
        ("ranking", "销售额最高的 10 个门店", "Sales: top 10 by store"),
        ("shares", "各渠道的销售额占比", "Share of sales by channel"),
        ("histogram", "客户数按年龄的分布", "Customers by age"),
        ("list", "客户名单", "List of customers"),
        ("funnel", "客户转化漏斗", "Conversion funnel of customers"),
        ("change", "销售额变化的来源", "What moved sales"),
        ("running", "每月累计销售额", "Running total of sales by month"),
    ],
)
def test_titles(name: str, zh: str, en: str) -> None:
    query, rows, _ = SHOWN[name]
    assert (chart(query, *rows).title, chart(query, *rows, lang="en").title) == (zh, en)


def test_the_note_has_the_dates_and_the_conditions() -> None:
    query = by(
        "sales",
        period=SEPTEMBER,
        compare=YEAR_AGO,
        where={"kind": "predicate", "member": "region", "op": "=", "values": ["华东"]},
    )
    note = chart(query, (1.0, 2.0, -0.5), lang="en").note
    assert note == "1–30 Sep 2026 · against 1–30 Sep 2025 · region is East China"


def test_a_long_list_draws_its_first_rows() -> None:
    query, rows, _ = SHOWN["list"]
    spec = chart(query, *rows, lang="en")
    assert (len(spec.points), [m.label for m in spec.y][:3]) == (20, ["Customer id", "Region", "Last order date"])
    assert spec.points[0] == {"customer_id": "10000", "region": "East China", "last_order_date": "—", "sales": 0.0}


def test_labels_are_those_of_the_asker(  # the stored value stays in the rows
) -> None:
    query = cast("Aggregate", SHOWN["regions compared"][0])
    zh, en = (chart(query, *SHOWN["regions compared"][1], lang=lang).sort for lang in ("zh", "en"))
    assert set(zh) == set(REGIONS)
    assert set(en) == {"East China", "South China", "North China", "Southwest China"}
