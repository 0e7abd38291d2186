"""Bars of every sort as Vega-Lite: lying where names are long or many, standing where x has an order.

In: a `Sheet` and the language. Out: the part of a Vega-Lite spec that draws it. Nothing fails.
"""

from typing import Any

from assistant.answers import format as words
from assistant.answers import theme
from assistant.answers.format import capital
from assistant.answers.sheet import Sheet, one, sheet_of
from assistant.answers.theme import Json
from assistant.qa import ChartSpec, Mark

LABELLED = 24
STANDING = 12
LABEL = 44
"""Pixels for a value beside the longest bar."""


def bars(spec: ChartSpec) -> Json:
    """One bar a name; measures of different units get a panel each."""
    if len(spec.y) > 1:
        return _panels(spec)
    sheet = sheet_of(spec)
    if sheet.series:
        return grouped(spec)
    return _plain(sheet, lying=_lies(sheet))


def histogram(spec: ChartSpec) -> Json:
    """Standing bars that touch: the ranges of a number."""
    sheet = sheet_of(spec)
    drawn = _plain(sheet, lying=False)
    drawn["encoding"]["x"]["scale"] = {"paddingInner": 0.04, "paddingOuter": 0.05, "domain": list(sheet.xs)}
    return drawn


def grouped(spec: ChartSpec) -> Json:
    """Bars side by side: series within a name."""
    sheet = sheet_of(spec)
    lying = _lies(sheet) or len(sheet.xs) * len(sheet.series) > 3 * STANDING
    encoding = _encoding(sheet, lying)
    encoding["yOffset" if lying else "xOffset"] = {"field": "s", "type": "nominal", "scale": {"domain": list(sheet.series)}}
    encoding["color"] = series_colour(sheet)
    step = {"step": 15, "for": "offset"}
    size = {"width": theme.WIDTH, "height": step} if lying else {"width": theme.WIDTH, "height": 300}
    return {**size, **_layers(sheet, encoding, lying, labelled=_room(sheet, lying))}


def _room(sheet: Sheet, lying: bool) -> bool:
    """Whether every bar of a group can carry its value."""
    if lying:
        return len(sheet.rows) <= 2 * LABELLED
    widest = max((theme.width_of(r["l"]) for r in sheet.rows), default=0)
    return theme.WIDTH / (len(sheet.rows) + len(sheet.xs)) >= widest - 2


def stacked(spec: ChartSpec) -> Json:
    """Bars on top of each other."""
    sheet = sheet_of(spec)
    lying = _lies(sheet)
    encoding = _encoding(sheet, lying)
    encoding["x" if lying else "y"]["stack"] = "zero"
    encoding["color"] = series_colour(sheet)
    encoding["order"] = {"field": "so", "type": "quantitative"}
    size = {"height": {"step": 28}, "width": theme.WIDTH} if lying else {"width": theme.WIDTH, "height": 300}
    return {**size, "mark": {"type": "bar", "cornerRadiusEnd": 0}, "encoding": encoding}


def funnel(spec: ChartSpec) -> Json:
    """Centred bars, one a step, with how many of the first step are left."""
    sheet = sheet_of(spec)
    first = next((r["v"] for r in sheet.rows if r["v"]), 0) or 0
    rows = [{**r, "lo": -(r["v"] or 0) / 2, "hi": (r["v"] or 0) / 2, "l": _step_label(r, first, spec)} for r in sheet.rows]
    y = _names_axis(sheet, "y")
    bar: Json = {
        "mark": {"type": "bar", "cornerRadius": 2, "height": {"band": 0.9}},
        "encoding": {
            "x": {"field": "lo", "type": "quantitative", "axis": None},
            "x2": {"field": "hi"},
            "color": {"field": "xo", "type": "ordinal", "legend": None, "scale": {"range": _steps(len(rows))}},
            "tooltip": sheet.tooltip(),
        },
    }
    label = {
        "mark": {"type": "text", "fontSize": 12},
        "encoding": {"x": {"datum": 0}, "text": {"field": "l"}, "color": {"value": "#111111"}},
    }
    return {"width": theme.WIDTH, "height": {"step": 46}, "data": {"values": rows}, "encoding": {"y": y}, "layer": [bar, label]}


def _step_label(row: Json, first: float, spec: ChartSpec) -> str:
    mark = spec.y[0]
    count = words.number(row["v"], mark.format, spec.lang)
    return f"{count}  ·  {100 * (row['v'] or 0) / first:.1f}%" if first else count


def drivers(spec: ChartSpec) -> Json:
    """Signed bars: what pushed up and what pulled down."""
    sheet = sheet_of(spec)
    drawn = _plain(sheet, lying=True)
    colour = {"condition": {"test": "datum.v < 0", "value": theme.FALL}, "value": theme.RISE}
    drawn["layer"][0]["encoding"] = {"color": colour}
    return drawn


def series_colour(sheet: Sheet) -> Json:
    """The colours of the series, in their order; a comparison shows what came before paler."""
    compared = len(sheet.spec.y) == 2 and sheet.spec.y[1].column.endswith(":previous")
    colours = (
        [theme.MAIN, theme.BEFORE] if compared else [theme.PALETTE[i % len(theme.PALETTE)] for i in range(len(sheet.series))]
    )
    title = sheet.spec.series.label if sheet.spec.series else None
    return {
        "field": "s", "type": "nominal", "title": title, "scale": {"domain": list(sheet.series), "range": colours},
        "legend": {"orient": "top", "title": None, "columns": 6} if len(sheet.series) <= 6 else {"orient": "right"},
    }  # fmt: skip


