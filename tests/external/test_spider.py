"""What drafted models reach on databases that others wrote: floors that only rise (measured 2026-11-28; see the closing note)."""

from pathlib import Path

import pytest

from tests.external.spider import METRIC_CLASSES, ask_all, questions, tally, with_its_number


@pytest.mark.slow
def test_drafted_models_answer_strangers_questions(shared: Path) -> None:
    source = shared / "external" / "spider_crm"
    if not source.is_dir():
        pytest.skip("spider_crm is not in ../shared")
    outcomes = tuple(ask_all(questions(source), source=source))
    english, chinese = (tally(outcomes, lang, METRIC_CLASSES) for lang in ("en", "zh"))
    assert english.total > 500
    assert english.share("right") >= 0.68
    assert english.share("wrong_given") <= 0.105
    assert english.share("failed") <= 0.01
    every = tally(outcomes, "en")
    assert every.share("right") >= 0.50
    assert every.share("wrong_given") <= 0.105
    assert chinese.share("right") >= 0.63
    assert chinese.share("wrong_given") <= 0.125


def test_a_ranking_may_show_what_it_ranks_by() -> None:
    shown = with_its_number("SELECT city FROM t GROUP BY city HAVING count(*) > 3")
    assert shown == "SELECT city, COUNT(*) FROM t GROUP BY city HAVING COUNT(*) > 3"
    assert with_its_number("SELECT city, count(*) FROM t GROUP BY city ORDER BY count(*) DESC LIMIT 1") is None
    assert with_its_number("SELECT a FROM t UNION SELECT b FROM t") is None
