"""A clinic in the same plain words: names that its owner wrote once, texts that speak of its people, what was shown spoken of."""

from collections.abc import Iterator
from typing import Any

import pytest

from assistant.app import Assistant
from tests.domains.clinic_data import clinic_folder


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    where = tmp_path_factory.mktemp("clinic")
    with Assistant.open(clinic_folder(where), data_dir=where / "files", answers={"suggestions": 0}) as opened:
        yield opened


def rows(clinic: Assistant, conversation: str) -> tuple[str, list[tuple[Any, ...]]]:
    """What the last turn of a conversation gets; turns are parted by //."""
    thread = clinic.thread(role="owner")
    answers = [thread.ask(turn) for turn in conversation.split(" // ")]
    return answers[-1].status, [tuple(row) for row in answers[-1].rows]


SAME = [
    ("今年新增了多少患者", "今年新增患者有多少"),  # the number stands in the middle of the name
    ("今年新增几位患者，按城区分", "今年新增患者数，按城区"),
    ("久未就诊的患者有多少", "久未就诊患者有多少"),
    ("久未就诊的病人各城区多少人", "久未就诊患者按城区"),
    ("how many lapsed patient do we have", "how many lapsed patients"),
    ("老病号和久未就诊的患者次均诊费对比", "老病号和久未就诊患者的次均诊费"),
    ("takings by dentist this year // who was the best", "top 1 dentist by takings this year"),
    ("今年各牙医收入 // 谁最高", "今年收入最高的1个牙医"),
    ("今年各城区收入 // 谁最低", "今年收入最低的1个城区"),
    ("上个月就诊的患者有多少", "上个月就诊过的患者有多少"),  # the word names visits too
    ("上个月就诊的患者有多少 // 平均年龄", "上个月就诊过的患者平均年龄"),
    ("今年各月就诊量 // 哪个月最多 // 那个月分科室", "2025年1月就诊量按科室"),
    ("收入按科室 // 最高的那个的就诊量", "全科的就诊量"),
    ("which dentist had the highest takings this year // by month", "takings of Dr. Anna Weiss this year by month"),
]


@pytest.mark.parametrize(("asked", "meant"), SAME)
def test_said_so_means_that(clinic: Assistant, asked: str, meant: str) -> None:
    expected = rows(clinic, meant)
    assert expected[0] == "answered"
    assert expected[1]
    assert rows(clinic, asked) == expected


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("cleanings in Smile Week this year", "takings"),
        ("今年爱牙周洗牙", "诊疗收入"),
        ("patients' mobile numbers", "patients"),
        ("全部患者的手机号", "患者"),
        ("？？？", "的诊疗收入"),
    ],
)
def test_what_is_asked_back_names_the_domains_own_things(clinic: Assistant, asked: str, named: str) -> None:
    answer = clinic.thread(role="owner").ask(asked)
    assert answer.status in ("clarify", "refused"), answer.text
    assert named in answer.text
    assert not any(word in answer.text for word in ("销售额", "订单", "客户", "sales", "customer", "product"))
