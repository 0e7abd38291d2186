"""Which questions are examples for which: those that ask for the same kind of thing, whatever they are about and however it is said."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from assistant.language.text import detect_language
from assistant.planners.agent.examples import MOST_SHOWN, Examples, Template
from assistant.planners.agent.likeness import likeness, shown, traits, worths
from assistant.planners.agent.veiling import Veiled, veiled
from assistant.planners.base import Grounds
from assistant.planners.rules import RulesPlanner
from assistant.qa import Question
from assistant.service import Parts
from semantic_layer.learned import Verified
from semantic_layer.query import Aggregate, MetricUse
from tests.assistant.planners.agent.conftest import EXAMPLES, planner_of
from tests.assistant.planners.agent.scripted import Script

Query = Mapping[str, Any]


@pytest.fixture
def grounds(demo_parts: Parts, server: Script, tmp_path: Any) -> Grounds:
    return planner_of(demo_parts, server, tmp_path / "egress.jsonl", "auto").examples.grounds


def asked(grounds: Grounds, text: str) -> Veiled:
    return veiled(text, grounds.index, grounds.calendar, grounds.model, ())


def examples(grounds: Grounds, text: str) -> list[Template]:
    question = Question(text, detect_language(text), grounds.calendar.today)
    shared = next((made for made in EXAMPLES.values() if made.grounds is grounds), None) or Examples(grounds)
    return list(shared.near(asked(grounds, text), question, grounds.model, "s"))


def grain(query: Query) -> bool:
    return any(group["kind"] == "time" for group in query.get("group_by", ()))


def ranked(query: Query) -> bool:
    return bool(query.get("order")) and "limit" in query


def did(query: Query) -> bool:
    return '"behaviour"' in str(query).replace("'", '"')


KINDS: dict[str, tuple[Callable[[Query], bool], tuple[str, ...], tuple[str, ...]]] = {
    "why": (lambda q: q["kind"] == "change",
            ("为啥{period}{metric}掉得这么狠", "{period}{metric}咋就跌了，啥原因"),
            ("why did {metric} tank {period}", "what's behind the fall of {metric} {period}")),
    "trend": (grain,
              ("{period}每个月{metric}的样子", "按月瞅瞅{period}的{metric}"),
              ("{metric} month by month {period}, warts and all", "how {metric} fared each month {period}")),
    "rank": (ranked,
             ("{period}{metric}最猛的5家门店", "哪3个品类{period}{metric}垫底"),
             ("the 5 stores crushing it most by {metric} {period}", "the 3 categories with the lousiest, lowest {metric} {period}")),
    "share": (lambda q: "share" in q,
              ("{period}各品类在{metric}里各占多大份儿", "{period}{metric}里各城市占比瞅一眼"),
              ("what slice, as a share, of {metric} does each category take {period}",
               "percentage of {metric} by city {period}, roughly sliced")),
    "growth": (lambda q: "compare" in q,
               ("{period}{metric}同比窜了多少", "{period}{metric}环比蹿没蹿"),
               ("{metric} {period} year over year, how punchy", "did {metric} grow {period} against the month before, ballpark")),
    "list": (lambda q: q["kind"] == "records",
             ("把钻石会员里佛系的拉个名单", "快要流失的铁粉名单"),
             ("list the flaky diamond members", "pull a list of dormant die-hards")),
    "did not": (lambda q: did(q) and "False" in str(q),
                ("买过女装但没种过草的客户有多少", "领过券却没剁手的人数"),
                ("how many customers bought women's wear but never splurged", "people who complained but did not bail, how many")),
    "journey": (lambda q: q["kind"] == "funnel",
                ("从浏览到支付的漏斗哪儿掉链子", "浏览到加购的漏斗长啥样"),
                ("funnel from viewing to payment, where is it leaky", "leaky steps of the funnel from cart to payment")),
    "retention": (lambda q: q["kind"] == "retention",
                  ("新客留存率够不够坚挺", "每月注册客户的留存咋个走法"),
                  ("is retention of new customers sticky", "monthly retention of newbies")),
}  # fmt: skip
ABOUT: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "zh": (("上个月", "三季度"), ("销售额", "订单数", "退款率")),
    "en": (("last month", "in Q3"), ("sales", "orders", "refund rate")),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_examples_show_the_kind_that_is_asked_for(grounds: Grounds, kind: str, lang: str) -> None:
    """Whatever the metric and the period: the words that a question does not share with any example say what it asks for."""
    fits, chinese, english = KINDS[kind]
    periods, metrics = ABOUT[lang]
    texts = {
        wording.format(period=period, metric=metric)
        for wording, period, metric in product(chinese if lang == "zh" else english, periods, metrics)
    }
    missed = [text for text in sorted(texts) if not any(fits(one.query) for one in examples(grounds, text))]
    assert missed == []


@pytest.mark.parametrize("text", ["上个月各大区的吸金能力咋样", "split of online vs offline last quarter", "各年龄段人均花销"])
def test_examples_differ_in_more_than_a_name(grounds: Grounds, text: str) -> None:
    """Sales by region, by category and by channel are one example."""
    found = examples(grounds, text)
    assert len(found) == MOST_SHOWN
    names = {*grounds.model.metrics, *grounds.model.dimensions}

    def nameless(node: Any) -> Any:
        if isinstance(node, Mapping):
            return {key: nameless(item) for key, item in node.items()}
        if isinstance(node, list):
            return [nameless(item) for item in node]
        return "" if node in names else node

    assert len({str(nameless(one.query)) for one in found}) == MOST_SHOWN


def test_the_same_member_makes_an_example_liker(grounds: Grounds) -> None:
    assert "满意度" in examples(grounds, "哪个大区满意度最拉胯")[0].text
    assert "open rate" in examples(grounds, "open rate by campaign type, the juicy ones")[0].text


def test_a_period_is_a_period(grounds: Grounds) -> None:
    """Which one is asked about makes no example liker: the words of periods do not count."""
    found = {
        tuple(one.text for one in examples(grounds, f"{period}各大区的吸金能力")) for period in ("上个月", "9月", "去年三季度")
    }
    assert len(found) == 1


def test_of_many_verified_questions_the_likest_are_looked_at(grounds: Grounds, demo_parts: Parts) -> None:
    """However many there are, and a verified one stands before one of the domain's that is as like."""
    query = Aggregate(metrics=(MetricUse(metric="sales"),))
    many = [verified(f"销售额{'啊' * (1 + i // 26)}{chr(0x4E00 + i)}", query) for i in range(200)]
    best = verified("各大区的吸金能力如何呀", Aggregate.model_validate({**BY_REGION}))
    assert isinstance(demo_parts.floor, RulesPlanner)
    found = examples(replace(grounds, verified=(*many, best)), "各大区的吸金能力咋样")
    assert found[0].text == "各大区的吸金能力如何呀"


