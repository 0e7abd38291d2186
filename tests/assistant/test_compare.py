"""Row comparison: the semantics of retail/compare.py (its own examples, and hypothesis against it), and stricter on columns."""

import doctest
import importlib.util
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import assistant.compare
from assistant.compare import same_answer

REFERENCE = Path(__file__).parents[3] / "shared" / "retail" / "compare.py"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    if not REFERENCE.is_file():
        pytest.skip(f"{REFERENCE} is not here")
    spec = importlib.util.spec_from_file_location("retail_compare", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_tuples(rows: list[Any]) -> list[tuple[object, ...]]:
    return [tuple(row.values()) if isinstance(row, dict) else tuple(row) for row in rows]


def ours(gold: list[Any], got: list[Any], order_matters: bool) -> bool:
    return same_answer(as_tuples(gold), as_tuples(got), ordered=order_matters).agrees


def test_the_examples_of_the_reference_hold_for_ours(reference: ModuleType) -> None:
    example = doctest.DocTestFinder().find(reference, "retail_compare", globs={**vars(reference), "same_answer": ours})[0]
    # the one example that pads the answer with other columns is where we are stricter on purpose
    example.examples = [e for e in example.examples if "extra columns" not in e.source and "App store" not in e.source]
    assert len(example.examples) > 25
    result = doctest.DocTestRunner(verbose=False).run(example, clear_globs=False)
    assert result.failed == 0


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([1.5, 1.5000001, 1.51, 2.0, float("nan"), Decimal("1.5"), Decimal("2"), 10000001, 10000002.0]),
    st.sampled_from(
        [date(2026, 7, 1), datetime(2026, 7, 1), "2026-07", "2026-Q3", "2026-07-01T00:00:00", "2026-W27", 2026, "2026-01-01"]
    ),
    st.sampled_from(["a", "b", "1.5", "007", ""]),
)
ROWS = st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), max_size=4))


@settings(max_examples=300, deadline=None)
@given(ROWS, ROWS, st.booleans(), st.randoms(use_true_random=False))
def test_it_agrees_with_the_reference_on_any_rows(reference: ModuleType, a: Any, b: Any, ordered: bool, chance: Any) -> None:
    shuffled = list(a)
    chance.shuffle(shuffled)
    for got in (b, shuffled, a):
        if a and got and len(a[0]) != len(got[0]):
            continue
        assert ours(a, got, ordered) == reference.same_answer(a, got, ordered)


@pytest.mark.parametrize(
    ("got", "roles", "reason"),
    [
        ([("店甲", 1, 10), ("店乙", 2, 20)], ("key", "key", "value"), ""),  # an id beside its name
        ([("店甲", "华东", 10), ("店乙", "华东", 20)], ("key", "key", "value"), "extra"),  # a region beside a name
        ([("店甲", 10, 1), ("店乙", 20, 2)], ("key", "value", "value"), "extra"),  # a value nobody asked for
        ([("店甲", 10), ("店乙", 21)], ("key", "value"), "values"),
        ([("店甲",), ("店乙",)], ("key",), "columns"),
        ([("店甲", 10)], ("key", "value"), "rows"),
        ([("店乙", 20), ("店甲", 10)], ("key", "value"), "order"),
    ],
)
def test_why_an_answer_is_not_the_one_that_was_asked_for(got: Any, roles: tuple[str, ...], reason: str) -> None:
    match = same_answer([("店甲", 10), ("店乙", 20)], got, ordered=True, roles=roles)
    assert (match.agrees, match.reason) == (not reason, reason)


def test_a_long_wrong_answer_is_found_wrong_quickly() -> None:
    gold = [(i, i * 1.37, i / 7) for i in range(20_000)]
    got = [(i, i * 1.37, (i + 1) / 7) for i in range(20_000)]
    assert not same_answer(gold, got, ordered=False).agrees
    assert same_answer(gold, list(reversed(gold)), ordered=False).agrees


def test_rows_that_agree_only_when_paired_cleverly() -> None:
    gold = [("a", 1.0, 5.5), ("a", 1.0000001, 3.5)]
    got = [("a", 1.0000001, 5.5), ("a", 1.0, 3.5)]
    assert same_answer(gold, got, ordered=False).agrees


def test_the_doctests_of_the_module() -> None:
    assert doctest.testmod(assistant.compare).failed == 0
