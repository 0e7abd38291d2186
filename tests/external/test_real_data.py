"""What a manager asks of databases that nobody described, in two languages: floors that only rise, by rows."""

from pathlib import Path

import pytest

from tests.external.real_data import ask_all, questions


def test_every_database_has_fifteen_questions_in_both_languages() -> None:
    assert {name: len(own) for name, own in questions().items()} == dict.fromkeys(
        ("chinook", "telco_churn", "cdnow", "northwind"), 30
    )


@pytest.mark.slow
def test_managers_questions_are_answered_or_asked_back(shared: Path) -> None:
    source = shared / "external" / "real_data"
    if not source.is_dir():
        pytest.skip("real_data is not in ../shared")
    outcomes = [outcome for _, outcome in ask_all(source)]
    for lang, right in (("zh", 57), ("en", 59)):
        own = [o for o in outcomes if o.question["lang"] == lang]
        assert sum(o.verdict == "right" for o in own) >= right, [o.question["question"] for o in own if o.verdict != "right"]
        assert [o.question["question"] for o in own if o.verdict in ("wrong_given", "failed")] == []