BY_REGION = {"metrics": [{"kind": "metric", "metric": "sales"}], "group_by": [{"kind": "dimension", "member": "region"}]}


def verified(text: str, query: Aggregate) -> Verified:
    return Verified(question=text, lang="zh", as_of=date(2026, 10, 20), query=query)


# --- by hand ---------------------------------------------------------------------------------------------------------------


def test_what_few_have_tells_more() -> None:
    known = [frozenset({"kind:metric", "ask:why"}), frozenset({"kind:metric"}), frozenset({"kind:metric", "word:ab"})]
    worth = worths(known)
    assert worth["ask:why"] > worth["word:ab"] > worth["kind:metric"]
    wanted = frozenset({"kind:metric", "ask:why", "word:never"})
    assert max(known, key=lambda each: likeness(wanted, each, worth)) == known[0]
    assert likeness(wanted, frozenset(), worth) == 0


def test_what_nobody_asked_for_makes_less_like() -> None:
    plain, more = frozenset({"name:sales"}), frozenset({"name:sales", "ask:rank", "ask:limit"})
    worth = worths([plain, more, frozenset({"name:x"})])
    wanted = frozenset({"name:sales"})
    assert likeness(wanted, plain, worth) > likeness(wanted, more, worth)


def test_what_was_shown_is_worth_less() -> None:
    one, other = frozenset({"ask:list"}), frozenset({"ask:share"})
    worth = worths([one, other])
    before = dict(worth)
    shown(worth, frozenset({"ask:list"}), one)
    assert worth["ask:list"] < before["ask:list"]
    assert worth["ask:share"] == before["ask:share"]


def test_values_and_numbers_are_traits_without_their_content(grounds: Grounds) -> None:
    found = traits(asked(grounds, "前5名里消费满8888的13812345678"))
    assert {"kind:number", "kind:text"} <= found
    assert not any(digits in trait for trait in found for digits in ("8888", "13812345678"))
