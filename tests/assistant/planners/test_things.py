"""Things asked for by name, where nothing about them is measured: they are listed, or counted by what they are like."""

import pytest

from assistant import Assistant
from tests.assistant.planners.test_general_zh import asked, by, metrics, query

LISTED = [
    ("store", 8, "which stores are in Shanghai"),
    ("store", 8, "上海有哪些门店"),
    ("store", 8, "上海的门店有哪些"),
    ("store", 8, "哪些门店在上海"),
    ("store", 15, "what stores do we have in Guangdong"),
    ("store", 6, "2025年开业的门店有哪些"),
    ("product", 96, "鞋类有哪些商品"),
    ("product", 96, "which products are in the shoes category"),
    ("product", 145, "哪些商品是去年上市的"),
    ("store", 13, "华东有哪些标准店"),
    ("campaign", 2, "which of our campaigns started in August"),
    ("campaign", 4, "9月的活动有哪些"),
    ("campaign", 4, "what campaigns did we run last month"),
]


@pytest.mark.parametrize(("entity", "found", "question"), LISTED)
def test_things_are_listed_and_not_measured(quiet: Assistant, entity: str, found: int, question: str) -> None:
    answer = asked(quiet, question)
    assert (query(answer).get("entity"), len(answer.rows)) == (entity, found), answer.text


LIKE = [
    ("product_count", "brand", 4, "美妆有哪些品牌"),
    ("product_count", "brand", 4, "what brands do we sell in beauty"),
    ("store_count", "store_city", 55, "which cities have a flagship store"),
    ("store_count", "store_city", 55, "哪些城市有旗舰店"),
]


@pytest.mark.parametrize(("metric", "member", "found", "question"), LIKE)
def test_what_things_are_like_counts_the_things(quiet: Assistant, metric: str, member: str, found: int, question: str) -> None:
    answer = asked(quiet, question)
    told = query(answer)
    assert (told.get("metrics"), told.get("group_by")) == (metrics(metric), by(member)), answer.text
    assert len(answer.rows) == found


MEASURED = [
    "which stores sold the most last month",
    "哪些门店销售额最高",
    "哪些活动的打开率高",
    "which channels do female customers use",
]


@pytest.mark.parametrize("question", MEASURED)
def test_what_is_measured_or_of_people_is_no_list_of_things(quiet: Assistant, question: str) -> None:
    told = query(asked(quiet, question)).get("metrics")
    assert told
    assert told not in (metrics("product_count"), metrics("store_count"), metrics("campaign_count"))


def test_stores_opened_in_a_year_are_counted_by_their_date(quiet: Assistant) -> None:
    assert asked(quiet, "2025年开业的门店有几家").rows == [(6,)]
