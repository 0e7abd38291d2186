"""What is answered right never gets less: the floors of tests/questions/floors.json, on our questions and the development ones.

A floor only rises: `WENKE_RAISE_FLOORS=1 pytest tests/assistant/test_floors.py` asks all and writes what is reached now where it is
more. `make test` asks every fourth question of the older sets, which have floors of their own for that (`round7 1/4`), so that it
ends in time; `WENKE_ALL_QUESTIONS=1` asks all.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Assistant
from assistant.evaluate import Case, Summary, evaluate, read_cases, summarise
from assistant.gold import Gold
from assistant.thread import Thread
from tests.conftest import SHARED

HERE = Path(__file__).parents[1] / "questions"
FLOORS = HERE / "floors.json"
STRANGERS = ("stranger", *(f"round{n}" for n in range(2, 37)), "families", "paraphrased")
SETS = {
    "own": (HERE / "own.jsonl", HERE / "gold_views.sql"),
    "dev": (SHARED / "retail" / "questions.dev.jsonl", SHARED / "retail" / "gold_views.sql"),
    **{name: (HERE / f"{name}.jsonl", SHARED / "retail" / "gold_views.sql") for name in STRANGERS},
}


FRESH = ("own", "dev", "round35", "round36")
"""Asked whole in every run."""
EACH = 4
ALL = any(os.environ.get(name) for name in ("WENKE_RAISE_FLOORS", "WENKE_ALL_QUESTIONS"))


def floors() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return found


def measured(wenke: Assistant, questions: Path, views: Path, database: Path, *, whole: bool) -> dict[str, Summary]:
    """What all the questions come to, where they are asked, and what every fourth does; by what that is called behind the set's name."""
    cases = read_cases(questions)
    roles = wenke.model.roles

    def thread(case: Case) -> Thread:
        return wenke.thread(role=case.persona if case.persona in roles else None, channel="eval")

    with Gold(database, views) as gold:
        members = frozenset((*wenke.model.metrics, *wenke.model.dimensions))
        outcomes = evaluate(cases if whole else cases[::EACH], thread, gold.rows, members=members)
    some = summarise(outcomes[::EACH] if whole else outcomes)
    return {"": summarise(outcomes), f" 1/{EACH}": some} if whole else {f" 1/{EACH}": some}


def as_floor(found: Summary) -> dict[str, float]:
    return {
        "right": round(found.share("right"), 4),
        "wrong_given_at_most": round(found.share("wrong_given"), 4),
        "crashed_at_most": round(found.share("crashed"), 4),
        "chart_fit": round(found.chart_fit or 0.0, 4),
    }


def raised(old: dict[str, float], new: dict[str, float]) -> dict[str, float]:
    """The stricter of both, key by key."""
    return {key: (min if key.endswith("_at_most") else max)(old.get(key, value), value) for key, value in new.items()}


@pytest.mark.parametrize("name", SETS)
def test_the_floor_holds(name: str, wenke: Assistant, quiet: Assistant, demo_file: Path) -> None:
    questions, views = SETS[name]
    asked = wenke if name in ("own", "dev") else quiet  # each follow-up of an answer is planned too
    if not questions.is_file() or not views.is_file():
        pytest.skip(f"{questions if not questions.is_file() else views} is not here")
    for part, found in measured(asked, questions, views, demo_file, whole=ALL or name in FRESH).items():
        if name not in FRESH or not part:
            _holds(f"{name}{part}", as_floor(found))


def _holds(name: str, found: dict[str, float]) -> None:
    floor = floors().get(name, {})
    if os.environ.get("WENKE_RAISE_FLOORS"):
        kept: dict[str, Any] = {**floors(), name: raised(floor, found)}
        FLOORS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    for key, value in floor.items():
        reached = found[key] <= value if key.endswith("_at_most") else found[key] >= value
        assert reached, f"{name}: {key} was {value}, is {found[key]}"


def test_every_set_has_a_floor() -> None:
    known = floors()
    for name in SETS:
        assert (name if name in FRESH else f"{name} 1/{EACH}") in known


def test_a_floor_only_rises() -> None:
    old = {"right": 0.5, "wrong_given_at_most": 0.05}
    assert raised(old, {"right": 0.4, "wrong_given_at_most": 0.02}) == {"right": 0.5, "wrong_given_at_most": 0.02}
    assert raised({}, {"right": 0.4}) == {"right": 0.4}


def test_our_own_questions_are_questions_of_all_kinds() -> None:
    cases = read_cases(SETS["own"][0])
    assert len(cases) >= 50
    assert len({case.id for case in cases}) == len(cases)
    assert {case.lang for case in cases} >= {"zh", "en"}
    assert len({case.kind for case in cases}) >= 20
    assert {case.expect for case in cases} == {"answer", "explain", "define", "catalog", "clarify", "refuse"}
