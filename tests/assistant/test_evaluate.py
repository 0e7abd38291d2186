"""Evaluation: the verdict on each kind of answer, counts, reports, gold rows."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assistant.errors import ConfigError
from assistant.evaluate import Case, as_json, evaluate, judge, read_cases, summarise
from assistant.gold import Gold
from assistant.qa import Answer, ChartSpec, Column, Driver, Item, Reading
from assistant.report import overview, to_markdown

KEY, VALUE = Column("region", "大区", "key", "text"), Column("sales", "销售额", "value", "decimal")
GOLD = (("华东", 10), ("华南", 5))


def answer(status: str = "answered", rows: Any = (), columns: Any = (KEY, VALUE), **more: Any) -> Answer:
    return Answer(status, "text", "zh", rows=list(rows), columns=columns, **more)  # type: ignore[arg-type]


def case(expect: str = "answer", **more: Any) -> Case:
    return Case.model_validate({"id": "x", "question": "?", "expect": expect, **more})


@pytest.mark.parametrize(
    ("asked", "given", "verdict", "why"),
    [
        (case(), answer(rows=GOLD), "right", ""),
        (case(), answer(rows=GOLD[::-1]), "right", ""),
        (case(order_matters=True), answer(rows=GOLD[::-1]), "wrong_given", "order"),
        (case(), answer(rows=GOLD[:1]), "wrong_given", "rows"),
        (case(), answer(rows=[(*row, 1) for row in GOLD], columns=(KEY, VALUE, VALUE)), "wrong_given", "extra"),
        (case(), answer("clarify"), "asked", "expected answer, got clarify"),
        (case(), answer("refused"), "refused", "expected answer, got refused"),
        (case(), answer("failed", error_code="internal"), "crashed", "internal"),
        (case("clarify"), answer("clarify"), "right", ""),
        (case("clarify"), answer(rows=GOLD), "wrong_given", "expected clarify, got answered"),
        (case("refuse"), answer("refused"), "right", ""),
        (case("refuse"), answer("clarify"), "asked", "expected refuse, got clarify"),
        (case("refuse"), answer(rows=GOLD), "wrong_given", "expected refuse, got answered"),
        (case("catalog"), answer(rows=[("sales", "销售额")]), "right", ""),
        (case("catalog"), answer(), "wrong_given", "empty"),
    ],
)
def test_the_verdict_on_an_answer(asked: Case, given: Answer, verdict: str, why: str) -> None:
    assert judge(asked, given, GOLD) == (verdict, why)


def test_a_definition_must_name_the_member_that_the_note_defines() -> None:
    members = frozenset({"aov", "sales", "value_tier"})
    asked = case("define", note="aov: sales / order_count")
    right = answer(interpretation=Reading(metrics=(Item("metric", "客单价", member="aov"),)))
    assert judge(asked, right, (), members) == ("right", "")
    wrong = answer(interpretation=Reading(metrics=(Item("metric", "销售额", member="sales"),)))
    assert judge(asked, wrong, (), members) == ("wrong_given", "not defined: aov")
    assert judge(asked, answer("clarify"), (), members)[0] == "asked"


def test_an_explanation_needs_the_values_and_drivers() -> None:
    asked = case("explain", note="Driver: 华南")
    drivers = (Driver("region", "华南", 4.1, 3.0, -0.2, "华南"),)
    rows = [(3.9, 4.1, -0.05)]
    assert judge(asked, answer(rows=rows, drivers=drivers), ((3.9, 4.1),)) == ("right", "")
    assert judge(asked, answer(rows=rows), ((3.9, 4.1),)) == ("wrong_given", "no drivers")
    assert judge(asked, answer(rows=[(4.1, 3.9, 0.05)], drivers=drivers), ((3.9, 4.1),)) == ("wrong_given", "values")


@dataclass
class Scripted:
    """A conversation that answers what it was told to; an exception is raised."""

    answers: dict[str, Answer | Exception]
    asked: list[str]

    def ask(self, question: str, /) -> Answer:
        self.asked.append(question)
        found = self.answers[question]
        if isinstance(found, Exception):
            raise found
        return found


def scripted(**answers: Answer | Exception) -> tuple[Callable[[Case], Scripted], list[str]]:
    asked: list[str] = []
    return (lambda _case: Scripted(dict(answers), asked)), asked


def test_a_run_counts_by_kind_and_language_and_survives_a_crash() -> None:
    chart = ChartSpec("bar", "", "zh")
    thread, asked = scripted(
        a=answer(rows=GOLD, chart=chart), b=RuntimeError("boom"), c=answer("clarify"), d=answer(rows=GOLD, chart=chart)
    )
    cases = [
        case(id="1", question="a", kind="number", lang="zh", gold_sql="g", chart=("bar", "pie")),
        case(id="2", question="b", kind="number", lang="en", gold_sql="g"),
        case(id="3", question="c", kind="trend", lang="en", gold_sql="g", context=("a",)),
        case(id="4", question="d", kind="trend", lang="zh", gold_sql="g", chart=("line",)),
    ]
    seen: list[str] = []
    outcomes = evaluate(cases, thread, lambda _sql: GOLD, tick=lambda c: seen.append(c.id))
    assert [o.verdict for o in outcomes] == ["right", "crashed", "asked", "right"]
    assert asked == ["a", "b", "a", "c", "d"]
    assert seen == ["1", "2", "3", "4"]
    summary = summarise(outcomes)
    assert summary.verdicts == {"right": 2, "wrong_given": 0, "asked": 1, "refused": 0, "crashed": 1}
    assert summary.by["kind"]["number"]["right"] == 1
    assert summary.by["lang"]["en"]["crashed"] == 1
    assert summary.chart_fit == 0.5
    assert summary.share("right") == 0.5
    plain = json.loads(json.dumps(as_json(outcomes)))
    assert plain["questions"][1]["why"] == "RuntimeError: boom"
    for lang in ("zh", "en"):
        assert "2" in overview(summary, lang)
        markdown = to_markdown(outcomes, lang)
        assert "### 2 · number · crashed" in markdown
        assert "### 1 ·" not in markdown


def test_questions_are_read_and_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": "1", "question": "a", "more": 1}\n\n{"id": "2"}\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_cases(file)
    assert caught.value.issue.code == "question-invalid"
    assert caught.value.issue.params["line"] == "3"
    file.write_text('{"id": "1", "question": "a", "more": 1}\n\n', encoding="utf-8")
    assert [c.id for c in read_cases(file)] == ["1"]
    with pytest.raises(ConfigError) as missing:
        read_cases(tmp_path / "none.jsonl")
    assert missing.value.issue.code == "path-missing"


# --- gold -------------------------------------------------------------------------------------------------------------------


def test_gold_sees_the_tables_and_computes_its_views_once(tmp_path: Path) -> None:
    database, views = tmp_path / "d.duckdb", tmp_path / "gold_views.sql"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE orders AS SELECT range AS id, range * 1.5 AS amount FROM range(4)")
    views.write_text(
        "CREATE SCHEMA gold; CREATE VIEW gold.o AS SELECT *, random() AS r FROM orders WHERE id > 0", encoding="utf-8"
    )
    with Gold(database, views) as gold:
        assert gold.rows("SELECT count(*) FROM orders") == ((4,),)
        assert gold.rows("SELECT r FROM gold.o ORDER BY 1") == gold.rows("SELECT r FROM gold.o ORDER BY r")
        with pytest.raises(ConfigError) as caught:
            gold.rows("SELECT nothing FROM nowhere")
        assert caught.value.issue.code == "gold-failed"
    with pytest.raises(ConfigError):
        Gold(tmp_path / "none.duckdb")


def test_gold_reads_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,day\n1,2026-01-02\n", encoding="utf-8")
    with Gold(tmp_path) as gold:
        assert gold.rows("SELECT * FROM orders") == ((1, date(2026, 1, 2)),)
