"""How charts look: fonts, colours that colour-blind readers tell apart, light and dark, axes in 万/亿 or K/M.

In: a language, a format, whether it is dark. Out: pieces of Vega-Lite. Expressions here are constants of this module with numbers
and a currency sign in them; no value of the data ever stands in one.
"""

import json
from typing import Any

from assistant.answers.format import capital
from assistant.qa import Lang, Mark
from prompts import render

Json = dict[str, Any]

FONT = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Noto Sans SC, sans-serif"
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8A6BBE", "#B7A100", "#7F7F7F", "#A5522A")
"""Okabe and Ito's colours (2008), in an order that starts calm, and three more for long legends."""
MAIN, BEFORE, RISE, FALL = "#0072B2", "#A9C4D9", "#0072B2", "#D55E00"
HEAT = ("#EAF2F9", "#9CC4E0", "#3F8FC5", "#08519C")
WIDTH = 600
CHARACTER = 11.5
"""Pixels of a Chinese character on an axis; a Latin letter takes a little over half."""


def config(dark: bool) -> Json:
    """The `config` of a chart."""
    ink, quiet, line, ground = (
        ("#E6E6E6", "#A8A8A8", "#3C3C3C", "#1F1F1F") if dark else ("#1F2933", "#616E7C", "#E4E7EB", "#FFFFFF")
    )
    text = {"labelFont": FONT, "titleFont": FONT, "labelColor": quiet, "titleColor": quiet, "titleFontWeight": "normal"}
    return {
        "font": FONT,
        "background": ground,
        "view": {"stroke": None},
        "title": {
            "font": FONT, "subtitleFont": FONT, "color": ink, "subtitleColor": quiet, "fontSize": 16, "fontWeight": "normal",
            "subtitleFontSize": 12, "anchor": "start", "offset": 14, "subtitlePadding": 6,
            "lineHeight": 20, "subtitleLineHeight": 16,
        },
        "axis": {
            **text, "labelFontSize": 11.5, "titleFontSize": 11.5, "gridColor": line, "domainColor": line, "tickColor": line,
            "labelPadding": 6, "titlePadding": 10, "labelLimit": 200,
        },
        "legend": {**text, "labelFontSize": 11.5, "titleFontSize": 11.5, "labelLimit": 160, "symbolType": "circle"},
        "header": {**text, "labelFontSize": 12.5, "labelColor": ink},
        "text": {"font": FONT, "fontSize": 11, "color": ink},
        "range": {"category": list(PALETTE)},
        "bar": {"cornerRadiusEnd": 2},
    }  # fmt: skip


def quantity_axis(mark: Mark, lang: Lang, orient: str = "left") -> Json:
    """The axis of a number: compact labels, no more ticks than are read."""
    label = compact_expression(mark, lang)
    return {"title": capital(mark.label) or None, "labelExpr": label, "tickCount": 5, "domain": False, "orient": orient}


def compact_expression(mark: Mark, lang: Lang) -> str:
    """A Vega expression that writes `datum.value` as ¥120万 or ¥1.2M, 12%, or as it is."""
    if mark.format == "percent":
        return "format(datum.value * 100, ',.2~f') + '%'"
    sign = json.dumps(mark.unit if mark.format == "currency" and mark.unit else "")
    steps = ((1e8, "亿"), (1e4, "万")) if lang == "zh" else ((1e9, "B"), (1e6, "M"), (1e3, "K"))
    text = "format(abs(datum.value), ',.2~f')"
    for size, word in reversed(steps):
        text = f"abs(datum.value) >= {size:.0f} ? format(abs(datum.value) / {size:.0f}, ',.2~f') + '{word}' : {text}"
    return f"(datum.value < 0 ? '-' : '') + {sign} + ({text})"


def time_expression(grain: str | None, lang: Lang, years: bool) -> str:
    """A Vega expression that writes the first day of a bucket; `years`: several years are shown, so name them."""
    if grain == "year":
        return "utcFormat(datum.value, '%Y')" + (" + '年'" if lang == "zh" else "")
    if grain == "quarter":
        name = (
            "['一', '二', '三', '四'][utcquarter(datum.value) - 1] + '季度'" if lang == "zh" else "'Q' + utcquarter(datum.value)"
        )
        return f"[{name}, utcFormat(datum.value, '%Y{'年' if lang == 'zh' else ''}')]"
    if grain == "month":
        name, year = ("utcFormat(datum.value, '%-m月')", "'%Y年'") if lang == "zh" else ("utcFormat(datum.value, '%b')", "'%Y'")
        return (
            f"datum.index == 0 || utcmonth(datum.value) == 0 ? [{name}, utcFormat(datum.value, {year})] : [{name}]"
            if years
            else name
        )
    day = "'%-m月%-d日'" if lang == "zh" else "'%-d %b'"
    return f"[utcFormat(datum.value, {day}), utcFormat(datum.value, '%Y')]" if years else f"utcFormat(datum.value, {day})"


def width_of(text: str) -> float:
    """About how many pixels a label takes on an axis."""
    return sum(CHARACTER if ord(c) > 0x2E7F else CHARACTER * 0.56 for c in text)


def squeezed(text: str, width: float) -> str:
    """`text` in at most `width` pixels: its middle gives way."""
    if width_of(text) <= width:
        return text
    head, tail = text, ""
    while width_of(head + tail) > width - CHARACTER:
        head = head[:-1]
        if width_of(tail) < width * 0.35 and len(tail) < len(text) - len(head):
            tail = text[-len(tail) - 1 :]
    return f"{head}…{tail}"


def title(name: str, note: str | None, width: int) -> Json:
    """The title of a chart, its note wrapped under it."""
    return {"text": wrap(name, width / 1.4), "subtitle": wrap(note, width) if note else []}


def wrap(text: str, width: float) -> list[str]:
    """Lines of at most `width` pixels, three at most; broken at spaces and after punctuation where there are any."""
    lines, line = [], ""
    for word in _words(text):
        if line and width_of(line + word) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    lines.append(line.rstrip())
    return lines if len(lines) <= 3 else [*lines[:2], lines[2] + "…"]


def _words(text: str) -> list[str]:
    words, word = [], ""
    for c in text:
        word += c
        if c in " ，、；。·：" or ord(c) > 0x2E7F:
            words.append(word)
            word = ""
    return [*words, word]


def no_value(lang: Lang) -> str:
    """What stands where there is no value."""
    return render("answers.missing", lang)
