"""The report of an evaluation as Markdown, for people.

In: outcomes and a language. Out: text: the counts, tables by kind, language and expectation, and each question that was not
answered right with our SQL and the first rows of both sides. Nothing may fail.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import prompts
from assistant.evaluate import VERDICTS, Outcome, Summary, summarise

MOST_ROWS = 5


def overview(summary: Summary, lang: str) -> str:
    """The counts and the tables, without single questions."""
    counts: dict[str, object] = {verdict: summary.verdicts.get(verdict, 0) for verdict in VERDICTS}
    shares = {"right_share": _percent(summary.share("right")), "wrong_share": _percent(summary.share("wrong_given"))}
    lines = [prompts.render("app.eval.title", lang, total=summary.total, **counts, **shares)]
    if summary.chart_fit is not None:
        lines.append(prompts.render("app.eval.charts", lang, fit=_percent(summary.chart_fit)))
    lines.append(prompts.render("app.eval.latency", lang, p50=f"{summary.p50:.0f}", p95=f"{summary.p95:.0f}"))
    for name, tallies in summary.by.items():
        lines += ["", *_table(prompts.render(f"app.eval.by_{name}", lang), tallies, lang)]
    return "\n".join(lines)


def to_markdown(outcomes: Sequence[Outcome], lang: str) -> str:
    """The whole report."""
    lines = [overview(summarise(outcomes), lang), "", f"## {prompts.render('app.eval.failures', lang)}"]
    for outcome in outcomes:
        if outcome.verdict != "right":
            lines += ["", *_failure(outcome, lang)]
    return "\n".join(lines) + "\n"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _table(title: str, tallies: Mapping[str, Mapping[str, int]], lang: str) -> list[str]:
    heads = [
        title,
        prompts.render("app.eval.total", lang),
        *(prompts.render(f"app.eval.{verdict}", lang) for verdict in VERDICTS),
    ]
    lines = [_row(heads), _row(["---"] * len(heads))]
    for name, tally in sorted(tallies.items()):
        lines.append(_row([name or "-", str(sum(tally.values())), *(str(tally[verdict]) for verdict in VERDICTS)]))
    return lines


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _failure(outcome: Outcome, lang: str) -> list[str]:
    case, answer = outcome.case, outcome.answer
    asked = " → ".join((*case.context, case.question))
    lines = [f"### {case.id} · {case.kind} · {outcome.verdict}: {outcome.why}", "", f"> {asked}", ""]
    if answer is not None:
        lines += [answer.text, ""]
    if answer is not None and answer.sql:
        lines += ["```sql", answer.sql, "```", ""]
    if case.gold_sql:
        lines += ["```sql", f"-- {prompts.render('app.eval.expected', lang)}", case.gold_sql, "```", ""]
        lines += [f"{prompts.render('app.eval.expected', lang)}: {_rows(outcome.expected, lang)}", ""]
        lines += [f"{prompts.render('app.eval.got', lang)}: {_rows(answer.rows if answer else (), lang)}"]
    if case.note:
        lines += ["", f"_{case.note}_"]
    return lines


def _rows(rows: Sequence[tuple[Any, ...]], lang: str) -> str:
    if not rows:
        return prompts.render("app.eval.none", lang)
    shown = "; ".join("(" + ", ".join(str(cell) for cell in row) + ")" for row in rows[:MOST_ROWS])
    return f"`{len(rows)}` {shown}{' …' if len(rows) > MOST_ROWS else ''}"
