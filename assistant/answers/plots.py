"""Lines, pies, heat maps and scatter plots as Vega-Lite.

In: a `ChartSpec`. Out: the part of a Vega-Lite spec that draws it. Nothing fails.
"""

from datetime import date
from math import pi

from assistant.answers import dates, theme
from assistant.answers.bars import series_colour
from assistant.answers.format import capital
from assistant.answers.shape import DWARFED
from assistant.answers.sheet import Sheet, exact, one, sheet_of
from assistant.answers.theme import Json
from assistant.qa import ChartSpec, Mark

DOTTED = 40
TICKS = 12
MONTHS_FROM = 75
"""Days from which an axis of days names months."""
HEAT_TEXT = 160
NAMED_DOTS = 20
SMALLEST = 0.015
"""Slices under this share carry no label."""


def line(spec: ChartSpec) -> Json:
    """A line a series over time or over an order; measures of different units lie under each other."""
    if len(spec.y) > 1 and not spec.y[1].column.endswith(":previous") and not comparable(spec):
        panels = []
        for mark in spec.y:
            sheet = sheet_of(one(spec, mark))
            panels.append({**_line(sheet, 150), "data": {"values": list(sheet.rows)}})
        return {"vconcat": panels, "spacing": 18}
    return _line(sheet_of(spec), 300)


def comparable(spec: ChartSpec) -> bool:
    """Whether the measures of a chart can share an axis: one unit, and none dwarfs another."""
    if len({(m.format, m.unit) for m in spec.y}) > 1:
        return False
    tops = [max((abs(p[m.column] or 0.0) for p in spec.points), default=0.0) for m in spec.y]
    return not all(tops) or max(tops) <= DWARFED * min(tops)


def _line(sheet: Sheet, height: int) -> Json:
    spec = sheet.spec
    mark = spec.y[0] if len(spec.y) == 1 else Mark("", "", "quantitative", spec.y[0].format, spec.y[0].unit)
    encoding: Json = {
        "x": _along(sheet),
        "y": {
            "field": "v",
            "type": "quantitative",
            "scale": {"zero": _from_zero(sheet)},
            "axis": theme.quantity_axis(mark, spec.lang),
        },
        "tooltip": sheet.tooltip(),
    }
    drawn: Json = {"type": "line", "strokeWidth": 2.2, "interpolate": "linear"}
    if len(sheet.xs) <= DOTTED:
        drawn["point"] = {"size": 34, "filled": True}
    if sheet.series:
        encoding["color"] = {**series_colour(sheet), "title": None}
        if len(spec.y) > 1 and spec.y[1].column.endswith(":previous"):
            encoding["strokeDash"] = {
                "field": "s",
                "scale": {"domain": list(sheet.series), "range": [[1, 0], [5, 4]]},
                "legend": encoding["color"]["legend"],
                "title": None,
            }
    else:
        drawn["color"] = theme.MAIN
        if len(sheet.xs) <= DOTTED:
            drawn["point"]["color"] = theme.MAIN
    return {"width": theme.WIDTH, "height": height, "mark": drawn, "encoding": encoding}


