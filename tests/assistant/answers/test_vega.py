"""Vega-Lite: every chart is valid, nothing of the data is interpreted, nothing is fetched."""

import json
from typing import Any

import pytest
import vl_convert

from assistant.answers.chart import choose_chart
from assistant.answers.render import VERSION
from assistant.answers.vega import to_vega
from assistant.qa import ChartSpec, Lang
from semantic_layer.query import SemanticQuery
from tests.assistant.answers.gallery import DRIVERS, MONTHS, SHOWN, Row
from tests.assistant.answers.world import SEPTEMBER, THIS_YEAR, by, result_of, shop

MODEL = shop()
EVIL = ("<script>alert(1)</script>", "datum.x", "'] + alert(1) + ['", 'a"b\\', "\u202e\x00<b>", "${1}", "x" * 500, "")


def chart(query: SemanticQuery, *rows: Row, lang: Lang = "zh", **more: Any) -> ChartSpec:
    drivers = DRIVERS if query.kind == "change" else ()
    spec = choose_chart(query, result_of(query, *rows), MODEL, lang=lang, drivers=drivers, **more)
    assert spec is not None
    return spec


def drawn(name: str, lang: Lang = "zh") -> dict[str, Any]:
    query, rows, _ = SHOWN[name]
    found = to_vega(chart(query, *rows, lang=lang))
    assert found is not None
    return found


def expressions(node: Any) -> list[str]:
    """Every text that Vega would evaluate."""
    if isinstance(node, dict):
        own = [
            v
            for k, v in node.items()
            if k in ("labelExpr", "test", "filter", "expr", "calculate", "signal") and isinstance(v, str)
        ]
        return own + [e for v in node.values() for e in expressions(v)]
    return [e for v in node for e in expressions(v)] if isinstance(node, list) else []


def fields(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {v for k, v in node.items() if k == "field" and isinstance(v, str)}
        return own.union(*(fields(v) for k, v in node.items() if k != "data"))
    return set().union(*(fields(v) for v in node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [n for n, (_, _, kind) in SHOWN.items() if kind not in ("number", "table")])
def test_every_chart_compiles_without_a_warning(name: str, lang: Lang, capfd: pytest.CaptureFixture[str]) -> None:
    vega = drawn(name, lang)
    assert vl_convert.vegalite_to_vega(json.dumps(vega), vl_version=VERSION, show_warnings=True)
    assert "WARN" not in capfd.readouterr().err


@pytest.mark.parametrize("name", ["number", "numbers", "list", "three keys"])
def test_numbers_and_tables_have_no_vega(name: str) -> None:
    query, rows, _ = SHOWN[name]
    assert chart(query, *rows).to_vega() is None


def test_a_chart_renders_itself() -> None:
    query, rows, _ = SHOWN["trend"]
    spec = chart(query, *rows)
    assert spec.to_vega() == to_vega(spec)


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_is_fetched(name: str) -> None:
    query, rows, _ = SHOWN[name]
    vega = to_vega(chart(query, *rows))
    text = json.dumps({k: v for k, v in (vega or {}).items() if k != "$schema"})
    assert "http" not in text and '"url"' not in text


@pytest.mark.parametrize("value", EVIL, ids=range(len(EVIL)))
def test_values_of_the_data_never_become_code_or_field_names(value: str) -> None:
    for query, rows in (
        (by("sales", "city", period=SEPTEMBER), [(value, 2.0), ("上海", 1.0)]),
        (by("sales", "month", "city", period=THIS_YEAR), [(m, c, 1.0) for m in MONTHS for c in (value, "上海")]),
        (by("sales", "city", "category"), [(c, k, 1.0) for c in (value, "上海") for k in ("女装", "男装")]),
    ):
        vega = to_vega(chart(query, *rows))
        assert vega is not None
        assert fields(vega) <= {"x", "xo", "n", "s", "so", "v", "l", "t", "lo", "hi", "a", "b", "m"}
        assert all(value not in e for e in expressions(vega) if value)
        assert vl_convert.vegalite_to_svg(json.dumps(vega), vl_version=VERSION, allowed_base_urls=[])


def test_the_order_is_explicit() -> None:
    vega = drawn("breakdown")
    x = vega["encoding"]["x"]
    assert x["sort"] == {"field": "xo", "op": "min"}
    assert x["scale"]["domain"] == ["京东", "小程序", "APP", "门店", "天猫", "未知"]


def test_axes_count_in_the_words_of_the_language() -> None:
    zh, en = (json.dumps(drawn("breakdown", lang), ensure_ascii=False) for lang in ("zh", "en"))
    assert "'万'" in zh and "'亿'" in zh and "'K'" not in zh
    assert "'K'" in en and "'M'" in en and "'万'" not in en


def test_measures_of_other_units_get_a_panel_each() -> None:
    assert len(drawn("other units")["hconcat"]) == 3
    assert len(drawn("trend of three")["vconcat"]) == 3
    assert len(drawn("one dwarfs the other")["hconcat"]) == 2


def test_long_names_keep_their_ends() -> None:
    names = drawn("ranking")["encoding"]["y"]["scale"]["domain"]
    assert all("…" in n and n.endswith("号店") for n in names)
    assert len(set(names)) == 10


def test_light_and_dark_differ_only_in_colours() -> None:
    query, rows, _ = SHOWN["trend"]
    spec = chart(query, *rows)
    light, dark = to_vega(spec), to_vega(spec, dark=True)
    assert light is not None and dark is not None
    assert light["config"]["background"] != dark["config"]["background"]
    assert {k: v for k, v in light.items() if k != "config"} == {k: v for k, v in dark.items() if k != "config"}


def test_slices_add_up_to_the_circle() -> None:
    rows = drawn("shares")["layer"][0]["data"]["values"]
    assert rows[0]["a"] == 0
    assert rows[-1]["b"] == pytest.approx(2 * 3.14159265, rel=1e-6)


def test_all_zero_and_negative_values_are_drawn() -> None:
    for rows in ([("天猫", 0.0), ("门店", 0.0)], [("天猫", 5.5), ("门店", -12.0)], [("天猫", None), ("门店", 1.0)]):
        for metric in ("sales", "nps"):
            vega = to_vega(chart(by(metric, "channel"), *rows))
            assert vl_convert.vegalite_to_vega(json.dumps(vega), vl_version=VERSION)