# --- the pieces ----------------------------------------------------------------------------------------------------------


def _plain(sheet: Sheet, *, lying: bool) -> Json:
    size: Json = {"width": theme.WIDTH, "height": {"step": 26}} if lying else {"width": theme.WIDTH, "height": 300}
    if not lying and len(sheet.xs) <= 4:
        size["width"] = 130 * max(2, len(sheet.xs))
    drawn = {**size, **_layers(sheet, _encoding(sheet, lying), lying, labelled=len(sheet.rows) <= 30)}
    drawn["layer"][0]["mark"]["color"] = theme.MAIN
    if not lying and len(sheet.xs) == 1:
        drawn["encoding"]["x"]["scale"] |= {"paddingInner": 0.6, "paddingOuter": 1.0}
    return drawn


def _layers(sheet: Sheet, encoding: Json, lying: bool, *, labelled: bool) -> Json:
    layer: list[Json] = [{"mark": {"type": "bar"}}]
    if labelled:
        layer += _labels(sheet, lying)
    return {"encoding": encoding, "layer": layer}


def _labels(sheet: Sheet, lying: bool) -> list[Json]:
    """Values at the ends of the bars: outside, on the side where the bar ends."""
    place: Json = {"align": "left", "dx": 4} if lying else {"baseline": "bottom", "dy": -3}
    under: Json = {"align": "right", "dx": -4} if lying else {"baseline": "top", "dy": 3}
    texts: list[Json] = [{"mark": {"type": "text", **place}, "transform": [{"filter": "datum.v >= 0"}]}]
    if any(n < 0 for n in sheet.numbers):
        texts.append({"mark": {"type": "text", **under}, "transform": [{"filter": "datum.v < 0"}]})
    return [{**t, "encoding": {"text": {"field": "l"}, "color": {"value": "#7B8794"}}} for t in texts]


def _encoding(sheet: Sheet, lying: bool) -> Json:
    mark = sheet.spec.y[0]
    measure = mark if len({m.label for m in sheet.spec.y}) == 1 else Mark(mark.column, "", "quantitative", mark.format, mark.unit)
    value: Json = {
        "field": "v",
        "type": "quantitative",
        "axis": theme.quantity_axis(measure, sheet.spec.lang, "bottom" if lying else "left"),
    }
    if sheet.numbers and not any(sheet.numbers):
        value["scale"] = {"domain": [0, 1]}
        value["axis"]["values"] = [0]
    elif lying and any(n < 0 for n in sheet.numbers):
        value["scale"] = {"padding": LABEL}  # a bar to the left carries its value on the side of the names
    names = _names_axis(sheet, "y" if lying else "x")
    return {"y": names, "x": value, "tooltip": sheet.tooltip()} if lying else {"x": names, "y": value, "tooltip": sheet.tooltip()}


def _names_axis(sheet: Sheet, channel: str) -> Json:
    x = sheet.spec.x
    axis: Json = {
        "title": None if channel == "y" else (capital(x.label) if x and x.label else None),
        "ticks": False,
        "domain": channel == "x",
    }
    if channel == "x":
        axis |= {"labelAngle": 0, "labelOverlap": "parity"} if _fit(sheet) else {"labelAngle": -40, "labelOverlap": "greedy"}
    domain = list(sheet.xs)
    return {"field": "x", "type": "nominal", "sort": {"field": "xo", "op": "min"}, "scale": {"domain": domain}, "axis": axis}


def _fit(sheet: Sheet) -> bool:
    """Whether the names stand side by side (every second one, where there are many)."""
    room = theme.WIDTH / max(1, len(sheet.xs))
    return len(sheet.xs) > 14 or max((theme.width_of(x) for x in sheet.xs), default=0) < room


def _lies(sheet: Sheet) -> bool:
    x = sheet.spec.x
    if x is not None and x.type == "ordinal":
        return False
    widest = max((theme.width_of(n) for n in sheet.xs), default=0)
    return len(sheet.xs) > STANDING or widest > theme.WIDTH / max(1, len(sheet.xs)) - 10


def _panels(spec: ChartSpec) -> Json:
    """Side by side, the same names at the same height, an axis of its own for each measure."""
    width = int(theme.WIDTH / len(spec.y)) - 10
    panels: list[Json] = []
    for i, mark in enumerate(spec.y):
        sheet = sheet_of(one(spec, mark))
        panel: dict[str, Any] = {**_plain(sheet, lying=True), "width": width, "data": {"values": list(sheet.rows)}}
        panel["encoding"]["x"]["axis"] |= {"title": None, "tickCount": 3}
        panel["title"] = {"text": mark.label, "fontSize": 12.5, "offset": 6}
        if i:
            panel["encoding"]["y"]["axis"] = None
        panels.append(panel)
    return {"hconcat": panels, "spacing": 14}


def _steps(count: int) -> list[str]:
    """Paler with every step."""
    shades = ("#5BA3D0", "#7DB7DA", "#9CC4E0", "#B5D3E8", "#CCE0EF", "#DEEAF4")
    return [shades[min(i, len(shades) - 1)] for i in range(count)]