def _along(sheet: Sheet) -> Json:
    x = sheet.spec.x
    if x is None or x.type != "temporal":
        return {
            "field": "x", "type": "ordinal", "sort": {"field": "xo", "op": "min"}, "scale": {"domain": list(sheet.xs)},
            "axis": {"title": capital(x.label) if x else None, "labelAngle": 0, "labelOverlap": "parity"},
        }  # fmt: skip
    days = [dates.parsed(n) for n in sheet.xs]
    years = len({d.year for d in days}) > 1
    grain = x.grain
    if grain in ("day", "week") and (days[-1] - days[0]).days > MONTHS_FROM:
        grain, days = "month", [d.replace(day=1) for d in days if d.day <= 7 or grain == "day"]
        days = [d for d in dict.fromkeys(days) if d >= dates.parsed(sheet.xs[0])]
    ticks = [{"year": d.year, "month": d.month, "date": d.day, "utc": True} for d in _ticks(days)]
    axis = {
        "title": None, "values": ticks, "labelExpr": theme.time_expression(grain, sheet.spec.lang, years), "grid": False,
        "labelAngle": 0, "labelOverlap": "greedy", "labelFlush": False, "tickSize": 4,
    }  # fmt: skip
    return {"field": "x", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _ticks(days: list[date]) -> list[date]:
    """Every bucket while they are few, else an even choice that ends on the last."""
    if len(days) <= TICKS + 1:
        return days
    step = -(-len(days) // TICKS)
    return days[(len(days) - 1) % step :: step]


def _from_zero(sheet: Sheet) -> bool:
    """An amount starts at zero; what moves little around its level (a rate, a score, an average) need not."""
    numbers = sheet.numbers
    if not numbers or min(numbers) < 0:
        return False
    return min(numbers) < 0.6 * max(numbers)


def pie(spec: ChartSpec) -> Json:
    """Slices of one whole in their order, with their share beside them."""
    sheet = sheet_of(spec)
    rows = _slices(sheet, spec)
    colour = {
        "field": "x", "type": "nominal", "sort": {"field": "xo", "op": "min"}, "legend": None,
        "scale": {"domain": list(sheet.xs), "range": [theme.PALETTE[i % len(theme.PALETTE)] for i in range(len(sheet.xs))]},
    }  # fmt: skip
    arc = {
        "mark": {"type": "arc", "innerRadius": 62, "outerRadius": 118, "stroke": "white", "strokeWidth": 1},
        "encoding": {
            "theta": {"field": "a", "type": "quantitative", "scale": None}, "theta2": {"field": "b"},
            "color": colour, "tooltip": sheet.tooltip(),
        },
    }  # fmt: skip
    layer: list[Json] = [{**arc, "data": {"values": rows}}]
    for align in ("left", "right"):
        here = [r for r in rows if r["l"] and (r["m"] <= pi) == (align == "left")]
        text = {"mark": {"type": "text", "radius": 130, "fontSize": 12, "align": align}, "data": {"values": here}}
        place = {"theta": {"field": "m", "type": "quantitative", "scale": None, "stack": None}, "text": {"field": "l"}}
        layer.append({**text, "encoding": place})
    return {"width": 560, "height": 290, "data": {"values": []}, "layer": layer}


def _slices(sheet: Sheet, spec: ChartSpec) -> list[Json]:
    """Rows with where their slice begins (a), ends (b) and has its middle (m), in radians from the top."""
    total = sum(sheet.numbers) or 1.0
    at, rows = 0.0, []
    for row in sheet.rows:
        part = (row["v"] or 0.0) / total
        end = at + 2 * pi * part
        label = f"{row['x']} {100 * part:.1f}%" if part >= SMALLEST else ""
        rows.append(
            {**row, "a": at, "b": end, "m": (at + end) / 2, "l": label, "t": _slice_tip(row["v"], spec.y[0], total, spec)}
        )
        at = end
    return rows


def _slice_tip(value: float | None, mark: Mark, total: float, spec: ChartSpec) -> str:
    text = exact(value, mark, spec.lang)
    return text if mark.format == "percent" or value is None else f"{text} ({100 * value / total:.1f}%)"


def heatmap(spec: ChartSpec) -> Json:
    """Cells of two keys, darker for more, the values in them while they can be read."""
    sheet = sheet_of(spec)
    numbers = sheet.numbers or (0.0,)
    top = _darkest(spec, numbers)
    dark = min(numbers) + (top - min(numbers)) * 0.55
    y = {
        "field": "s", "type": "nominal", "sort": {"field": "so", "op": "min"}, "scale": {"domain": list(sheet.series)},
        "axis": {"title": capital(spec.series.label) if spec.series else None, "ticks": False, "domain": False},
    }  # fmt: skip
    x = {
        "field": "x", "type": "nominal", "sort": {"field": "xo", "op": "min"}, "scale": {"domain": list(sheet.xs)},
        "axis": {"title": capital(spec.x.label) if spec.x else None, "labelAngle": _angle(sheet),
                 "labelOverlap": "parity", "orient": "top", "ticks": False, "domain": False},
    }  # fmt: skip
    legend = {"title": None, "labelExpr": theme.compact_expression(spec.y[0], spec.lang), "gradientLength": 140}
    written = len(sheet.rows) <= HEAT_TEXT
    scale = {"range": list(theme.HEAT), "clamp": True, "domain": [min(numbers), top] if top > min(numbers) else [top, top + 1]}
    colour = {"field": "v", "type": "quantitative", "scale": scale, "legend": None if written else legend}
    layer: list[Json] = [{"mark": {"type": "rect", "stroke": "white", "strokeWidth": 1}, "encoding": {"color": colour}}]
    if written:
        ink = {"condition": {"test": f"datum.v > {dark:.6g}", "value": "white"}, "value": "#1F2933"}
        layer.append({"mark": {"type": "text", "fontSize": 11}, "encoding": {"text": {"field": "l"}, "color": ink}})
    size = {"width": max(200, min(theme.WIDTH, 72 * len(sheet.xs))), "height": {"step": 30}}
    return {**size, "encoding": {"x": x, "y": y, "tooltip": sheet.tooltip()}, "layer": layer}


def _darkest(spec: ChartSpec, numbers: tuple[float, ...]) -> float:
    """What is darkest: the largest value; of rates the largest below 100 % (each cohort begins with all of itself)."""
    below = [n for n in numbers if n < 1] if spec.y[0].format == "percent" else []
    return max(below or numbers)


def _angle(sheet: Sheet) -> int:
    room = min(theme.WIDTH, 72 * len(sheet.xs)) / max(1, len(sheet.xs))
    if sheet.spec.x is not None and sheet.spec.x.type == "ordinal":
        return 0
    return 0 if max((theme.width_of(n) for n in sheet.xs), default=0) < room else -40


def scatter(spec: ChartSpec) -> Json:
    """A dot a member: one measure against another."""
    assert spec.x is not None and spec.series is not None  # noqa: S101 - points.scatter gives both
    x, y, name = spec.x, spec.y[0], spec.series
    rows = [
        {
            "x": float(p[x.column]), "v": float(p[y.column]), "n": str(p[name.column]),
            "a": exact(p[x.column], x, spec.lang), "b": exact(p[y.column], y, spec.lang),
        }
        for p in spec.points
    ]  # fmt: skip
    tooltip = [{"field": f, "type": "nominal", "title": m.label} for f, m in (("n", name), ("a", x), ("b", y))]
    encoding = {
        "x": {
            "field": "x",
            "type": "quantitative",
            "scale": {"zero": False, "nice": True},
            "axis": theme.quantity_axis(x, spec.lang, "bottom"),
        },
        "y": {
            "field": "v",
            "type": "quantitative",
            "scale": {"zero": False, "nice": True},
            "axis": theme.quantity_axis(y, spec.lang),
        },
        "tooltip": tooltip,
    }
    layer: list[Json] = [{"mark": {"type": "circle", "size": 56, "opacity": 0.65, "color": theme.MAIN}}]
    if len(rows) <= NAMED_DOTS:
        layer.append({"mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 10.5}, "encoding": {"text": {"field": "n"}}})
    return {"width": theme.WIDTH, "height": 360, "data": {"values": rows}, "encoding": encoding, "layer": layer}
