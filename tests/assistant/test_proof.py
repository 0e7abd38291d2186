"""A proof agrees where the answer is right, and says where it is wrong."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistant.app import Assistant
from assistant.execution import Execution, Limits, Outcome, Scopes
from assistant.proof import prove
from assistant.qa import Proof
from assistant.service import Parts
from semantic_layer.query import Aggregate, Funnel, Records, SemanticQuery, Step

SEPTEMBER = {"start": "2026-09-01", "end": "2026-10-01"}
REGION, CATEGORY = ({"kind": "dimension", "member": name} for name in ("region", "category"))
EAST_GOLD = {
    "kind": "and",
    "filters": (
        {"kind": "predicate", "member": "region", "op": "=", "values": ("华东",)},
        {"kind": "predicate", "member": "value_tier", "op": "=", "values": ("高价值",)},
        {"kind": "predicate", "member": "channel", "op": "=", "values": ("APP",)},
    ),
}


def aggregate(*metrics: str, **more: object) -> Aggregate:
    return Aggregate.model_validate({"metrics": [{"kind": "metric", "metric": m} for m in metrics], "period": SEPTEMBER, **more})


def channel(name: str) -> dict[str, object]:
    return {"kind": "predicate", "member": "channel", "op": "=", "values": (name,)}


@pytest.fixture(scope="module")
def run(demo_parts: Parts) -> Execution:
    restricted = Scopes(demo_parts.model).of("analyst", {})
    return Execution(restricted, demo_parts.engine, Limits(30, 1_000_000), "en")


def proved(outcome: Outcome, run: Execution) -> Proof | None:
    return prove(outcome, run.model, run.run, "en")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (aggregate("sales"), ("cut by",)),
        (aggregate("buyers"), ("cut by gender",)),
        (aggregate("repurchase_rate"), ("numerator",)),
        (aggregate("complaint_rate", group_by=(REGION,)), ("numerator",)),
        (aggregate("sales", "order_count", "aov", group_by=(CATEGORY,)), ("cut by", "cut by", "numerator")),
        (aggregate("order_count", group_by=(REGION,), compare={"kind": "same_period_last_year"}), ("cut by", "by itself")),
        (aggregate("sales", where=EAST_GOLD), ("cut by", "members listed")),
        (aggregate("sales", group_by=({"kind": "time", "grain": "week"},)), ("cut by",)),
        (aggregate("sales", group_by=(REGION,), order=({"by": "sales"},), limit=3), ("cut by",)),
        (
            aggregate("sales", compare={"kind": "filter", "left": channel("APP"), "where": channel("门店")}),
            ("cut by", "by itself"),
        ),
    ],
)
def test_a_right_answer_is_confirmed_in_other_ways(run: Execution, query: SemanticQuery, names: tuple[str, ...]) -> None:
    proof = proved(run.run(query), run)
    assert proof is not None
    assert [c.name for c in proof.checks if not c.agrees] == []
    assert proof.agrees
    assert len(proof.checks) == len(names)
    assert all(name in check.name for name, check in zip(names, proof.checks, strict=True))
    assert all(check.sql for check in proof.checks)


def test_a_wrong_number_is_found_and_named(run: Execution) -> None:
    outcome = run.run(aggregate("sales", group_by=(REGION,)))
    first, *rest = outcome.result.rows
    doubled = (first[0], first[1] * Decimal(2))
    wrong = replace(outcome, result=replace(outcome.result, rows=(doubled, *rest)))
    proof = proved(wrong, run)
    assert proof is not None
    assert not proof.agrees
    bad = next(check for check in proof.checks if not check.agrees)
    assert "East China" in bad.name
    assert bad.expected != bad.found


def test_a_wrong_comparison_is_found(run: Execution) -> None:
    outcome = run.run(aggregate("sales", compare={"kind": "previous_period"}))
    now, before, growth = outcome.result.rows[0]
    wrong = replace(outcome, result=replace(outcome.result, rows=((now, before * 2, growth),)))
    proof = proved(wrong, run)
    assert proof is not None
    assert [check.agrees for check in proof.checks] == [True, False]


@pytest.mark.parametrize(
    "query",
    [
        Records(entity="customer", limit=5),
        Funnel(entity="customer", steps=(Step(behaviour="browsed"), Step(behaviour="paid"))),
    ],
)
def test_what_is_no_aggregate_has_no_proof(run: Execution, query: SemanticQuery) -> None:
    behaviours = run.model.behaviours
    if isinstance(query, Funnel):
        names = list(behaviours)[:2]
        query = Funnel(entity="customer", steps=tuple(Step(behaviour=name) for name in names))
    assert proved(run.run(query), run) is None


def test_a_difference_is_shown_with_the_answer(wenke: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.channels.cli.terminal import show

    monkeypatch.setattr("assistant.proof.close", lambda _a, _b: False)
    answer = wenke.query(aggregate("sales"), prove=True, lang="en")
    assert answer.proof is not None
    assert not answer.proof.agrees
    assert "use this number with care" in show(answer)


def test_as_of_is_the_last_complete_day(wenke: Assistant) -> None:
    assert wenke.query(aggregate("sales")).as_of == date(2026, 10, 19)
